using System.Diagnostics;
using System.Globalization;
using ChatOps.Catalog;
using ChatOps.Diagnosis;
using ChatOps.Platforms;
using ChatOps.Platforms.Kubernetes;
using ChatOps.Telemetry;

namespace ChatOps.Benchmarks;

/// <summary>
/// The logs of a deployment of many pods, from an API server in another process through the real adapter and the real step, against draining the same bytes and doing nothing with them.
/// Both share this machine with the server: its load is told.
/// </summary>
internal static class LogsBenchmark
{
    public static async Task<int> RunAsync(int pods, int lines)
    {
        using var server = Process.Start(new ProcessStartInfo("dotnet", [typeof(LogServer).Assembly.Location, "log-server", pods.ToString(CultureInfo.InvariantCulture), lines.ToString(CultureInfo.InvariantCulture)])
        {
            RedirectStandardOutput = true,
            RedirectStandardInput = true,
            UseShellExecute = false,
        })!;
        try
        {
            var url = new Uri((await server.StandardOutput.ReadLineAsync())!);
            Print($"{pods} pods of {lines:N0} lines; load {await LoadAsync()}, {Environment.ProcessorCount} processors");
            await DrainAsync(url, pods);
            // The first of a process also pays for what is compiled on first use.
            await LogsAsync(url, 20, told: false);
            GC.Collect();
            for (var run = 0; run < 3; run++)
            {
                var (bytes, reading) = await DrainAsync(url, pods);
                var (took, result, managed, resident) = await LogsAsync(url, int.MaxValue, told: true);
                Print($"reading alone {reading.TotalSeconds:F2} s ({bytes / (1024 * 1024)} MB); logs {took.TotalSeconds:F2} s, {(took / reading - 1) * 100:F0} % more; {result.Lines:N0} lines, {result.Findings.Count} patterns, {result.InFile:N0} in the file; highest memory {managed} MB managed, {resident} MB resident; {result.Sentence}");
                foreach (var silent in result.NoAnswers) Print($"  {silent.Sentence}");
            }
            Print($"load {await LoadAsync()}");
            return 0;
        }
        finally
        {
            server.Kill();
            await server.WaitForExitAsync();
        }
    }

    private static async Task<(long Bytes, TimeSpan Took)> DrainAsync(Uri url, int pods)
    {
        using var http = new HttpClient(new SocketsHttpHandler(), disposeHandler: true);
        var since = Uri.EscapeDataString((TimeProvider.System.GetUtcNow() - TimeSpan.FromHours(1)).UtcDateTime.ToString("O"));
        var begun = Stopwatch.GetTimestamp();
        using var gate = new SemaphoreSlim(16);
        var sizes = await Task.WhenAll(Enumerable.Range(0, pods).Select(async pod =>
        {
            await gate.WaitAsync();
            try
            {
                await using var stream = await http.GetStreamAsync(new Uri(url, $"/api/v1/namespaces/shop/pods/shop-1-{pod}/log?sinceTime={since}"));
                var buffer = new byte[64 * 1024];
                var size = 0L;
                while (await stream.ReadAsync(buffer) is > 0 and var read) size += read;
                return size;
            }
            finally
            {
                gate.Release();
            }
        }));
        return (sizes.Sum(), Stopwatch.GetElapsedTime(begun));
    }

    private static async Task<(TimeSpan Took, LogsResult Result, long Managed, long Resident)> LogsAsync(Uri url, int most, bool told)
    {
        var definition = new PlatformDefinition { Name = "cluster", Type = "kubernetes", Url = url, Token = "x", Timeout = TimeSpan.FromSeconds(30), Settings = new KubernetesSettings(LogServer.Namespace, url, null, null, null) };
        using var platform = new KubernetesPlatform(definition, [], TimeProvider.System);
        var catalog = new ServiceCatalog
        {
            Services = new Dictionary<string, Service>
            {
                ["shop"] = new() { Name = "shop", Kind = ServiceKind.Web, Tier = 1, Environments = new Dictionary<string, ServiceEnvironment> { ["production"] = new() { Platform = "cluster", PlatformName = "shop" } } },
            },
            Environments = ["production"],
            Platforms = new Dictionary<string, PlatformDefinition> { ["cluster"] = definition },
        };
        var sources = new DiagnosisSources
        {
            PlatformOf = t => (platform, new PlatformTarget(t, "shop")),
            LogsOf = t => [new Few(new PlatformLogSource(platform, new PlatformTarget(t, "shop")), most)],
            MetricsOf = _ => [],
            ProbeAsync = (_, _, _) => Task.FromResult<IReadOnlyList<ProbeResult>>([]),
        };
        using var watch = new MemoryWatch();
        var begun = Stopwatch.GetTimestamp();
        var now = TimeProvider.System.GetUtcNow();
        // So long that the whole is measured; in an incident it ends after five seconds and says how far it came.
        var result = await new CheckLogs(sources, catalog, TimeProvider.System) { Patience = TimeSpan.FromMinutes(2) }
            .RunAsync(new StepContext { Service = "shop", Environment = "production", Onset = now - TimeSpan.FromMinutes(5), DeclaredAt = now }, new("shop", null, null), null, CancellationToken.None);
        var took = Stopwatch.GetElapsedTime(begun);
        var (managed, resident) = await watch.EndAsync();
        if (told && result.Lines == 0) throw new InvalidOperationException("No line was read.");
        return (took, result, managed, resident);
    }

    private static async Task<string> LoadAsync() => (await File.ReadAllTextAsync("/proc/loadavg")).Split(' ')[0];

    private static void Print(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));

    /// <summary>The first lines, for the run that warms up.</summary>
    private sealed class Few(ILogSource source, int most) : ILogSource
    {
        public string Name => source.Name;

        public async IAsyncEnumerable<LogLine> ReadAsync(LogWindow window, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
        {
            var left = most;
            await foreach (var line in source.ReadAsync(window, cancellationToken))
            {
                yield return line;
                if (--left == 0) yield break;
            }
        }
    }

    /// <summary>The most that the managed heap and the process held, looked at fifty times a second.</summary>
    private sealed class MemoryWatch : IDisposable
    {
        private readonly CancellationTokenSource ends = new();
        private readonly Task<(long, long)> watching;

        public MemoryWatch() => watching = Task.Run(async () =>
        {
            long managed = 0, resident = 0;
            using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
            using var self = Process.GetCurrentProcess();
            while (!ends.IsCancellationRequested)
            {
                self.Refresh();
                managed = Math.Max(managed, GC.GetTotalMemory(forceFullCollection: false));
                resident = Math.Max(resident, self.WorkingSet64);
                await timer.WaitForNextTickAsync();
            }
            return (managed / (1024 * 1024), resident / (1024 * 1024));
        });

        public async Task<(long Managed, long Resident)> EndAsync()
        {
            await ends.CancelAsync();
            return await watching;
        }

        public void Dispose() => ends.Dispose();
    }
}
