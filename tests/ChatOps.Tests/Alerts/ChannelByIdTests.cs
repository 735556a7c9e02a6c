using ChatOps.Tests.Support;

namespace ChatOps.Tests.Alerts;

/// <summary>A channel that chatops.yaml names by Slack's id is the same channel as by its name.</summary>
public sealed class ChannelByIdTests(BotWithChannelIds bot) : IClassFixture<BotWithChannelIds>
{
    [Fact]
    public async Task Announcements_questions_and_digests_reach_a_channel_that_is_given_by_its_id()
    {
        (await bot.Control.ChannelsAsync(TestContext.Current.CancellationToken)).First(c => c.GetProperty("name").GetString() == "incidents").GetProperty("id").GetString().ShouldBe(BotWithChannelIds.Incidents);
        var incident = await bot.DeclareAsync("Announced by id", "mailer");
        await bot.SeeAsync("incidents", "the announcement", m => m.Shown.Contains($"Incident {incident.Number} · SEV2", StringComparison.Ordinal));

        await bot.AlertAsync(new TestAlert("SearchIsSlow", "search", "warning"), new TestAlert("DiskAt70", "shop", "info"));
        await bot.SeeAsync("incidents", "the question", m => m.Shown.Contains("SearchIsSlow", StringComparison.Ordinal));

        await Until.TrueAsync(async () => await bot.ValueAsync<int>("SELECT count(*) FROM alert_digests WHERE sent_at IS NULL") == 1, "the next digest has its time");
        var due = await bot.ValueAsync<DateTime>("SELECT due_at FROM alert_digests WHERE sent_at IS NULL");
        await bot.Control.AdvanceAsync(due - bot.Workspace.Clock.GetUtcNow().UtcDateTime + TimeSpan.FromSeconds(1), TestContext.Current.CancellationToken);
        await bot.SeeAsync("incidents", "the digest", m => m.Shown.Contains("*DiskAt70* (shop)", StringComparison.Ordinal));
    }
}

/// <summary>A bot that knows its incidents channel by Slack's id.</summary>
public sealed class BotWithChannelIds(TestCluster cluster) : AlertBot(cluster)
{
    public const string Incidents = "C0000003EA";

    protected override string Yaml() => base.Yaml().Replace("incidents_channel: incidents", $"incidents_channel: {Incidents}", StringComparison.Ordinal);
}
