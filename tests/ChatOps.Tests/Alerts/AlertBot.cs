using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using ChatOps.Sandbox.Demo;
using ChatOps.Tests.Scenarios;
using ChatOps.Tests.Support;

namespace ChatOps.Tests.Alerts;

/// <summary>The bot with three sources of alerts.</summary>
public class AlertBot(TestCluster cluster) : Bot(cluster)
{
    public const string Token = "alertmanager-secret";

    private readonly HttpClient http = new(new SocketsHttpHandler(), disposeHandler: true);

    /// <summary>Where its Alertmanager is; nothing answers there.</summary>
    protected virtual string AlertmanagerUrl => "http://127.0.0.1:9";

    protected override string MoreYaml =>
        $$"""
        alerts:
          sources:
            alertmanager: { token: {{Token}}, url: "{{AlertmanagerUrl}}" }
            grafana: { username: grafana, password: grafana-secret }
            uptime:
              type: json
              token: uptime-secret
              map: { list: checks, status: state, severity: level, service: app.name, title: title, fingerprint: id, group: team, started: since, url: link, resolved: [up] }
          rules:
            - { name: pages on payments, match: { alertname: "Payment*" }, action: open, severity: 1, page: true }
            - { name: noise, match: { team: nobody }, action: ignore }
            - { name: mild, match: { team: mild }, action: open, severity: 3, page: true }
        """;

    public static AuthenticationHeaderValue Bearer(string token) => new("Bearer", token);

    public static AuthenticationHeaderValue Basic(string user, string password) => new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}")));

    /// <summary>Posts to the bot as a source would.</summary>
    public async Task<HttpResponseMessage> PostAsync(string source, string body, AuthenticationHeaderValue? authorization)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(Url, $"/alerts/{source}")) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        request.Headers.Authorization = authorization;
        return await http.SendAsync(request, TestContext.Current.CancellationToken);
    }

    /// <summary>Alerts of the Alertmanager, accepted and decided about.</summary>
    public async Task AlertAsync(params TestAlert[] alerts)
    {
        using var answer = await PostAsync("alertmanager", TestAlert.Body("{}:{alertname}", alerts), Bearer(Token));
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        await DecidedAsync();
    }

    /// <summary>Nothing is left to decide, to do or to say. Edits have a pace of their own, so that the last may take a while.</summary>
    public async Task DecidedAsync()
    {
        await Until.TrueAsync(async () => await ValueAsync<int>("SELECT (SELECT count(*) FROM inbox WHERE kind LIKE 'alerts.%' AND state IN ('waiting', 'claimed')) + (SELECT count(*) FROM alerts WHERE pending)") == 0, "all alerts are decided about");
        for (var left = 6; ; left--)
        {
            try
            {
                await IdleAsync();
                return;
            }
            catch (TimeoutException) when (left > 0)
            {
                // Thirty seconds more.
            }
        }
    }

    /// <summary>The open incident about a service, with its channel.</summary>
    public async Task<Declared> IncidentOfAsync(string service)
    {
        Declared? found = null;
        await Until.TrueAsync(
            async () => (found = await RowAsync<Declared>(
                """
                SELECT number, channel_id AS channel, title FROM incidents JOIN outbox_destinations ON key = 'incident:' || number
                WHERE service = @service AND status IN ('triage', 'open', 'watching') AND channel_id IS NOT NULL ORDER BY number DESC LIMIT 1
                """, new { service })) is not null,
            $"an incident about {service} has a channel");
        await IdleAsync();
        return found!;
    }

    /// <summary>No incident is open and no question either.</summary>
    public async Task ClearAsync()
    {
        // Not by a command: what each edits is told at a pace that all tests share.
        await ValueAsync<int>("UPDATE incidents SET status = 'resolved', resolved_at = declared_at, resolved_by = 'U0ANA00001', probe_due_at = NULL WHERE status IN ('triage', 'open', 'watching') RETURNING 1");
        await ValueAsync<int>("UPDATE alert_suggestions SET state = 'dismissed', decided_at = opened_at - interval '2 hours' WHERE state = 'open' RETURNING 1");
    }

    /// <summary>The one message of an incident that lists its alerts.</summary>
    public async Task<SeenMessage> BoardAsync(Declared incident) => (await MessagesAsync(incident.Channel, $"Incident {incident.Number} · ")).Last(m => IsBoard(m, incident));

    public static bool IsBoard(SeenMessage message, Declared incident) =>
        message.Shown.Contains($"Incident {incident.Number} · ", StringComparison.Ordinal) && message.Shown.Contains(" alert", StringComparison.Ordinal)
        && (message.Shown.Contains("firing*", StringComparison.Ordinal) || message.Shown.Contains("none fires*", StringComparison.Ordinal));

    public Task<IReadOnlyList<SeenMessage>> QuestionsAsync(string part) => MessagesAsync("incidents", part);

    public async Task<IReadOnlyList<SeenMessage>> MessagesAsync(string channel, string part) =>
        [.. (await Control.MessagesAsync(channel, TestContext.Current.CancellationToken)).Where(m => m.Shown.Contains(part, StringComparison.Ordinal))];

    public override async ValueTask DisposeAsync()
    {
        http.Dispose();
        await base.DisposeAsync();
        GC.SuppressFinalize(this);
    }
}

/// <summary>An alert as Alertmanager posts it.</summary>
public sealed record TestAlert(string Name, string? Service, string Severity = "critical")
{
    private static readonly DateTimeOffset Start = TimeProvider.System.GetUtcNow();

    public bool Firing { get; init; } = true;
    public string StartsAt { get; init; } = Start.ToString("o");
    public string? Fingerprint { get; init; }
    public string Summary { get; init; } = "";
    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    public TestAlert Resolved => this with { Firing = false };

    public static string Body(string groupKey, params TestAlert[] alerts) => JsonSerializer.Serialize(new
    {
        receiver = "chatops",
        status = alerts.Any(a => a.Firing) ? "firing" : "resolved",
        version = "4",
        groupKey,
        truncatedAlerts = 0,
        alerts = alerts.Select(a => new
        {
            status = a.Firing ? "firing" : "resolved",
            labels = a.All(),
            annotations = a.Summary.Length > 0 ? new Dictionary<string, string>(StringComparer.Ordinal) { ["summary"] = a.Summary } : [],
            startsAt = a.StartsAt,
            endsAt = "0001-01-01T00:00:00Z",
            generatorURL = "http://prometheus.example/graph",
            fingerprint = a.Fingerprint ?? $"{a.Name}-{a.Service}",
        }),
    });

    private Dictionary<string, string> All()
    {
        var labels = new Dictionary<string, string>(Labels, StringComparer.Ordinal) { ["alertname"] = Name, ["severity"] = Severity };
        if (Service is not null) labels["service"] = Service;
        return labels;
    }
}
