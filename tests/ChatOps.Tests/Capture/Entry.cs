using System.Text.Json;
using ChatOps.Tests.Scenarios;
using ChatOps.Tests.Support;

namespace ChatOps.Tests.Capture;

/// <summary>A line of the timeline as the tests look at it.</summary>
public sealed record Entry(string Kind, DateTimeOffset At, DateTimeOffset RecordedAt, string Actor, string Text, string Data)
{
    public JsonElement Json => JsonElement.Parse(Data);
}

internal static class Timelines
{
    private const string Captured = "'message', 'message.edited', 'message.deleted'";

    /// <summary>What came from messages.</summary>
    public static Task<IReadOnlyList<Entry>> MessagesAsync(this Bot bot, int incident) => bot.RowsAsync<Entry>(
        $"SELECT kind, at, recorded_at, actor, text, data::text FROM timeline WHERE incident = @incident AND kind IN ({Captured}) ORDER BY at, id", new { incident });

    public static Task<IReadOnlyList<Entry>> EntriesAsync(this Bot bot, int incident, string kind) => bot.RowsAsync<Entry>(
        "SELECT kind, at, recorded_at, actor, text, data::text FROM timeline WHERE incident = @incident AND kind = @kind ORDER BY at, id", new { incident, kind });

    /// <summary>The entries once there are so many; more would show at the end of the wait.</summary>
    public static async Task<IReadOnlyList<Entry>> UntilMessagesAsync(this Bot bot, int incident, int count)
    {
        await Until.TrueAsync(async () => (await bot.MessagesAsync(incident)).Count >= count, $"{count} messages are in the timeline of incident {incident}");
        await bot.IdleAsync();
        return await bot.MessagesAsync(incident);
    }
}
