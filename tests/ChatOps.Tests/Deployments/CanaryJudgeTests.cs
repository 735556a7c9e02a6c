using ChatOps.Catalog;
using ChatOps.Deployments;
using FsCheck;
using FsCheck.Fluent;

namespace ChatOps.Tests.Deployments;

public sealed class CanaryJudgeTests
{
    private static readonly CanaryLimits Limits = new();
    private static readonly BusinessMetric Orders = new("orders", null, LowerIsBetter: false);

    private static CanarySample Sample(long requests = 600, long errors = 0, double p50 = 20, double p99 = 90, double? business = null) => new(requests, errors, p50, p99, business);

    private static CanaryLook Look(double minutes, CanarySample? candidate, CanarySample? stable = null) => new(TimeSpan.FromMinutes(minutes), stable ?? Sample(10_000, 10), candidate);

    private static CanaryVerdict Judge(params CanaryLook[] looks) => CanaryJudge.Judge(Limits, looks, looks.Length == 0 ? TimeSpan.FromMinutes(1) : looks.Max(l => l.Elapsed));

    [Fact]
    public void A_step_passes_after_five_minutes_and_500_requests_on_each_side()
    {
        Judge(Look(4.9, Sample())).Outcome.ShouldBe(CanaryOutcome.Wait);
        Judge(Look(5, Sample(499))).Outcome.ShouldBe(CanaryOutcome.Wait);
        Judge(Look(5, Sample(), Sample(499))).Outcome.ShouldBe(CanaryOutcome.Wait);
        Judge(Look(5, Sample(500), Sample(500))).Outcome.ShouldBe(CanaryOutcome.Pass);
    }

    [Fact]
    public void A_limit_must_be_broken_twice_in_a_row_before_anything_is_done()
    {
        Judge(Look(1, Sample(errors: 60))).Outcome.ShouldBe(CanaryOutcome.Wait);
        Judge(Look(1, Sample(errors: 60)), Look(2, Sample())).Outcome.ShouldBe(CanaryOutcome.Wait);
        Judge(Look(1, Sample(errors: 60)), Look(2, Sample()), Look(3, Sample(errors: 60))).Outcome.ShouldBe(CanaryOutcome.Wait);
        Judge(Look(1, Sample()), Look(2, Sample(errors: 60)), Look(3, Sample(errors: 60))).Outcome.ShouldBe(CanaryOutcome.Breach);
    }

    [Fact]
    public void A_broken_limit_is_told_with_its_numbers()
    {
        var verdict = Judge(Look(1, Sample(errors: 25)), Look(2, Sample(errors: 25)));

        verdict.Outcome.ShouldBe(CanaryOutcome.Breach);
        verdict.Sentence.ShouldBe("Broken 2 times in a row: error rate 4.17 % (25 of 600), stable 0.1 % (10 of 10,000); at most 1 %.");
    }

    [Theory]
    [InlineData(41, 90, "p50 41 ms, stable 20 ms; at most 40 ms")]
    [InlineData(20, 191, "p99 191 ms, stable 90 ms; at most 190 ms")]
    public void A_slower_version_breaks_a_limit(double p50, double p99, string told) =>
        Judge(Look(1, Sample(p50: p50, p99: p99)), Look(2, Sample(p50: p50, p99: p99))).Sentence.ShouldContain(told);

    [Fact]
    public void What_is_twice_as_slow_and_nobody_feels_breaks_nothing() =>
        Judge(Look(5, Sample(p50: 4, p99: 8), Sample(10_000, 10, 2, 4)), Look(6, Sample(p50: 4, p99: 8), Sample(10_000, 10, 2, 4))).Outcome.ShouldBe(CanaryOutcome.Pass);

    [Fact]
    public void A_stable_version_without_errors_does_not_forbid_one() =>
        Judge(Look(5, Sample(1_000, 3), Sample(10_000, 0))).Outcome.ShouldBe(CanaryOutcome.Pass);

    [Fact]
    public void An_absolute_limit_counts_where_the_stable_version_is_as_bad_or_gives_nothing()
    {
        Judge(Look(1, Sample(errors: 60), Sample(10_000, 1_000)), Look(2, Sample(errors: 60), Sample(10_000, 1_000))).Outcome.ShouldBe(CanaryOutcome.Breach);
        CanaryJudge.Judge(Limits, [new(TimeSpan.FromMinutes(1), null, Sample(errors: 60)), new(TimeSpan.FromMinutes(2), null, Sample(errors: 60))], TimeSpan.FromMinutes(2)).Outcome.ShouldBe(CanaryOutcome.Breach);
    }

