using ChatOps.Incidents;
using FsCheck;
using FsCheck.Fluent;

namespace ChatOps.Tests.Incidents;

public sealed class DowntimeTests
{
    private static readonly DateTimeOffset Onset = new(2026, 11, 21, 3, 0, 0, TimeSpan.Zero);

    [Fact]
    public void It_ends_where_five_healthy_minutes_begin()
    {
        var downtime = Downtime.Measure(Onset, [.. Every30Seconds("login", 0, 180, healthy: false), .. Every30Seconds("login", 192, 600, healthy: true)]);
        downtime.Length.ShouldBe(TimeSpan.FromSeconds(192));
        downtime.LargestGap.ShouldBe(TimeSpan.FromSeconds(30));
    }

    [Fact]
    public void It_is_not_over_before_five_healthy_minutes_have_passed()
    {
        var downtime = Downtime.Measure(Onset, [.. Every30Seconds("login", 0, 60, healthy: false), .. Every30Seconds("login", 70, 340, healthy: true)]);
        downtime.End.ShouldBeNull();
        downtime.HealthySince.ShouldBe(Onset.AddSeconds(70));
    }

    [Fact]
    public void One_failing_probe_is_enough_to_be_down()
    {
        var answers = Every30Seconds("ready", 0, 900, healthy: true).Concat(Every30Seconds("login", 0, 300, healthy: false)).Concat(Every30Seconds("login", 301, 900, healthy: true)).OrderBy(a => a.At);
        Downtime.Measure(Onset, answers).End.ShouldBe(Onset.AddSeconds(301));
    }

    [Fact]
    public void Trouble_that_comes_back_counts_on()
    {
        var answers = Every30Seconds("login", 0, 60, healthy: false).Concat(Every30Seconds("login", 90, 500, healthy: true))
            .Concat(Every30Seconds("login", 510, 540, healthy: false)).Concat(Every30Seconds("login", 600, 1000, healthy: true));
        Downtime.Measure(Onset, answers).End.ShouldBe(Onset.AddSeconds(600));
    }

    [Fact]
    public void Answers_from_before_the_onset_count_for_nothing() =>
        Downtime.Measure(Onset, Every30Seconds("login", -600, -30, healthy: true)).HealthySince.ShouldBeNull();

    [Fact]
    public void The_end_is_never_before_the_last_failure() => Prop.ForAll<bool[]>(healthy =>
    {
        var answers = healthy.Select((h, i) => new ProbeAnswer("login", h, Onset.AddSeconds(30 * i))).ToArray();
        var end = Downtime.Measure(Onset, answers).End;
        return end is null || answers.Where(a => !a.Healthy).All(a => a.At < end);
    }).QuickCheckThrowOnFailure();

    private static IEnumerable<ProbeAnswer> Every30Seconds(string probe, int from, int to, bool healthy)
    {
        for (var second = from; second <= to; second += 30) yield return new ProbeAnswer(probe, healthy, Onset.AddSeconds(second));
    }
}
