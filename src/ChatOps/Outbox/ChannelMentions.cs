using System.Text.RegularExpressions;
using Dapper;
using Npgsql;

namespace ChatOps.Outbox;

/// <summary>
/// A message may mention a channel by its key before Slack has made it: <c>&lt;#incident:7&gt;</c> becomes the mention of the channel when the message is sent.
/// </summary>
internal sealed partial class ChannelMentions(NpgsqlDataSource database, TimeProvider time)
{
    /// <summary>So long a message waits for the channel that it mentions; then it goes out without the link.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <returns>The content to send, or null while a channel that it mentions is still being made.</returns>
    public async Task<string?> FillAsync(string content, DateTimeOffset createdAt, CancellationToken cancellationToken)
    {
        var keys = Mention().Matches(content).Select(m => m.Groups["key"].Value).Distinct(StringComparer.Ordinal).ToArray();
        if (keys.Length == 0) return content;
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var known = (await connection.QueryAsync<(string Key, string ChannelId)>(new CommandDefinition(
            "SELECT key, channel_id FROM outbox_destinations WHERE key = ANY(@keys) AND channel_id IS NOT NULL", new { keys }, cancellationToken: cancellationToken)))
            .ToDictionary(k => k.Key, k => k.ChannelId, StringComparer.Ordinal);
        if (known.Count < keys.Length && time.GetUtcNow() - createdAt < Patience) return null;
        return Mention().Replace(content, m => known.TryGetValue(m.Groups["key"].Value, out var id) ? $"<#{id}>" : "the incident's channel");
    }

    [GeneratedRegex("<#(?<key>incident:[0-9]+)>")]
    private static partial Regex Mention();
}
