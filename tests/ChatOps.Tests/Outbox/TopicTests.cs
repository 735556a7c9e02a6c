using ChatOps.Outbox;
using ChatOps.Tests.Support;

namespace ChatOps.Tests.Outbox;

public sealed class TopicTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Of_topics_that_wait_only_the_last_is_set()
    {
        await using var rig = await OutboxRig.StartAsync(database);
        var channel = rig.Slack.Channel("general");
        for (var i = 1; i <= 30; i++) await rig.TxAsync(tx => rig.Outbox.TopicAsync(tx, channel.Id, $"SEV{i}", Cancel));
        await rig.SenderAsync();
        await rig.EmptyAsync();

        channel.Topic.ShouldBe("SEV30");
        rig.Slack.Count("conversations.setTopic").ShouldBe(1);
    }

    [Fact]
    public async Task A_topic_that_stands_already_is_not_set_again_and_another_one_is()
    {
        await using var rig = await OutboxRig.StartAsync(database);
        var channel = rig.Slack.Channel("general");
        await rig.SenderAsync();
        foreach (var topic in (string[])["open", "open", "resolved", "open"])
        {
            await rig.TxAsync(tx => rig.Outbox.TopicAsync(tx, channel.Id, topic, Cancel));
            await rig.EmptyAsync();
        }

        channel.Topic.ShouldBe("open");
        rig.Slack.Count("conversations.setTopic").ShouldBe(3);
    }

    [Fact]
    public async Task A_topic_that_Slack_refused_is_tried_again_when_it_is_wanted_again()
    {
        await using var rig = await OutboxRig.StartAsync(database);
        var channel = rig.Slack.Channel("general");
        rig.Slack.Fail("conversations.setTopic", new Fault { Error = "restricted_action" });
        await rig.SenderAsync();
        for (var i = 0; i < 2; i++)
        {
            await rig.TxAsync(tx => rig.Outbox.TopicAsync(tx, channel.Id, "open", Cancel));
            await rig.EmptyAsync();
        }

        channel.Topic.ShouldBe("open");
    }

    [Fact]
    public void Topics_of_many_channels_keep_below_what_Slack_takes_in_a_minute()
    {
        var time = new StoppedTime();
        var limits = new MethodLimits(time);
        var row = new OpenRow { Kind = OutboxKind.Topic };
        var sent = 0;
        for (var second = 0; second < 60; second++)
        {
            while (limits.WaitFor(row) == TimeSpan.Zero)
            {
                limits.Count(row);
                sent++;
            }
            time.Ticks += time.TimestampFrequency;
        }
        sent.ShouldBeInRange(15, 20);
    }

    private sealed class StoppedTime : TimeProvider
    {
        public long Ticks { get; set; }

        public override long GetTimestamp() => Ticks;
    }
}
