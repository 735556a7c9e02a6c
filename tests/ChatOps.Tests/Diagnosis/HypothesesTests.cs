using ChatOps.Diagnosis;
using ChatOps.Telemetry;
using static ChatOps.Tests.Diagnosis.Facts;

namespace ChatOps.Tests.Diagnosis;

public sealed class HypothesesTests
{
    [Fact]
    public void A_dependency_that_was_OOM_killed_stands_above_a_deploy_of_two_minutes_before()
    {
        var ranked = Rank(Deploy("shop", 18), Down("shop-db", 20), Oom("shop-db", 20), ProbeFails("shop", 20.1), NewPattern("shop", 20.1, "connect ECONNREFUSED <ip>:5432"));

        ranked[0].Service.ShouldBe("shop-db");
        ranked[0].Title.ShouldContain("OOM killed");
        ranked[0].Fix.ShouldBe("restart");
        ranked[0].Runbook.ShouldBe("database-out-of-memory");
        ranked.ShouldContain(h => h.Cause == "bad-release" && h.Against.Any(e => e.Service == "shop-db"));
    }

    [Fact]
    public void A_release_stands_first_when_the_symptoms_follow_it_within_the_hour()
    {
        var ranked = Rank(Deploy("shop", 10), Runs("shop-db", -500), Runs("pay", -500), ProbeFails("shop", 11), NewPattern("shop", 10.5));

        ranked[0].Cause.ShouldBe("bad-release");
        ranked[0].Fix.ShouldBe("rollback");
        ranked[0].Runbook.ShouldBe("bad-release");
        ranked[0].Title.ShouldContain("v43");
    }

    [Theory]
    [InlineData(59, true)]
    [InlineData(60, true)]
    [InlineData(61, false)]
    public void Sixty_minutes_are_the_reach_of_a_release(double minutes, bool first)
    {
        var ranked = Rank(Deploy("shop", 0), ProbeFails("shop", minutes));

        ranked[0].Cause.ShouldBe("bad-release");
        (ranked[0].Fix == "rollback").ShouldBe(first);
        if (!first) ranked[0].Against.ShouldContain(e => e.Text.Contains("began 61 min after"));
    }

    [Fact]
    public void A_release_of_long_before_is_direct_when_the_version_before_did_not_know_the_error()
    {
        Rank(Deploy("shop", 0), NewPattern("shop", 200, absentUnder: "v42"))[0].Fix.ShouldBe("rollback");
        Rank(Deploy("shop", 0), NewPattern("shop", 200, absentUnder: "v41")).ShouldAllBe(h => h.Fix != "rollback");
    }

    [Fact]
    public void A_release_that_came_after_the_symptoms_is_no_cause() =>
        Rank(ProbeFails("shop", 5), NewPattern("shop", 5), Deploy("shop", 6)).ShouldNotContain(h => h.Cause == "bad-release");

    [Fact]
    public void A_log_that_keeps_whole_seconds_does_not_put_an_error_before_the_release_that_brought_it()
    {
        var deployed = Deploy("shop", 0) with { At = T0.AddSeconds(9.8) };

        Rank(deployed, NewPattern("shop", 0) with { At = T0.AddSeconds(9) })[0].Fix.ShouldBe("rollback");
        Rank(deployed, NewPattern("shop", 0) with { At = T0.AddSeconds(8) }).ShouldNotContain(h => h.Cause == "bad-release");
    }

    [Fact]
    public void A_service_that_is_down_and_was_released_just_before_points_at_the_release()
    {
        var ranked = Rank(Deploy("shop", 0), Down("shop", 1), ProbeFails("shop", 2));

        ranked[0].Cause.ShouldBe("bad-release");
        ranked[1].Cause.ShouldBe("not-running");
    }

    [Fact]
    public void Of_two_dependencies_that_are_down_the_one_that_more_needs_stands_first()
    {
        var ranked = Rank(Down("pay", 2), Down("pay-db", 1), ProbeFails("shop", 2), ProbeFails("pay", 2));

        ranked[0].Service.ShouldBe("pay-db");
        ranked[1].Service.ShouldBe("pay");
    }

    [Fact]
    public void A_database_in_crash_recovery_has_no_restart()
    {
        var ranked = Rank(Oom("shop-db", 0), Fact(Signs.TargetDegraded, "shop-db", 1, Weight.Warning, "shop-db is starting", ("state", "Starting")), ProbeFails("shop-db", 1, "query", "the database system is starting up"));

        ranked.ShouldNotContain(h => h.Service == "shop-db" && h.Fix == "restart");
        ranked[0].Title.ShouldContain("recovering");
    }

    [Fact]
    public void A_dependency_that_runs_again_stays_the_cause_and_is_not_restarted_once_more()
    {
        var ranked = Rank(Down("shop-db", 0), Oom("shop-db", 0), ProbeFails("shop", 0), Runs("shop-db", 5), ProbeIsHealthy("shop", 6));

        ranked[0].Service.ShouldBe("shop-db");
        ranked[0].Fix.ShouldBeNull();
        ranked[0].Against.ShouldContain(e => e.Sign == Signs.TargetRunning);
    }

