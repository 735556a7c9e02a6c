using System.Globalization;
using ChatOps.Catalog;
using ChatOps.Diagnosis.LogPatterns;
using ChatOps.Platforms;
using ChatOps.Telemetry;

namespace ChatOps.Diagnosis;

/// <param name="Service">One service alone; null: the incident's and what of its dependencies is in trouble.</param>
/// <param name="Since">How far back; null: from 15 minutes before the onset.</param>
/// <param name="Grep">Only lines that contain this text, whatever the case.</param>
public sealed record LogQuestion(string? Service, TimeSpan? Since, string? Grep);

/// <summary>What the logs say now that they did not say before. Needs no storage.</summary>
public sealed class CheckLogs(DiagnosisSources sources, ServiceCatalog catalog, TimeProvider time)
{
    /// <summary>Characters of the newest lines that wait for the file, of all sources; those of one fill a file.</summary>
    private const int MostKept = 4 * LogReading.LargestExcerpt;

    private static readonly TimeSpan BeforeOnset = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan Baseline = TimeSpan.FromHours(1);

    /// <summary>How long each source may take.</summary>
    internal TimeSpan Patience { get; init; } = Asking.Timeout;

    public async Task<LogsResult> RunAsync(StepContext context, LogQuestion question, Action<StepProgress>? report, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var suspectFrom = context.SuspectFrom();
        var start = question.Since is { } since ? now - since : suspectFrom - BeforeOnset;
        var targets = Targets(context, question);
        var asking = new Asking(report, time) { Patience = Patience };
        var logs = targets.Select(t => (Target: t, Sources: sources.LogsOf(t))).ToList();
        var kept = Math.Min(LogReading.LargestExcerpt, MostKept / Math.Max(1, logs.Sum(l => l.Sources.Count)));
        var read = await Task.WhenAll(logs.Select(l => ReadAsync(l.Target, l.Sources, question, new(start, now, suspectFrom, l.Sources.Count, kept, Patience * 0.8), start, now, context.Known, asking, cancellationToken)));

        var findings = read.SelectMany(r => r.Findings.Select(f => new ServiceFinding(r.Target.Service, f))).OrderByDescending(f => f.Finding.Score).ToList();
        var lines = (int)Math.Min(int.MaxValue, read.Sum(r => r.Log.Lines));
        var (excerpt, inFile) = LogReading.Excerpt(read.Select(r => (r.Target, r.Log.Newest)));
        // Only what tells most says when it began: an error beside it may belong to another story.
        var began = ChosenByPerson(context, question) ? null : Onset.FirstOfNewPattern([.. findings.Select(f => f.Finding)]);
        // The facts stand in the order of what tells most, whichever source was faster.
        var evidence = read.SelectMany(r => r.Facts).OrderByDescending(f => f.Score).Select(f => f.Fact.Sign == Signs.NewErrorPattern && f.Fact.At != began ? OnsetEstimate.Undated(f.Fact) : f.Fact)
            .Concat(asking.Facts.Where(e => e.Sign == Signs.NoAnswer)).ToList();
        return new()
        {
            At = now,
            Evidence = evidence,
            NoAnswers = asking.Silent,
            Answered = asking.Answered,
            Asked = asking.Asked,
            Findings = findings,
            WindowStart = start,
            Lines = lines,
            Excerpt = excerpt,
            InFile = inFile,
            Looked = [.. targets.Select(t => t.Service)],
            Sentence = Sentence(findings, lines, targets, asking, question),
        };
    }

    /// <summary>Lines with a certain text, or those of one other service over any time: what is new among them may have nothing to do with the trouble.</summary>
    private static bool ChosenByPerson(StepContext context, LogQuestion question) =>
        question.Grep is not null || (question is { Since: not null, Service: { } service } && service != context.Service);

    private List<Target> Targets(StepContext context, LogQuestion question)
    {
        if (question.Service is { } one) return catalog.Find(new Target(one, context.Environment)) is null ? [] : [new(one, context.Environment)];
        var all = context.Targets(catalog);
        var troubled = all.Where(t => t.Service == context.Service || Standing.Of(context.Known, t.Service).InTrouble).ToList();
        // Without an assessment nobody knows which are in trouble: all of them are read.
        return troubled.Count == 0 || context.Known.Count == 0 ? [.. all] : troubled;
    }

