using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using ChatOps.Catalog;
using ChatOps.Diagnosis;
using ChatOps.Platforms;
using ChatOps.Runbooks;
using ChatOps.Telemetry;
using ChatOps.Telemetry.Files;
using ChatOps.Telemetry.Loki;
using ChatOps.Telemetry.Prometheus;
using ChatOps.Tests.Telemetry.Loki;
using ChatOps.Tests.Telemetry.Prometheus;
using static ChatOps.Tests.Diagnosis.Facts;

namespace ChatOps.Tests.Diagnosis;

/// <summary>
/// Platform, Loki, Prometheus and files are asked at once. No source answers before all have been asked: whoever asks one after the other gets no answer from any.
/// The one that hangs costs five seconds and its own part.
/// </summary>
public sealed class AllSourcesAtOnceTests : IAsyncLifetime
{
    private readonly FakeWorld world = new();
    private readonly StillClock clock = new(At(30));
    private readonly string folder = Directory.CreateTempSubdirectory("chatops-all").FullName;
    private StubLoki loki = null!;
    private StubPrometheus prometheus = null!;
    private LokiClient lokiClient = null!;
    private PrometheusClient prometheusClient = null!;

    public async ValueTask InitializeAsync()
    {
        loki = await StubLoki.StartAsync();
        prometheus = await StubPrometheus.StartAsync();
        prometheus.Say($$$"""{"status":"success","data":{"resultType":"matrix","result":[{"metric":{},"values":[[{{{At(29).ToUnixTimeSeconds()}}},"0.9"]]}]}}""");
        lokiClient = new(new() { Name = "loki", Url = loki.Url, Timeout = TimeSpan.FromSeconds(60) }, TimeProvider.System);
        prometheusClient = new(new() { Name = "prometheus", Url = prometheus.Url, Timeout = TimeSpan.FromSeconds(60) }, TimeProvider.System);
        await File.WriteAllTextAsync(Path.Combine(folder, "shop.log"), $"{At(25).UtcDateTime:yyyy-MM-dd'T'HH:mm:ss'Z'} ERROR of the file\n");
        loki.Entries.Add(new(new Dictionary<string, string> { ["app"] = "shop" }, LogEntry.Nanoseconds(At(26)), "ERROR of loki"));
        world.Lines["shop"] = [new(At(27), "ERROR of the platform", null)];
    }

