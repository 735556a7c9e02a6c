using ChatOps.Catalog;
using ChatOps.Confirmations;
using ChatOps.Deployments;
using ChatOps.Platforms;

namespace ChatOps.Tests.Deployments;

public sealed class DeployPlanTests
{
    private static DeployPlan Plan(DeployFacts facts) => DeployPlan.Make(facts);

    [Fact]
    public void What_runs_what_will_run_and_what_comes_in_between_are_named()
    {
        var plan = Plan(TestFacts.Good);

        (plan.Running, plan.ToVersion).ShouldBe(("v40", "v42"));
        plan.Commits.Select(c => c.Version).ShouldBe(["v42", "v41"]);
        plan.Authors.ShouldBe(["ana", "bob"]);
        plan.Digest.ShouldBe("sha256:420000000000000000");
        plan.Backwards.ShouldBeFalse();
    }

    [Fact]
    public void Going_to_an_older_version_names_what_goes()
    {
        var plan = Plan(TestFacts.Good.Ask(r => r with { Version = "v38" }));

        plan.Backwards.ShouldBeTrue();
        plan.Commits.Select(c => c.Version).ShouldBe(["v40", "v39"]);
    }

    [Theory]
    [InlineData(2, false, false, false, false, DeployStrategy.Rolling, "nothing asks for a slower way")]
    [InlineData(2, true, false, false, false, DeployStrategy.Rolling, "stateless and the risk is low")]
    [InlineData(2, true, true, false, false, DeployStrategy.Canary, "it faces users")]
    [InlineData(1, false, false, false, false, DeployStrategy.Canary, "tier 1")]
    [InlineData(1, false, true, true, false, DeployStrategy.BlueGreen, "moves at once")]
    [InlineData(1, false, true, false, true, DeployStrategy.BlueGreen, "quick way back")]
    public void The_strategy_is_chosen_by_a_rule_that_is_told(int tier, bool stateless, bool users, bool instant, bool quick, DeployStrategy strategy, string rule)
    {
        var plan = Plan((TestFacts.Good with { Service = TestFacts.Good.Service with { Tier = tier } }).Rules(r => r with { Stateless = stateless, FacingUsers = users, InstantCutOver = instant, QuickWayBack = quick }));

        plan.Strategy.ShouldBe(strategy);
        plan.StrategyRule.ShouldContain(rule);
    }

    [Theory]
    [InlineData(false, DeployStrategy.Rolling)]
    [InlineData(true, DeployStrategy.Recreate)]
    public void A_migration_that_is_not_expand_contract_forbids_canary_and_says_why(bool downtime, DeployStrategy instead)
    {
        var plan = Plan(TestFacts.Good.Contracting().Rules(r => r with { FacingUsers = true, DowntimeAllowed = downtime }));

        plan.Strategy.ShouldBe(instead);
        plan.StrategyRule.ShouldContain("0007_drop_column");
        plan.StrategyRule.ShouldContain("not expand/contract");
        plan.Risk.ShouldBe(DeployRisk.High);
        Plan(TestFacts.Good.Contracting().Rules(r => r with { QuickWayBack = true })).Strategy.ShouldNotBe(DeployStrategy.BlueGreen);
    }

    [Fact]
    public void A_migration_that_keeps_serving_the_old_version_forbids_nothing() =>
        Plan(TestFacts.Good.Wanted(r => r with { SchemaVersion = "s2", ServesBackTo = "v40", Migrations = ["0007_add_column"] }).Rules(r => r with { FacingUsers = true })).Strategy.ShouldBe(DeployStrategy.Canary);

    [Fact]
    public void What_the_platform_cannot_do_is_replaced_with_the_reason_where_nobody_named_it()
    {
        var facts = TestFacts.Good with { Capabilities = new HashSet<PlatformAction> { PlatformAction.Deploy } };
        var plan = Plan(facts.Rules(r => r with { FacingUsers = true }));

        plan.Strategy.ShouldBe(DeployStrategy.Rolling);
        plan.StrategyRule.ShouldBe("rolling: canary would be right (it faces users, so few of them see the new version first), but shop-platform cannot split traffic.");
        Plan(facts.Rules(r => r with { Strategy = DeployStrategy.BlueGreen })).Strategy.ShouldBe(DeployStrategy.Rolling);
    }

    [Fact]
    public void A_strategy_that_somebody_named_is_refused_and_not_replaced()
    {
        var choice = StrategyChoice.Choose((TestFacts.Good with { Capabilities = new HashSet<PlatformAction> { PlatformAction.Deploy } }).Ask(r => r with { Strategy = DeployStrategy.Canary }));

        choice.Strategy.ShouldBe(DeployStrategy.Canary);
        choice.Refusal.ShouldBe("Canary cannot be done: shop-platform cannot split traffic.");
        choice.Next.ShouldBe("Possible: rolling; leave out --strategy to have one chosen.");
    }

    [Fact]
    public void Downtime_must_be_allowed_for_recreate() =>
        StrategyChoice.Choose(TestFacts.Good.Ask(r => r with { Strategy = DeployStrategy.Recreate })).Refusal.ShouldNotBeNull().ShouldContain("no downtime");

    [Fact]
    public void The_way_back_is_the_version_that_runs_and_the_press_arms_it()
    {
        var plan = Plan(TestFacts.Good);

        (plan.BackTo, plan.AutomaticRollback, plan.AutomaticWhy).ShouldBe(("v40", true, null));
    }

    [Fact]
    public void A_schema_that_will_not_serve_the_version_before_leaves_no_way_back()
    {
        var plan = Plan(TestFacts.Good.Contracting());

        (plan.BackTo, plan.AutomaticRollback).ShouldBe((null, false));
        plan.WayBack.ShouldContain("0007_drop_column");
        plan.WayBack.ShouldContain("roll forward");
    }

