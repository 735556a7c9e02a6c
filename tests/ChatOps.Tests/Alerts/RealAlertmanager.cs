using System.Globalization;
using System.Text.Json;
using ChatOps.Sandbox.Shop.Platform;
using ChatOps.Tests.Support;

namespace ChatOps.Tests.Alerts;

/// <summary>Prometheus and Alertmanager as Debian packs them, on this machine alone, with a page to scrape. Both look every second.</summary>
internal sealed class RealAlertmanager : IAsyncDisposable
{
    private static readonly string[] Programs = ["/usr/bin/prometheus", "/usr/bin/prometheus-alertmanager"];

    private readonly RealPrograms programs = new("alertmanager");
    private readonly HttpClient http = new(new SocketsHttpHandler(), disposeHandler: true);
    private readonly Dictionary<string, double> errors = new(StringComparer.Ordinal) { ["shop"] = 0, ["mailer"] = 0 };
    private WebApplication page = null!;

    private readonly int alertmanagerPort = FreePort.Next();
    private readonly int prometheusPort = FreePort.Next();

    public string Url => $"http://127.0.0.1:{alertmanagerPort}";

    /// <summary>Null where the programs are not here; in CI that fails.</summary>
    public static string? Missing() => RealPrograms.Missing("prometheus and prometheus-alertmanager", Programs);

    /// <param name="receiver">Where Alertmanager posts.</param>
    public async Task StartAsync(string receiver, string token)
    {
        page = await PageAsync();
        var target = new Uri(page.Urls.First()).Authority;
        await programs.WriteAsync("rules.yml",
            """
            groups:
              - name: shop
                interval: 1s
                rules:
                  - alert: ErrorsHigh
                    expr: errors > 0
                    labels: { severity: critical }
                    annotations: { summary: "{{ $labels.service }} answers with errors", description: "{{ $value }} errors a second" }
            """);
        await programs.WriteAsync("prometheus.yml",
            $$"""
            global: { scrape_interval: 1s, evaluation_interval: 1s }
            rule_files: [{{programs.Folder}}/rules.yml]
            alerting: { alertmanagers: [{ static_configs: [{ targets: ['127.0.0.1:{{alertmanagerPort}}'] }] }] }
            scrape_configs: [{ job_name: page, honor_labels: true, static_configs: [{ targets: ['{{target}}'] }] }]
            """);
        await programs.WriteAsync("token", token);
        await programs.WriteAsync("alertmanager.yml",
            $$"""
            route: { receiver: chatops, group_by: [alertname, service], group_wait: 1s, group_interval: 1s, repeat_interval: 1h }
            receivers:
              - name: chatops
                webhook_configs:
                  - url: {{receiver}}
                    send_resolved: true
                    max_alerts: 500
                    http_config: { authorization: { credentials_file: {{programs.Folder}}/token } }
            """);
        programs.Run(Programs[1], $"--config.file={programs.Folder}/alertmanager.yml", $"--storage.path={programs.Folder}/alertmanager", $"--web.listen-address=127.0.0.1:{alertmanagerPort}", "--cluster.listen-address=");
        programs.Run(Programs[0], $"--config.file={programs.Folder}/prometheus.yml", $"--storage.tsdb.path={programs.Folder}/prometheus", $"--web.listen-address=127.0.0.1:{prometheusPort}");
        foreach (var port in new[] { alertmanagerPort, prometheusPort })
        {
            await programs.ReadyAsync(() => IsReadyAsync(port), $"port {port} is ready");
        }
    }

    /// <summary>What the page says: zero is well.</summary>
    public void Break(string service) => errors[service] = 7;

    public void Heal(string service) => errors[service] = 0;

    public async Task<JsonElement> GetAsync(string path)
    {
        using var answer = await http.GetAsync(new Uri(Url + path));
        return JsonElement.Parse(await answer.Content.ReadAsStringAsync());
    }

    public async ValueTask DisposeAsync()
    {
        await programs.DisposeAsync();
        http.Dispose();
        if (page is not null) await page.DisposeAsync();
    }

    private async Task<WebApplication> PageAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        app.MapGet("/metrics", () => Results.Text(string.Concat(errors.Select(e => string.Create(CultureInfo.InvariantCulture, $"errors{{service=\"{e.Key}\"}} {e.Value}\n")))));
        await app.StartAsync();
        return app;
    }

    private async Task<bool> IsReadyAsync(int port)
    {
        try
        {
            using var answer = await http.GetAsync(new Uri($"http://127.0.0.1:{port}/-/ready"));
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
