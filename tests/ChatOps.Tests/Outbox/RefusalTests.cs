using ChatOps.Outbox;
using ChatOps.Slack.Blocks;
using ChatOps.Tests.Support;

namespace ChatOps.Tests.Outbox;

/// <summary>What Slack refuses for good never holds up what comes after it.</summary>
public sealed class RefusalTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("invalid_blocks")]
    [InlineData("msg_too_long")]
    [InlineData("msg_blocks_too_long")]
    public async Task Content_that_Slack_does_not_take_is_said_in_plain_text_and_recorded(string error)
    {
        await using var rig = await OutboxRig.StartAsync(database);
        var channel = rig.Slack.Channel("general");
        rig.Slack.Fail("chat.postMessage", new Fault { Error = error }, times: int.MaxValue, when: a => a["blocks"] is not null);
        await rig.SenderAsync();

        await rig.Outbox.ShowNowAsync("a", channel.Id, new Message { Text = "the fact", Blocks = [new DividerBlock()] }, Cancel);
        await rig.ShowAsync("b", channel.Id, "next");
        await rig.EmptyAsync();

        rig.Slack.Texts(channel.Id).ShouldBe(["the fact", "next"]);
        (await rig.ScalarAsync<string>("SELECT error FROM outbox WHERE message_key = 'a'")).ShouldBe("sent as plain text");
    }

    [Theory]
    [InlineData("is_archived")]
    [InlineData("channel_not_found")]
    [InlineData("restricted_action")]
    public async Task What_is_refused_for_good_is_dead_and_the_next_goes_on(string error)
    {
        await using var rig = await OutboxRig.StartAsync(database);
        var channel = rig.Slack.Channel("general");
        rig.Slack.Fail("chat.postMessage", new Fault { Error = error });
        await rig.SenderAsync();

        await rig.ShowAsync("a", channel.Id, "refused");
        await rig.ShowAsync("b", channel.Id, "next");
        await rig.EmptyAsync();

        rig.Slack.Texts(channel.Id).ShouldBe(["next"]);
        (await rig.ScalarAsync<string>("SELECT error FROM outbox WHERE state = 'dead'")).ShouldContain(error);
        var health = await new OutboxHealth(database.Source, TimeProvider.System).ReadAsync(Cancel);
        health.Dead.ShouldBe(1);
        health.LastError.ShouldNotBeNull().ShouldContain(error);
        health.Oldest.ShouldBeNull();
    }

    [Fact]
    public async Task A_token_that_Slack_does_not_take_loses_nothing()
    {
        await using var rig = await OutboxRig.StartAsync(database);
        var channel = rig.Slack.Channel("general");
        rig.Slack.Fail("chat.postMessage", new Fault { Error = "token_revoked" }, times: 5);
        await rig.SenderAsync();

        await rig.ShowAsync("a", channel.Id, "said later");
        await rig.EmptyAsync();

        rig.Slack.Texts(channel.Id).ShouldBe(["said later"]);
    }

    [Fact]
    public async Task The_bot_joins_a_channel_that_it_is_not_in()
    {
        await using var rig = await OutboxRig.StartAsync(database);
        var channel = rig.Slack.Channel("incidents");
        channel.BotIsMember = false;
        await rig.SenderAsync();

        await rig.ShowAsync("a", "#incidents", "announced");
        await rig.EmptyAsync();

        rig.Slack.Texts(channel.Id).ShouldBe(["announced"]);
        (await rig.Destinations.ChannelIdAsync("#incidents", Cancel)).ShouldBe(channel.Id);
    }

    [Fact]
    public async Task A_channel_name_that_nobody_has_is_told_and_holds_up_nothing()
    {
        await using var rig = await OutboxRig.StartAsync(database);
        await rig.SenderAsync();

        await rig.ShowAsync("a", "#nowhere", "lost");
        await rig.EmptyAsync();

        (await rig.ScalarAsync<string>("SELECT error FROM outbox")).ShouldContain("#nowhere");
    }

    [Fact]
    public async Task A_message_that_someone_deleted_is_posted_anew_when_it_changes()
    {
        await using var rig = await OutboxRig.StartAsync(database);
        var channel = rig.Slack.Channel("general");
        await rig.SenderAsync();
        await rig.ShowAsync("a", channel.Id, "one");
        await rig.EmptyAsync();
        channel.Messages.Clear();

        await rig.ShowAsync("a", channel.Id, "two");
        await rig.EmptyAsync();

        rig.Slack.Texts(channel.Id).ShouldBe(["two"]);
    }

    [Fact]
    public async Task Somebody_who_cannot_be_invited_does_not_keep_the_others_out()
    {
        await using var rig = await OutboxRig.StartAsync(database);
        var channel = rig.Slack.Channel("general");
        rig.Slack.Fail("conversations.invite", new Fault { Error = "user_not_found" }, times: int.MaxValue, when: a => a["users"]!.GetValue<string>().Contains("UGONE", StringComparison.Ordinal));
        await rig.SenderAsync();

        await rig.TxAsync(tx => rig.Outbox.InviteAsync(tx, channel.Id, ["U1", "UGONE", "U2"], Cancel));
        await rig.EmptyAsync();

        channel.Invited.ShouldBe(["U1", "U2"]);
        (await rig.ScalarAsync<string>("SELECT error FROM outbox")).ShouldBe("not invited: UGONE (user_not_found)");
    }

    [Fact]
    public async Task A_message_that_is_pinned_already_counts_as_pinned()
    {
        await using var rig = await OutboxRig.StartAsync(database);
        var channel = rig.Slack.Channel("general");
        await rig.SenderAsync();
        await rig.ShowAsync("a", channel.Id, "pin me");
        for (var i = 0; i < 2; i++) await rig.TxAsync(tx => rig.Outbox.PinAsync(tx, "a", Cancel));
        await rig.EmptyAsync();

        channel.Pins.ShouldHaveSingleItem();
        (await rig.ScalarAsync<long>("SELECT count(*) FROM outbox WHERE state = 'sent'")).ShouldBe(3);
    }

    [Fact]
    public async Task No_secret_reaches_the_table_or_Slack()
    {
        await using var rig = await OutboxRig.StartAsync(database);
        var channel = rig.Slack.Channel("general");
        await rig.SenderAsync();

        await rig.Outbox.ShowNowAsync(
            "a", channel.Id,
            new Message { Text = "password=hunter2secret", Blocks = [new SectionBlock { Text = new Markdown("postgres://shop:hunter2secret@db/shop\0") }] },
            Cancel);
        await rig.EmptyAsync();

        channel.Messages[0].Arguments.ToJsonString().ShouldNotContain("hunter2secret");
        (await rig.ScalarAsync<string>("SELECT content::text FROM outbox")).ShouldNotContain("hunter2secret");
    }
}
