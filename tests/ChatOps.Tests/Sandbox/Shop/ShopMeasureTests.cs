using ChatOps.Sandbox.Shop;
using ChatOps.Sandbox.Shop.Platform;
using ChatOps.Sandbox.Shop.Services;

namespace ChatOps.Tests.Sandbox.Shop;

public sealed class ShopMeasureTests
{
    [Fact]
    public async Task A_range_of_a_log_is_every_line_from_its_first_time_to_before_its_last()
    {
        var path = Path.GetTempFileName();
        var start = new DateTimeOffset(2026, 11, 21, 9, 0, 0, TimeSpan.Zero);
        var random = new Random(7);
        var at = start;
        var written = new List<(DateTimeOffset At, string Text)>();
        for (var i = 0; i < 3000; i++)
        {
            at += TimeSpan.FromMilliseconds(random.Next(0, 900));
            var text = new string('x', random.Next(0, 200)) + $" é line {i}";
            written.Add((at, text));
            LogCollector.Append(path, at, "shop-1", text);
            if (i % 50 == 0)
            {
                await File.AppendAllTextAsync(path, "   at Some.Stack()\n");
                written.Add((at, "   at Some.Stack()"));
            }
        }
        for (var round = 0; round < 60; round++)
        {
            var since = start + TimeSpan.FromSeconds(random.Next(-5, 1500));
            var until = since + TimeSpan.FromSeconds(random.Next(0, 300));
            var read = new List<(DateTimeOffset, string)>();
            await foreach (var (line, _) in new LogReader(path).ReadAsync(since, until, null, CancellationToken.None)) read.Add((line.At, line.Line));
            read.ShouldBe(written.Where(w => w.At >= since && w.At < until));
        }
        File.Delete(path);
    }

    [Fact]
    public void Percentiles_come_from_the_requests_between_two_readings_without_health_checks()
    {
        var metrics = new ServiceMetrics("v1");
        for (var i = 0; i < 1000; i++) metrics.Request("/login", 500, TimeSpan.FromSeconds(9));
        var before = Scrape.Parse(metrics.Render());
        for (var i = 0; i < 98; i++) metrics.Request("/login", 200, TimeSpan.FromMilliseconds(4));
        for (var i = 0; i < 2; i++) metrics.Request("/cart", 500, TimeSpan.FromSeconds(2));
        for (var i = 0; i < 500; i++) metrics.Request("/health", 200, TimeSpan.FromSeconds(4));
        var now = Scrape.Parse(metrics.Render());

        (now.Requests - before.Requests).ShouldBe(100);
        (now.Errors - before.Errors).ShouldBe(2);
        now.Percentile(0.5, before)!.Value.ShouldBeInRange(2.5, 5);
        now.Percentile(0.99, before)!.Value.ShouldBeInRange(1000, 2500);
        now.Percentile(0.5, now).ShouldBeNull();
    }

    [Fact]
    public void A_request_that_is_counted_and_not_yet_timed_has_no_latency_without_end()
    {
        var scrape = Scrape.Parse("http_requests_total{route=\"/login\",code=\"200\"} 3\nhttp_request_duration_seconds_bucket{route=\"/login\",le=\"0.5\"} 2\nhttp_request_duration_seconds_bucket{route=\"/login\",le=\"+Inf\"} 2\n");

        scrape.Percentile(0.99, before: null).ShouldBe(500);
    }

    [Fact]
    public void One_failed_login_is_no_outage_and_an_outage_is_dated_by_its_first_failure()
    {
        var at = new DateTimeOffset(2026, 11, 21, 9, 0, 0, TimeSpan.Zero);
        using var watch = new LoginWatch(new Uri("http://127.0.0.1:9"), TimeProvider.System);
        void Note(int second, bool good) => watch.Note(at.AddSeconds(second), good);
        Note(0, true);
        Note(1, false);
        Note(2, true);
        Note(3, true);
        watch.Truth.ShouldBe((null, null));
        Note(4, false);
        Note(5, false);
        Note(6, false);
        watch.Truth.ShouldBe((at.AddSeconds(4), null));
        Note(7, true);
        watch.IsOk.ShouldBeFalse();
        Note(8, true);
        watch.Truth.ShouldBe((at.AddSeconds(4), at.AddSeconds(7)));
        Note(9, false);
        Note(10, false);
        watch.Truth.ShouldBe((at.AddSeconds(9), null));
    }
}
