using ChatOps.Slack.Blocks;
using ChatOps.Tests.Support;

namespace ChatOps.Tests.Outbox;

/// <summary>The list of channels has more pages than one attempt at a row can read.</summary>
public sealed class LargeWorkspaceTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_post_to_a_channel_by_its_name_needs_no_list_of_channels()
    {
        await using var rig = await OutboxRig.StartAsync(database);
        var channel = LastOfMany(rig.Slack, "incidents");
        await rig.SenderAsync();

        await rig.ShowAsync("a", "#incidents", "announced");
        await rig.EmptyAsync();

        rig.Slack.Texts(channel.Id).ShouldBe(["announced"]);
        rig.Slack.Count("conversations.list").ShouldBe(0);
        (await rig.Destinations.ChannelIdAsync("#incidents", Cancel)).ShouldBe(channel.Id);
    }

    [Fact]
    public async Task A_channel_that_the_bot_has_to_join_is_found_on_the_last_page()
    {
        await using var rig = await OutboxRig.StartAsync(database);
        var channel = LastOfMany(rig.Slack, "incidents");
        channel.BotIsMember = false;
        await rig.SenderAsync();

        await rig.ShowAsync("a", "#incidents", "announced");
        await rig.EmptyAsync();

        rig.Slack.Texts(channel.Id).ShouldBe(["announced"]);
    }

    [Fact]
    public async Task Looking_for_a_channel_for_too_long_is_no_answer_that_may_have_arrived()
    {
        await using var rig = await OutboxRig.StartAsync(database);
        LastOfMany(rig.Slack, "incidents");
        await rig.SenderAsync();

        await rig.TxAsync(tx => rig.Outbox.EphemeralAsync(tx, "#incidents", "U1", new Message { Text = "psst" }, Cancel));
        await rig.EmptyAsync();

        rig.Slack.Ephemeral.ShouldBe([("U1", "psst")]);
    }

    [Fact]
    public async Task A_channel_that_a_lost_attempt_made_is_found_on_the_last_page()
    {
        await using var rig = await OutboxRig.StartAsync(database);
        var channel = LastOfMany(rig.Slack, "inc-7-x-abcd1234");
        await rig.SenderAsync();

        await rig.TxAsync(tx => rig.Outbox.CreateChannelAsync(tx, "incident:7", new("inc-7-x-abcd1234", "abcd1234", IsPrivate: false), Cancel));
        await rig.EmptyAsync();

        (await rig.Destinations.ChannelIdAsync("incident:7", Cancel)).ShouldBe(channel.Id);
        rig.Slack.Channels.Count.ShouldBe(25);
    }

    /// <summary>25 pages, of which an attempt reads about fifteen.</summary>
    private static StubChannel LastOfMany(StubSlack slack, string name)
    {
        slack.PageSize = 1;
        slack.Latency = TimeSpan.FromMilliseconds(60);
        for (var i = 1; i < 25; i++) slack.Channel($"team-{i}");
        return slack.Channel(name);
    }
}
