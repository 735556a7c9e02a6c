using ChatOps.Outbox;
using ChatOps.Slack.Blocks;
using ChatOps.Tests.Support;

namespace ChatOps.Tests.Outbox;

public sealed class SenderTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_message_is_posted_once_and_edited_from_then_on()
    {
        await using var rig = await OutboxRig.StartAsync(database);
        var channel = rig.Slack.Channel("general");
        await rig.SenderAsync();

        await rig.ShowAsync("a", channel.Id, "one");
        await rig.EmptyAsync();
        await rig.ShowAsync("a", channel.Id, "two");
        await rig.EmptyAsync();

        rig.Slack.Texts(channel.Id).ShouldBe(["two"]);
        channel.Messages[0].Edits.ShouldBe(1);
        (await rig.Destinations.MessageAsync("a", Cancel)).ShouldBe((channel.Id, channel.Messages[0].Ts));
    }

    [Fact]
    public async Task What_was_rolled_back_is_not_said()
    {
        await using var rig = await OutboxRig.StartAsync(database);
        var channel = rig.Slack.Channel("general");
        await rig.SenderAsync();

        await Should.ThrowAsync<InvalidOperationException>(() => rig.TxAsync(async tx =>
        {
            await rig.Outbox.ShowAsync(tx, "a", channel.Id, new Message { Text = "never" }, Cancel);
            throw new InvalidOperationException("undone");
        }));
        await rig.ShowAsync("b", channel.Id, "said");
        await rig.EmptyAsync();

        rig.Slack.Texts(channel.Id).ShouldBe(["said"]);
    }

    [Fact]
    public async Task A_newer_state_of_what_waits_already_wakes_nobody_and_is_what_is_sent()
    {
        await using var rig = await OutboxRig.StartAsync(database);
        var channel = rig.Slack.Channel("general");
        await rig.ShowAsync("a", channel.Id, "one");
        rig.Signal.Reader.TryRead(out _).ShouldBeTrue();
        await rig.ShowAsync("a", channel.Id, "two");
        rig.Signal.Reader.TryRead(out _).ShouldBeFalse();

        await rig.SenderAsync();
        await rig.EmptyAsync();
        rig.Slack.Texts(channel.Id).ShouldBe(["two"]);
    }

    [Fact]
    public async Task A_thousand_updates_are_few_calls_and_end_with_the_last()
    {
        await using var rig = await OutboxRig.StartAsync(database);
        var channel = rig.Slack.Channel("general");
        await rig.SenderAsync();

        for (var i = 1; i <= 1000; i++) await rig.ShowAsync("progress", channel.Id, $"{i} of 1000");
        await rig.EmptyAsync();

        rig.Slack.Texts(channel.Id).ShouldBe(["1000 of 1000"]);
        rig.Slack.Count("chat.postMessage").ShouldBe(1);
        rig.Slack.Count("chat.update").ShouldBeLessThan(20);
    }

    [Fact]
    public async Task Posts_keep_their_order_whatever_Slack_answers()
    {
        await using var rig = await OutboxRig.StartAsync(database);
        var channel = rig.Slack.Channel("general");
        var bad = new Fault[] { new() { Status = 500 }, new() { Status = 503, After = true }, new() { Status = 429, RetryAfter = 1 }, new() { Status = 500, After = true } };
        for (var i = 0; i < 12; i++)
        {
            var text = $"message {i * 3}";
            rig.Slack.Fail("chat.postMessage", bad[i % bad.Length], when: a => a["text"]!.GetValue<string>() == text);
        }
        await rig.SenderAsync();

        for (var i = 0; i < 40; i++) await rig.ShowAsync($"m{i}", channel.Id, $"message {i}");
        await rig.EmptyAsync();

        rig.Slack.Texts(channel.Id).ShouldBe(Enumerable.Range(0, 40).Select(i => $"message {i}"));
        (await rig.ScalarAsync<long>("SELECT count(*) FROM outbox WHERE state = 'sent'")).ShouldBe(40);
    }

    [Fact]
    public async Task Nothing_is_lost_while_Slack_is_away()
    {
        await using var rig = await OutboxRig.StartAsync(database);
        var one = rig.Slack.Channel("one");
        var two = rig.Slack.Channel("two");
        rig.Slack.FailAll(new Fault { Status = 503 }, times: 60);
        await rig.SenderAsync();

        for (var i = 0; i < 10; i++)
        {
            await rig.ShowAsync($"one {i}", one.Id, $"{i}");
            await rig.ShowAsync($"two {i}", two.Id, $"{i}");
        }
        await rig.EmptyAsync();

        rig.Slack.Texts(one.Id).ShouldBe(Enumerable.Range(0, 10).Select(i => $"{i}"));
        rig.Slack.Texts(two.Id).ShouldBe(Enumerable.Range(0, 10).Select(i => $"{i}"));
    }

    [Fact]
    public async Task A_busy_channel_does_not_hold_up_another()
    {
        await using var rig = await OutboxRig.StartAsync(database);
        var busy = rig.Slack.Channel("busy");
        var free = rig.Slack.Channel("free");
        rig.Slack.Fail("chat.postMessage", new Fault { Status = 429, RetryAfter = 3 }, when: a => a["channel"]!.GetValue<string>() == busy.Id);
        await rig.SenderAsync();

        await rig.ShowAsync("busy", busy.Id, "waits");
        await Until.TrueAsync(() => rig.Slack.Count("chat.postMessage") == 1, "Slack asked to wait");
        await rig.ShowAsync("free", free.Id, "goes");
        await Until.TrueAsync(() => rig.Slack.Texts(free.Id).Count == 1, "the other channel has its message");

        rig.Slack.Texts(busy.Id).ShouldBeEmpty();
        await rig.EmptyAsync();
        rig.Slack.Texts(busy.Id).ShouldBe(["waits"]);
    }

    [Fact]
    public async Task A_pause_that_Slack_asks_for_a_method_holds_in_every_channel_and_for_that_method_alone()
    {
        await using var rig = await OutboxRig.StartAsync(database);
        var one = rig.Slack.Channel("one");
        var two = rig.Slack.Channel("two");
        await rig.SenderAsync();
        await rig.ShowAsync("a", one.Id, "a");
        await rig.ShowAsync("b", two.Id, "b");
        await rig.EmptyAsync();
        rig.Slack.Fail("chat.update", new Fault { Status = 429, RetryAfter = 8 });

        await rig.ShowAsync("a", one.Id, "a2");
        await Until.TrueAsync(() => rig.Slack.Count("chat.update") == 1, "Slack asked to wait");
        await rig.ShowAsync("b", two.Id, "b2");
        await rig.ShowAsync("c", two.Id, "c");
        await Until.TrueAsync(() => rig.Slack.Texts(two.Id).Count == 2, "posts go on");

        rig.Slack.Count("chat.update").ShouldBe(1);
        await rig.EmptyAsync();
        rig.Slack.Texts(two.Id).ShouldBe(["b2", "c"]);
        rig.Slack.Texts(one.Id).ShouldBe(["a2"]);
    }

    [Fact]
    public async Task Pins_topics_invitations_and_edits_do_not_hold_up_the_next_message()
    {
        await using var rig = await OutboxRig.StartAsync(database, new OutboxOptions { Poll = TimeSpan.FromSeconds(0.1) });
        var release = new TaskCompletionSource();
        foreach (var method in (string[])["pins.add", "conversations.setTopic", "conversations.invite", "chat.update"]) rig.Slack.Fail(method, new Fault { Hold = release.Task });
        await rig.SenderAsync();

        await rig.TxAsync(async tx =>
        {
            await rig.Outbox.CreateChannelAsync(tx, "incident:7", new("inc-7-x-abcd1234", "abcd1234", IsPrivate: false), Cancel);
            await rig.Outbox.InviteAsync(tx, "incident:7", ["U1", "U2"], Cancel);
            await rig.Outbox.TopicAsync(tx, "incident:7", "SEV1", Cancel);
            await rig.Outbox.ShowAsync(tx, "summary", "incident:7", new Message { Text = "summary" }, Cancel);
            await rig.Outbox.PinAsync(tx, "summary", Cancel);
        });
        await Until.TrueAsync(() => rig.Slack.Count("pins.add") == 1, "the pin is under way");
        await rig.ShowAsync("summary", "incident:7", "summary 2");
        await Until.TrueAsync(() => rig.Slack.Count("chat.update") == 1, "the edit is under way");
        await rig.ShowAsync("facts", "incident:7", "facts");
        await Until.TrueAsync(() => rig.Slack.Channels.Values.Single().Messages.Count == 2, "the facts are there");

        release.SetResult();
        await rig.EmptyAsync();
        var channel = rig.Slack.Channels.Values.Single();
        rig.Slack.Texts(channel.Id).ShouldBe(["summary 2", "facts"]);
        channel.Pins.ShouldBe([channel.Messages[0].Ts]);
        channel.Topic.ShouldBe("SEV1");
        channel.Invited.ShouldBe(["U1", "U2"]);
        (await rig.Destinations.KeyOfChannelAsync(channel.Id, Cancel)).ShouldBe("incident:7");
        (await rig.Destinations.ChannelIdAsync("incident:7", Cancel)).ShouldBe(channel.Id);
    }

    [Fact]
    public async Task What_waits_for_a_channel_is_said_in_it_however_often_the_queue_is_looked_at_meanwhile()
    {
        await using var rig = await OutboxRig.StartAsync(database, new OutboxOptions { Poll = TimeSpan.FromMilliseconds(1) });
        await rig.SenderAsync();
        await rig.SenderAsync(ownSignal: true);

        await Parallel.ForEachAsync(Enumerable.Range(0, 60), new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = Cancel }, async (i, _) =>
        {
            await rig.TxAsync(async tx =>
            {
                await rig.Outbox.CreateChannelAsync(tx, $"incident:{i}", new($"inc-{i}-x-abcd{i:0000}", $"abcd{i:0000}", IsPrivate: false), Cancel);
                await rig.Outbox.ShowAsync(tx, $"summary {i}", $"incident:{i}", new Message { Text = "summary" }, Cancel);
                await rig.Outbox.PinAsync(tx, $"summary {i}", Cancel);
            });
            // Each of these wakes the sender while the channel is being made.
            for (var n = 0; n < 5; n++) await rig.ShowAsync($"fact {i} {n}", $"incident:{i}", $"{n}");
        });
        await rig.EmptyAsync();

        (await rig.ScalarAsync<string?>("SELECT string_agg(kind || ' ' || error, '; ') FROM outbox WHERE state = 'dead'")).ShouldBeNull();
        foreach (var channel in rig.Slack.Channels.Values) rig.Slack.Texts(channel.Id).ShouldBe(["summary", "0", "1", "2", "3", "4"]);
    }

    [Fact]
    public async Task Two_senders_on_one_database_send_everything_once_and_in_order()
    {
        await using var rig = await OutboxRig.StartAsync(database);
        var channels = Enumerable.Range(0, 8).Select(i => rig.Slack.Channel($"c{i}")).ToList();
        await rig.SenderAsync();
        await rig.SenderAsync(ownSignal: true);

        await Parallel.ForEachAsync(channels, Cancel, async (channel, _) =>
        {
            for (var i = 0; i < 25; i++) await rig.ShowAsync($"{channel.Name} {i}", channel.Id, $"{i}");
        });
        await rig.EmptyAsync();

        foreach (var channel in channels) rig.Slack.Texts(channel.Id).ShouldBe(Enumerable.Range(0, 25).Select(i => $"{i}"), channel.Name);
    }

    [Fact]
    public async Task A_database_that_goes_away_is_waited_for()
    {
        await using var rig = await OutboxRig.StartAsync(database);
        var channel = rig.Slack.Channel("general");
        await rig.SenderAsync();
        for (var i = 0; i < 20; i++)
        {
            await rig.ShowAsync($"m{i}", channel.Id, $"{i}");
            if (i % 5 != 0) continue;
            await using var owner = new Npgsql.NpgsqlConnection(database.OwnerConnectionString);
            await Dapper.SqlMapper.ExecuteAsync(owner, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND usename = 'chatops_bot' AND pid <> pg_backend_pid()");
            Npgsql.NpgsqlConnection.ClearAllPools();
            await Until.TrueAsync(() => AnswersAsync(), "the pool has connections that work");
        }
        await rig.EmptyAsync();

        rig.Slack.Texts(channel.Id).ShouldBe(Enumerable.Range(0, 20).Select(i => $"{i}"));

        async Task<bool> AnswersAsync()
        {
            try { return await rig.ScalarAsync<int>("SELECT 1") == 1; }
            catch (Npgsql.NpgsqlException) { return false; }
        }
    }
}
