using System.Net;

namespace ChatOps.Tests.Alerts;

/// <summary>Many groups of alerts that name no service.</summary>
public sealed class AlertFloodTests(AlertBot bot) : IClassFixture<AlertBot>
{
    [Fact]
    public async Task Alerts_without_a_service_keep_to_their_groups_and_do_not_flood()
    {
        for (var group = 0; group < 30; group++)
        {
            using var answer = await bot.PostAsync("alertmanager", TestAlert.Body($"group {group}",
                new TestAlert("NodeDown", null) { Fingerprint = $"node {group}" }, new TestAlert("DiskFull", null) { Fingerprint = $"disk {group}" }), AlertBot.Bearer(AlertBot.Token));
            answer.StatusCode.ShouldBe(HttpStatusCode.OK);
            using var warning = await bot.PostAsync("alertmanager", TestAlert.Body($"warning {group}", new TestAlert("NodeSlow", null, "warning") { Fingerprint = $"slow {group}" }), AlertBot.Bearer(AlertBot.Token));
        }
        await bot.DecidedAsync();
        (await bot.ValueAsync<int>("SELECT count(*) FROM incidents")).ShouldBe(3);
        (await bot.ValueAsync<int>("SELECT count(*) FROM alerts WHERE name IN ('NodeDown', 'DiskFull') AND incident IS NOT NULL")).ShouldBe(60);
        // What came together stayed together.
        (await bot.ValueAsync<int>("SELECT count(*) FROM (SELECT place FROM alerts WHERE name IN ('NodeDown', 'DiskFull') GROUP BY place HAVING count(DISTINCT incident) > 1) AS torn")).ShouldBe(0);
        (await bot.ValueAsync<int>("SELECT count(*) FROM alert_suggestions WHERE service IS NULL")).ShouldBe(5);
        (await bot.MessagesAsync("incidents", "NodeSlow")).Count.ShouldBe(5);
    }
}
