using ChatOps.Diagnosis;
using ChatOps.Platforms;
using ChatOps.Tests.Support;

namespace ChatOps.Tests.Diagnosis;

public sealed class FixVerbTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private Task<DiagnosisRig> StartAsync() => DiagnosisRig.StartAsync(database);

    private static Task<string> CardAsync(DiagnosisRig rig) => rig.ScalarAsync<string>("SELECT content::text FROM outbox WHERE message_key LIKE 'action %' ORDER BY id DESC LIMIT 1");

    private static Task<string> ToldAsync(DiagnosisRig rig) => rig.ScalarAsync<string>("SELECT content->>'text' FROM outbox WHERE kind = 'ephemeral' ORDER BY id DESC LIMIT 1");

    [Fact]
    public async Task Choosing_a_restart_draws_the_card_with_the_way_back_and_who_may_press()
    {
        await using var rig = await StartAsync();
        rig.World.Status["shop-db"] = new() { State = TargetState.Crashed, Generation = 7 };
        var incident = await rig.IncidentAsync();

        await rig.FixVerb(await rig.RequestAsync()).HandleAsync(DiagnosisRig.Call(incident, "restart shop-db"), Cancel);

        var card = await CardAsync(rig);
        card.ShouldContain("Restart shop-db in production?");
        card.ShouldContain("Way back:");
        card.ShouldContain("@oncall");
        card.ShouldContain("action.confirm");
        (await rig.ScalarAsync<string>("SELECT fingerprint FROM pending_actions ORDER BY requested_at DESC LIMIT 1")).ShouldBe("version=none; runs=no; changes=7");
        rig.World.Calls.ShouldBeEmpty();
    }

    [Fact]
    public async Task Choosing_a_rollback_names_every_release_that_it_undoes()
    {
        await using var rig = await StartAsync();
        var now = TimeProvider.System.GetUtcNow();
        rig.World.Status["shop"] = new() { State = TargetState.Running, Version = "v43", Generation = 3 };
        rig.World.Releases["shop"] =
        [
            new() { Version = "v43", Current = true, Commit = "c41e7d0", Author = "tom", Message = "country of sign-in", DeployedAt = now.AddMinutes(-5) },
            new() { Version = "v42", Author = "mei", DeployedAt = now.AddDays(-1) },
        ];
        var incident = await rig.IncidentAsync();

        await rig.FixVerb(await rig.RequestAsync()).HandleAsync(DiagnosisRig.Call(incident, "rollback shop"), Cancel);

        var card = await CardAsync(rig);
        card.ShouldContain("Roll shop back to v42 in production?");
        card.ShouldContain("c41e7d0");
        card.ShouldContain("by tom");
    }

    [Theory]
    [InlineData("rollback shop v99", "There is no release v99 of shop")]
    [InlineData("rollback shop v43", "shop runs v43 already")]
    [InlineData("restart shop-bd", "Did you mean `shop-db`?")]
    [InlineData("restrat shop", "Did you mean `restart`?")]
    [InlineData("scale shop 3", "I cannot `scale` yet")]
    public async Task What_cannot_be_done_is_answered_with_what_can(string arguments, string says)
    {
        await using var rig = await StartAsync();
        rig.World.Status["shop"] = new() { State = TargetState.Running, Version = "v43" };
        rig.World.Releases["shop"] = [new() { Version = "v43", Current = true }, new() { Version = "v42" }];
        var incident = await rig.IncidentAsync();
        var request = await rig.RequestAsync();

        await rig.FixVerb(request).HandleAsync(DiagnosisRig.Call(incident, arguments), Cancel);

        request.Completed.ShouldBeTrue();
        (await ToldAsync(rig)).ShouldContain(says);
    }

    [Fact]
    public async Task A_database_in_crash_recovery_has_no_card()
    {
        await using var rig = await StartAsync();
        rig.World.Status["shop-db"] = new() { State = TargetState.Starting, Recovering = true };

        await rig.FixVerb(await rig.RequestAsync()).HandleAsync(DiagnosisRig.Call(await rig.IncidentAsync(), "restart shop-db"), Cancel);

        (await ToldAsync(rig)).ShouldContain("recovering after a crash");
    }

    [Fact]
    public async Task Without_a_word_the_best_is_offered_and_nothing_is_done()
    {
        await using var rig = await StartAsync();
        rig.World.Status["shop-db"] = new() { State = TargetState.Crashed, LastExit = new(null, 9, true, TimeProvider.System.GetUtcNow(), null) };
        rig.World.Checks["shop"] = [("login", false)];
        var incident = await rig.IncidentAsync();
        await new AssessVerb(rig.Run(await rig.RequestAsync()), rig.Assess, rig.Evidence, rig.World.Catalog).HandleAsync(DiagnosisRig.Call(incident), Cancel);

        await rig.FixVerb(await rig.RequestAsync()).HandleAsync(DiagnosisRig.Call(incident), Cancel);

        (await rig.SaidAsync(incident)).ShouldContain(m => m.Contains("fix.choose:1") && m.Contains("restart shop-db"));
        rig.World.Calls.ShouldBeEmpty();
    }

    [Fact]
    public async Task The_owner_is_called_into_the_channel()
    {
        await using var rig = await StartAsync();
        var incident = await rig.IncidentAsync();

        await rig.FixVerb(await rig.RequestAsync()).HandleAsync(DiagnosisRig.Call(incident, "page shop"), Cancel);

        (await rig.SaidAsync(incident)).ShouldContain(m => m.Contains("U0OWNER") && m.Contains("needs you"));
    }
}