    [Fact]
    public void A_service_that_fails_on_after_its_database_is_back_is_to_be_restarted()
    {
        var ranked = Rank(Down("shop-db", 0), ProbeFails("shop", 0), Runs("shop-db", 5), Runs("shop", -100), ProbeFails("shop", 6));

        (ranked[0].Service, ranked[0].Fix).ShouldBe(("shop", "restart"));
    }

    [Fact]
    public void A_full_disk_is_named_with_what_to_do_by_hand()
    {
        var ranked = Rank(Fact(Signs.DiskFull, "shop-db", 0, Weight.Bad, "shop-db disk 99 %", ("metric", "disk"), ("percent", "99")), ProbeFails("shop", 1));

        (ranked[0].Service, ranked[0].Runbook, ranked[0].Fix).ShouldBe(("shop-db", "disk-full", null));
    }

    [Fact]
    public void A_slow_dependency_is_recognised_by_its_latency_and_its_callers_time_outs()
    {
        var ranked = Rank(
            Runs("pay", -900), Runs("shop", -900),
            Fact(Signs.LatencyHigh, "pay", 1, Weight.Bad, "pay latency (p99) 4000 ms", ("metric", "latency_p99"), ("ratio", "40")),
            NewPattern("shop", 1.2, "payment timed out after <n> ms"), ProbeFails("shop", 2, "checkout", "no answer in 3 s"));

        (ranked[0].Service, ranked[0].Cause).ShouldBe(("pay", "dependency-slow"));
    }

    [Fact]
    public void A_dependency_that_answers_slowly_and_well_is_suspected_only_by_what_its_callers_feel_and_never_restarted_for_it()
    {
        var slow = With(ProbeIsHealthy("pay", 0), ("ms", "1100"));

        Rank(Runs("pay", -900), Runs("shop", -900), slow).ShouldBeEmpty();
        var suspected = Rank(Runs("pay", -900), Runs("shop", -900), slow, NewPattern("shop", 1, "payment timed out after <n> ms")).Single(h => h.Cause == "dependency-slow");
        (suspected.Service, suspected.Fix).ShouldBe(("pay", null));
    }

    [Theory]
    [InlineData(ProbeFailure.AtLimit, "a replica, 2 min behind", null)]
    [InlineData(ProbeFailure.AtLimit, "1 waits for a lock, the longest for 40 s", null)]
    [InlineData(ProbeFailure.WrongAnswer, "the probe's user or password is not accepted", null)]
    [InlineData(ProbeFailure.NotReached, "connection refused", "restart")]
    [InlineData(ProbeFailure.NoConnectionLeft, "no connection is left: too many clients", "restart")]
    public void A_database_that_answers_its_probe_is_not_restarted_for_what_the_probe_dislikes(ProbeFailure failure, string detail, string? fix)
    {
        var ranked = Rank(Runs("shop-db", -900), With(ProbeFails("shop-db", 0, "query", detail), ("failure", failure.ToString())));

        ranked.SingleOrDefault(h => h.Service == "shop-db")?.Fix.ShouldBe(fix);
        ranked.Any(h => h.Fix is not null).ShouldBe(fix is not null);
    }

    [Fact]
    public void A_memory_leak_is_recognised_before_it_kills()
    {
        var ranked = Rank(Runs("shop", -900), Fact(Signs.MemoryGrowing, "shop", 0, Weight.Warning, "shop memory 400 MB, growing", ("metric", "memory")));

        (ranked[0].Service, ranked[0].Cause, ranked[0].Fix).ShouldBe(("shop", "memory-leak", "restart"));
    }

    [Fact]
    public void Without_trouble_there_is_no_hypothesis() =>
        Rank(Runs("shop", -900), ProbeIsHealthy("shop", 0), Deploy("shop", -5), Runs("shop-db", -900)).ShouldBeEmpty();

    [Fact]
    public void An_OOM_kill_of_the_day_before_proves_nothing() =>
        Rank(Oom("shop-db", -1000), Runs("shop-db", -999), ProbeFails("shop", 0)).ShouldNotContain(h => h.Cause == "out-of-memory");

    [Fact]
    public void What_was_OOM_killed_long_before_the_trouble_and_runs_is_not_restarted_for_it() =>
        Rank(Oom("shop-db", -300), Oom("pay", -300), Runs("shop-db", -299), Runs("pay", -299), ProbeFails("shop", 0)).ShouldNotContain(h => h.Fix != null);

    private static Evidence With(Evidence evidence, params (string Key, string Value)[] data) =>
        evidence with { Data = evidence.Data.Concat(data.Select(d => KeyValuePair.Create(d.Key, d.Value))).ToDictionary() };
}
