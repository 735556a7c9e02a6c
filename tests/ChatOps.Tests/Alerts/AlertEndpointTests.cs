using System.Net;
using System.Net.Http.Headers;
using System.Text;
using ChatOps.Alerts;
using ChatOps.Catalog;
using ChatOps.Configuration;
using ChatOps.Inbox;
using ChatOps.Tests.Support;
using Npgsql;

namespace ChatOps.Tests.Alerts;

/// <summary>What the address takes, from whom, and what it says to the rest.</summary>
public sealed class AlertEndpointTests(AlertBot bot) : IClassFixture<AlertBot>
{
    private static readonly string One = TestAlert.Body("{}", new TestAlert("Quiet", "search", "info"));

    public static TheoryData<string, string?, string?> Strangers => new()
    {
        { "alertmanager", null, null },
        { "alertmanager", "Bearer", "" },
        { "alertmanager", "Bearer", "alertmanager-secre" },
        { "alertmanager", "Bearer", "alertmanager-secretx" },
        { "alertmanager", "Bearer", "uptime-secret" },
        { "alertmanager", "Basic", "alertmanager-secret" },
        { "alertmanager", "Basic", Convert.ToBase64String("grafana:grafana-secret"u8) },
        { "grafana", "Bearer", "grafana-secret" },
        { "grafana", "Basic", "not base64!" },
        { "grafana", "Basic", Convert.ToBase64String("grafana:"u8) },
        { "grafana", "Basic", Convert.ToBase64String("grafana:grafana-secret2"u8) },
        { "uptime", "Bearer", "alertmanager-secret" },
    };

    [Theory]
    [MemberData(nameof(Strangers))]
    public async Task Who_is_not_known_is_refused_and_nothing_is_stored(string source, string? scheme, string? parameter)
    {
        var rows = await RowsAsync();
        using var answer = await bot.PostAsync(source, One, scheme is null ? null : new AuthenticationHeaderValue(scheme, parameter));
        answer.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        answer.Headers.WwwAuthenticate.ShouldNotBeEmpty();
        (await RowsAsync()).ShouldBe(rows);
    }

    [Theory]
    [InlineData("alertmanager", "{\"alerts\":[", "line 1")]
    [InlineData("alertmanager", "", "not readable as JSON")]
    [InlineData("alertmanager", "[]", "no list 'alerts'")]
    [InlineData("alertmanager", "{\"alerts\":7}", "no list 'alerts'")]
    [InlineData("alertmanager", "{\"alerts\":[NaN]}", "not readable as JSON")]
    [InlineData("uptime", "{\"checks\":7}", "map.list")]
    public async Task What_makes_no_sense_is_refused_with_what_is_wrong_and_nothing_is_stored(string source, string body, string told)
    {
        var rows = await RowsAsync();
        using var answer = await bot.PostAsync(source, body, AlertBot.Bearer(source == "uptime" ? "uptime-secret" : AlertBot.Token));
        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).ShouldContain(told);
        (await RowsAsync()).ShouldBe(rows);
    }

    [Fact]
    public async Task A_source_that_nobody_configured_is_not_there()
    {
        using var answer = await bot.PostAsync("nagios", One, AlertBot.Bearer(AlertBot.Token));
        answer.StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task More_than_a_megabyte_is_refused_whether_or_not_it_says_its_length(bool saysLength)
    {
        var rows = await RowsAsync();
        using var http = new HttpClient(new SocketsHttpHandler(), disposeHandler: true);
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(bot.Url, "/alerts/alertmanager"))
        {
            Content = new StringContent("{\"alerts\":[\"" + new string('x', 1024 * 1024) + "\"]}", Encoding.UTF8, "application/json"),
        };
        request.Headers.Authorization = AlertBot.Bearer(AlertBot.Token);
        if (!saysLength) request.Headers.TransferEncodingChunked = true;
        using var answer = await http.SendAsync(request, TestContext.Current.CancellationToken);
        answer.StatusCode.ShouldBe(HttpStatusCode.RequestEntityTooLarge);
        (await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).ShouldContain("max_alerts");
        (await RowsAsync()).ShouldBe(rows);
    }

    [Fact]
    public async Task A_source_may_be_known_by_a_name_and_a_password()
    {
        using var answer = await bot.PostAsync("grafana", One, AlertBot.Basic("grafana", "grafana-secret"));
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await bot.ValueAsync<int>("SELECT count(*) FROM inbox WHERE source = 'grafana'")).ShouldBe(1);
    }

    [Fact]
    public async Task It_is_durable_before_it_is_answered_and_the_same_again_is_the_same_one()
    {
        var body = TestAlert.Body("{}:durable", new TestAlert("Durable", "search", "info"));
        var rows = await RowsAsync();
        using (var first = await bot.PostAsync("alertmanager", body, AlertBot.Bearer(AlertBot.Token)))
        {
            first.StatusCode.ShouldBe(HttpStatusCode.OK);
            (await RowsAsync()).ShouldBe(rows + 1);
        }
        var again = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => bot.PostAsync("alertmanager", body, AlertBot.Bearer(AlertBot.Token))));
        again.Select(a => a.StatusCode).ShouldAllBe(s => s == HttpStatusCode.OK);
        (await RowsAsync()).ShouldBe(rows + 1);
        await bot.DecidedAsync();
        (await bot.ValueAsync<int>("SELECT count(*) FROM alerts WHERE name = 'Durable'")).ShouldBe(1);
        (await bot.ValueAsync<int>("SELECT count(*) FROM inbox WHERE kind = 'alerts.received' AND body IS NOT NULL")).ShouldBe(0);
    }

    [Fact]
    public async Task Without_its_database_the_bot_asks_the_sender_to_send_it_again()
    {
        await using var away = NpgsqlDataSource.Create("Host=127.0.0.1;Port=9;Username=x;Database=x;Timeout=2");
        using var signal = new InboxSignal();
        var source = new AlertSource { Name = "alertmanager", Type = AlertSourceType.Alertmanager, Token = AlertBot.Token };
        var config = new AlertConfig { Sources = new Dictionary<string, AlertSource>(StringComparer.Ordinal) { ["alertmanager"] = source } };
        var catalog = new ServiceCatalog { Services = new Dictionary<string, Service>(StringComparer.Ordinal), Environments = ["production"], Platforms = new Dictionary<string, PlatformDefinition>(StringComparer.Ordinal) };
        using var endpoint = new AlertEndpoint(
            config, new ReadAlerts(config, catalog), new WebhookInbox(away, signal, TimeProvider.System, new TestLog<WebhookInbox>()), TimeProvider.System, new TestLog<AlertEndpoint>());
        var context = new DefaultHttpContext();
        context.Request.RouteValues["source"] = "alertmanager";
        context.Request.Headers.Authorization = $"Bearer {AlertBot.Token}";
        context.Request.Body = new MemoryStream(Encoding.UTF8.GetBytes(One));
        await endpoint.InvokeAsync(context);
        context.Response.StatusCode.ShouldBe(503);
        context.Response.Headers.RetryAfter.ToString().ShouldBe("10");
    }

    private Task<int> RowsAsync() => bot.ValueAsync<int>("SELECT count(*) FROM inbox WHERE kind = 'alerts.received'");
}
