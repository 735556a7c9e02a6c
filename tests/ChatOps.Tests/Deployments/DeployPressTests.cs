using ChatOps.Catalog;
using ChatOps.Confirmations;
using ChatOps.Deployments;
using ChatOps.Operations;
using ChatOps.Tests.Operations;
using ChatOps.Tests.Support;

namespace ChatOps.Tests.Deployments;

/// <summary>What a card says at its press is what is true then, and what the rules refuse by then is not done.</summary>
public sealed class DeployPressTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_backup_that_is_too_old_by_the_press_makes_the_card_outdated()
    {
        await using var rig = await DeployRig.StartAsync(database, rules: new DeployRules { Backup = true });
        rig.Platform.LastBackupAt = rig.Engine.Time.GetUtcNow().AddHours(-23.5);
        var plan = DeployPlan.Make(await rig.FactsAsync());
        plan.Backup.ShouldBeFalse();
        (await rig.CheckAsync(plan, "U0BOB")).Fingerprint.ShouldBe(plan.Fingerprint);

        rig.Engine.Time.By += TimeSpan.FromHours(4);
        FingerprintChange.Describe(plan.Fingerprint, (await rig.CheckAsync(plan, "U0BOB")).Fingerprint).ShouldBe("was backup=no, is backup=yes");
    }

    [Fact]
    public async Task A_card_that_the_lead_may_press_alone_is_outdated_when_another_leads()
    {
        await using var rig = await DeployRig.StartAsync(database, rules: new DeployRules { Approvals = new Dictionary<string, Approval> { ["production"] = Approval.SecondPerson } });
        var number = await rig.Engine.ScalarAsync<int>(
            """
            INSERT INTO incidents (short_id, title, status, environment, declared_by, declared_at, declared_in, request_id, service, severity, lead)
            VALUES (left(gen_random_uuid()::text, 8), 'x', 'open', 'production', 'U0ANA', now(), 'C1', (random() * 1e12)::bigint, @Service, 1, 'U0ANA') RETURNING number
            """, new { rig.Target.Service });
        var plan = DeployPlan.Make(await rig.FactsAsync(r => r with { Incident = number, Reason = "it is the fix" }));
        plan.Approval.ShouldBe(Approval.Anyone);
        (await rig.CheckAsync(plan, "U0ANA")).Fingerprint.ShouldBe(plan.Fingerprint);

        await rig.Engine.ScalarAsync<int>("UPDATE incidents SET lead = 'U0BOB' WHERE number = @number; SELECT 0", new { number });
        FingerprintChange.Describe(plan.Fingerprint, (await rig.CheckAsync(plan, "U0ANA")).Fingerprint).ShouldBe("was approval=one press, is approval=a second person");
    }

    [Fact]
    public void A_card_asks_for_one_press_though_the_request_would_be_enough_by_now()
    {
        var enough = (TestFacts.Good with { Before = null }).Ask(r => r with { Target = new("shop", "staging") }).Rules(r => r with { Approvals = new Dictionary<string, Approval> { ["staging"] = Approval.None } });
        var asks = enough with { ToldRefusal = "channel_not_found" };
        (DeployPlan.Make(enough).Approval, DeployPlan.Make(asks).Approval).ShouldBe((Approval.None, Approval.Anyone));

        DeployPlan.Make(asks).Fingerprint.ShouldBe(DeployPlan.Make(enough).Fingerprint);
        ApprovalRule.AfterQueue(DeployPlan.Make(enough)).Fingerprint.ShouldBe(DeployPlan.Make(enough).Fingerprint);
    }

    [Fact]
    public async Task A_rollback_that_the_schema_refuses_by_now_is_not_offered_again()
    {
        await using var rig = await RollbackAsync();
        var card = await ProposeAsync(rig);
        rig.Platform.Version = "v44";
        rig.Platform.Releases = Contracted;
        await rig.Engine.PressAsync(ActionIds.Confirm, card.Id, EngineRig.Allowed, rig.Rollback);
        (await rig.Engine.StateAsync(card)).ShouldBe(PendingActionState.Outdated);

        await rig.Engine.PressAsync(ActionIds.Refresh, card.Id, EngineRig.Allowed, rig.Rollback);
        (await rig.Engine.ToldAsync(EngineRig.Allowed)).ShouldContain("0009_drop_rank");
        (await rig.Engine.StateAsync(card)).ShouldBe(PendingActionState.Outdated);
        await rig.Engine.PressAsync(ActionIds.Confirm, card.Id, EngineRig.Allowed, rig.Rollback);
        await NothingBeganAsync(rig);
    }

    [Fact]
    public async Task A_rollback_that_the_schema_refuses_by_now_is_refused_at_its_press_though_the_same_version_runs()
    {
        await using var rig = await RollbackAsync();
        var card = await ProposeAsync(rig);
        // v44 ran for a moment, and its migration stayed.
        rig.Platform.Releases = Contracted;
        await rig.Engine.PressAsync(ActionIds.Confirm, card.Id, EngineRig.Allowed, rig.Rollback);

        (await rig.Engine.ToldAsync(EngineRig.Allowed)).ShouldContain("0009_drop_rank");
        (await rig.Engine.StateAsync(card)).ShouldBe(PendingActionState.Pending);
        await NothingBeganAsync(rig);
    }

    private static IReadOnlyList<ChatOps.Platforms.Release> Contracted => [TestFacts.Release(44, "s2", "v43", ran: true, "0009_drop_rank"), .. Before];

    private static IReadOnlyList<ChatOps.Platforms.Release> Before => [TestFacts.Release(43), TestFacts.Release(42), TestFacts.Release(41)];

    /// <summary>v43 runs on a platform that does not count what is done to it.</summary>
    private async Task<DeployRig> RollbackAsync()
    {
        var rig = await DeployRig.StartAsync(database);
        (rig.Platform.Version, rig.Platform.Generation, rig.Platform.Releases) = ("v43", null, Before);
        return rig;
    }

    private static async Task<PendingAction> ProposeAsync(DeployRig rig)
    {
        var plan = (await rig.PlanRollbackAsync("v42")).Plan.ShouldNotBeNull();
        var subject = new ActionSubject(rig.Target, plan.ToArguments(), null);
        var propose = new ProposeAction(rig.Engine.Outbox, rig.Engine.Timeline, new ConfirmedActions([rig.Rollback]), new ConfirmationOptions());
        var proposal = new Proposal { Kind = rig.Rollback.Kind, Subject = subject, RequestedBy = "U0ANA", Destination = "C1", Fingerprint = await rig.Rollback.FingerprintAsync(subject, Cancel) };
        return await (await rig.Engine.RequestAsync()).CommitAsync(tx => propose.RunAsync(tx, proposal, Cancel), Cancel);
    }

    private static async Task NothingBeganAsync(DeployRig rig)
    {
        (await rig.Engine.ScalarAsync<int>("SELECT count(*)::int FROM operations WHERE target = @Target", new { Target = rig.Target.ToString() })).ShouldBe(0);
        rig.Platform.Received.ShouldBeEmpty();
    }
}
