using System.Text.RegularExpressions;
using ChatOps.Catalog;
using ChatOps.Configuration;
using ChatOps.Deployments;
using ChatOps.Platforms;

namespace ChatOps.Tests.Deployments;

public sealed class DeployGatesTests
{
    private static GateReport Judge(DeployFacts facts) => DeployGates.Judge(facts);

    private static readonly DeployFacts Frozen = TestFacts.Good with { Freezes = [new("black friday", null, TestFacts.Now, TestFacts.Now.AddDays(3))] };

    [Fact]
    public void Where_nothing_is_wrong_nothing_refuses_and_nothing_is_asked()
    {
        var report = Judge(TestFacts.Good);

        report.Refusal.ShouldBeNull();
        report.Questions.ShouldBeEmpty();
        report.Gates.Select(g => g.Gate).ShouldBe(DeployGates.All.Select(g => g.Name));
    }

    [Fact]
    public void What_cannot_be_read_never_passes_by_itself()
    {
        var blind = TestFacts.Good with { Status = null, Releases = null, Capabilities = null, Before = new("staging", null, null), MetricsAnswer = null, ToldRefusal = "channel_not_found", Unknown = new Dictionary<string, string> { ["Status"] = "shop-platform gave no answer in 5 s" } };

        var report = Judge(blind.Rules(r => r with { Backup = true }));

        report.Gates.Where(g => g.Outcome == GateOutcome.Pass).Select(g => g.Gate).ShouldBe(["concurrent", "lock", "bad-version", "incident", "freeze", "friday", "auto-sync"]);
        report.Gates.Single(g => g.Gate == "new-version").Sentence.ShouldBe("It is not known what runs: shop-platform gave no answer in 5 s.");
    }

    [Fact]
    public void A_refusal_says_what_would_make_it_pass()
    {
        foreach (var (_, facts) in GateCases.All) Judge(facts).Gates.Where(g => g.Outcome is GateOutcome.Fail or GateOutcome.Inconclusive).ShouldAllBe(g => !string.IsNullOrWhiteSpace(g.Next));
    }

    [Fact]
    public void What_makes_the_request_pointless_is_told_first() =>
        Judge((Frozen with { Lock = new("U0BOB", "rehearsal", TestFacts.Now, null) }).Ask(r => r with { Version = "v99" })).Refusal!.Code.ShouldBe(GateCodes.ArtifactMissing);

    [Fact]
    public void A_lock_names_its_owner_reason_and_time()
    {
        var refusal = Judge(TestFacts.Good with { Lock = new("U0BOB", "load test", TestFacts.Now.AddHours(-1), TestFacts.Now.AddHours(1)) }).Refusal!;

        refusal.Sentence.ShouldBe("shop in production is locked by @U0BOB since 2026-11-03 13:00 UTC until 2026-11-03 15:00 UTC: load test.");
    }

    [Fact]
    public void A_lock_that_has_ended_is_none() => Judge(TestFacts.Good with { Lock = new("U0BOB", "load test", TestFacts.Now.AddHours(-2), TestFacts.Now) }).Refusal.ShouldBeNull();

    [Fact]
    public void A_friday_wants_a_reason()
    {
        Judge(TestFacts.Good.Ask(r => r with { At = TestFacts.Friday })).Refusal!.Code.ShouldBe(GateCodes.FridayWithoutReason);
        Judge(TestFacts.Good.Ask(r => r with { At = TestFacts.Friday, Reason = "it repairs the checkout" })).Refusal.ShouldBeNull();
        Judge(TestFacts.Good.Ask(r => r with { At = TestFacts.Friday, Reason = "  " })).Refusal.ShouldNotBeNull();
        Judge((TestFacts.Good with { Friday = null }).Ask(r => r with { At = TestFacts.Friday })).Refusal.ShouldBeNull();
    }

