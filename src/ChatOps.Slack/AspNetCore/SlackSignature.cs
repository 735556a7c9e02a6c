using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace ChatOps.Slack.AspNetCore;

/// <summary>
/// Proves that a request comes from Slack: <c>v0=</c> and the hex HMAC-SHA256 of <c>v0:{timestamp}:{body}</c>. The timestamp may be off by the tolerance either way;
/// the comparison takes the same time whatever differs. Source: https://docs.slack.dev/authentication/verifying-requests-from-slack.
/// </summary>
public sealed class SlackSignature
{
    public const string SignatureHeader = "X-Slack-Signature";
    public const string TimestampHeader = "X-Slack-Request-Timestamp";

    private const int LongestTimestamp = 12;
    private const string Version = "v0=";

    private readonly byte[] secret;
    private readonly long tolerance;

    /// <exception cref="ArgumentException">The secret is empty: then anybody could sign.</exception>
    public SlackSignature(string signingSecret, TimeSpan tolerance)
    {
        if (string.IsNullOrWhiteSpace(signingSecret))
            throw new ArgumentException("An empty signing secret would let anybody pose as Slack.", nameof(signingSecret));
        secret = Encoding.UTF8.GetBytes(signingSecret);
        this.tolerance = (long)tolerance.TotalSeconds;
    }

    /// <summary>Whether the headers and the raw body belong together, now.</summary>
    public bool IsValid(string? timestamp, string? signature, ReadOnlySpan<byte> body, DateTimeOffset now)
    {
        if (!IsFresh(timestamp, now))
            return false;
        var content = new byte[PrefixLength(timestamp) + body.Length];
        WritePrefix(timestamp, content);
        body.CopyTo(content.AsSpan(PrefixLength(timestamp)));
        return Matches(signature, content);
    }

    /// <summary>The header <see cref="SignatureHeader"/> for a body: what Slack does, and what stands in for Slack.</summary>
    public string Sign(string timestamp, ReadOnlySpan<byte> body)
    {
        var content = new byte[PrefixLength(timestamp) + body.Length];
        WritePrefix(timestamp, content);
        body.CopyTo(content.AsSpan(PrefixLength(timestamp)));
        return Version + Convert.ToHexStringLower(HMACSHA256.HashData(secret, content));
    }

    /// <summary>Whether the timestamp is one, and near enough.</summary>
    internal bool IsFresh([System.Diagnostics.CodeAnalysis.NotNullWhen(true)] string? timestamp, DateTimeOffset now) =>
        timestamp is { Length: > 0 and <= LongestTimestamp }
        && long.TryParse(timestamp, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
        && Math.Abs(now.ToUnixTimeSeconds() - seconds) <= tolerance;

    /// <summary>How much room <see cref="WritePrefix"/> needs.</summary>
    internal static int PrefixLength(string timestamp) => "v0:".Length + timestamp.Length + ":".Length;

    /// <summary>Writes what is signed in front of the body, so that both are hashed in one go without another copy.</summary>
    internal static void WritePrefix(string timestamp, Span<byte> content)
    {
        "v0:"u8.CopyTo(content);
        Encoding.ASCII.GetBytes(timestamp, content["v0:".Length..]);
        content["v0:".Length + timestamp.Length] = (byte)':';
    }

    /// <summary>Whether the signature is that of the prefix and the body in <paramref name="content"/>.</summary>
    internal bool Matches(string? signature, ReadOnlySpan<byte> content)
    {
        if (signature is null || signature.Length != Version.Length + (2 * HMACSHA256.HashSizeInBytes) || !signature.StartsWith(Version, StringComparison.Ordinal))
            return false;
        Span<byte> claimed = stackalloc byte[HMACSHA256.HashSizeInBytes];
        Span<byte> actual = stackalloc byte[HMACSHA256.HashSizeInBytes];
        if (Convert.FromHexString(signature.AsSpan(Version.Length), claimed, out _, out _) != System.Buffers.OperationStatus.Done)
            return false;
        HMACSHA256.HashData(secret, content, actual);
        return CryptographicOperations.FixedTimeEquals(claimed, actual);
    }
}
