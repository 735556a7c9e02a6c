using ChatOps.Tests.Scenarios;
using FsCheck;
using FsCheck.Fluent;

namespace ChatOps.Tests.Sequences;

/// <summary>
/// Several people do what does not ask what the others do (<see cref="Act"/>): in whichever legal order Slack delivers it, twice, or all at once, the record is the same.
/// CHATOPS_SEED repeats a run, CHATOPS_SEQUENCES makes it longer.
/// </summary>
public sealed class AnyOrderTests(Bot bot, ITestOutputHelper output) : IClassFixture<Bot>
{
    private static readonly int Times = int.TryParse(Environment.GetEnvironmentVariable("CHATOPS_SEQUENCES"), out var times) ? times : 1;

    [Fact]
    public async Task What_several_people_did_is_recorded_the_same_in_every_legal_order_and_when_it_comes_twice()
    {
        var seed = int.TryParse(Environment.GetEnvironmentVariable("CHATOPS_SEED"), out var given) ? given : System.Random.Shared.Next(1_000_000);
        output.WriteLine($"seed {seed}");
        var wrote = 0;
        foreach (var story in Act.Stories(length: 18).Sample(numberOfSamples: 3 * Times, size: 18, seed: new Rnd((ulong)seed)))
        {
            var what = "of " + string.Join("; ", story.Select(a => a.ToString()));
            var (record, state) = await PlayedAsync(story, twice: false, together: false, what);
            wrote += record.Count;
            var other = LegalOrders.Backwards(story);
            foreach (var (order, together) in ((IReadOnlyList<Act>, bool)[])[(other, false), (story, true)])
            {
                var told = $"{what}\nand then {(together ? "all at once" : string.Join("; ", order))}, everything twice";
                var (again, then) = await PlayedAsync(order, twice: true, together, told);
                again.Order(StringComparer.Ordinal).ShouldBe(record.Order(StringComparer.Ordinal), told);
                then.ShouldBe(state, told);
                // The same things stand in the order of whoever did them; what people wrote in the channel has the time at which they wrote it, whoever wanted it when.
                OfPeople(again).ShouldBe(OfPeople(record), told);
            }
        }
        wrote.ShouldBeGreaterThan(30 * Times, "a property of empty records would say nothing");
    }

    private async Task<(IReadOnlyList<string> Record, IReadOnlyList<string> State)> PlayedAsync(IReadOnlyList<Act> acts, bool twice, bool together, string what)
    {
        var play = new CommutingPlay(bot);
        await play.RunAsync(acts, twice, together);
        await Outcome.NothingLeftAsync(bot, what);
        await Outcome.OneSummaryAsync(bot, play.Incident, what);
        // What is shown as the last update is the last in the record.
        (await bot.ValueAsync<bool>(
            """
            SELECT coalesce((SELECT t.actor = i.last_update_by AND t.text LIKE '%' || i.last_update || '%' FROM timeline t WHERE t.kind = 'incident.update' ORDER BY t.at DESC, t.id DESC LIMIT 1), i.last_update IS NULL)
            FROM incidents i
            """)).ShouldBeTrue(what);
        return (await Outcome.RecordAsync(bot), await Outcome.StateAsync(bot));
    }

    private static IEnumerable<string> OfPeople(IReadOnlyList<string> record) => record
        .Where(r => r.Split(' ')[1] is not ("incident.joined" or "message" or "message.edited"))
        .GroupBy(r => r.Split(' ')[2]).OrderBy(g => g.Key, StringComparer.Ordinal).Where(g => g.Key != "chatops:").SelectMany(g => g);
}
