using ChatOps.Tests.Support;

namespace ChatOps.Tests.Outbox;

/// <summary>A name that is not looked up in time, a pool without a free connection: Npgsql then throws a bare <see cref="TimeoutException"/>.</summary>
public sealed class DatabaseTimeOutTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    [Fact]
    public async Task A_database_that_is_not_reached_in_time_ends_no_sender_and_loses_nothing()
    {
        await using var rig = await OutboxRig.StartAsync(database);
        var channel = rig.Slack.Channel("general");
        var tries = 0;
        var sender = await rig.SenderAsync(connecting: () =>
        {
            // At several places of its way, and not for ever.
            if (Interlocked.Increment(ref tries) is 1 or 3 or 4 or 7 or 8 or 12) throw new TimeoutException("The name was not looked up in time.");
        });

        string[] texts = ["one", "two", "three"];
        foreach (var text in texts) await rig.ShowAsync(text, channel.Id, text);
        await Until.TrueAsync(
            async () => sender.Sender.ExecuteTask!.IsCompleted || await rig.ScalarAsync<long>("SELECT count(*) FROM outbox WHERE state = 'sent'") == 3, "everything is sent");

        sender.Sender.ExecuteTask!.IsFaulted.ShouldBeFalse(sender.Sender.ExecuteTask.Exception?.ToString());
        rig.Slack.Texts(channel.Id).ShouldBe(texts);
    }

    [Fact]
    public async Task What_Slack_answered_is_written_down_once_the_database_is_reached_again()
    {
        await using var rig = await OutboxRig.StartAsync(database);
        var channel = rig.Slack.Channel("general");
        var away = 2;
        await rig.SenderAsync(connecting: () =>
        {
            if (rig.Slack.Count("chat.postMessage") > 0 && Interlocked.Decrement(ref away) >= 0) throw new TimeoutException("The pool has no free connection.");
        });

        await rig.ShowAsync("a", channel.Id, "said once");
        await rig.EmptyAsync();

        rig.Slack.Texts(channel.Id).ShouldBe(["said once"]);
        // Known, and so not looked for.
        rig.Slack.Count("conversations.history").ShouldBe(0);
    }
}
