using System.Globalization;
using System.Security.Cryptography;

namespace ChatOps.Sandbox.Workspace;

/// <summary>The short-lived ids that allow one modal to be opened: 3 seconds, one use.</summary>
internal sealed class Triggers(TimeProvider clock)
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(3);
    private readonly Dictionary<string, Trigger> known = new(StringComparer.Ordinal);
    private int count;

    public string Issue(string userId, string? viewId = null)
    {
        var id = string.Create(CultureInfo.InvariantCulture, $"{++count}.{SlackWorkspace.TeamId}.{RandomNumberGenerator.GetHexString(32, lowercase: true)}");
        known[id] = new Trigger(userId, viewId, clock.GetUtcNow());
        return id;
    }

    /// <summary>Says whom a trigger belongs to, or why it cannot be used; does not use it up.</summary>
    public (Trigger? Trigger, string? Error) Look(string id)
    {
        if (!known.TryGetValue(id, out var trigger))
            return (null, "invalid_trigger_id");
        if (trigger.Used)
            return (null, "exchanged_trigger_id");
        return clock.GetUtcNow() - trigger.IssuedAt > Lifetime ? (null, "expired_trigger_id") : (trigger, null);
    }

    internal sealed record Trigger(string UserId, string? ViewId, DateTimeOffset IssuedAt)
    {
        public bool Used { get; set; }
    }
}
