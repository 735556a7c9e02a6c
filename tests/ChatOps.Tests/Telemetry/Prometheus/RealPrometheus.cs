using System.Globalization;
using System.Text;
using ChatOps.Sandbox.Shop.Platform;
using ChatOps.Tests.Support;

namespace ChatOps.Tests.Telemetry.Prometheus;

/// <summary>
/// Prometheus and its node exporter as Debian packs them, and a page with the figures of a few services, which serve more requests with every look.
/// Both looked at twice a second.
/// </summary>
public sealed class RealPrometheus : IAsyncLifetime
{
    /// <summary>A job that would mean something else if it left its quotes.</summary>
    public const string Hostile = "a\"} or vector(1) or x{b=\"\\";

    private static readonly string[] Programs = ["/usr/bin/prometheus", "/usr/bin/prometheus-node-exporter"];

    private readonly RealPrograms programs = new("prometheus");
    private readonly HttpClient http = new(new SocketsHttpHandler(), disposeHandler: true);
    private readonly int port = FreePort.Next();
    private WebApplication page = null!;
    private int looks;

    public string Url => $"http://127.0.0.1:{port}";

    /// <summary>Why there is none.</summary>
    public string? Missing { get; private set; }

    public async ValueTask InitializeAsync()
    {
        Missing = RealPrograms.Missing("prometheus and prometheus-node-exporter", Programs);
        if (Missing is not null) return;
        page = await PageAsync();
        var node = FreePort.Next();
        await programs.WriteAsync("prometheus.yml",
            $$"""
            global: { scrape_interval: 500ms }
            scrape_configs:
              - { job_name: page, honor_labels: true, static_configs: [{ targets: ['{{new Uri(page.Urls.First()).Authority}}'] }] }
              - { job_name: node, static_configs: [{ targets: ['127.0.0.1:{{node}}'] }] }
            """);
        programs.Run(Programs[0], $"--config.file={programs.Folder}/prometheus.yml", $"--storage.tsdb.path={programs.Folder}/data", $"--web.listen-address=127.0.0.1:{port}");
        programs.Run(Programs[1], $"--web.listen-address=127.0.0.1:{node}", "--collector.disable-defaults", "--collector.cpu", "--collector.meminfo");
        // Three looks make a rate.
        await programs.ReadyAsync(async () => looks > 6 && await IsReadyAsync(), "Prometheus has looked a few times");
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
        app.MapGet("/metrics", () => Results.Text(Page(Interlocked.Increment(ref looks))));
        await app.StartAsync();
        return app;
    }

    private static string Page(int n)
    {
        var text = new StringBuilder("# TYPE http_requests_total counter\n");
        Requests("job=\"shop\",version=\"v41\",status=\"200\"", 99);
        Requests("job=\"shop\",version=\"v41\",status=\"500\"", 1);
        Requests("job=\"shop\",version=\"v4.2+b\",status=\"200\"", 40);
        Requests("job=\"shop\",version=\"v4.2+b\",status=\"503\"", 10);
        // What a pattern that is not escaped would take for the one above.
        Requests("job=\"shop\",version=\"v4x22b\",status=\"200\"", 1000);
        Requests("job=\"clean\",version=\"v1\",status=\"200\"", 50);
        Requests("job=\"quiet\",version=\"v1\",status=\"200\"", 0);
        Requests("job=\"unlabelled\"", 50);
        Requests("job=\"coded\",code=\"200\"", 90);
        Requests("job=\"coded\",code=\"502\"", 10);
        Requests($"job=\"{Hostile.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\",status=\"200\"", 30);
        text.Append("# TYPE http_request_duration_seconds histogram\n");
        Buckets("job=\"shop\",version=\"v41\"", (0.1, 100), (1, 100), (5, 100));
        Buckets("job=\"shop\",version=\"v4.2+b\"", (0.1, 0), (1, 50), (5, 50));
        text.Append("# TYPE orders counter\n");
        Line("orders", "job=\"shop\",version=\"v41\"", 20 * n);
        return text.ToString();

        void Requests(string labels, int each) => Line("http_requests_total", labels, 1000 + (each * n));

        void Buckets(string labels, params (double Le, int Each)[] buckets)
        {
            foreach (var (le, each) in buckets) Line("http_request_duration_seconds_bucket", $"{labels},le=\"{le.ToString(CultureInfo.InvariantCulture)}\"", each * n);
            Line("http_request_duration_seconds_bucket", $"{labels},le=\"+Inf\"", buckets[^1].Each * n);
        }

        void Line(string name, string labels, int value) => text.Append(CultureInfo.InvariantCulture, $"{name}{{{labels}}} {value}\n");
    }

    private async Task<bool> IsReadyAsync()
    {
        try
        {
            using var answer = await http.GetAsync(new Uri($"{Url}/-/ready"));
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
