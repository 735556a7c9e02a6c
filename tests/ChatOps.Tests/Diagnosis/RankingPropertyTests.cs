using ChatOps.Diagnosis;
using FsCheck;
using FsCheck.Fluent;
using static ChatOps.Tests.Diagnosis.Facts;

namespace ChatOps.Tests.Diagnosis;

/// <summary>The rules of ranking hold for any heap of facts.</summary>
public sealed class RankingPropertyTests
{
    private static readonly Gen<Evidence> AnyFact =
        from service in Gen.Elements("shop", "pay", "shop-db", "pay-db", "mailer", "nobody-knows-it")
        from minute in Gen.Choose(-120, 240)
        from what in Gen.Choose(0, 13)
        select what switch
        {
            0 => Down(service, minute),
            1 => Oom(service, minute),
            2 => Runs(service, minute),
            3 => ProbeFails(service, minute),
            4 => ProbeIsHealthy(service, minute),
            5 => Deploy(service, minute, "v" + (minute % 5)),
            6 => NewPattern(service, minute, "connect ECONNREFUSED <ip>"),
            7 => NewPattern(service, minute, absentUnder: "v42"),
            8 => Fact(Signs.DiskFull, service, minute, Weight.Bad, "disk 99 %", ("metric", "disk"), ("percent", "99")),
            9 => Fact(Signs.LatencyHigh, service, minute, Weight.Bad, "slow", ("metric", "latency_p99"), ("ratio", "5")),
            10 => Fact(Signs.MemoryGrowing, service, minute, Weight.Warning, "memory grows", ("metric", "memory")),
            11 => Fact(Signs.TargetDegraded, service, minute, Weight.Warning, "is starting", ("state", "Starting")),
            12 => Fact(Signs.TrafficHigh, service, minute, Weight.Warning, "traffic", ("metric", "requests"), ("ratio", "4")),
            _ => Fact(Signs.ConnectionsHigh, service, minute, Weight.Bad, "connections", ("metric", "connections"), ("percent", "100")),
        };

    private static void Holds(Action<Evidence[], IReadOnlyList<Hypothesis>> rule) =>
        Prop.ForAll(AnyFact.ArrayOf().ToArbitrary(), facts => rule(facts, Rank(facts))).Check(Config.QuickThrowOnFailure.WithMaxTest(400));

    [Fact]
    public void No_hypothesis_is_without_reasons() =>
        Holds((_, ranked) => ranked.ShouldAllBe(h => h.For.Count > 0));

    [Fact]
    public void The_order_is_that_of_the_rank() =>
        Holds((_, ranked) => ranked.Select(h => h.Rank).ShouldBe(ranked.Select(h => h.Rank).OrderDescending()));

    [Fact]
    public void No_release_stands_above_a_dependency_that_is_proven_broken() => Holds((facts, ranked) =>
    {
        var broken = ranked.Select((h, i) => (h, i)).Where(x => x.h.Cause is "not-running" or "out-of-memory" or "full" && facts.Any(f => Needs(f.Service, x.h.Service))).Select(x => x.i).ToList();
        var release = ranked.Select((h, i) => (h, i)).Where(x => x.h.Cause == "bad-release").Select(x => x.i).ToList();
        if (broken.Count > 0 && release.Count > 0) broken.Max().ShouldBeLessThan(release.Min());
    });

    [Fact]
    public void A_rollback_is_offered_only_with_symptoms_within_the_hour_or_an_error_the_version_before_did_not_know() => Holds((facts, ranked) =>
    {
        foreach (var h in ranked.Where(h => h.Fix == "rollback"))
        {
            var deploys = facts.Where(f => f.Sign == Signs.Deployed && f.Service == h.Service).ToList();
            var direct = deploys.Any(d => facts.Any(f => f.Weight == Weight.Bad && f.At >= d.At && f.At - d.At <= TimeSpan.FromMinutes(60)))
                || facts.Any(f => f.Service == h.Service && f.Data.ContainsKey("absent_under"));
            direct.ShouldBeTrue();
        }
    });

    [Fact]
    public void A_database_that_is_starting_is_never_to_be_restarted() => Holds((facts, ranked) =>
    {
        foreach (var db in (string[])["shop-db", "pay-db"])
        {
            if (facts.LastOrDefault(f => f.Service == db && f.Sign is Signs.TargetDegraded or Signs.TargetDown or Signs.TargetRunning && f.Service == db)?.Sign == Signs.TargetDegraded)
                ranked.ShouldNotContain(h => h.Service == db && h.Fix == "restart");
        }
    });

    [Fact]
    public void The_same_facts_give_the_same_ranking() =>
        Holds((facts, ranked) => Rank(facts).Select(h => (h.Cause, h.Service, h.Rank)).ShouldBe(ranked.Select(h => (h.Cause, h.Service, h.Rank))));

    [Fact]
    public void Each_cause_of_each_service_stands_once() =>
        Holds((_, ranked) => ranked.Select(h => (h.Cause, h.Service)).ShouldBeUnique());

    private static bool Needs(string service, string other) => World.DependenciesOf(service).Any(d => d.Name == other);
}
