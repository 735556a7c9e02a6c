using ChatOps.Slack.Blocks;
using ChatOps.Tests.Support;

namespace ChatOps.Tests.Outbox;

/// <summary>The sender is killed, or an answer lost, between every two steps.</summary>
public sealed class CrashTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_post_whose_answer_was_lost_is_found_by_its_metadata_and_not_repeated()
    {
        await using var rig = await OutboxRig.StartAsync(database);
        var channel = rig.Slack.Channel("general");
        rig.Slack.Fail("chat.postMessage", new Fault { Status = 500, After = true });
        await rig.SenderAsync();

        await rig.ShowAsync("a", channel.Id, "once");
        await rig.ShowAsync("b", channel.Id, "after it");
        await rig.EmptyAsync();

        rig.Slack.Texts(channel.Id).ShouldBe(["once", "after it"]);
        (await rig.Destinations.MessageAsync("a", Cancel)).ShouldBe((channel.Id, channel.Messages[0].Ts));
    }

    [Fact]
    public async Task A_post_in_a_thread_is_found_there()
    {
        await using var rig = await OutboxRig.StartAsync(database);
        var channel = rig.Slack.Channel("general");
        rig.Slack.Fail("chat.postMessage", new Fault { Status = 500, After = true }, when: a => a["thread_ts"] is not null);
        await rig.SenderAsync();

        await rig.ShowAsync("root", channel.Id, "root");
        await rig.ShowAsync("reply", channel.Id, "reply", threadOf: "root");
        await rig.EmptyAsync();

        rig.Slack.Texts(channel.Id).ShouldBe(["root", "reply"]);
        channel.Messages[1].ThreadTs.ShouldBe(channel.Messages[0].Ts);
        rig.Slack.Count("conversations.replies").ShouldBe(1);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task After_a_crash_between_call_and_answer_a_post_is_there_once(bool arrived)
    {
        await using var rig = await OutboxRig.StartAsync(database);
        var channel = rig.Slack.Channel("general");
        await rig.ShowAsync("a", channel.Id, "once");
        await rig.ShowAsync("b", channel.Id, "after it");
        await DiedAsync(rig, channel.Id, "message_key = 'a'");
        if (arrived) rig.Slack.PutMessage(channel.Id, "once", await rig.ScalarAsync<Guid>("SELECT metadata_id FROM outbox WHERE message_key = 'a'"));

        await rig.SenderAsync();
        await rig.EmptyAsync();

        rig.Slack.Texts(channel.Id).ShouldBe(["once", "after it"]);
        rig.Slack.Count("chat.postMessage").ShouldBe(arrived ? 1 : 2);
    }

    [Fact]
    public async Task A_destination_is_left_to_its_sender_until_the_lease_ends()
    {
        await using var rig = await OutboxRig.StartAsync(database);
        var channel = rig.Slack.Channel("general");
        await rig.ShowAsync("a", channel.Id, "once");
        await rig.ExecuteAsync("UPDATE outbox_destinations SET claimed_by = gen_random_uuid(), claimed_until = clock_timestamp() + interval '2 s'");
        var started = System.Diagnostics.Stopwatch.GetTimestamp();

        await rig.SenderAsync();
        await rig.EmptyAsync();

        System.Diagnostics.Stopwatch.GetElapsedTime(started).ShouldBeGreaterThan(TimeSpan.FromSeconds(1.5));
        rig.Slack.Texts(channel.Id).ShouldBe(["once"]);
    }

    [Fact]
    public async Task A_call_that_may_still_be_under_way_is_not_looked_up_yet()
    {
        await using var rig = await OutboxRig.StartAsync(database);
        var channel = rig.Slack.Channel("general");
        await rig.ShowAsync("a", channel.Id, "once");
        await rig.ExecuteAsync("UPDATE outbox SET state = 'sending', attempts = 1, sending_since = clock_timestamp(), not_before = clock_timestamp() + interval '2 s'");
        var started = System.Diagnostics.Stopwatch.GetTimestamp();

        await rig.SenderAsync();
        await rig.EmptyAsync();

        System.Diagnostics.Stopwatch.GetElapsedTime(started).ShouldBeGreaterThan(TimeSpan.FromSeconds(1.5));
        rig.Slack.Texts(channel.Id).ShouldBe(["once"]);
    }

    [Fact]
    public async Task A_sender_that_is_killed_in_the_middle_of_a_call_is_followed_by_another()
    {
        await using var rig = await OutboxRig.StartAsync(database);
        var channel = rig.Slack.Channel("general");
        var never = new TaskCompletionSource();
        rig.Slack.Fail("chat.postMessage", new Fault { Hold = never.Task }, when: a => a["text"]!.GetValue<string>() == "3");
        var first = await rig.SenderAsync();
        for (var i = 0; i < 6; i++) await rig.ShowAsync($"m{i}", channel.Id, $"{i}");
        await Until.TrueAsync(() => rig.Slack.Calls.Any(c => c.Arguments["text"]?.GetValue<string>() == "3"), "the call is under way");

        await first.KillAsync();
        await rig.SenderAsync(ownSignal: true);
        await rig.EmptyAsync();

        rig.Slack.Texts(channel.Id).ShouldBe(["0", "1", "2", "3", "4", "5"]);
    }

    [Fact]
    public async Task A_channel_that_a_lost_attempt_made_is_ours()
    {
        await using var rig = await OutboxRig.StartAsync(database);
        rig.Slack.Fail("conversations.create", new Fault { Status = 500, After = true });
        await rig.SenderAsync();

        await rig.TxAsync(async tx =>
        {
            await rig.Outbox.CreateChannelAsync(tx, "incident:7", new("inc-7-x-abcd1234", "abcd1234", IsPrivate: false), Cancel);
            await rig.Outbox.ShowAsync(tx, "summary", "incident:7", new Message { Text = "summary" }, Cancel);
        });
        await rig.EmptyAsync();

        var channel = rig.Slack.Channels.Values.ShouldHaveSingleItem();
        rig.Slack.Texts(channel.Id).ShouldBe(["summary"]);
    }

    [Fact]
    public async Task A_name_that_another_has_taken_is_left_to_them()
    {
        await using var rig = await OutboxRig.StartAsync(database);
        rig.Slack.Channel("inc-7-x-abcd1234", creator: "USOMEONE");
        await rig.SenderAsync();

        await rig.TxAsync(tx => rig.Outbox.CreateChannelAsync(tx, "incident:7", new("inc-7-x-abcd1234", "abcd1234", IsPrivate: false), Cancel));
        await rig.EmptyAsync();

        rig.Slack.Channels.Values.Select(c => c.Name).ShouldBe(["inc-7-x-abcd1234", "inc-7-x-abcd1234-2"]);
        (await rig.Destinations.ChannelIdAsync("incident:7", Cancel)).ShouldBe("C002");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_is_for_one_persons_eyes_is_said_at_most_once(bool after)
    {
        await using var rig = await OutboxRig.StartAsync(database);
        var channel = rig.Slack.Channel("general");
        rig.Slack.Fail("chat.postEphemeral", new Fault { Status = 500, After = after });
        rig.Slack.Fail("response", new Fault { Status = 500, After = after });
        await rig.SenderAsync();

        await rig.TxAsync(async tx =>
        {
            await rig.Outbox.EphemeralAsync(tx, channel.Id, "U1", new Message { Text = "psst" }, Cancel);
            await rig.Outbox.RespondAsync(tx, new Uri(rig.Slack.Address, "response").ToString(), new Message { Text = "psst" }, replaceOriginal: false, Cancel);
        });
        await rig.EmptyAsync();

        rig.Slack.Count("chat.postEphemeral").ShouldBe(1);
        rig.Slack.Count("response").ShouldBe(1);
        (await rig.ScalarAsync<long>("SELECT count(*) FROM outbox WHERE state = 'dead'")).ShouldBe(2);
    }

    [Fact]
    public async Task A_file_whose_answer_was_lost_is_not_shared_twice()
    {
        await using var rig = await OutboxRig.StartAsync(database);
        var channel = rig.Slack.Channel("general");
        rig.Slack.Fail("files.completeUploadExternal", new Fault { Status = 500, After = true });
        await rig.TxAsync(tx => rig.Outbox.UploadAsync(tx, channel.Id, "log.txt", "The log", "lines"u8.ToArray(), Cancel));
        await rig.SenderAsync();
        await rig.EmptyAsync();

        channel.Files.ShouldBe([("log.txt", "The log", null)]);
        (await rig.ScalarAsync<bool>("SELECT bool_and(file IS NULL) FROM outbox")).ShouldBeTrue();
    }

    // A sender that died with this row's call under way: its lease and its call's deadline are over.
    private static Task<int> DiedAsync(OutboxRig rig, string channel, string row) => rig.ExecuteAsync(
        $"""
        UPDATE outbox_destinations SET claimed_by = gen_random_uuid(), claimed_until = clock_timestamp() - interval '1 s' WHERE key = '{channel}';
        UPDATE outbox SET state = 'sending', attempts = 1, sending_since = clock_timestamp() - interval '1 min', not_before = clock_timestamp() - interval '1 s' WHERE {row}
        """);
}
