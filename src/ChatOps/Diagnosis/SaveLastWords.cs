using System.Globalization;
using ChatOps.Catalog;
using ChatOps.Platforms;
using ChatOps.Telemetry;
using ChatOps.Timeline;

namespace ChatOps.Diagnosis;

/// <summary>What a restart would wipe out, saved before it: the last log lines, connections and memory. Five seconds at most; whatever fails is named.</summary>
public sealed class SaveLastWords(DiagnosisSources sources, TimeProvider time)
{
    private const int MostLines = 200;
    private const int MostCharacters = 20_000;

    private static readonly TimeSpan Back = TimeSpan.FromHours(1);

    /// <summary>The evidence, and the sentences of what could not be saved.</summary>
    public async Task<(IReadOnlyList<Evidence> Evidence, IReadOnlyList<string> Missing)> RunAsync(Target target, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var asking = new Asking(report: null, time);
        var (platform, its) = sources.PlatformOf(target);
        var questions = new List<Task>
        {
            asking.AskAsync(target, $"platform {platform.Name} (state of {target.Service})", ct => platform.StatusAsync(its, ct),
                s => Observations.OfStatus(target.Service, s, $"platform {platform.Name}", now - Back, now), cancellationToken),
            asking.AskAsync(target, $"checks of {target.Service}", ct => sources.ProbeAsync(target, true, ct), Observations.OfProbes, cancellationToken),
        };
        questions.AddRange(sources.LogsOf(target).Select(source => asking.AskAsync(target, $"{source.Name} (logs of {target.Service})",
            ct => LastLinesAsync(source, now, ct), lines => Saved(target.Service, lines, source.Name, now), cancellationToken)));
        questions.AddRange(sources.MetricsOf(target).Select(source => asking.AskAsync(target, $"{source.Name} (figures of {target.Service})",
            ct => source.ReadAsync(now - Back, now, ct),
            series => MetricReading.ReadAll(target.Service, series.Where(s => s.Name is "memory" or "connections"), source.Name, null, now), cancellationToken)));
        await Task.WhenAll(questions);
        return (asking.Facts, [.. asking.Silent.Select(s => s.Sentence)]);
    }

    private static async Task<List<LogLine>> LastLinesAsync(ILogSource source, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var lines = new List<LogLine>();
        await foreach (var line in source.ReadAsync(new LogWindow(now - Back, null, MostLines), cancellationToken)) lines.Add(line);
        return lines.Count > MostLines ? lines[^MostLines..] : lines;
    }

    private static IEnumerable<Evidence> Saved(string service, List<LogLine> lines, string source, DateTimeOffset now)
    {
        if (lines.Count == 0) yield break;
        var text = string.Join('\n', lines.Select(l => string.Create(CultureInfo.InvariantCulture, $"{l.At.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss.fff'Z'} {Redactor.ForRecord(l.Text)}")));
        if (text.Length > MostCharacters) text = text[^MostCharacters..];
        yield return new()
        {
            Sign = Signs.LastWords,
            Service = service,
            Weight = Weight.Info,
            At = now,
            Source = source,
            Text = $"the last {lines.Count} log lines of {service} are saved; the very last: {LogReading.Cut(Redactor.ForRecord(lines[^1].Text), 200)}",
            Data = new Dictionary<string, string> { ["lines"] = text, ["count"] = lines.Count.ToString(CultureInfo.InvariantCulture) },
        };
    }
}
