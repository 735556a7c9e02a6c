using ChatOps.Tests.Scenarios;
using FsCheck;
using FsCheck.Fluent;

namespace ChatOps.Tests.Sequences;

/// <summary>
/// Whatever people type and press, in whatever order, twice or at once: the bot says nothing that Slack refuses, shows one summary, and writes the same record.
/// CHATOPS_SEED repeats a run, CHATOPS_SEQUENCES makes it longer.
/// </summary>
public sealed class AnySequenceTests(Bot bot, ITestOutputHelper output) : IClassFixture<Bot>
{
    /// <summary>By these Slack says that something is so already, that a person was slow, or who is no member; the bot cannot know before, and goes the next best way.</summary>
    private static readonly string[] Harmless = ["already_in_channel", "cant_invite_self", "expired_trigger_id", "exchanged_trigger_id", "not_in_channel", "user_not_in_channel"];

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
            await Outcome.NothingLeftAsync(bot, what);
            (await Outcome.OneSummaryAsync(bot, play.Incident, what)).Count.ShouldBe(1, what);
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
            var first = await Outcome.RecordAsync(bot);
            var twice = new Play(bot);
            await twice.RunAsync(steps, twice: true, oneByOne: true);

            var second = await Outcome.RecordAsync(bot);
            second.ShouldBe(first, ignoreOrder: true, Told(steps));
            // What the bot does by itself runs beside what people do, and Slack tells of a joining when it likes; what one person did stands in that person's order.
            OfPeople(second).ShouldBe(OfPeople(first), Told(steps));
        }
    }

    private static IEnumerable<string> OfPeople(IReadOnlyList<string> record) =>
        record.Where(r => !r.Contains(" incident.joined ", StringComparison.Ordinal)).Select(r => (Entry: r, Actor: r.Split(' ')[2])).Where(r => r.Actor != "chatops:").GroupBy(r => r.Actor).OrderBy(g => g.Key, StringComparer.Ordinal).SelectMany(g => g.Select(r => r.Entry));

    private Step[][] Sequences(int count, int most)
    {
        var seed = ulong.TryParse(Environment.GetEnvironmentVariable("CHATOPS_SEED"), out var given) ? given : (ulong)Random.Shared.Next(1_000_000);
        output.WriteLine($"seed {seed}");
        return [.. Step.Sequences(most).Sample(numberOfSamples: count, size: most, seed: new Rnd(seed))];
    }

    private static string Told(IEnumerable<Step> steps) => "of " + string.Join("; ", steps);
}
