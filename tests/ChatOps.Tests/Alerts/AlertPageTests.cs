using ChatOps.Tests.Scenarios;
using ChatOps.Tests.Support;

namespace ChatOps.Tests.Alerts;

/// <summary>As <see cref="AlertBot"/>, with carla on call for the shop and eve next.</summary>
public sealed class PagingAlertBot(TestCluster cluster) : AlertBot(cluster)
{
    protected override string OnCall => "shop-team";

    protected override string MoreYaml =>
        $$"""
        {{base.MoreYaml}}
        oncall:
          shop-team: { people: [carla, eve], handover: "09:00", every: 52w, timezone: Europe/Vienna, start: {{Workspace.Clock.GetUtcNow().AddDays(-14):yyyy-MM-dd}} }
        """;
}

/// <summary>Whom alerts call.</summary>
public sealed class AlertPageTests(PagingAlertBot bot) : IClassFixture<PagingAlertBot>, IAsyncLifetime
{
    public async ValueTask InitializeAsync() => await bot.ClearAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task However_many_alerts_tell_of_a_sev2_whoever_is_on_call_is_paged_once()
    {
        await bot.AlertAsync(new TestAlert("ShopDown", "shop"));
        var incident = await bot.IncidentOfAsync("shop");
        await bot.AlertAsync(new TestAlert("ShopErrors", "shop"));
        await UntilCalledAsync(incident);
        (await bot.ValueAsync<int>("SELECT count(*) FROM pages WHERE incident = @Number", incident)).ShouldBe(1);
    }

    [Fact]
    public async Task An_alert_that_is_to_page_does_so_in_a_sev3_too()
    {
        await bot.AlertAsync(new TestAlert("MailerSlow", "mailer") { Labels = new Dictionary<string, string>(StringComparer.Ordinal) { ["team"] = "mild" } });
        var incident = await bot.IncidentOfAsync("mailer");
        (await bot.ValueAsync<int>("SELECT severity FROM incidents WHERE number = @Number", incident)).ShouldBe(3);
        await UntilCalledAsync(incident);
        (await bot.ValueAsync<string>("SELECT string_agg(reason, '; ') FROM pages WHERE incident = @Number", incident)).ShouldBe("alert MailerSlow");
    }

    private Task UntilCalledAsync(Declared incident) => Until.TrueAsync(
        async () => await bot.ValueAsync<string>("SELECT string_agg(c.person, ' ') FROM page_calls c JOIN pages p ON p.id = c.page WHERE p.incident = @Number", incident) is { } called && called.StartsWith("U0CARLA001", StringComparison.Ordinal),
        "carla is called");
}
