using System.Globalization;
using ChatOps.Scheduling;
using ChatOps.Tests.Scenarios;
using ChatOps.Tests.Support;

namespace ChatOps.Tests.OnCall;

/// <summary>The bot with schedules of a year's shifts, so that the day of the test does not matter: carla is on call for the shop, dmitri behind her, then it is eve's turn.</summary>
public sealed class OnCallBot(TestCluster cluster) : Bot(cluster)
{
    internal StubPagerDuty PagerDuty { get; private set; } = null!;

    protected override string OnCall => "shop-team";

    protected override string MoreYaml
    {
        get
        {
            var today = DateOnly.FromDateTime(Workspace.Clock.GetUtcNow().UtcDateTime);
            var start = today.AddDays(-14).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
            return $$"""
                oncall:
                  shop-team: { people: [carla, eve], handover: "09:00", every: 52w, timezone: Europe/Vienna, start: {{start}}, services: [shop, shop-db], backup: night }
                  night: { people: [dmitri], handover: "21:00", timezone: UTC, start: {{start}} }
                  turning: { people: [ben, ana], handover: "00:00", every: 1d, timezone: UTC, start: {{start}}, services: [mailer] }
                  there: { pagerduty: PSEARCH, services: [search] }
                  strangers: { pagerduty: PSTRANGER }
                pagerduty:
                  routing_key: {{StubPagerDuty.RoutingKey}}
                  api_token: {{StubPagerDuty.ApiToken}}
                  events_url: {{PagerDuty.Url}}
                  api_url: {{PagerDuty.Url}}
                """;
        }
    }

    public override async ValueTask InitializeAsync()
    {
        PagerDuty = await StubPagerDuty.StartAsync();
        await base.InitializeAsync();
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await PagerDuty.DisposeAsync();
    }

    public Task AdvanceAsync(TimeSpan by) => Control.AdvanceAsync(by, TestContext.Current.CancellationToken);

    /// <summary>Who was called for an incident, in order.</summary>
    public async Task<string> CalledAsync(Declared incident) =>
        await ValueAsync<string>("SELECT string_agg(c.person, ' ' ORDER BY c.page, c.step, c.person) FROM page_calls c JOIN pages p ON p.id = c.page WHERE p.incident = @Number", incident) ?? "";

    /// <summary>The states of an incident's pages, first to last.</summary>
    public async Task<string> PageStatesAsync(Declared incident) =>
        await ValueAsync<string>("SELECT string_agg(state, ' ' ORDER BY id) FROM pages WHERE incident = @Number", incident) ?? "";

    public Task UntilCalledAsync(Declared incident, string people) => Until.TrueAsync(async () => await CalledAsync(incident) == people, $"called are: {people}");

    /// <summary>As on several instances at once: nothing of what decides is kept in memory.</summary>
    public Task SweepOnManyInstancesAsync(string name)
    {
        var sweep = Services.GetServices<ISweepTask>().Single(t => t.Name == name);
        return Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => sweep.SweepAsync(TestContext.Current.CancellationToken))));
    }
}
