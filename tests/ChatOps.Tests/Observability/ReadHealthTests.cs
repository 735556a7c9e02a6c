using ChatOps.Inbox;
using ChatOps.Observability;
using ChatOps.Outbox;
using ChatOps.Slack;
using ChatOps.Slack.Blocks;
using ChatOps.Tests.Outbox;
using ChatOps.Tests.Support;

namespace ChatOps.Tests.Observability;

/// <summary>What <c>/health</c> says, and for how long what was given up counts and is kept.</summary>
public sealed class ReadHealthTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private readonly SlackStanding standing = new(TimeProvider.System, new TestLog<SlackStanding>());

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_answer_to_one_person_that_was_lost_is_no_trouble_of_the_bot()
    {
        await using var rig = await OutboxRig.StartAsync(database);
        var channel = rig.Slack.Channel("general");
        rig.Slack.Fail("chat.postEphemeral", new Fault { Status = 500 });
        await rig.SenderAsync();

        await rig.TxAsync(tx => rig.Outbox.EphemeralAsync(tx, channel.Id, "U0ANA", new Message { Text = "only you" }, Cancel));
        await rig.EmptyAsync();

        (await rig.ScalarAsync<long>("SELECT count(*) FROM outbox WHERE state = 'dead'")).ShouldBe(1);
        (await HealthAsync()).Problems.ShouldBeEmpty();
        (await DoctorAsync()).Dead.ShouldBe(0);
    }

    [Fact]
    public async Task A_message_that_Slack_refused_counts_for_a_day_and_is_kept_as_long_as_one_that_was_sent()
    {
        await using var rig = await OutboxRig.StartAsync(database);
        var channel = rig.Slack.Channel("general");
        rig.Slack.Fail("chat.postMessage", new Fault { Error = "is_archived" });
        await rig.SenderAsync();
        await rig.ShowAsync("a", channel.Id, "refused");
        await rig.EmptyAsync();
        (await HealthAsync()).Problems.ShouldHaveSingleItem().ShouldContain("1 messages will not be sent");
        (await DoctorAsync()).Dead.ShouldBe(1);

        await rig.ExecuteAsync("UPDATE outbox SET created_at = now() - interval '25 hours'");
        (await HealthAsync()).Status.ShouldBe("ok");
        (await DoctorAsync()).Dead.ShouldBe(0);
        await new OutboxSweep(database.Source, TimeProvider.System, new OutboxOptions()).SweepAsync(Cancel);
        (await rig.ScalarAsync<long>("SELECT count(*) FROM outbox")).ShouldBe(1);

        await rig.ExecuteAsync("UPDATE outbox SET created_at = now() - interval '73 hours'");
        await new OutboxSweep(database.Source, TimeProvider.System, new OutboxOptions()).SweepAsync(Cancel);
        (await rig.ScalarAsync<long>("SELECT count(*) FROM outbox")).ShouldBe(0);
    }

    [Fact]
    public async Task Of_a_request_that_was_given_up_the_body_is_kept_for_a_day_and_the_rest_for_a_week()
    {
        await using var rig = await OutboxRig.StartAsync(database);
        await rig.ExecuteAsync(
            """
            INSERT INTO inbox (source, key, kind, body, state, received_at)
            SELECT 'slack', 'dead-' || age, 'slash_command', 'a body', 'dead', now() - age * interval '1 day' FROM unnest(ARRAY[0, 2, 8]) AS age
            """);
        await new InboxStore(database.Source, TimeProvider.System).ForgetAsync(Cancel);

        (await rig.ScalarAsync<string>("SELECT string_agg(key || CASE WHEN body IS NULL THEN ' blank' ELSE '' END, ', ' ORDER BY key) FROM inbox")).ShouldBe("dead-0, dead-2 blank");
        (await HealthAsync()).Inbox!.Dead.ShouldBe(1);
        await rig.ExecuteAsync("DELETE FROM inbox");
    }

    [Fact]
    public async Task A_token_that_Slack_refuses_is_told_at_once_also_while_nothing_waits()
    {
        standing.Refused("token_revoked");
        (await HealthAsync()).Problems.ShouldHaveSingleItem().ShouldContain("token_revoked");
        standing.Took();
        (await HealthAsync()).Status.ShouldBe("ok");
    }

    private Task<Health> HealthAsync() => new ReadHealth(database.Source, new SlackOptions(), standing, TimeProvider.System).ReadAsync(Cancel);

    private Task<OutboxState> DoctorAsync() => new OutboxHealth(database.Source, TimeProvider.System).ReadAsync(Cancel);
}
