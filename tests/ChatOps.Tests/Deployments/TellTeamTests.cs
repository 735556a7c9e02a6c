using ChatOps.Catalog;
using ChatOps.Deployments;
using ChatOps.Tests.Support;

namespace ChatOps.Tests.Deployments;

/// <summary>The team of a service hears of its deploys, wherever they are asked for.</summary>
public sealed class TellTeamTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private readonly string team = $"team-{Guid.NewGuid():N}";

    private static DeployPlan Rolling => DeployRig.Plan(DeployStrategy.Rolling);

    [Fact]
    public async Task The_team_s_channel_is_told_of_the_begin_and_of_the_end_of_a_deploy_that_was_asked_for_elsewhere()
    {
        await using var rig = await DeployRig.StartAsync(database, team);
        await rig.PressAsync(Rolling, "C0ELSEWHERE");
        await rig.PlayAsync();

        var told = await rig.ToldAsync($"#{team}");
        told.Count.ShouldBe(2);
        told[0].ShouldBe($":rocket: *Deploy {rig.Target.Service} v42 to production begins*, asked for by <@U0ANA>, confirmed by <@U0BOB> in <#C0ELSEWHERE>. rolling, instead of v40.");
        told[1].ShouldStartWith($":white_check_mark: *Deploy {rig.Target.Service} v42 to production is done* in <#C0ELSEWHERE>. v42 runs: ");
    }

    [Fact]
    public async Task A_deploy_that_was_asked_for_in_the_team_s_own_channel_is_not_told_there_twice()
    {
        await using var rig = await DeployRig.StartAsync(database, "C0TEAMSOWN");
        await rig.PressAsync(Rolling, "C0TEAMSOWN");
        await rig.PlayAsync();
        (await rig.ToldAsync("C0TEAMSOWN")).ShouldNotContain(m => m.Contains("begins*", StringComparison.Ordinal));

        await using var named = await DeployRig.StartAsync(database, team);
        await named.Engine.ScalarAsync<int>("INSERT INTO outbox_destinations (key, channel_id) VALUES (@key, 'C0NAMED'); SELECT 0", new { key = $"#{team}" });
        await named.PressAsync(Rolling, "C0NAMED");
        await named.PlayAsync();
        (await named.ToldAsync($"#{team}")).ShouldBeEmpty();
    }

    [Fact]
    public async Task Of_a_private_incident_the_team_hears_neither_the_number_nor_the_channel()
    {
        await using var rig = await DeployRig.StartAsync(database, team);
        var incident = await rig.Engine.IncidentAsync();
        await rig.Engine.ScalarAsync<int>("UPDATE incidents SET private = true WHERE number = @incident; SELECT 0", new { incident });
        await rig.PressAsync(Rolling with { Incident = incident, Reason = $"stops what incident {incident} is about" }, "C0SECRET", incident);
        await rig.PlayAsync();

        var told = await rig.ToldAsync($"#{team}");
        told.Count.ShouldBe(2);
        told.ShouldAllBe(m => !m.Contains("C0SECRET", StringComparison.Ordinal) && !m.Contains("incident", StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task Where_no_channel_is_named_nobody_else_is_told_and_the_gate_says_so()
    {
        await using var rig = await DeployRig.StartAsync(database);
        DeployGates.Judge(await rig.FactsAsync()).Gates.Single(g => g.Gate == "team").ShouldSatisfyAllConditions(
            g => g.Outcome.ShouldBe(GateOutcome.Skipped),
            g => g.Sentence.ShouldBe($"chatops.yaml names no channel of the team of {rig.Target.Service}, so nobody is told elsewhere."));
    }

    [Fact]
    public async Task A_channel_that_took_the_last_message_passes_and_one_that_Slack_refused_is_a_question()
    {
        await using var rig = await DeployRig.StartAsync(database, team);
        (await TeamAsync()).Outcome.ShouldBe(GateOutcome.Pass);

        await rig.PressAsync(Rolling, "C0ELSEWHERE");
        await rig.PlayAsync();
        await SayAsync("dead", "chat.postMessage: channel_not_found");
        (await TeamAsync()).ShouldSatisfyAllConditions(
            g => g.Outcome.ShouldBe(GateOutcome.Inconclusive),
            g => g.Sentence.ShouldBe($"The team cannot be told in #{team}: Slack did not take the last message there (chat.postMessage: channel_not_found)."));

        await SayAsync("sent", error: null);
        (await TeamAsync()).Outcome.ShouldBe(GateOutcome.Pass);

        async Task<GateResult> TeamAsync() => DeployGates.Judge(await rig.FactsAsync()).Gates.Single(g => g.Gate == "team");

        Task SayAsync(string state, string? error) =>
            rig.Engine.ScalarAsync<int>("UPDATE outbox SET state = @state, error = @error WHERE destination = @key; SELECT 0", new { state, error, key = $"#{team}" });
    }
}
