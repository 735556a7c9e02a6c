using ChatOps.Configuration;

namespace ChatOps.Tests.Configuration;

public sealed class AlertReaderTests : IDisposable
{
    private const string Good =
        """
        alerts:
          sources:
            prometheus: { type: alertmanager, token: "0123456789", url: http://alertmanager:9093 }
            grafana: { username: grafana, password: "0123456789" }
            uptime: { type: json, token: "0123456789", map: { title: name, status: state, resolved: [up] } }
          service_labels: [service]
          rules:
            - { name: payments, match: { alertname: "Payment*" }, levels: [critical], services: [shop], sources: [prometheus], action: open, severity: 1, page: true }
            - { action: ignore }
          digest_channel: "#alerts"
          digest_at: "07:30"
          time_zone: Europe/Berlin
        """;

    private readonly ConfigFile file = new();

    public void Dispose() => file.Dispose();

    [Fact]
    public void Sources_rules_and_the_digest_are_read()
    {
        var result = file.Read(ConfigFile.Example + "\n" + Good);
        result.Mistakes.ShouldBeEmpty();
        var alerts = result.Config.ShouldNotBeNull().Alerts;
        alerts.Sources["prometheus"].Url.ShouldBe(new Uri("http://alertmanager:9093"));
        alerts.Sources["grafana"].Type.ShouldBe(AlertSourceType.Grafana);
        alerts.Sources["uptime"].Map.ShouldSatisfyAllConditions(m => m.Title.ShouldBe("name"), m => m.Resolved.ShouldBe(["up"]), m => m.List.ShouldBeNull());
        alerts.Rules.Select(r => (r.Name, r.Action, r.Severity, r.Page)).ShouldBe([("payments", AlertAction.Open, 1, true), ("rule 2", AlertAction.Ignore, null, false)]);
        (alerts.DigestChannel, alerts.DigestAt, alerts.TimeZone.Id).ShouldBe(("alerts", new TimeOnly(7, 30), "Europe/Berlin"));
        string.Join(' ', alerts.Sources.Values, alerts).ShouldNotContain("0123456789");
    }

    [Fact]
    public void Without_the_part_nothing_is_taken() => file.Read(ConfigFile.Example).Config!.Alerts.Sources.ShouldBeEmpty();

    [Theory]
    [InlineData("token: \"0123456789\", url:", "url:", "nothing proves who sends in alert source 'prometheus'; add 'token: ${NAME}', or 'username' and 'password'")]
    [InlineData("token: \"0123456789\", url:", "token: \"12\", url:", "'token' is shorter than 8 characters in alert source 'prometheus'; make one that nobody guesses, such as by 'openssl rand -hex 24'")]
    [InlineData("username: grafana,", "", "one of 'username' and 'password' is missing in alert source 'grafana'; give both")]
    [InlineData("username: grafana,", "token: \"0123456789\", username: grafana,", "a token and a password are given in alert source 'grafana'; keep one of the two")]
    [InlineData("type: alertmanager,", "", "'type' is missing in alert source 'prometheus'; add 'type: alertmanager'")]
    [InlineData("grafana: { username", "grafana: { url: http://grafana, username", "'url' is for silences, which only sources of type alertmanager take in alert source 'grafana'; leave it out")]
    [InlineData(", map: { title: name, status: state, resolved: [up] }", "", "'map' is missing in alert source 'uptime'; add 'map: { title: name, status: state }'")]
    [InlineData("services: [shop]", "services: [shp]", "unknown service 'shp' in alert rule in alerts; did you mean 'shop'?")]
    [InlineData("sources: [prometheus]", "sources: [promethus]", "unknown source of alerts 'promethus' in alert rule in alerts; did you mean 'prometheus'?")]
    [InlineData("action: ignore", "action: ignore, page: true", "'page' goes with 'action: open' alone in alert rule in alerts; open an incident, or leave 'page' out")]
    [InlineData("digest_at: \"07:30\"", "digest_at: 7.30", "'digest_at' is no time of day in alerts; hours and minutes in quotes, such as \"09:00\"")]
    [InlineData("time_zone: Europe/Berlin", "time_zone: Berlin", "'time_zone' is no time zone that this machine knows in alerts; a name of the IANA list, such as Europe/Berlin")]
    public void A_wrong_value_is_told_in_one_line_with_what_would_be_right(string before, string after, string told)
    {
        Good.ShouldContain(before);
        file.Mistake(file.Read(ConfigFile.Example + "\n" + Good.Replace(before, after, StringComparison.Ordinal))).ShouldEndWith($": {told}");
    }
}
