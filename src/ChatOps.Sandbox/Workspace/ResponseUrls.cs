using System.Security.Cryptography;

namespace ChatOps.Sandbox.Workspace;

/// <summary>The addresses by which an app may answer an interaction: five times within 30 minutes.</summary>
internal sealed class ResponseUrls(TimeProvider clock)
{
    private const int Uses = 5;
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(30);
    private readonly Dictionary<string, Grant> known = new(StringComparer.Ordinal);

    /// <param name="originalTs">The message whose button was pressed, if any: the one that can be replaced or deleted.</param>
    /// <returns>The last part of the address.</returns>
    public string Issue(string channelId, string userId, string? originalTs)
    {
        var key = RandomNumberGenerator.GetHexString(32, lowercase: true);
        known[key] = new Grant(channelId, userId, originalTs, clock.GetUtcNow());
        return key;
    }

    public (Grant? Grant, string? Error) Take(string key)
    {
        if (!known.TryGetValue(key, out var grant))
            return (null, "invalid_url");
        if (clock.GetUtcNow() - grant.IssuedAt > Lifetime)
            return (null, "expired_url");
        return ++grant.Used > Uses ? (null, "used_url") : (grant, null);
    }

    internal sealed record Grant(string ChannelId, string UserId, string? OriginalTs, DateTimeOffset IssuedAt)
    {
        public int Used { get; set; }
    }
}
