using System.Buffers;
using Microsoft.AspNetCore.Http;

namespace ChatOps.Slack.AspNetCore;

/// <summary>Reads the raw body into an array that stays with the request, with room in front for what is signed.</summary>
internal static class SlackBody
{
    /// <summary>Bytes. Slack's own payloads stay far below.</summary>
    public const int Longest = 1024 * 1024;

    /// <summary>How much is read of a body whose signature cannot be right.</summary>
    public const int LongestUnsigned = 1024;

    /// <summary>The room and the body; null where the body is longer than <see cref="Longest"/>.</summary>
    public static async ValueTask<Memory<byte>?> ReadAsync(HttpRequest request, int prefix, CancellationToken cancellationToken)
    {
        if (request.ContentLength > Longest)
            return null;
        var content = new byte[prefix + (int)(request.ContentLength ?? 4096)];
        var length = prefix;
        var reader = request.BodyReader;
        while (true)
        {
            var read = await reader.ReadAsync(cancellationToken);
            var received = (int)Math.Min(read.Buffer.Length, Longest + 1);
            if (length - prefix + received > Longest)
            {
                reader.AdvanceTo(read.Buffer.End);
                return null;
            }
            if (length + received > content.Length)
                Array.Resize(ref content, Math.Max(length + received, Math.Min(content.Length * 2, prefix + Longest)));
            read.Buffer.CopyTo(content.AsSpan(length));
            length += received;
            reader.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted)
                return content.AsMemory(0, length);
        }
    }
}
