using ChatOps.Diagnosis;
using ChatOps.Platforms;
using static ChatOps.Tests.Diagnosis.Facts;

namespace ChatOps.Tests.Diagnosis;

public sealed class MetricReadingTests
{
    private static MetricSeries Series(string name, string unit, double? limit, params double[] values) =>
        new(name, unit, limit, [.. values.Select((v, i) => new MetricPoint(At(i), v))]);

    [Theory]
    [InlineData("memory", "bytes", 100.0, 95.0, Signs.MemoryHigh, Weight.Warning)]
    [InlineData("memory", "bytes", 100.0, 99.0, Signs.MemoryHigh, Weight.Bad)]
    [InlineData("disk", "bytes", 100.0, 96.0, Signs.DiskFull, Weight.Bad)]
    [InlineData("connections", "count", 100.0, 100.0, Signs.ConnectionsHigh, Weight.Bad)]
    [InlineData("connections", "count", 100.0, 50.0, Signs.MetricNormal, Weight.Good)]
    [InlineData("cpu", "percent", null, 97.0, Signs.CpuHigh, Weight.Warning)]
    [InlineData("error_rate", "ratio", null, 0.4, Signs.ErrorRateHigh, Weight.Bad)]
    [InlineData("error_rate", "percent", null, 0.5, Signs.MetricNormal, Weight.Good)]
    public void One_figure_against_its_limit(string name, string unit, double? limit, double value, string sign, Weight weight)
    {
        var fact = MetricReading.Read("shop", Series(name, unit, limit, value), "platform p", null)!;

        (fact.Sign, fact.Weight).ShouldBe((sign, weight));
    }

    [Fact]
    public void A_breach_begins_with_the_first_point_of_the_run_that_lasts() =>
        MetricReading.Read("shop", Series("error_rate", "ratio", null, 0, 0.5, 0, 0, 0.3, double.NaN, 0.4), "p", At(3))!.At.ShouldBe(At(4));

    [Fact]
    public void Latency_worse_by_more_than_half_is_told_with_the_usual_level()
    {
        var fact = MetricReading.Read("shop", Series("latency_p99", "ms", null, 100, 110, 90, 100, 900, 800, 950), "p", At(4))!;

        fact.Sign.ShouldBe(Signs.LatencyHigh);
        fact.Text.ShouldContain("usual 100 ms");
        (fact.At, fact.Weight).ShouldBe((At(4), Weight.Bad));
    }

    [Fact]
    public void One_slow_interval_is_no_trouble() =>
        MetricReading.Read("shop", Series("latency_p99", "ms", null, 100, 110, 90, 100, 900), "p", At(4))!.Sign.ShouldBe(Signs.MetricNormal);

    [Fact]
    public void Memory_that_only_rises_is_a_leak_in_the_making() =>
        MetricReading.Read("shop", Series("memory", "bytes", 1000, 100, 150, 210, 260, 330, 400), "p", null)!.Sign.ShouldBe(Signs.MemoryGrowing);

    [Fact]
    public void A_process_that_has_started_and_levels_off_is_no_leak() =>
        MetricReading.Read("shop", Series("memory", "bytes", 1000, 100, 180, 220, 230, 232, 235, 236), "p", null)!.Sign.ShouldBe(Signs.MetricNormal);

    [Fact]
    public void Memory_that_would_fill_its_limit_only_tomorrow_is_no_matter_of_tonight() =>
        MetricReading.Read("shop", Series("memory", "bytes", 1_000_000, 100, 120, 140, 160, 180, 200), "p", null)!.Sign.ShouldBe(Signs.MetricNormal);

    [Fact]
    public void Nothing_measured_is_no_fact() => MetricReading.Read("shop", Series("cpu", "percent", null, double.NaN), "p", null).ShouldBeNull();
}
