using System.Text.RegularExpressions;
using ChatOps.Sandbox.Demo;
using ChatOps.Tests.Scenarios;
using ChatOps.Tests.Support;

namespace ChatOps.Tests.Sequences;

/// <summary>How an incident stands after a sequence, in words that do not tell one run from another.</summary>
internal static partial class Outcome
{
    /// <summary>What the clock causes, not a delivery.</summary>
    private static readonly string[] ByTheClock = ["probe.unhealthy", "probe.healthy", "watch", "incident.onset"];

    /// <summary>Without ids and times, and without what only the clock causes; in the order in which it was written.</summary>
    public static async Task<IReadOnlyList<string>> RecordAsync(Bot bot)
    {
        var rows = await bot.ValueAsync<string[]>(
            "SELECT array_agg(coalesce(incident::text, '') || ' ' || kind || ' ' || actor || ': ' || text ORDER BY id) FROM timeline WHERE kind <> ALL(@ByTheClock)", new { ByTheClock });
        // Who came is the same in every order; whether they were invited first or came by themselves is not.
        return [.. rows!.Select(r => Changing().Replace(Came().Replace(r, "${who}"), "#"))];
    }

    /// <summary>Tasks, roles, members: what else is kept of the incident, sorted.</summary>
    public static async Task<IReadOnlyList<string>> StateAsync(Bot bot) =>
        await bot.RowsAsync<string>(
            """
            SELECT said FROM (
                SELECT 'task ' || text || ' for ' || coalesce(owner, 'nobody') || ' by ' || created_by || ' is ' || state || coalesce(' by ' || closed_by, '') AS said FROM incident_tasks
                UNION ALL SELECT 'incident ' || status || ' SEV' || severity || ' lead ' || coalesce(lead, '') || ' comms ' || coalesce(comms, '') || ' scribe ' || coalesce(scribe, '') FROM incidents
                UNION ALL SELECT 'member ' || user_id FROM incident_members) AS everything
            ORDER BY said COLLATE "C"
            """);

    /// <summary>One summary stands in the channel and is pinned, and whatever has a button is known to the bot.</summary>
    /// <returns>What is pinned.</returns>
    public static async Task<IReadOnlyList<string>> OneSummaryAsync(Bot bot, Declared incident, string what)
    {
        var messages = (await bot.Control.MessagesAsync(incident.Channel, TestContext.Current.CancellationToken)).Where(m => m.VisibleTo is null).ToList();
        var known = await bot.ValueAsync<string[]>("SELECT array_agg(ts) FROM outbox_messages WHERE channel_id = @Channel AND ts IS NOT NULL", incident);
        var summary = await bot.ValueAsync<string>("SELECT ts FROM outbox_messages WHERE key = 'incident ' || @Number || ' summary'", incident);
        messages.Count(m => IsSummary(m)).ShouldBe(1, what);
        messages.Single(m => IsSummary(m)).Ts.ShouldBe(summary, what);
        // Whatever has a button is a message of the bot's, and it knows where each of them stands.
        messages.Where(m => m.Buttons.Count > 0).Select(m => m.Ts).Except(known!).ShouldBeEmpty(what);
        var shown = (await bot.Control.ChannelsAsync(TestContext.Current.CancellationToken)).First(c => c.GetProperty("id").GetString() == incident.Channel).GetProperty("pins");
        string[] pins = [.. shown.EnumerateArray().Select(p => p.GetString()!)];
        pins.ShouldContain(summary!, what);
        return pins;
    }

    /// <summary>Nothing that came in is left over or failed, and Slack took all that was said.</summary>
    public static async Task NothingLeftAsync(Bot bot, string what)
    {
        (await bot.ValueAsync<string>("SELECT string_agg(kind || ' ' || content || ': ' || error, E'\n') FROM outbox WHERE state = 'dead'")).ShouldBeNull(what);
        // What Slack tells of the bot's own calls comes in behind them.
        string? left = null;
        await Until.TrueAsync(
            async () => (left = await bot.ValueAsync<string>("SELECT string_agg(kind || ' ' || state || ' ' || coalesce(error_id, ''), E'\n') FROM inbox WHERE state <> 'done'")) is null || left.Contains(" dead ", StringComparison.Ordinal),
            $"nothing is left of {what}");
        left.ShouldBeNull(what);
    }

    private static bool IsSummary(SeenMessage message) => message.Shown.Contains("*Status*", StringComparison.Ordinal) && message.Shown.Contains("*Declared*", StringComparison.Ordinal);

    [GeneratedRegex("(?<= incident.joined )(?:\\S+: Invited <@(?<who>[^>]+)>|(?<who>\\S+): Joined)$", RegexOptions.ExplicitCapture)]
    private static partial Regex Came();

    [GeneratedRegex("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9][0-9.:]*")]
    private static partial Regex Changing();
}
