using System.Text.Json;
using ChatOps.Alerts;
using ChatOps.Catalog;
using ChatOps.Configuration;

namespace ChatOps.Tests.Alerts;

/// <summary>What is read out of what sources post, and which rule fits.</summary>
public sealed class ReadAlertsTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 25, 3, 0, 0, TimeSpan.Zero);
    private static readonly AlertSource Alertmanager = new() { Name = "prometheus", Type = AlertSourceType.Alertmanager, Token = "0123456789" };
    private static readonly ServiceCatalog Catalog = new()
    {
        Services = new[] { "shop", "shop-db" }.ToDictionary(n => n, n => new Service { Name = n, Kind = ServiceKind.Web, Tier = 1, Environments = new Dictionary<string, ServiceEnvironment>(StringComparer.Ordinal) }, StringComparer.Ordinal),
        Environments = ["staging", "production"],
        Platforms = new Dictionary<string, PlatformDefinition>(StringComparer.Ordinal),
    };

    [Theory]
    [InlineData("""{"service":"shop"}""", "shop")]
    [InlineData("""{"service":"SHOP"}""", "shop")]
    [InlineData("""{"service":"unknown","job":"shop-db"}""", "shop-db")]
    [InlineData("""{"job":"prod/shop"}""", "shop")]
    [InlineData("""{"component":"shop-db"}""", "shop-db")]
    [InlineData("""{"from":"shop","to":"shop-db"}""", null)]
    [InlineData("""{"instance":"shop:8080"}""", null)]
    [InlineData("{}", null)]
    public void The_service_is_read_from_the_labels(string labels, string? service) => Only(labels).Service.ShouldBe(service);

    [Theory]
    [InlineData("""{"severity":"critical"}""", AlertAction.Open, true, "critical opens")]
    [InlineData("""{"severity":"PAGE"}""", AlertAction.Open, true, "critical opens")]
    [InlineData("""{"severity":"warning"}""", AlertAction.Suggest, false, "warning suggests")]
    [InlineData("{}", AlertAction.Suggest, false, "warning suggests")]
    [InlineData("""{"severity":"weird"}""", AlertAction.Suggest, false, "warning suggests")]
    [InlineData("""{"severity":"info"}""", AlertAction.Digest, false, "info is told daily")]
    [InlineData("""{"severity":"critical","env":"staging"}""", AlertAction.Digest, false, "outside production is told daily")]
    [InlineData("""{"severity":"critical","env":"production"}""", AlertAction.Open, true, "critical opens")]
    public void Without_a_rule_the_level_decides(string labels, AlertAction action, bool page, string rule)
    {
        var alert = Only(labels);
        (alert.Action, alert.Page, alert.Rule).ShouldBe((action, page, rule));
    }

    [Fact]
    public void The_first_rule_of_which_everything_fits_counts()
    {
        var config = new AlertConfig
        {
            Rules =
            [
                new AlertRule { Name = "other source", Sources = ["grafana"], Action = AlertAction.Ignore },
                new AlertRule { Name = "lab", Match = new Dictionary<string, string>(StringComparer.Ordinal) { ["team"] = "lab", ["zone"] = "*" }, Action = AlertAction.Ignore },
                new AlertRule { Name = "db", Services = ["shop-db"], Levels = [AlertLevel.Critical], Action = AlertAction.Open, Severity = 1 },
                new AlertRule { Name = "rest", Action = AlertAction.Digest },
            ],
        };
        Only("""{"team":"lab"}""", config).Rule.ShouldBe("rest");
        Only("""{"team":"lab","zone":"eu"}""", config).Rule.ShouldBe("lab");
        Only("""{"service":"shop-db","severity":"critical"}""", config).ShouldSatisfyAllConditions(a => a.Rule.ShouldBe("db"), a => a.Severity.ShouldBe(1), a => a.Page.ShouldBeFalse());
        Only("""{"service":"shop-db"}""", config).Rule.ShouldBe("rest");
    }

    [Theory]
    [InlineData("Payment*", "PaymentErrors", true)]
    [InlineData("*Errors", "PaymentErrors", true)]
    [InlineData("*ment*ror*", "PaymentErrors", true)]
    [InlineData("Pay*Pay", "Pay", false)]
    [InlineData("*", "", true)]
    [InlineData("payment*", "PaymentErrors", false)]
    [InlineData("Payment", "PaymentErrors", false)]
    public void A_star_stands_for_anything(string pattern, string value, bool matches) => AlertRules.Matches(value, pattern).ShouldBe(matches);

    [Fact]
    public void The_key_is_the_group_with_the_states_and_beginnings_of_its_alerts()
    {
        Key("firing", "2026-11-25T02:50:00Z", "g").ShouldBe(Key("firing", "2026-11-25T02:50:00.000Z", "g"));
        new[] { Key("firing", "2026-11-25T02:50:00Z", "g"), Key("resolved", "2026-11-25T02:50:00Z", "g"), Key("firing", "2026-11-25T02:51:00Z", "g"), Key("firing", "2026-11-25T02:50:00Z", "h") }.Distinct().Count().ShouldBe(4);

        static string Key(string status, string starts, string group) =>
            Run($$"""{"groupKey":"{{group}}","alerts":[{"status":"{{status}}","labels":{"alertname":"x"},"startsAt":"{{starts}}"}]}""", new AlertConfig()).Key;
    }

    [Fact]
    public void Alerts_without_a_service_are_decided_about_by_their_group()
    {
        Run("""{"groupKey":"a","alerts":[{"labels":{"alertname":"x"}},{"labels":{"alertname":"y"}}]}""", new AlertConfig()).Alerts!.Alerts.Select(a => a.Place).Distinct().ShouldHaveSingleItem().ShouldStartWith("prometheus/");
        Only("{}", group: "a").Place.ShouldNotBe(Only("{}", group: "b").Place);
    }

    [Fact]
    public void Any_json_is_read_by_its_paths()
    {
        var source = new AlertSource { Name = "uptime", Type = AlertSourceType.Json, Token = "0123456789", Map = new AlertMap { Title = "monitor.name", Status = "heartbeat.status", Started = "heartbeat.time", Severity = "level", Resolved = ["1"] } };
        var read = new ReadAlerts(new AlertConfig(), Catalog).Run(source, JsonElement.Parse("""{"monitor":{"name":"Login"},"heartbeat":{"status":0,"time":1795253100000},"level":"critical"}"""), Now).Alerts!.Alerts.ShouldHaveSingleItem();
        (read.Title, read.Firing, read.Level, read.StartsAt).ShouldBe(("Login", true, AlertLevel.Critical, DateTimeOffset.FromUnixTimeSeconds(1_795_253_100) > Now ? Now : DateTimeOffset.FromUnixTimeSeconds(1_795_253_100)));
        new ReadAlerts(new AlertConfig(), Catalog).Run(source, JsonElement.Parse("""{"monitor":{"name":"Login"},"heartbeat":{"status":1}}"""), Now).Alerts!.Alerts[0].Firing.ShouldBeFalse();
        new ReadAlerts(new AlertConfig(), Catalog).Run(source, JsonElement.Parse("""{"other":7}"""), Now).Mistake!.ShouldContain("map.title");
    }

    private static ReceivedAlert Only(string labels, AlertConfig? config = null, string group = "g") =>
        Run($$"""{"groupKey":"{{group}}","alerts":[{"labels":{{labels}}}]}""", config ?? new AlertConfig()).Alerts!.Alerts.ShouldHaveSingleItem();

    private static (ReceivedAlerts? Alerts, string Key, string? Mistake) Run(string body, AlertConfig config) => new ReadAlerts(config, Catalog).Run(Alertmanager, JsonElement.Parse(body), Now);
}
