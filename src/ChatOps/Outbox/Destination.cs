namespace ChatOps.Outbox;

/// <summary>The forms of a destination's key: <c>incident:7</c>, a Slack channel id, a user id (direct message), <c>#name</c>.</summary>
internal static class Destination
{
    /// <summary>Slack's ids of channels (C), private channels (G) and direct messages (D).</summary>
    public static bool IsChannelId(string key) => IsId(key, "CGD");

    /// <summary>Slack's ids of people (U, W).</summary>
    public static bool IsUserId(string key) => IsId(key, "UW");

    public static bool IsName(string key) => key.StartsWith('#');

    private static bool IsId(string key, string firstLetters) =>
        key.Length > 1 && firstLetters.Contains(key[0], StringComparison.Ordinal) && key.All(c => char.IsAsciiLetterUpper(c) || char.IsAsciiDigit(c));
}
