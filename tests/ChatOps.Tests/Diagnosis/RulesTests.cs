using ChatOps.Deployments;
using ChatOps.Diagnosis;
using ChatOps.Platforms;
using static ChatOps.Tests.Diagnosis.Facts;

namespace ChatOps.Tests.Diagnosis;

public sealed class OnsetEstimateTests
{
    [Fact]
    public void The_first_symptom_of_all_is_the_onset_with_its_source()
    {
        var onset = OnsetEstimate.From([ProbeFails("shop", 25), NewPattern("shop", 20.1), Down("shop-db", 20), Deploy("shop", 1)])!;

        onset.At.ShouldBe(At(20.1));
        onset.Source.ShouldStartWith("first line of the new error pattern");
    }

    [Fact]
    public void A_dead_process_counts_where_nothing_was_felt() => OnsetEstimate.From([Down("shop-db", 20)])!.At.ShouldBe(At(20));

    [Fact]
    public void Health_and_history_have_no_onset() => OnsetEstimate.From([Runs("shop", 0), ProbeIsHealthy("shop", 1), Deploy("shop", 2)]).ShouldBeNull();
}

public sealed class SeveritySuggestionTests
{
    [Fact]
    public void A_tier_1_service_whose_login_fails_is_SEV1_and_the_rule_says_so() =>
        SeveritySuggestion.From([ProbeFails("shop", 1), Down("shop-db", 0)], World, []).ShouldBe(new SeveritySuggestion(1, "SEV1: shop is tier 1 and its login fails"));

    [Fact]
    public void Slow_is_one_less_than_broken() =>
        SeveritySuggestion.From([Fact(Signs.LatencyHigh, "shop", 1, Weight.Bad, "slow", ("metric", "latency_p99"))], World, [])!.Severity.ShouldBe(2);

    [Fact]
    public void Nobody_outside_notices_tier_4() => SeveritySuggestion.From([Down("mailer", 0)], World, [])!.Severity.ShouldBe(4);

    [Fact]
    public void What_is_healthy_again_suggests_nothing() => SeveritySuggestion.From([ProbeFails("shop", 1), ProbeIsHealthy("shop", 2)], World, []).ShouldBeNull();
}

public sealed class LastGoodVersionTests
{
    private static readonly Release[] Releases = [.. new[] { "v44", "v43", "v42", "v41" }.Select((v, i) => new Release { Version = v, Current = i == 0, DeployedAt = At(-i * 60) })];

    [Fact]
    public void The_release_before_is_the_last_good_one() => LastGoodVersion.Find(Releases, [], "v44", []).Good!.Version.ShouldBe("v43");

    [Fact]
    public void A_version_from_which_somebody_went_back_is_left_out()
    {
        TargetChange[] changes = [new("deploy", At(-60), null, "v43", null), new("rollback", At(-50), null, "v42", null), new("deploy", At(0), null, "v44", null)];

        var found = LastGoodVersion.Find(Releases, changes, "v44", []);

        found.Good!.Version.ShouldBe("v42");
        found.Undone.Select(r => r.Version).ShouldBe(["v44", "v43"]);
    }

    [Fact]
    public void After_a_rollback_the_next_one_goes_further_back() => LastGoodVersion.Find(Releases, [], "v42", []).Good!.Version.ShouldBe("v41");

    [Fact]
    public void The_first_release_has_none_before_it() => LastGoodVersion.Find(Releases, [], "v41", []).Good.ShouldBeNull();

    [Fact]
    public void An_unknown_version_has_no_way_back() => LastGoodVersion.Find(Releases, [], "v99", []).Good.ShouldBeNull();
}

public sealed class FixChoiceTests
{
    private static FixChoice Choose(Evidence[] evidence, PastAction[]? past = null, IReadOnlyDictionary<string, LastGoodVersion>? good = null) => FixChoice.From(new()
    {
        Evidence = evidence, Hypotheses = Rank(evidence), Runbooks = Books, Catalog = World, Past = past ?? [], Now = At(30),
        Good = good ?? new Dictionary<string, LastGoodVersion>(),
    });

    [Fact]
    public void What_took_so_long_in_a_drill_says_nothing_of_how_long_it_takes() =>
        Choose([Down("shop-db", 0), Oom("shop-db", 0), ProbeFails("shop", 0)], [Restarted("shop-db", -9000, 4), Restarted("shop-db", -8000, 900) with { Drill = true }])
            .Options[0].Expected.ShouldBe("usually 4 s (once before)");

    private static PastAction Restarted(string service, double at, double seconds) => new("restart", new(service, "production"), At(at), TimeSpan.FromSeconds(seconds), true);

    [Fact]
    public void A_dead_database_is_restarted_with_its_duration_from_history()
    {
        var choice = Choose([Down("shop-db", 0), Oom("shop-db", 0), ProbeFails("shop", 0)], [Restarted("shop-db", -9000, 4), Restarted("shop-db", -8000, 8), Restarted("shop-db", -7000, 5)]);

        var first = choice.Options[0];
        (first.Action, first.Service, first.Expected).ShouldBe(("restart", "shop-db", "usually 5 s (median of 3)"));
        first.WayBack.ShouldNotBeNullOrWhiteSpace();
        first.Why.ShouldContain("Raise its memory limit");
    }

    [Fact]
    public void A_second_restart_within_30_minutes_stands_last()
    {
        Evidence[] evidence = [Deploy("shop", 5), Down("shop-db", 10), ProbeFails("shop", 10)];
        var good = new Dictionary<string, LastGoodVersion> { ["shop"] = new(new() { Version = "v42" }, [new() { Version = "v43" }], new HashSet<string>()) };

        var choice = Choose(evidence, [Restarted("shop-db", 12, 4)], good);

        choice.Options.Select(o => (o.Action, o.Service)).ShouldBe([("rollback", "shop"), ("restart", "shop-db")]);
        choice.Options[^1].Why.ShouldContain("already");
    }

    [Fact]
    public void A_database_in_crash_recovery_is_left_alone_and_the_reason_is_told()
    {
        var choice = Choose([Oom("shop-db", 0), Fact(Signs.TargetDegraded, "shop-db", 1, Weight.Warning, "starting", ("state", "Starting")), ProbeFails("shop", 1)]);

        choice.Options.ShouldNotContain(o => o.Action == "restart" && o.Service == "shop-db");
        choice.Notes.ShouldContain(n => n.Contains("recovering"));
    }

    [Fact]
    public void A_bad_release_goes_back_to_the_last_good_version()
    {
        var good = new Dictionary<string, LastGoodVersion> { ["shop"] = new(new() { Version = "v42" }, [new() { Version = "v43" }], new HashSet<string>()) };

        var option = Choose([Deploy("shop", 0), ProbeFails("shop", 1), NewPattern("shop", 1)], good: good).Options[0];

        (option.Action, option.Service, option.Version).ShouldBe(("rollback", "shop", "v42"));
        option.WayBack.ShouldContain("v43");
    }

    [Fact]
    public void Without_direct_evidence_the_owner_is_paged_and_nothing_else()
    {
        Choose([ProbeFails("shop", 0)]).Options.ShouldHaveSingleItem().Action.ShouldBe("page");
        Choose([]).Options.ShouldHaveSingleItem().Action.ShouldBe("page");
    }

    [Fact]
    public void A_rollback_without_an_earlier_release_is_explained() =>
        Choose([Deploy("shop", 0), ProbeFails("shop", 1)]).Notes.ShouldContain(n => n.Contains("no earlier release"));
}
