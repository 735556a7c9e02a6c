using ChatOps.Sandbox.Shop.Platform;
using ChatOps.Tests.Diagnosis;

namespace ChatOps.Tests.Sandbox.Shop;

public sealed class TrafficLogTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 21, 9, 0, 0, TimeSpan.Zero);
    private readonly StillClock clock = new(Start);

    [Fact]
    public void A_window_is_counted_exactly_whatever_was_served_before_and_after_it_and_by_others()
    {
        var log = new TrafficLog(clock);
        var random = new Random(11);
        var noted = new List<(string Version, DateTimeOffset At, int? Status, double Ms, bool Login)>();
        for (var i = 0; i < 5000; i++)
        {
            clock.Now += TimeSpan.FromMilliseconds(random.Next(0, 400));
            var one = (Version: random.Next(20) == 0 ? "v43" : "v41", At: clock.Now, Status: random.Next(10) switch { 0 => 500, 1 => 401, 2 => (int?)null, _ => 200 }, Ms: Math.Round(random.NextDouble() * 100, 2), Login: random.Next(3) == 0);
            noted.Add(one);
            log.Note(one.Version, one.Status, TimeSpan.FromMilliseconds(one.Ms), one.Login);
        }
        for (var round = 0; round < 50; round++)
        {
            var since = Start + TimeSpan.FromSeconds(random.Next(-10, 900));
            var until = since + TimeSpan.FromSeconds(random.Next(0, 300));
            foreach (var version in (string[])["v41", "v43"])
            {
                var expected = noted.Where(n => n.Version == version && n.At >= since && n.At < until).ToList();
                var of = log.Of(version, since, until);
                (of.AtTo.Requests - of.AtFrom.Requests).ShouldBe(expected.Count);
                (of.AtTo.Errors - of.AtFrom.Errors).ShouldBe(expected.Count(n => n.Status is null or >= 500));
                (of.AtTo.Logins - of.AtFrom.Logins).ShouldBe(expected.Count(n => n.Login));
                (of.AtTo.LoginsFailed - of.AtFrom.LoginsFailed).ShouldBe(expected.Count(n => n.Login && n.Status != 200));
                var answered = expected.Where(n => n.Status is not null).Select(n => n.Ms).Order().ToList();
                if (answered.Count == 0) of.Window.P99.ShouldBeNull();
                else of.Window.P99!.Value.ShouldBe(answered[Math.Max(0, (int)Math.Ceiling(answered.Count * 0.99) - 1)], 0.01);
            }
        }
    }

    [Fact]
    public void A_version_that_has_served_nothing_has_totals_of_nothing_and_no_latency()
    {
        var of = new TrafficLog(clock).Of("v43", Start, Start.AddMinutes(5));
        (of.AtTo, of.Window.P50, of.Window.P99).ShouldBe((default, null, null));
    }

    [Fact]
    public void Totals_outlast_the_memory_of_single_requests_and_a_window_says_where_it_begins()
    {
        var log = new TrafficLog(clock, capacity: 1500);
        for (var i = 0; i < 4000; i++)
        {
            clock.Now += TimeSpan.FromSeconds(1);
            log.Note("v41", 200, TimeSpan.FromMilliseconds(i), login: false);
        }
        var of = log.Of("v41", Start, clock.Now.AddHours(1));
        (of.AtFrom.Requests, of.AtTo.Requests).ShouldBe((2500, 4000));
        of.From.ShouldBe(Start.AddSeconds(2501).ToUnixTimeMilliseconds());
        of.To.ShouldBe(clock.Now.ToUnixTimeMilliseconds());
        of.Window.P99!.Value.ShouldBe(3984, 1);
    }

    [Fact]
    public void A_mark_gives_each_request_once()
    {
        var log = new TrafficLog(clock);
        long mark = 0;
        log.Note("v41", 200, TimeSpan.FromMilliseconds(4), login: false);
        log.Note("v43", 500, TimeSpan.FromMilliseconds(6), login: false);
        var first = log.Since(ref mark);
        (first.Requests, first.Errors).ShouldBe((2, 1));
        log.Since(ref mark).Requests.ShouldBe(0);
        log.Note("v41", 200, TimeSpan.FromMilliseconds(4), login: false);
        log.Since(ref mark).Requests.ShouldBe(1);
    }
}
