using ChatOps.Diagnosis.LogPatterns;
using ChatOps.Telemetry;
using FsCheck;
using FsCheck.Fluent;

namespace ChatOps.Tests.Diagnosis.LogPatterns;

public sealed class LogRankingTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 21, 14, 6, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset OnsetAt = Start.AddMinutes(15);

    private static readonly LogSpans Spans = new()
    {
        WindowStart = Start,
        WindowEnd = Start.AddMinutes(17),
        Onset = OnsetAt,
        HourBefore = TimeSpan.FromHours(1),
        Yesterday = TimeSpan.FromHours(1),
    };

    [Fact]
    public void The_cause_of_an_outage_stands_first_amid_ordinary_noise()
    {
        var grouper = new LogGrouper();
        Noise(grouper);
        for (var i = 0; i < 412; i++)
        {
            grouper.Add(OnsetAt.AddSeconds(7).AddMilliseconds(i * 200), $"2026-11-21T14:21:07Z ERROR [checkout] connect ECONNREFUSED 10.0.0.5:5432 (attempt {i % 3})");
            grouper.Add(OnsetAt.AddSeconds(7).AddMilliseconds(i * 200), $"2026-11-21T14:21:07Z ERROR [web] request failed: POST /login status 500 in {i} ms");
        }

        grouper.Add(OnsetAt.AddSeconds(40), "2026-11-21T14:21:40Z INFO [web] starting up, version 42");
        var findings = LogRanking.Rank(grouper.Patterns(), Spans);
        findings[0].Pattern.Sample.ShouldContain("ECONNREFUSED");
        findings[0].IsNew.ShouldBeTrue();
        findings[0].Why.ShouldBe("new; 412 times since 14:21:07");
        findings[0].BaselinePerMinute.ShouldBe(0);
        findings[0].Sparkline.ShouldContain('█');
        findings[1].Pattern.Sample.ShouldContain("request failed");
        Onset.FirstOfNewPattern(findings).ShouldBe(OnsetAt.AddSeconds(7));
    }

    [Theory]
    [InlineData("FATAL:  the database system is shutting down")]
    [InlineData("ERROR [shop] Npgsql.NpgsqlException (0x80004005): Failed to connect to 127.0.0.1:5433")]
    [InlineData("ERROR [shop] login failed: NullReferenceException: Object reference not set to an instance of an object")]
    [InlineData("ERROR [shop] inventory: timeout after 5000 ms calling http://inventory:8081/stock")]
    [InlineData("level=error msg=\"heap nearly full\" err=\"System.OutOfMemoryException\"")]
    public void A_rarer_line_that_names_the_cause_is_among_the_first_three(string cause)
    {
        var grouper = new LogGrouper();
        Noise(grouper);
        for (var i = 0; i < 300; i++)
        {
            grouper.Add(OnsetAt.AddMilliseconds(i * 300), $"ERROR [web] request failed with 500 after {i} ms");
            grouper.Add(OnsetAt.AddMilliseconds(i * 300), $"10.0.0.1 - - \"GET /login HTTP/1.1\" 500 {i}");
            grouper.Add(OnsetAt.AddMilliseconds(i * 300), $"WARN [web] retrying login, attempt {i}");
            if (i % 10 == 0) grouper.Add(OnsetAt.AddMilliseconds(i * 300), cause);
        }

        LogRanking.Rank(grouper.Patterns(), Spans).Take(3).ShouldContain(f => f.Pattern.Sample == cause);
    }

    [Fact]
    public void What_the_night_before_said_too_is_no_news()
    {
        var grouper = new LogGrouper();
        for (var i = 0; i < 500; i++)
        {
            grouper.Add(OnsetAt.AddMilliseconds(i), $"ERROR nightly export failed for tenant {i}");
            grouper.Add(OnsetAt.AddDays(-1), $"ERROR nightly export failed for tenant {i}", LogPeriod.Yesterday);
        }

        grouper.Add(OnsetAt, "ERROR disk is full");
        var findings = LogRanking.Rank(grouper.Patterns(), Spans);
        findings[0].Pattern.Sample.ShouldBe("ERROR disk is full");
        findings[1].IsNew.ShouldBeFalse();
    }

    [Fact]
    public void Much_more_frequent_counts_as_news_with_its_factor()
    {
        var grouper = new LogGrouper();
        for (var i = 0; i < 60; i++) grouper.Add(Start.AddMinutes(-i), "WARN pool is empty", LogPeriod.HourBefore);
        for (var i = 0; i < 60; i++) grouper.Add(OnsetAt.AddSeconds(i), "WARN pool is empty");
        var finding = LogRanking.Rank(grouper.Patterns(), Spans).ShouldHaveSingleItem();
        finding.IsNews.ShouldBeTrue();
        finding.IsNew.ShouldBeFalse();
        finding.Factor!.Value.ShouldBe(30, 0.5);
        finding.Why.ShouldBe("30 times as frequent as before; 60 times since 14:21:00");
        Onset.FirstOfNewPattern([finding]).ShouldBeNull();
    }

    [Fact]
    public void Without_a_baseline_nothing_is_called_new_and_errors_come_first()
    {
        var grouper = new LogGrouper();
        grouper.Add(Start, "ERROR disk is full");
        for (var i = 0; i < 1000; i++) grouper.Add(Start, "INFO all is well");
        var findings = LogRanking.Rank(grouper.Patterns(), Spans with { HourBefore = null, Yesterday = null });
        findings[0].Pattern.Level.ShouldBe(LineLevel.Error);
        findings.ShouldAllBe(f => !f.IsNew && f.BaselinePerMinute == null && f.Why.EndsWith("nothing earlier to compare with"));
    }

    [Fact]
    public void A_pattern_that_only_the_past_knows_is_not_listed()
    {
        var grouper = new LogGrouper();
        grouper.Add(Start.AddHours(-1), "ERROR gone", LogPeriod.HourBefore);
        LogRanking.Rank(grouper.Patterns(), Spans).ShouldBeEmpty();
    }

    [Fact]
    public void The_order_does_not_depend_on_the_order_of_the_patterns()
    {
        var grouper = new LogGrouper();
        Noise(grouper);
        var patterns = grouper.Patterns();
        var expected = LogRanking.Rank(patterns, Spans).Select(f => f.Pattern.Template).ToList();
        Prop.ForAll(Gen.Shuffle(patterns.ToArray()).ToArbitrary(), shuffled => LogRanking.Rank(shuffled, Spans).Select(f => f.Pattern.Template).SequenceEqual(expected)).QuickCheckThrowOnFailure();
    }

    [Theory]
    [InlineData(new int[0], "")]
    [InlineData(new[] { 0, 0 }, "▁▁")]
    [InlineData(new[] { 0, 1, 7, 100 }, "▁▂▂█")]
    [InlineData(new[] { 5 }, "█")]
    public void A_sparkline_shows_counts_as_steps(int[] counts, string expected) => Sparkline.Render(counts).ShouldBe(expected);

    [Fact]
    public void A_long_row_of_counts_is_added_up_to_fit()
    {
        Sparkline.Render([.. Enumerable.Repeat(1, 1000)], 20).ShouldBe(new string('█', 20));
        Sparkline.Render([int.MaxValue, int.MaxValue, -5], 1).ShouldBe("█");
    }

    /// <summary>What a shop says all day, in the window as in the baselines; some of it sounds bad.</summary>
    private static void Noise(LogGrouper grouper)
    {
        (DateTimeOffset From, int Minutes, LogPeriod Period)[] periods = [(Start, 17, LogPeriod.Window), (Start.AddHours(-1), 60, LogPeriod.HourBefore), (Start.AddDays(-1), 60, LogPeriod.Yesterday)];
        foreach (var (from, minutes, period) in periods)
        {
            for (var i = 0; i < minutes * 60; i++)
            {
                var at = from.AddSeconds(i);
                grouper.Add(at, $"{at:O} INFO [web] GET /cart/{i} 200 in {i % 90} ms", period);
                grouper.Add(at, $"{{\"level\":\"info\",\"msg\":\"cart updated\",\"ms\":{i}}}", period);
                if (i % 60 == 0) grouper.Add(at, $"{at:O} WARN [web] slow request {i} took 1.{i % 9} s", period);
                if (i % 300 == 0) grouper.Add(at, $"{at:O} ERROR [mail] could not deliver to customer {i}: mailbox full", period);
            }
        }
    }
}