    [Fact]
    public void Fewer_orders_for_each_request_break_a_limit()
    {
        CanaryLook[] looks = [Look(5, Sample(1_000, business: 70), Sample(10_000, 10, business: 1_000)), Look(6, Sample(1_000, business: 70), Sample(10_000, 10, business: 1_000))];

        CanaryJudge.Judge(Limits, looks, TimeSpan.FromMinutes(6), Orders).Sentence.ShouldContain("orders 0.07 a request, stable 0.1; at least 0.08");
        CanaryJudge.Judge(Limits, looks, TimeSpan.FromMinutes(6), Orders with { LowerIsBetter = true }).Outcome.ShouldBe(CanaryOutcome.Pass);
        CanaryJudge.Judge(Limits, looks, TimeSpan.FromMinutes(6)).Outcome.ShouldBe(CanaryOutcome.Pass);
    }

    [Fact]
    public void A_business_metric_that_is_not_measured_never_passes() =>
        CanaryJudge.Judge(Limits, [Look(16, Sample())], TimeSpan.FromMinutes(16), Orders).Outcome.ShouldBe(CanaryOutcome.Inconclusive);

    [Fact]
    public void Without_data_it_waits_15_minutes_and_then_asks()
    {
        CanaryJudge.Judge(Limits, [], TimeSpan.FromMinutes(14)).Outcome.ShouldBe(CanaryOutcome.Wait);
        CanaryJudge.Judge(Limits, [], TimeSpan.FromMinutes(15)).Outcome.ShouldBe(CanaryOutcome.Inconclusive);
        var few = Judge(Look(15, Sample(20)));
        few.Outcome.ShouldBe(CanaryOutcome.Inconclusive);
        few.Sentence.ShouldContain("20 of 500 requests");
        few.Sentence.ShouldContain("keeps watching");
    }

    [Fact]
    public void A_handful_of_requests_breaks_no_limit() => Judge(Look(1, Sample(20, 20)), Look(2, Sample(20, 20))).Outcome.ShouldBe(CanaryOutcome.Wait);

    [Fact]
    public void What_is_not_measured_or_too_little_never_passes() => Prop.ForAll(Looks.ToArbitrary(), looks =>
    {
        var newest = looks.MaxBy(l => l.Elapsed)!;
        return CanaryJudge.Judge(Limits, looks, newest.Elapsed).Outcome != CanaryOutcome.Pass
            || (newest is { Stable: { } s, Candidate: { } c } && s.Requests >= 500 && c.Requests >= 500 && newest.Elapsed >= Limits.StepTime
                && double.IsFinite(s.P50Ms) && double.IsFinite(s.P99Ms) && double.IsFinite(c.P50Ms) && double.IsFinite(c.P99Ms) && c.Errors <= c.Requests);
    }).Check(Many);

    [Fact]
    public void The_order_in_which_looks_are_listed_changes_nothing() => Prop.ForAll(Looks.ToArbitrary(), looks =>
    {
        var distinct = looks.DistinctBy(l => l.Elapsed).ToArray();
        var elapsed = distinct.Max(l => l.Elapsed);
        return CanaryJudge.Judge(Limits, distinct, elapsed).Sentence == CanaryJudge.Judge(Limits, [.. distinct.Reverse()], elapsed).Sentence;
    }).Check(Many);

    [Fact]
    public void More_errors_never_turn_a_breach_into_a_pass() => Prop.ForAll(Looks.ToArbitrary(), Gen.Choose(0, 400).ToArbitrary(), (looks, more) =>
    {
        var elapsed = looks.Max(l => l.Elapsed);
        CanaryLook[] worse = [.. looks.Select(l => l with { Candidate = l.Candidate is { } c ? c with { Errors = c.Errors + more } : null })];
        var (before, after) = (CanaryJudge.Judge(Limits, looks, elapsed).Outcome, CanaryJudge.Judge(Limits, worse, elapsed).Outcome);
        return after != CanaryOutcome.Pass || before == CanaryOutcome.Pass;
    }).Check(Many);

    private static readonly Config Many = Config.QuickThrowOnFailure.WithMaxTest(2_000);

    private static readonly Gen<CanarySample?> Samples =
        from requests in Gen.Elements(0L, 1L, 99L, 100L, 499L, 500L, 501L, 5_000L)
        from share in Gen.Elements(0.0, 0.001, 0.009, 0.02, 0.06, 1.0, 1.2)
        from p50 in Gen.Elements(1.0, 20.0, 39.0, 80.0, double.NaN, double.PositiveInfinity)
        from p99 in Gen.Elements(5.0, 90.0, 400.0, double.NaN)
        from none in Gen.Choose(0, 9)
        select none == 0 ? null : new CanarySample(requests, (long)(requests * share), p50, p99);

    private static readonly Gen<CanaryLook[]> Looks =
        (from minutes in Gen.Choose(1, 20)
         from stable in Samples
         from candidate in Samples
         select new CanaryLook(TimeSpan.FromMinutes(minutes), stable, candidate)).NonEmptyListOf().Select(l => l.Take(4).ToArray());
}