    [Fact]
    public void A_friday_goes_by_the_clock_on_the_wall()
    {
        // 23:30 on Thursday in UTC is Friday in Berlin.
        var thursday = new DateTimeOffset(2026, 11, 5, 23, 30, 0, TimeSpan.Zero);
        var berlin = TestFacts.Good with { Friday = new FridayRule { TimeZone = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin") } };
        Judge(berlin.Ask(r => r with { At = thursday })).Refusal!.Gate.ShouldBe("friday");
        Judge(TestFacts.Good.Ask(r => r with { At = thursday })).Refusal.ShouldBeNull();
    }

    [Fact]
    public void An_open_incident_stands_in_the_way_unless_this_is_its_fix()
    {
        var facts = TestFacts.Good with { OpenIncidents = [new(7, 2, Private: false, "U0EVE")] };
        Judge(facts).Refusal!.Sentence.ShouldBe("Incident 7 (SEV2) is open on shop.");
        Judge(facts.Ask(r => r with { Incident = 7 })).Refusal.ShouldBeNull();
        Judge((facts with { OpenIncidents = [.. facts.OpenIncidents, new(8, 3, Private: false, null)] }).Ask(r => r with { Incident = 7 })).Refusal!.Sentence.ShouldContain("Incident 8");
    }

    [Fact]
    public void A_private_incident_is_not_named()
    {
        var refusal = Judge(TestFacts.Good with { OpenIncidents = [new(7, 2, Private: true, "U0EVE")] }).Refusal!;
        $"{refusal.Sentence} {refusal.Next}".ShouldNotContain("7");
    }

    [Fact]
    public void The_environment_before_must_run_this_very_build()
    {
        var other = TestFacts.Good with { Before = new("staging", TestFacts.Good.Before!.Status! with { Digest = "sha256:other" }, true) };
        Judge(other).Refusal!.Code.ShouldBe(GateCodes.BeforeOtherVersion);
        Judge(TestFacts.Good with { Before = TestFacts.Good.Before! with { Healthy = false } }).Refusal!.Code.ShouldBe(GateCodes.BeforeUnhealthy);
        Judge(TestFacts.Good with { Before = null }).Refusal.ShouldBeNull();
    }

    [Fact]
    public void An_override_needs_the_right_a_reason_and_the_name_of_a_gate()
    {
        Judge(Frozen.Ask(r => r with { Forced = ["freeze"] })).Refusal!.Code.ShouldBe(GateCodes.ForceWithoutReason);
        Judge((Frozen with { MayForce = false }).Ask(r => r with { Forced = ["freeze"], Reason = "x" })).Refusal!.Code.ShouldBe(GateCodes.ForceNotAllowed);
        Judge(Frozen.Ask(r => r with { Forced = ["freze"], Reason = "x" })).Refusal!.Next.ShouldBe("Did you mean freeze?");
        var report = Judge(Frozen.Ask(r => r with { Forced = ["Freeze", "lock"], Reason = "x" }));
        report.Refusal.ShouldBeNull();
        report.Overridden.Select(g => g.Gate).ShouldBe(["freeze"]);
    }

    [Theory]
    [InlineData("artifact")]
    [InlineData("new-version")]
    [InlineData("concurrent")]
    [InlineData("strategy")]
    [InlineData("schema")]
    public void Some_gates_are_overridden_by_nobody(string gate)
    {
        DeployGates.All.Where(g => !g.CanForce).Select(g => g.Name).ShouldContain(gate);
        Judge((Frozen with { Active = new(4, "deploy", "v41", "U0BOB", TestFacts.Now) }).Ask(r => r with { Forced = [gate, "freeze"], Reason = "x" })).Refusal!.Code.ShouldBe(GateCodes.ForceNever);
    }

    [Fact]
    public void An_override_that_is_refused_overrides_nothing() => Judge(Frozen.Ask(r => r with { Forced = ["freeze"] })).Overridden.ShouldBeEmpty();

    [Fact]
    public void A_rollback_waits_for_no_freeze_friday_incident_or_second_person()
    {
        var facts = (Frozen with { OpenIncidents = [new(7, 2, false, null)], Before = new("staging", new() { State = TargetState.Crashed, Version = "v42" }, false) })
            .Rules(r => r with { Approvals = new Dictionary<string, Approval> { ["production"] = Approval.SecondPerson } })
            .Ask(r => r with { IsRollback = true, Version = "v39", At = TestFacts.Friday });

        Judge(facts).Refusal.ShouldBeNull();
        ApprovalRule.Of(facts, Judge(facts)).Approval.ShouldBe(Approval.Anyone);
        Judge(facts with { Active = new(4, "deploy", "v41", "U0BOB", TestFacts.Now) }).Refusal!.Code.ShouldBe(GateCodes.TargetBusy);
        Judge((facts with { Releases = [TestFacts.Release(42, "s2", "v40"), .. facts.Releases!.Skip(1)] })).Refusal!.Code.ShouldBe(GateCodes.SchemaRefuses);
    }

    [Fact]
    public void The_lead_of_a_grave_incident_deploys_its_fix_alone_with_a_reason_and_is_reviewed()
    {
        var facts = (Frozen with { OpenIncidents = [new(7, 2, false, "U0ANA")] })
            .Rules(r => r with { Approvals = new Dictionary<string, Approval> { ["production"] = Approval.SecondPerson } })
            .Ask(r => r with { Incident = 7, Reason = "the fix" });

        Judge(facts).Refusal.ShouldBeNull();
        var rule = ApprovalRule.Of(facts, Judge(facts));
        (rule.Approval, rule.ReviewWithin).ShouldBe((Approval.Anyone, TimeSpan.FromHours(24)));
        foreach (var lesser in (DeployFacts[])[facts.Ask(r => r with { Reason = null }), facts.Ask(r => r with { RequestedBy = "U0BOB" }), facts with { OpenIncidents = [new(7, 3, false, "U0ANA")] }])
        {
            Judge(lesser).Refusal!.Code.ShouldBe(GateCodes.Frozen);
            ApprovalRule.Of(lesser, Judge(lesser)).Approval.ShouldBe(Approval.SecondPerson);
        }
    }

    [Fact]
    public void Every_option_that_a_gate_advises_can_be_typed()
    {
        var catalog = new ServiceCatalog { Services = new Dictionary<string, Service> { ["shop"] = TestFacts.Good.Service }, Environments = ["staging", "production"], Platforms = new Dictionary<string, PlatformDefinition>() };
        var advised = GateCases.All.SelectMany(c => Judge(c.Facts).Gates).SelectMany(g => Regex.Matches(g.Next ?? "", "--[a-z-]+")).Select(m => m.Value).Distinct().ToList();

        advised.ShouldNotBeEmpty();
        foreach (var option in advised) (DeployArguments.Read($"shop {option} x", catalog).Refusal ?? "").ShouldNotContain("There is no option");
    }

    [Fact]
    public void An_exception_from_a_freeze_needs_a_second_person()
    {
        var facts = Frozen.Ask(r => r with { Forced = ["freeze"], Reason = "x" });
        ApprovalRule.Of(facts, Judge(facts)).Approval.ShouldBe(Approval.SecondPerson);
    }

    [Fact]
    public void Nothing_is_deployed_without_a_press_in_the_last_environment_or_where_something_is_asked()
    {
        var none = TestFacts.Good.Rules(r => r with { Approvals = new Dictionary<string, Approval> { ["production"] = Approval.None, ["staging"] = Approval.None } });
        ApprovalRule.Of(none, Judge(none)).Approval.ShouldBe(Approval.Anyone);
        var staging = (none with { Before = null }).Ask(r => r with { Target = new("shop", "staging") });
        ApprovalRule.Of(staging, Judge(staging)).Approval.ShouldBe(Approval.None);
        var asks = staging with { ToldRefusal = "channel_not_found" };
        ApprovalRule.Of(asks, Judge(asks)).Approval.ShouldBe(Approval.Anyone);
    }
}
