using System.Text.Json.Nodes;
using ChatOps.Tests.Scenarios;
using FsCheck;
using FsCheck.Fluent;

namespace ChatOps.Tests.Capture;

/// <summary>Slack delivers twice, late and in any order. The timeline, and who is in the channel, end the same.</summary>
public sealed class DeliveryOrderTests(HttpBot bot) : IClassFixture<HttpBot>, IDisposable
{
    private const int Stories = 25;
    private static readonly string[] People = ["U0ANA00001", "U0BEN00001", "U0CARLA001"];
    private static int channels;

    private readonly SignedEvents events = new(bot);

    /// <summary>One thing that happens: what, by whom, to which of the messages, as reply or not, and a number for words.</summary>
    private static readonly Gen<(int What, int Who, int Which, bool Reply)> Step =
        from what in Gen.Choose(0, 11)
        from who in Gen.Choose(0, 2)
        from which in Gen.Choose(0, 5)
        from reply in Gen.Elements(true, false)
        select (what, who, which, reply);

    public void Dispose() => events.Dispose();

    [Fact]
    public async Task In_whichever_order_and_however_often_things_are_told_the_timeline_ends_the_same()
    {
        var random = new System.Random(20261125);
        var wrote = 0;
        foreach (var story in Step.ListOf(12).Sample(Stories))
        {
            var inOrder = await ToldAsync(story, told => told, together: false);
            // Shuffled, some twice and some three times; every other story is told all at once.
            var shuffled = await ToldAsync(story, told => [.. told.SelectMany(t => Enumerable.Repeat(t, random.Next(1, 4))).OrderBy(_ => random.Next())], together: random.Next(2) == 0);
            shuffled.ShouldBe(inOrder, string.Join('\n', story));
            wrote += inOrder.Count;
        }
        wrote.ShouldBeGreaterThan(Stories, "a property of empty timelines would say nothing");
    }

    [Fact]
    public async Task Told_backwards_every_story_ends_as_told_forwards()
    {
        foreach (var story in Step.ListOf(10).Sample(Stories / 2))
            (await ToldAsync(story, told => [.. told.Reverse()], together: false)).ShouldBe(await ToldAsync(story, told => told, together: false), string.Join('\n', story));
    }

    [Fact]
    public async Task Words_that_never_came_are_waited_for_and_then_what_is_known_is_written()
    {
        var (incident, channel) = await NewChannelAsync();
        var told = new ToldChannel(channel);
        told.Post(People[0], "never delivered", thread: null);
        told.Edit(told.Messages[0], "as it is now");
        told.Pin(People[1], told.Messages[0]);
        await events.DeliverAsync(told.Told[2]);
        await bot.IdleAsync();
        (await bot.MessagesAsync(incident)).ShouldBeEmpty("the first words may still come");
        await bot.Control.AdvanceAsync(TimeSpan.FromMinutes(11), TestContext.Current.CancellationToken);
        (await bot.UntilMessagesAsync(incident, 1)).ShouldHaveSingleItem().Text.ShouldBe("as it is now");

        await events.DeliverAsync(told.Told[0]);
        (await bot.UntilMessagesAsync(incident, 2)).Select(e => e.Text).ShouldContain("First written as: never delivered");
    }

    /// <summary>Tells the story to a channel of its own, and gives what stands in the timeline and who is in the channel.</summary>
    private async Task<IReadOnlyList<string>> ToldAsync(IEnumerable<(int What, int Who, int Which, bool Reply)> story, Func<IReadOnlyList<JsonObject>, IReadOnlyList<JsonObject>> order, bool together)
    {
        var (incident, channel) = await NewChannelAsync();
        var told = new ToldChannel(channel);
        told.Post(People[0], "words 0", thread: null);
        foreach (var (step, number) in story.Select((s, i) => (s, i + 1))) Happen(told, step, number);
        var all = order(told.Told);
        if (together) await Task.WhenAll(all.Select(events.DeliverAsync));
        else foreach (var one in all) await events.DeliverAndWaitAsync(one);
        await bot.IdleAsync();
        var entries = await bot.RowsAsync<Entry>("SELECT kind, at, recorded_at, actor, text, data::text FROM timeline WHERE incident = @incident", new { incident });
        var members = await bot.RowsAsync<string>("SELECT user_id FROM incident_members WHERE incident = @incident", new { incident });
        return [.. entries.Select(e => $"{e.At:O} {e.Kind} {e.Actor} {e.Text}").Concat(members.Select(m => $"member {m}")).Order(StringComparer.Ordinal)];
    }

    private static void Happen(ToldChannel told, (int What, int Who, int Which, bool Reply) step, int number)
    {
        var person = People[step.Who];
        var message = told.Messages.Count == 0 ? "0" : told.Messages[step.Which % told.Messages.Count];
        switch (step.What)
        {
            case 0 or 1 or 2:
                // The first message may be gone; what is left of its thread then stands alone.
                told.Post(person, $"words {number}", step.Reply && told.Messages.Count > 0 ? told.Messages[0] : null);
                break;
            case 3 or 4:
                told.Edit(message, $"words {number}, edited");
                break;
            case 5:
                told.Delete(message);
                break;
            case 6 or 7:
                told.Pin(person, message);
                break;
            case 8:
                told.React(person, message, step.Reply ? "memo" : "eyes");
                break;
            case 9 or 10:
                told.Member(person, joined: step.Reply);
                break;
            default:
                told.Topic(person, $"topic {number}");
                break;
        }
    }

    private async Task<(int Incident, string Channel)> NewChannelAsync()
    {
        var number = Interlocked.Increment(ref channels);
        var channel = $"C0TOLD{number:D5}";
        var incident = (await bot.RowsAsync<int>(
            """
            INSERT INTO incidents (short_id, title, severity, status, environment, declared_by, declared_at, declared_in, request_id)
            VALUES (@channel, @channel, 2, 'resolved', 'production', 'U0ANA00001', now(), 'C0', @request) RETURNING number
            """, new { channel, request = -(long)number })).Single();
        await bot.RowsAsync<int>("INSERT INTO outbox_destinations (key, channel_id) VALUES ('incident:' || @incident, @channel) RETURNING 1", new { incident, channel });
        return (incident, channel);
    }
}