    private static async Task<TargetLogs> ReadAsync(
        Target target, IReadOnlyList<ILogSource> logs, LogQuestion question, TargetLog log, DateTimeOffset start, DateTimeOffset now, IReadOnlyList<Evidence> known, Asking asking, CancellationToken cancellationToken)
    {
        (LogPeriod Period, LogWindow Window)[] periods =
        [
            (LogPeriod.Window, new(start, now, null)),
            (LogPeriod.HourBefore, new(start - Baseline, start, null)),
            (LogPeriod.Yesterday, new(start.AddDays(-1), now.AddDays(-1), null)),
            (LogPeriod.LastWeek, new(start.AddDays(-7), now.AddDays(-7), null)),
        ];
        await Task.WhenAll(logs.Select(async source =>
        {
            // One question per source: its four stretches are read at the same time and fail together. What was read before stays.
            long reached = 0;
            await asking.AskAsync(target, $"{source.Name} (logs of {target.Service})", async ct =>
            {
                await Task.WhenAll(periods.Select(p => log.ReadAsync(source, p.Period, p.Window, question.Grep, at => Volatile.Write(ref reached, at.UtcTicks), ct)));
                return source;
            }, _ => [], cancellationToken, () => Volatile.Read(ref reached) is > 0 and var at ? string.Create(CultureInfo.InvariantCulture, $"; its lines until {new DateTime(at):HH:mm:ss} UTC were read") : "");
        }));

        var findings = log.End();
        var deploy = known.Where(e => e.Sign == Signs.Deployed && e.Service == target.Service).MaxBy(e => e.At);
        var facts = LogReading.Facts(target.Service, findings, deploy, log.Earliest, logs is [var only] ? only.Name : $"logs of {target.Service}").ToList();
        return new(target, log, findings, facts);
    }

    private static string Sentence(List<ServiceFinding> findings, int lines, List<Target> targets, Asking asking, LogQuestion question)
    {
        if (targets.Count == 0) return "the catalog has no such service in this environment";
        if (asking.Asked == 0) return $"no log source is configured for {string.Join(", ", targets.Select(t => t.Service))}";
        if (asking.Answered == 0 && lines == 0) return "no log source answered, so nothing is known";
        var news = findings.Where(f => f.Finding is { IsNews: true, IsTrouble: true }).ToList();
        if (lines == 0) return question.Grep is null ? "the logs are silent in this time" : "no line contains that text in this time";
        return news.Count == 0
            ? $"no new error in {lines} lines"
            : $"{news[0].Service} logs {What(news[0].Finding)}: {LogReading.CutMiddle(Timeline.Redactor.ForSlack(news[0].Finding.Pattern.Sample), 120)}";
    }

    private static string What(LogFinding finding) => (finding.IsNew, finding.Pattern.Level == LineLevel.Warn) switch
    {
        (true, true) => "a new warning",
        (true, false) => "a new error",
        (false, true) => "a warning more often",
        _ => "an error more often",
    };

    private sealed record TargetLogs(Target Target, TargetLog Log, IReadOnlyList<LogFinding> Findings, IReadOnlyList<(double Score, Evidence Fact)> Facts);
}

public sealed record LogsResult : StepResult
{
    /// <summary>The most telling first, over all services.</summary>
    public required IReadOnlyList<ServiceFinding> Findings { get; init; }
    public required DateTimeOffset WindowStart { get; init; }

    /// <summary>Lines of the window.</summary>
    public required int Lines { get; init; }

    /// <summary>The lines themselves, UTF-8, redacted; empty when there are none. Where they are too many, the newest.</summary>
    public required ReadOnlyMemory<byte> Excerpt { get; init; }

    /// <summary>Lines in <see cref="Excerpt"/>.</summary>
    public required int InFile { get; init; }
    public required IReadOnlyList<string> Looked { get; init; }
}