    [Fact]
    public void An_undeclared_schema_turns_automatic_rollback_off()
    {
        var plan = Plan(TestFacts.Good.Wanted(r => r with { SchemaVersion = null, ServesBackTo = null }));

        (plan.BackTo, plan.AutomaticRollback).ShouldBe(("v40", false));
        plan.AutomaticWhy.ShouldNotBeNull().ShouldContain("does not declare");
    }

    [Fact]
    public void Where_a_bad_version_runs_the_way_back_is_the_last_good_one() =>
        Plan(TestFacts.Good with { BadVersions = [new("v40", "U0BOB", "it leaks", TestFacts.Now), new("v39", "U0BOB", "it too", TestFacts.Now)] }).BackTo.ShouldBe("v38");

    [Fact]
    public void The_first_deploy_has_nothing_to_go_back_to()
    {
        var plan = Plan(TestFacts.Good with { Status = new() { State = TargetState.Stopped } });

        plan.BackTo.ShouldBeNull();
        plan.WayBack.ShouldContain("first deploy of shop in production");
    }

    [Fact]
    public void How_long_it_takes_is_known_from_the_last_twenty()
    {
        var plan = Plan(TestFacts.Good);

        (plan.Median, plan.Most).ShouldBe((TimeSpan.FromSeconds(105), TimeSpan.FromSeconds(180)));
        plan.Expected.ShouldBe("usually 105 s, 90 % within 3 min (last 20)");
        Plan(TestFacts.Good with { Durations = [] }).Expected.ShouldBe("no history");
    }

    [Fact]
    public void Shares_and_times_of_a_canary_are_steps()
    {
        var plan = Plan(TestFacts.Good.Rules(r => r with { FacingUsers = true, Steps = [10, 100] }));

        plan.Steps.Select(s => s.Share).OfType<int>().ShouldBe([10, 100]);
        plan.Steps.Single(s => s.Share == 10).Takes.ShouldBe(TimeSpan.FromMinutes(5));
        plan.Steps[^1].Phase.ShouldBe(DeployPhase.Confirm);
    }

    [Fact]
    public void A_share_that_whole_processes_do_not_allow_is_told_before_anybody_presses()
    {
        var facts = TestFacts.Good.Rules(r => r with { FacingUsers = true, Steps = [5, 25, 100] });
        var wholes = Plan(facts with { Status = facts.Status! with { SharedProcesses = 4 } });

        wholes.Steps.Single(s => s.Share == 5).Text.ShouldContain("(5 % is not possible with 4 replicas: 1 of 5 is 20 %)");
        wholes.Steps.Single(s => s.Share == 25).Text.ShouldNotContain("not possible");
        Plan(facts).Steps.ShouldAllBe(s => !s.Text.Contains("not possible"));
    }

    [Fact]
    public void A_fresh_backup_counts()
    {
        var facts = TestFacts.Good.Rules(r => r with { Backup = true });
        Plan(facts).Backup.ShouldBeTrue();
        Plan(facts with { LastBackup = TestFacts.Now.AddHours(-23) }).Backup.ShouldBeFalse();
        Plan(facts with { LastBackup = TestFacts.Now.AddHours(-24) }).Backup.ShouldBeTrue();
    }

    [Fact]
    public void A_plan_survives_the_way_into_a_row_and_back()
    {
        var plan = Plan(TestFacts.Good.Contracting().Rules(r => r with { BusinessMetric = new("orders", null, false), FacingUsers = true }).Ask(r => r with { Forced = ["friday"], Reason = "x" }));

        var back = DeployPlan.Of(plan.ToArguments());

        back.ToArguments().GetRawText().ShouldBe(plan.ToArguments().GetRawText());
        back.Fingerprint.ShouldBe(plan.Fingerprint);
        plan.ToArguments().GetProperty("strategy").GetString().ShouldBe("Rolling");
    }

    [Fact]
    public void A_fingerprint_names_what_changed()
    {
        var before = Plan(TestFacts.Good).Fingerprint;

        Plan(TestFacts.Good with { Durations = [] }).Fingerprint.ShouldBe(before);
        FingerprintChange.Describe(before, Plan(TestFacts.Good with { Status = TestFacts.Good.Status! with { Version = "v41" } }).Fingerprint).ShouldContain("is version=v41");
        FingerprintChange.Describe(before, Plan(TestFacts.Good.Wanted(r => r with { Digest = "sha256:other" })).Fingerprint).ShouldBe("was digest=sha256:420000000000000000, is digest=sha256:other");
        FingerprintChange.Describe(before, Plan(TestFacts.Good with { Status = TestFacts.Good.Status! with { Generation = 8 } }).Fingerprint).ShouldBe("was changes=7, is changes=8");
        FingerprintChange.Describe(before, Plan(TestFacts.Good with { Lock = new("U0BOB", "x", TestFacts.Now, null) }).Fingerprint).ShouldStartWith("was lock=none, is lock=U0BOB");
    }

    [Fact]
    public void What_speaks_against_it_raises_the_risk_and_is_told()
    {
        Plan(TestFacts.Good).RiskReasons.ShouldBe(["nothing speaks against it"]);
        Plan(TestFacts.Good).Risk.ShouldBe(DeployRisk.Low);
        Plan(TestFacts.Good with { MetricsAnswer = false }).RiskReasons.ShouldBe(["no metrics tell whether it got worse"]);
        Plan((TestFacts.Good with { Freezes = [new("fair", null, TestFacts.Now, null)] }).Ask(r => r with { Forced = ["freeze"], Reason = "x" })).RiskReasons.Single().ShouldContain("the gate 'freeze' is overridden");
    }
}
