using ChatOps.Catalog;
using ChatOps.Deployments;
using ChatOps.Diagnosis;
using ChatOps.Operations;
using ChatOps.Platforms;
using ChatOps.Tests.Support;

namespace ChatOps.Tests.Diagnosis;

/// <summary>Restart and rollback against an invented platform, with real rows.</summary>
public sealed class ActionsTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private static readonly Target Database = new("shop-db", "production");
    private static readonly ActionPlan Plan = new() { State = "Crashed", Generation = 7, WayBack = "none", Why = "it is down", Risk = "some", Expected = "no history", WhoMay = "@oncall" };

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static PlatformOperation Done(PlatformCall call, PlatformOperationState state = PlatformOperationState.Succeeded, string? message = null) => new(call.OperationId, state, message, null, null);

    [Fact]
    public async Task A_restart_saves_the_last_words_first_and_is_done_when_the_target_is_healthy()
    {
        await using var rig = await DiagnosisRig.StartAsync(database);
        var incident = await rig.IncidentAsync();
        rig.World.Lines["shop-db"] = [new(TimeProvider.System.GetUtcNow().AddSeconds(-5), "FATAL out of memory, password=hunter2secret", null)];
        rig.World.Series["shop-db"] = [new("connections", "count", 40, [new(TimeProvider.System.GetUtcNow(), 40)]), new("cpu", "percent", null, [new(TimeProvider.System.GetUtcNow(), 4)])];
        var savedBeforeCall = 0;
        rig.World.OnChange = call =>
        {
            using var connection = rig.Database.Source.OpenConnection();
            using var command = connection.CreateCommand();
            command.CommandText = $"SELECT count(*)::int FROM evidence WHERE incident = {incident.Number} AND step_id IS NULL AND sign = 'saved.before_action'";
            savedBeforeCall = (int)command.ExecuteScalar()!;
            return Done(call);
        };
        var (operation, run, lines) = await rig.OperationAsync("restart", Database, Plan, incident.Number);

        var outcome = await rig.Restart.ExecuteAsync(operation, run, Cancel);

        outcome.Result.ShouldBe(OperationResult.Succeeded);
        outcome.Sentence.ShouldStartWith("shop-db was restarted and is healthy after");
        savedBeforeCall.ShouldBe(1);
        rig.World.Calls.ShouldHaveSingleItem().Call.OperationId.ShouldBe(operation.Id.ToString());
        rig.World.Calls[0].Call.IfGeneration.ShouldBe(7);
        lines.ShouldContain(l => l.Contains("log lines of shop-db are saved"));
        var saved = await rig.Evidence.OfIncidentAsync(incident.Number, Cancel);
        saved.ShouldContain(e => e.Sign == Signs.ConnectionsHigh);
        saved.ShouldAllBe(e => !e.Text.Contains("hunter2secret") && e.Data.Values.All(v => !v.Contains("hunter2secret")));
        (await rig.ScalarAsync<long>("SELECT count(DISTINCT target) FROM probes WHERE incident = @Number", incident)).ShouldBe(2);
    }

    [Fact]
    public async Task What_cannot_be_saved_is_named_and_delays_the_restart_by_five_seconds_at_most()
    {
        await using var rig = await DiagnosisRig.StartAsync(database);
        var incident = await rig.IncidentAsync();
        rig.World.Hangs.UnionWith(["logs shop-db", "metrics shop-db", "status shop-db"]);
        rig.World.OnChange = call => Done(call);
        var (operation, run, lines) = await rig.OperationAsync("restart", Database, Plan, incident.Number);
        var began = TimeProvider.System.GetTimestamp();

        (await rig.Restart.ExecuteAsync(operation, run, Cancel)).Result.ShouldBe(OperationResult.Succeeded);

        TimeProvider.System.GetElapsedTime(began).ShouldBeLessThan(TimeSpan.FromSeconds(10));
        lines.ShouldContain(l => l.Contains("not saved") && l.Contains("no answer from log of shop-db"));
    }

    [Fact]
    public async Task A_target_that_stays_ill_is_a_failure_with_its_reason()
    {
        await using var rig = await DiagnosisRig.StartAsync(database);
        rig.World.Health["shop-db"] = [("ready", false)];
        rig.World.OnChange = call => Done(call);
        var (operation, run, _) = await rig.OperationAsync("restart", Database, Plan, (await rig.IncidentAsync()).Number);

        var outcome = await rig.Restart.ExecuteAsync(operation, run, Cancel);

        outcome.Result.ShouldBe(OperationResult.Failed);
        outcome.Sentence.ShouldContain("not healthy after 2 s: ready fails");
    }

    [Fact]
    public async Task What_the_platform_refuses_or_could_not_do_is_told_as_such()
    {
        await using var rig = await DiagnosisRig.StartAsync(database);
        var incident = (await rig.IncidentAsync()).Number;
        var (refused, run, _) = await rig.OperationAsync("restart", Database, Plan, incident);

        (await rig.Restart.ExecuteAsync(refused, run, Cancel)).ShouldBe(OperationOutcome.NotDone("Nothing was done: p refuses it"));

        rig.World.OnChange = call => Done(call, PlatformOperationState.Failed, "the image is gone");
        var (failed, again, _) = await rig.OperationAsync("restart", Database, Plan, incident);
        (await rig.Restart.ExecuteAsync(failed, again, Cancel)).Sentence.ShouldContain("the image is gone");
    }

    [Fact]
    public async Task A_lost_answer_is_left_to_recovery_which_asks_the_platform_and_repeats_nothing()
    {
        await using var rig = await DiagnosisRig.StartAsync(database);
        rig.World.OnChange = call =>
        {
            rig.World.Known[call.OperationId] = Done(call);
            throw new PlatformException("no answer", CallOutcome.Unknown);
        };
        var (operation, run, _) = await rig.OperationAsync("restart", Database, Plan, (await rig.IncidentAsync()).Number);
        await Should.ThrowAsync<PlatformException>(rig.Restart.ExecuteAsync(operation, run, Cancel));

        (await rig.Restart.RecoverAsync(operation, Cancel)).Result.ShouldBe(OperationResult.Succeeded);
        rig.World.Calls.ShouldHaveSingleItem();

        var (id, kept) = rig.World.Known.Single();
        rig.World.Known.Clear();
        (await rig.Restart.RecoverAsync(operation, Cancel)).Result.ShouldBe(OperationResult.NotDone);
        rig.World.KeepsIds = false;
        (await rig.Restart.RecoverAsync(operation, Cancel)).Result.ShouldBe(OperationResult.Unknown);
        rig.World.Known[id] = kept;
        (await rig.Restart.RecoverAsync(operation, Cancel)).Result.ShouldBe(OperationResult.Succeeded, "an id that is found is proof, wherever");
        rig.World.Calls.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task A_rollback_runs_the_version_of_the_card()
    {
        await using var rig = await DiagnosisRig.StartAsync(database);
        rig.World.OnChange = call => Done(call);
        var (operation, run, _) = await rig.OperationAsync("rollback", new("shop", "production"), Plan with { ToVersion = "v41" }, (await rig.IncidentAsync()).Number);

        var outcome = await rig.Rollback.ExecuteAsync(operation, run, Cancel);

        outcome.Sentence.ShouldStartWith("shop was rolled back to v41");
        rig.World.Calls.ShouldHaveSingleItem().Version.ShouldBe("v41");
    }

    [Fact]
    public async Task The_fingerprint_changes_with_the_version_and_with_what_others_do_and_not_with_another_crash()
    {
        await using var rig = await DiagnosisRig.StartAsync(database);
        var subject = new ActionSubject(Database, Plan.ToArguments(), 1);
        var down = new TargetStatus { State = TargetState.Crashed, Version = "15.1", Generation = 7, LastExit = new(1, null, false, DateTimeOffset.UnixEpoch, null) };

        async Task<string> Of(TargetStatus status)
        {
            rig.World.Status["shop-db"] = status;
            return await rig.Restart.FingerprintAsync(subject, Cancel);
        }
        var drawn = await Of(down);

        (await Of(down with { LastExit = new(1, null, false, DateTimeOffset.UnixEpoch.AddSeconds(9), null), State = TargetState.Starting })).ShouldBe(drawn);
        (await Of(down with { Generation = 8 })).ShouldNotBe(drawn);
        (await Of(down with { Version = "15.2" })).ShouldNotBe(drawn);
        (await Of(down with { State = TargetState.Running })).ShouldNotBe(drawn);
        (await Of(down with { State = TargetState.Starting, Recovering = true })).ShouldNotBe(drawn);
    }

    [Fact]
    public async Task The_end_is_a_new_message_that_asks_the_lead_to_verify()
    {
        await using var rig = await DiagnosisRig.StartAsync(database);
        var incident = await rig.IncidentAsync();
        var (operation, _, _) = await rig.OperationAsync("restart", Database, Plan, incident.Number);

        await rig.Transactions.RunAsync(null, tx => rig.Restart.FinishedAsync(tx, operation, OperationOutcome.Succeeded("shop-db was restarted."), Cancel), Cancel);

        var said = (await rig.SaidAsync(incident)).ShouldHaveSingleItem();
        said.ShouldContain("<@U0BOB> Incident " + incident.Number + ": the restart of shop-db is done. Verify it.");
        said.ShouldContain($"verify|{incident.Number}|");
    }
}
