using System.Globalization;
using System.Text;
using ChatOps.Catalog;
using ChatOps.Diagnosis.LogPatterns;
using ChatOps.Platforms;
using ChatOps.Timeline;

namespace ChatOps.Diagnosis;

/// <summary>A pattern of one service in its place among all.</summary>
public sealed record ServiceFinding(string Service, LogFinding Finding);

/// <summary>What the lines of one target say. Pure.</summary>
internal static class LogReading
{
    /// <summary>The newest lines stay; a file that nobody can open helps nobody.</summary>
    internal const int LargestExcerpt = 4 * 1024 * 1024;

    /// <summary>The patterns that tell of trouble, as evidence with the score of the ranking.</summary>
    /// <param name="deploy">The last deploy of the target before now, if it is known.</param>
    public static IEnumerable<(double Score, Evidence Fact)> Facts(string service, IReadOnlyList<LogFinding> findings, Evidence? deploy, DateTimeOffset? earliest, string source) =>
        findings.Where(f => f is { IsNews: true, IsTrouble: true }).Take(5).Select(f =>
        {
            var template = Redactor.ForRecord(f.Pattern.Template);
            var sample = Redactor.ForRecord(f.Pattern.Sample);
            var data = new Dictionary<string, string>
            {
                ["template"] = Cut(template, 400),
                ["count"] = f.Pattern.Count.ToString(CultureInfo.InvariantCulture),
                ["baseline"] = f.Pattern.CountIn(LogPeriod.HourBefore).ToString(CultureInfo.InvariantCulture),
                ["sample"] = Cut(sample, 1_000),
                ["sparkline"] = f.Sparkline,
            };
            // The version before was looked at and did not know it: only where its lines were read too.
            if (f.IsNew && deploy is not null && earliest < deploy.At && Hypotheses.MayFollow(f.Pattern.FirstSeen, deploy.At)) data["absent_under"] = deploy.Data.GetValueOrDefault("before") ?? "";
            return (f.Score, new Evidence
            {
                Sign = f.IsNew ? Signs.NewErrorPattern : Signs.MoreFrequentPattern,
                Service = service,
                Text = $"{service} logs {(f.IsNew ? "something new" : $"{Round(f.Factor)} times as often")}: {CutMiddle(sample, 200)}, {f.Pattern.Count} {(f.Pattern.Count == 1 ? "time" : "times")}",
                Weight = f.Pattern.Level == LineLevel.Error || f.IsNew ? Weight.Bad : Weight.Warning,
                At = f.Pattern.FirstSeen,
                Source = source,
                Data = data,
            });
        });

    /// <summary>The newest lines of the window in the order of time, redacted: what the file holds, and how many they are.</summary>
    public static (byte[] Text, int Lines) Excerpt(IEnumerable<(Target Target, IEnumerable<LogLine> Newest)> read)
    {
        var lines = read.SelectMany(r => r.Newest.Select(l => (r.Target.Service, Line: l))).OrderBy(l => l.Line.At).ToList();
        var texts = new List<byte[]>();
        var size = 0;
        for (var i = lines.Count - 1; i >= 0 && size < LargestExcerpt; i--)
        {
            var (service, line) = lines[i];
            var text = Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{line.At.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss.fff'Z'} {service}{(line.Instance is { } instance ? $"/{instance}" : "")} {Redactor.ForSlack(line.Text)}\n"));
            texts.Add(text);
            size += text.Length;
        }
        var excerpt = new byte[size];
        var at = size;
        foreach (var text in texts) text.CopyTo(excerpt, at -= text.Length);
        return (excerpt, texts.Count);
    }

    internal static string Cut(string text, int max) => Slack.Blocks.Mrkdwn.Cut(text.ReplaceLineEndings(" "), max);

    /// <summary>An exception names its cause last, so a long line keeps its end.</summary>
    internal static string CutMiddle(string text, int max)
    {
        var line = text.ReplaceLineEndings(" ");
        if (line.Length <= max) return line;
        var from = line.IndexOf(' ', line.Length - (max * 2 / 3)) is > 0 and var word ? word + 1 : line.Length - (max * 2 / 3);
        if (char.IsLowSurrogate(line[from])) from++;
        return $"{Cut(line, max / 3)} {line[from..]}";
    }

    private static string Round(double? factor) => (factor ?? 1).ToString(factor >= 10 ? "0" : "0.#", CultureInfo.InvariantCulture);
}
