using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using ChatOps.Tests.Support;

namespace ChatOps.Tests.Alerts;

/// <summary>Prometheus and Alertmanager as Debian packs them, on this machine alone, with a page to scrape. Both look every second.</summary>
internal sealed class RealAlertmanager : IAsyncDisposable
{
    private static readonly string[] Programs = ["/usr/bin/prometheus", "/usr/bin/prometheus-alertmanager"];

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("chatops-alertmanager-");
    private readonly List<Process> processes = [];
    private readonly HttpClient http = new(new SocketsHttpHandler(), disposeHandler: true);
    private readonly Dictionary<string, double> errors = new(StringComparer.Ordinal) { ["shop"] = 0, ["mailer"] = 0 };
    private readonly Queue<string> log = new();
    private WebApplication page = null!;

    private readonly int alertmanagerPort = FreePort();
    private readonly int prometheusPort = FreePort();

    public string Url => $"http://127.0.0.1:{alertmanagerPort}";

    /// <summary>Null where the programs are not here; in CI that fails.</summary>
    public static string? Missing()
    {
        var missing = Array.Find(Programs, p => !File.Exists(p));
        if (missing is null) return null;
        if (Environment.GetEnvironmentVariable("CI") is { Length: > 0 }) throw new InvalidOperationException($"No {missing}: install prometheus and prometheus-alertmanager.");
        return $"No {missing} on this machine: install prometheus and prometheus-alertmanager to run the tests with real alerts.";
    }

    /// <param name="receiver">Where Alertmanager posts.</param>
    public async Task StartAsync(string receiver, string token)
    {
        page = await PageAsync();
        var target = new Uri(page.Urls.First()).Authority;
        await WriteAsync("rules.yml",
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
        await WriteAsync("prometheus.yml",
            $$"""
            global: { scrape_interval: 1s, evaluation_interval: 1s }
            rule_files: [{{folder.FullName}}/rules.yml]
            alerting: { alertmanagers: [{ static_configs: [{ targets: ['127.0.0.1:{{alertmanagerPort}}'] }] }] }
            scrape_configs: [{ job_name: page, honor_labels: true, static_configs: [{ targets: ['{{target}}'] }] }]
            """);
        await WriteAsync("token", token);
        await WriteAsync("alertmanager.yml",
            $$"""
            route: { receiver: chatops, group_by: [alertname, service], group_wait: 1s, group_interval: 1s, repeat_interval: 1h }
            receivers:
              - name: chatops
                webhook_configs:
                  - url: {{receiver}}
                    send_resolved: true
                    max_alerts: 500
                    http_config: { authorization: { credentials_file: {{folder.FullName}}/token } }
            """);
        Run(Programs[1], $"--config.file={folder.FullName}/alertmanager.yml", $"--storage.path={folder.FullName}/alertmanager", $"--web.listen-address=127.0.0.1:{alertmanagerPort}", "--cluster.listen-address=");
        Run(Programs[0], $"--config.file={folder.FullName}/prometheus.yml", $"--storage.tsdb.path={folder.FullName}/prometheus", $"--web.listen-address=127.0.0.1:{prometheusPort}");
        foreach (var port in new[] { alertmanagerPort, prometheusPort })
        {
            try
            {
                await Until.TrueAsync(() => IsReadyAsync(port), $"port {port} is ready");
            }
            catch (TimeoutException e)
            {
                throw new TimeoutException($"{e.Message}\n{string.Join('\n', log)}", e);
            }
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
        foreach (var process in processes)
        {
            if (!process.HasExited) process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync();
            process.Dispose();
        }
        http.Dispose();
        if (page is not null) await page.DisposeAsync();
        folder.Delete(recursive: true);
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

    private void Run(string program, params string[] arguments)
    {
        var process = new Process { StartInfo = new ProcessStartInfo(program, arguments) { UseShellExecute = false, RedirectStandardError = true, RedirectStandardOutput = true, WorkingDirectory = folder.FullName } };
        process.ErrorDataReceived += (_, e) => Keep(e.Data);
        process.OutputDataReceived += (_, e) => Keep(e.Data);
        process.Start();
        process.BeginErrorReadLine();
        process.BeginOutputReadLine();
        processes.Add(process);
    }

    private void Keep(string? line)
    {
        if (line is null) return;
        lock (log)
        {
            log.Enqueue(line);
            if (log.Count > 40) log.Dequeue();
        }
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

    private Task WriteAsync(string name, string text) => File.WriteAllTextAsync(Path.Combine(folder.FullName, name), text);

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
