using ChatOps.Diagnosis;
using ChatOps.Incidents;
using ChatOps.Platforms;
using ChatOps.Tests.Support;

namespace ChatOps.Tests.Diagnosis;

public sealed class StepVerbsTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static void KillTheDatabase(DiagnosisRig rig)
    {
        var at = TimeProvider.System.GetUtcNow().AddMinutes(-1);
        rig.World.Status["shop-db"] = new() { State = TargetState.Crashed, LastExit = new(null, 9, true, at, "OOM killed: 300 MB used, limit 256 MB") };
        rig.World.Health["shop-db"] = [("ready", false)];
        rig.World.Checks["shop"] = [("login", false)];
    }

    [Fact]
    public async Task An_assessment_leaves_evidence_ranking_timeline_and_messages_with_the_end_of_its_request()
    {
        await using var rig = await DiagnosisRig.StartAsync(database);
        KillTheDatabase(rig);
        var incident = await rig.IncidentAsync("triage", severity: null);
        var request = await rig.RequestAsync();

        await new AssessVerb(rig.Run(request), rig.Assess, rig.Evidence, rig.World.Catalog).HandleAsync(DiagnosisRig.Call(incident), Cancel);

        request.Completed.ShouldBeTrue();
        var after = (await rig.Incidents.FindAsync(incident.Number, Cancel))!;
        after.SeverityRule.ShouldBe("SEV1: shop is tier 1 and its login fails");
        after.Cause.ShouldBe("shop-db is not running: OOM killed");
        after.OnsetAt.ShouldNotBeNull();
        (await rig.QueryAsync<string>("SELECT kind FROM timeline WHERE incident = @Number ORDER BY id", incident)).ShouldBe(["step.started", "incident.onset", "step.finished"]);
        (await rig.ScalarAsync<string>("SELECT hypotheses->0->>'service' FROM incident_steps WHERE incident = @Number AND finished_at IS NOT NULL", incident)).ShouldBe("shop-db");
        (await rig.ScalarAsync<long>("SELECT count(*) FROM probes WHERE incident = @Number", incident)).ShouldBe(6);
        (await rig.Evidence.OfIncidentAsync(incident.Number, Cancel)).ShouldContain(e => e.Sign == Signs.OomKilled && e.Service == "shop-db");
        (await rig.SaidAsync(incident)).ShouldContain(m => m.Contains("Accept as SEV1"));
    }

    [Fact]
    public async Task A_second_run_after_a_crash_shows_its_result_in_the_first_ones_message()
    {
        await using var rig = await DiagnosisRig.StartAsync(database);
        var incident = await rig.IncidentAsync();
        var first = await rig.RequestAsync();
        using var crash = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        await Should.ThrowAsync<OperationCanceledException>(rig.Run(first).RunAsync<AssessResult>(
            DiagnosisRig.Call(incident), "assess", "looking", (_, _, _) =>
            {
                crash.Cancel();
                throw new OperationCanceledException(crash.Token);
            }, (_, _) => throw new InvalidOperationException(), null, crash.Token));

        var again = await rig.RequestAsync(first.Id);
        await new AssessVerb(rig.Run(again), rig.Assess, rig.Evidence, rig.World.Catalog).HandleAsync(DiagnosisRig.Call(incident), Cancel);

        (await rig.ScalarAsync<long>("SELECT count(*) FROM incident_steps WHERE incident = @Number", incident)).ShouldBe(1);
        (await rig.QueryAsync<string>("SELECT kind FROM timeline WHERE incident = @Number AND kind LIKE 'step.%' ORDER BY id", incident)).ShouldBe(["step.started", "step.finished"]);
        (await rig.QueryAsync<string>("SELECT DISTINCT message_key FROM outbox WHERE destination = @Destination AND message_key LIKE 'step %' ORDER BY 1", incident)).Count.ShouldBe(2);
    }

    [Fact]
    public async Task What_the_bot_begins_by_itself_is_one_message()
    {
        await using var rig = await DiagnosisRig.StartAsync(database);
        var incident = await rig.IncidentAsync();

        await new AssessVerb(rig.Run(await rig.RequestAsync()), rig.Assess, rig.Evidence, rig.World.Catalog).HandleAsync(DiagnosisRig.Call(incident, user: "chatops"), Cancel);

        (await rig.QueryAsync<string>("SELECT DISTINCT message_key FROM outbox WHERE destination = @Destination AND message_key LIKE 'step %'", incident)).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Without_a_service_the_incident_is_about_the_one_that_people_feel()
    {
        await using var rig = await DiagnosisRig.StartAsync(database);
        KillTheDatabase(rig);
        var incident = await rig.IncidentAsync(service: null);

        await new AssessVerb(rig.Run(await rig.RequestAsync()), rig.Assess, rig.Evidence, rig.World.Catalog).HandleAsync(DiagnosisRig.Call(incident), Cancel);

        (await rig.Incidents.FindAsync(incident.Number, Cancel))!.Service.ShouldBe("shop");
    }

    [Fact]
    public async Task An_incident_of_before_with_the_same_signs_is_told_with_what_fixed_it()
    {
        await using var rig = await DiagnosisRig.StartAsync(database);
        KillTheDatabase(rig);
        var before = await rig.IncidentAsync();
        await new AssessVerb(rig.Run(await rig.RequestAsync()), rig.Assess, rig.Evidence, rig.World.Catalog).HandleAsync(DiagnosisRig.Call(before), Cancel);
        await rig.ScalarAsync<int>("UPDATE incidents SET status = 'resolved', resolved_at = now(), resolution = 'Restarted shop-db and raised its limit' WHERE number = @Number; SELECT 0", before);
        var incident = await rig.IncidentAsync();

        await new AssessVerb(rig.Run(await rig.RequestAsync()), rig.Assess, rig.Evidence, rig.World.Catalog).HandleAsync(DiagnosisRig.Call(incident), Cancel);

        (await rig.SaidAsync(incident)).ShouldContain(m => m.Contains("Restarted shop-db and raised its limit"));
    }

    [Fact]
    public async Task Logs_of_an_unknown_service_offer_the_nearest_name_and_run_nothing()
    {
        await using var rig = await DiagnosisRig.StartAsync(database);
        var incident = await rig.IncidentAsync();
        var request = await rig.RequestAsync();

        await new LogsVerb(rig.Run(request), rig.CheckLogs, rig.World.Catalog, request, rig.Outbox).HandleAsync(DiagnosisRig.Call(incident, "shopp"), Cancel);

        request.Completed.ShouldBeTrue();
        (await rig.ScalarAsync<string>("SELECT content->>'text' FROM outbox WHERE kind = 'ephemeral' ORDER BY id DESC LIMIT 1")).ShouldContain("Did you mean `shop`?");
        (await rig.ScalarAsync<long>("SELECT count(*) FROM incident_steps WHERE incident = @Number", incident)).ShouldBe(0);
    }

    [Theory]
    [InlineData("--since yesterday", "`--since yesterday` is no time")]
    [InlineData("--until 5m", "no option `--until`")]
    public async Task Options_that_cannot_be_used_are_answered_with_those_that_can(string arguments, string says)
    {
        await using var rig = await DiagnosisRig.StartAsync(database);
        var incident = await rig.IncidentAsync();
        var request = await rig.RequestAsync();

        await new LogsVerb(rig.Run(request), rig.CheckLogs, rig.World.Catalog, request, rig.Outbox).HandleAsync(DiagnosisRig.Call(incident, arguments), Cancel);

        (await rig.ScalarAsync<string>("SELECT content->>'text' FROM outbox WHERE kind = 'ephemeral' ORDER BY id DESC LIMIT 1")).ShouldContain(says);
    }

    [Fact]
    public async Task The_lines_of_the_logs_come_as_a_file_below_the_result()
    {
        await using var rig = await DiagnosisRig.StartAsync(database);
        var now = TimeProvider.System.GetUtcNow();
        rig.World.Lines["shop"] = [new(now.AddMinutes(-2), "ERROR connect ECONNREFUSED 127.0.0.1:5432", null)];
        var incident = await rig.IncidentAsync();
        var request = await rig.RequestAsync();

        await new LogsVerb(rig.Run(request), rig.CheckLogs, rig.World.Catalog, request, rig.Outbox).HandleAsync(DiagnosisRig.Call(incident), Cancel);

        var rows = await rig.QueryAsync<string>("SELECT kind FROM outbox WHERE destination = @Destination AND kind IN ('show', 'upload') AND (message_key IS NULL OR message_key LIKE 'step%') ORDER BY seq", incident);
        rows[^1].ShouldBe("upload");
        rows.ShouldContain("show");
    }

    [Fact]
    public async Task A_verified_incident_is_watched_for_a_quarter_of_an_hour()
    {
        await using var rig = await DiagnosisRig.StartAsync(database);
        var incident = await rig.IncidentAsync();
        var verb = new VerifyVerb(rig.Run(await rig.RequestAsync()), new Verify(rig.World.Sources, rig.World.Catalog, TimeProvider.System), rig.Steps, rig.Timeline);

        await verb.HandleAsync(DiagnosisRig.Call(incident), Cancel);

        var after = (await rig.Incidents.FindAsync(incident.Number, Cancel))!;
        after.Status.ShouldBe(IncidentStatus.Watching);
        (after.WatchUntil - TimeProvider.System.GetUtcNow())!.Value.TotalMinutes.ShouldBeInRange(14, 15);
        (await rig.ScalarAsync<bool>("SELECT passed FROM incident_steps WHERE incident = @Number", incident)).ShouldBeTrue();
        (await rig.SaidAsync(incident)).ShouldContain(m => m.Contains("resolve|"));
    }

    [Fact]
    public async Task A_failed_verification_leaves_the_incident_open()
    {
        await using var rig = await DiagnosisRig.StartAsync(database);
        rig.World.Checks["shop"] = [("login", false)];
        var incident = await rig.IncidentAsync();
        var verb = new VerifyVerb(rig.Run(await rig.RequestAsync()), new Verify(rig.World.Sources, rig.World.Catalog, TimeProvider.System), rig.Steps, rig.Timeline);

        await verb.HandleAsync(DiagnosisRig.Call(incident), Cancel);

        (await rig.Incidents.FindAsync(incident.Number, Cancel))!.Status.ShouldBe(IncidentStatus.Open);
    }
}
