using System.Diagnostics;
using System.Net;

namespace ChatOps.Tests.Alerts;

/// <summary>Everything breaks at once, and every rule says so.</summary>
public sealed class AlertStormTests(AlertBot bot) : IClassFixture<AlertBot>
{
    [Fact]
    public async Task Ten_thousand_alerts_make_one_incident_for_each_service_few_messages_and_no_heap()
    {
        // The first of its kind pays for compiling; it is no part of what is measured.
        await bot.AlertAsync(new TestAlert("First", "mailer", "info"));
        var memory = GC.GetTotalMemory(forceFullCollection: true);
        var calls = await CallsAsync();
        var watch = Stopwatch.StartNew();
        var bodies = Enumerable.Range(0, 1_000).Select(w => TestAlert.Body($"{{}}:{{group=\"{w}\"}}", [.. Enumerable.Range(0, 10).Select(i =>
            new TestAlert($"Rule{i}", w % 2 == 0 ? "shop" : "search") { Fingerprint = $"{w}-{i}", Summary = $"Instance {w} fails {new string('x', 200)}" })]));
        await Parallel.ForEachAsync(bodies, new ParallelOptions { MaxDegreeOfParallelism = 32, CancellationToken = TestContext.Current.CancellationToken }, async (body, _) =>
        {
            using var answer = await bot.PostAsync("alertmanager", body, AlertBot.Bearer(AlertBot.Token));
            answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        });
        await Support.Until.TrueAsync(async () => await bot.ValueAsync<int>("SELECT count(*) FROM alerts WHERE incident IS NOT NULL") == 10_000, "all 10,000 alerts belong to an incident");
        await bot.DecidedAsync();
        var took = watch.Elapsed;

        (await bot.ValueAsync<int>("SELECT count(*) FROM incidents")).ShouldBe(2);
        foreach (var service in new[] { "shop", "search" })
        {
            var incident = await bot.IncidentOfAsync(service);
            (await bot.MessagesAsync(incident.Channel, "5000 alerts, all firing")).ShouldHaveSingleItem();
            (await bot.ValueAsync<int>("SELECT count(*) FROM alerts WHERE incident = @Number AND service = @service", new { incident.Number, service })).ShouldBe(5_000);
            // A line for each rule and second, at most.
            (await bot.ValueAsync<int>("SELECT count(*) FROM timeline WHERE incident = @Number AND kind = 'alert.firing'", incident)).ShouldBeLessThan(10 * (int)(took.TotalSeconds + 10));
            // Summary, assessment, page, board, and Slack's own lines about who joined and the topic.
            (await bot.Control.MessagesAsync(incident.Channel, TestContext.Current.CancellationToken)).Count.ShouldBeLessThan(20);
        }
        // Each second decides once for a service: a board, at the beginning the incident's own messages and its assessment.
        (await CallsAsync() - calls).ShouldBeLessThan(60 + (4 * (int)took.TotalSeconds));
        (GC.GetTotalMemory(forceFullCollection: true) - memory).ShouldBeLessThan(64 * 1024 * 1024);
        (await bot.ValueAsync<int>("SELECT count(*) FROM inbox WHERE state = 'dead'")).ShouldBe(0);
        (await bot.ValueAsync<int>("SELECT count(*) FROM outbox WHERE state = 'dead'")).ShouldBe(0);
        TestContext.Current.TestOutputHelper?.WriteLine($"{took.TotalSeconds:0.0} s, {await CallsAsync() - calls} calls");
    }

    private async Task<int> CallsAsync() => (await bot.Control.TrafficAsync(TestContext.Current.CancellationToken)).Count(c => c.GetProperty("method").GetString()!.Contains('.', StringComparison.Ordinal));
}