    public async ValueTask DisposeAsync()
    {
        lokiClient.Dispose();
        prometheusClient.Dispose();
        await loki.DisposeAsync();
        await prometheus.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    [Theory]
    [InlineData("")]
    [InlineData("log of shop")]
    [InlineData("loki")]
    [InlineData("files")]
    public async Task Logs_are_as_slow_as_the_slowest_and_what_hangs_is_named(string hangs)
    {
        var result = await new CheckLogs(Sources(hangs), world.Catalog, clock).RunAsync(Context(), new("shop", null, null), null, CancellationToken.None);
        result.Findings.Select(f => f.Finding.Pattern.Sample[f.Finding.Pattern.Sample.IndexOf("ERROR", StringComparison.Ordinal)..]).ShouldBe(
            new[] { ("files", "ERROR of the file"), ("loki", "ERROR of loki"), ("log of shop", "ERROR of the platform") }.Where(s => s.Item1 != hangs).Select(s => s.Item2), ignoreOrder: true);
        Told(result, hangs);
    }

    [Theory]
    [InlineData("")]
    [InlineData("metrics of shop")]
    [InlineData("prometheus")]
    public async Task Resources_are_as_slow_as_the_slowest_and_what_hangs_is_named(string hangs)
    {
        world.Series["shop"] = [new("memory", "percent", null, [new(At(29), 40)])];
        var result = await new CheckResources(Sources(hangs), world.Catalog, clock).RunAsync(Context(), "shop", null, CancellationToken.None);
        result.Evidence.Any(e => e.Source == "prometheus" && e.Sign != Signs.NoAnswer).ShouldBe(hangs != "prometheus");
        result.Evidence.Any(e => e.Source == "metrics of shop" && e.Sign != Signs.NoAnswer).ShouldBe(hangs != "metrics of shop");
        Told(result, hangs);
    }

    [Theory]
    [InlineData("")]
    [InlineData("metrics of shop")]
    [InlineData("prometheus")]
    public async Task Assess_is_as_slow_as_the_slowest_and_what_hangs_is_named(string hangs)
    {
        world.Health["shop"] = [("ready", false)];
        var result = await new Assess(Sources(hangs), world.Catalog, new(), new RunbookShelf([]), clock).RunAsync(Context(), null, CancellationToken.None);
        result.Broken.ShouldContain("shop");
        Told(result, hangs);
    }

    private static void Told(StepResult result, string hangs)
    {
        if (hangs.Length == 0) result.NoAnswers.ShouldBeEmpty();
        else result.NoAnswers.ShouldHaveSingleItem().Sentence.ShouldMatch($"^no answer from {hangs}.* in 5 s$");
    }

    private static StepContext Context() => new() { Service = "shop", Environment = "production", Onset = At(20), DeclaredAt = At(30) };

    /// <summary>The services that shop needs answer from the world alone.</summary>
    private DiagnosisSources Sources(string hangs)
    {
        var logs = new Meeting(3);
        var metrics = new Meeting(2);
        var use = new PrometheusUse { Source = "prometheus", Labels = new Dictionary<string, string> { ["job"] = "shop" }, Queries = [new("error_rate", "x", "ratio")] };
        return world.Sources with
        {
            LogsOf = t => t.Service != "shop" ? [] :
            [
                .. world.Sources.LogsOf(t).Select(s => new MeetingLogs(s, logs, hangs)),
                new MeetingLogs(new LokiLogSource(t, new() { Source = "loki", Labels = new Dictionary<string, string> { ["app"] = "{service}" } }, lokiClient, clock), logs, hangs),
                new MeetingLogs(new FileLogSource([Path.Combine(folder, "*.log")], clock), logs, hangs),
            ],
            MetricsOf = t => t.Service != "shop" ? [] :
            [
                .. world.Sources.MetricsOf(t).Select(s => new MeetingMetrics(s, metrics, hangs)),
                new MeetingMetrics(new PrometheusMetricSource(t, use, prometheusClient), metrics, hangs),
            ],
        };
    }

    /// <summary>Ends for all when so many have come.</summary>
    private sealed class Meeting(int expected)
    {
        private readonly ConcurrentDictionary<string, bool> came = new();
        private readonly TaskCompletionSource all = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task ComeAsync(string name)
        {
            came[name] = true;
            if (came.Count == expected) all.TrySetResult();
            return all.Task;
        }
    }

    private sealed class MeetingLogs(ILogSource source, Meeting meeting, string hangs) : ILogSource
    {
        public string Name => source.Name;

        public async IAsyncEnumerable<LogLine> ReadAsync(LogWindow window, [EnumeratorCancellation] CancellationToken cancellationToken)
        {
            await meeting.ComeAsync(Name);
            if (hangs.Length > 0 && Name.StartsWith(hangs, StringComparison.Ordinal)) await new TaskCompletionSource().Task;
            await foreach (var line in source.ReadAsync(window, cancellationToken)) yield return line;
        }
    }

    private sealed class MeetingMetrics(IMetricSource source, Meeting meeting, string hangs) : IMetricSource
    {
        public string Name => source.Name;

        public async Task<IReadOnlyList<MetricSeries>> ReadAsync(DateTimeOffset since, DateTimeOffset until, CancellationToken cancellationToken)
        {
            await meeting.ComeAsync(Name);
            if (hangs.Length > 0 && Name.StartsWith(hangs, StringComparison.Ordinal)) await new TaskCompletionSource().Task;
            return await source.ReadAsync(since, until, cancellationToken);
        }
    }
}
