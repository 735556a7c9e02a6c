using System.Text.RegularExpressions;
using ChatOps.Sandbox.Demo;
using ChatOps.Tests.Scenarios;
using FsCheck;
using FsCheck.Fluent;

namespace ChatOps.Tests.Sequences;

/// <summary>
/// Whatever people type and press, in whatever order, twice or at once: the bot says nothing that Slack refuses, shows one summary, and writes the same record.
/// CHATOPS_SEED repeats a run, CHATOPS_SEQUENCES makes it longer.
/// </summary>
public sealed partial class AnySequenceTests(Bot bot, ITestOutputHelper output) : IClassFixture<Bot>
{
    /// <summary>By these Slack says that something is so already, that a person was slow, or who is no member; the bot cannot know before, and goes the next best way.</summary>
    private static readonly string[] Harmless = ["already_in_channel", "cant_invite_self", "expired_trigger_id", "exchanged_trigger_id", "not_in_channel", "user_not_in_channel"];

    /// <summary>What the clock causes, not a delivery.</summary>
    private static readonly string[] ByTheClock = ["probe.unhealthy", "probe.healthy", "watch", "incident.onset"];

    private static readonly int Times = int.TryParse(Environment.GetEnvironmentVariable("CHATOPS_SEQUENCES"), out var times) ? times : 1;

    [Fact]
    public async Task No_sequence_makes_the_bot_say_what_Slack_refuses_or_show_two_summaries_or_lose_a_note()
    {
        foreach (var steps in Sequences(count: 12 * Times, most: 12))
        {
            var before = (await bot.Control.TrafficAsync(TestContext.Current.CancellationToken)).Count;
            var play = new Play(bot);
            await play.RunAsync(steps);

            var what = Told(steps);
            var refused = (await bot.Control.TrafficAsync(TestContext.Current.CancellationToken)).Skip(before)
                .Where(t => t.GetProperty("kind").GetString() is "call" or "response_url" && t.GetProperty("answer").TryGetProperty("error", out var error) && !Harmless.Contains(error.GetString()))
                .Select(t => $"{t.GetProperty("method")}: {t.GetProperty("answer").GetRawText()} for {t.GetProperty("args").GetRawText()}");
            refused.ShouldBeEmpty(what);
            (await bot.ValueAsync<string>("SELECT string_agg(kind || ' ' || content || ': ' || error, E'\n') FROM outbox WHERE state = 'dead'")).ShouldBeNull(what);
            (await bot.ValueAsync<string>("SELECT string_agg(kind || ' ' || state || ' ' || coalesce(error_id, ''), E'\n') FROM inbox WHERE state <> 'done'")).ShouldBeNull(what);
            await OneSummaryAsync(play, what);
            foreach (var note in play.Notes)
                (await bot.ValueAsync<int>("SELECT count(*) FROM timeline WHERE kind = 'note' AND (text = @note OR text LIKE '%' || @word)", new { note, word = note.Split(' ')[^1] })).ShouldBe(1, $"\"{note}\": {what}");
        }
    }

    [Fact]
    public async Task The_record_is_the_same_when_every_delivery_comes_twice()
    {
        foreach (var steps in Sequences(count: 6 * Times, most: 8))
        {
            var once = new Play(bot);
            await once.RunAsync([.. steps.Select(s => s with { Twice = false })], oneByOne: true);
            var first = await RecordAsync(once);
            var twice = new Play(bot);
            await twice.RunAsync(steps, twice: true, oneByOne: true);

            var second = await RecordAsync(twice);
            second.ShouldBe(first, ignoreOrder: true, Told(steps));
            // What the bot does by itself runs beside what people do, and Slack tells of a joining when it likes; what one person did stands in that person's order.
            OfPeople(second).ShouldBe(OfPeople(first), Told(steps));
        }
    }

    private async Task OneSummaryAsync(Play play, string what)
    {
        var messages = (await bot.Control.MessagesAsync(play.Incident.Channel, TestContext.Current.CancellationToken)).Where(m => m.VisibleTo is null).ToList();
        var known = await bot.ValueAsync<string[]>("SELECT array_agg(ts) FROM outbox_messages WHERE channel_id = @Channel AND ts IS NOT NULL", play.Incident);
        var summary = await bot.ValueAsync<string>("SELECT ts FROM outbox_messages WHERE key = 'incident ' || @Number || ' summary'", play.Incident);
        messages.Count(m => IsSummary(m)).ShouldBe(1, what);
        messages.Single(m => IsSummary(m)).Ts.ShouldBe(summary, what);
        // Whatever has a button is a message of the bot's, and it knows where each of them stands.
        messages.Where(m => m.Buttons.Count > 0).Select(m => m.Ts).Except(known!).ShouldBeEmpty(what);
        var pins = (await bot.Control.ChannelsAsync(TestContext.Current.CancellationToken)).First(c => c.GetProperty("id").GetString() == play.Incident.Channel).GetProperty("pins");
        pins.EnumerateArray().Select(p => p.GetString()).ShouldBe([summary], what);
    }

    private static bool IsSummary(SeenMessage message) => message.Shown.Contains("*Status*", StringComparison.Ordinal) && message.Shown.Contains("*Declared*", StringComparison.Ordinal);

    private static IEnumerable<string> OfPeople(IReadOnlyList<string> record) =>
        record.Where(r => !r.Contains(" incident.joined ", StringComparison.Ordinal)).Select(r => (Entry: r, Actor: r.Split(' ')[2])).Where(r => r.Actor != "chatops:").GroupBy(r => r.Actor).OrderBy(g => g.Key, StringComparer.Ordinal).SelectMany(g => g.Select(r => r.Entry));

    /// <summary>Without ids and times, and without what only the clock causes.</summary>
    private async Task<IReadOnlyList<string>> RecordAsync(Play play)
    {
        var rows = await bot.ValueAsync<string[]>(
            "SELECT array_agg(coalesce(incident::text, '') || ' ' || kind || ' ' || actor || ': ' || text ORDER BY id) FROM timeline WHERE kind <> ALL(@ByTheClock)", new { ByTheClock });
        return [.. rows!.Select(r => Changing().Replace(r, "#"))];
    }

    private Step[][] Sequences(int count, int most)
    {
        var seed = ulong.TryParse(Environment.GetEnvironmentVariable("CHATOPS_SEED"), out var given) ? given : (ulong)Random.Shared.Next(1_000_000);
        output.WriteLine($"seed {seed}");
        return [.. Step.Sequences(most).Sample(numberOfSamples: count, size: most, seed: new Rnd(seed))];
    }

    private static string Told(IEnumerable<Step> steps) => "of " + string.Join("; ", steps);

    [GeneratedRegex("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9][0-9.:]*")]
    private static partial Regex Changing();
}
