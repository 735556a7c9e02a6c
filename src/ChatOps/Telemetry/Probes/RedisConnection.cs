using System.Globalization;
using System.Text;

namespace ChatOps.Telemetry.Probes;

/// <param name="IsError">The text begins with Redis' word for it, such as <c>LOADING</c> or <c>NOAUTH</c>.</param>
internal readonly record struct RedisReply(bool IsError, string Text)
{
    public bool Is(string word) => IsError && Text.StartsWith(word, StringComparison.Ordinal);
}

/// <summary>As much of RESP2 as a few questions need: commands as arrays of bulk strings, replies of one value (https://redis.io/docs/latest/develop/reference/protocol-spec/).</summary>
internal sealed class RedisConnection(Stream stream)
{
    private const int LongestLine = 8 * 1024;
    private const int LargestReply = 1024 * 1024;

    private readonly byte[] buffer = new byte[4 * 1024];
    private int at;
    private int length;

    /// <exception cref="InvalidDataException">What came back is not Redis'.</exception>
    /// <exception cref="IOException">The connection broke off.</exception>
    public async Task<RedisReply> AskAsync(CancellationToken cancellationToken, params string[] words)
    {
        var command = new StringBuilder($"*{words.Length.ToString(CultureInfo.InvariantCulture)}\r\n");
        foreach (var word in words) command.Append(CultureInfo.InvariantCulture, $"${Encoding.UTF8.GetByteCount(word)}\r\n{word}\r\n");
        await stream.WriteAsync(Encoding.UTF8.GetBytes(command.ToString()), cancellationToken);
        await stream.FlushAsync(cancellationToken);

        var line = await LineAsync(cancellationToken);
        return line switch
        {
            ['+' or ':', ..] => new(false, line[1..]),
            ['-', ..] => new(true, line[1..]),
            ['$', ..] when int.TryParse(line.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out var size) && size <= LargestReply => new(false, await BulkAsync(size, cancellationToken)),
            _ => throw new InvalidDataException("Not a reply of Redis to this command."),
        };
    }

    private async Task<string> BulkAsync(int size, CancellationToken cancellationToken)
    {
        var bytes = new byte[size + 2];
        for (var i = 0; i < bytes.Length; i++) bytes[i] = await ByteAsync(cancellationToken);
        return Encoding.UTF8.GetString(bytes, 0, size);
    }

    private async Task<string> LineAsync(CancellationToken cancellationToken)
    {
        var line = new StringBuilder();
        while (line.Length < LongestLine)
        {
            var next = (char)await ByteAsync(cancellationToken);
            if (next == '\n') return line.ToString().TrimEnd('\r');
            line.Append(next);
        }
        throw new InvalidDataException("A line without an end.");
    }

    private async ValueTask<byte> ByteAsync(CancellationToken cancellationToken)
    {
        if (at == length)
        {
            (at, length) = (0, await stream.ReadAsync(buffer, cancellationToken));
            if (length == 0) throw new IOException("The connection broke off.");
        }
        return buffer[at++];
    }
}
