using System.Text.Json;
using ChatOps.Catalog;
using ChatOps.Configuration;
using ChatOps.Timeline;

namespace ChatOps.Alerts;

/// <summary>From what a source posted to what is stored of it: which service, which rule, without secrets, cut. Pure but for the time that it is given.</summary>
internal sealed class ReadAlerts(AlertConfig config, ServiceCatalog catalog)
{
    private const int LongestName = 150;
    private const int LongestTitle = 250;
    private const int LongestSummary = 700;
    private const int LongestFingerprint = 200;
    private const int LongestUrl = 1_000;
    private static readonly TimeSpan ClockDifference = TimeSpan.FromMinutes(1);

    /// <returns>What to store and the key under which it is one of a kind; or what is wrong with the document.</returns>
    public (ReceivedAlerts? Alerts, string Key, string? Mistake) Run(AlertSource source, JsonElement root, DateTimeOffset now)
    {
        var (read, mistake) = source.Type == AlertSourceType.Json ? MappedReader.Read(root, source.Map) : AlertmanagerReader.Read(root);
        if (read is null) return (null, "", mistake);
        // Told twice in one request: the later beginning counts, between equals the one that still fires, and of those the worst.
        var alerts = read.Alerts.GroupBy(a => a.Fingerprint, StringComparer.Ordinal)
            .Select(g => g.OrderByDescending(a => a.StartsAt ?? DateTimeOffset.MinValue).ThenByDescending(a => a.Firing).ThenByDescending(a => a.Level).First())
            .OrderBy(a => a.Fingerprint, StringComparer.Ordinal).ToList();
        var key = IncomingPrint.Of(alerts.SelectMany(a => new[] { a.Fingerprint, a.Firing ? $"f{(int)a.Level}" : "r", TimeIn(a, now) }).Prepend(read.GroupKey));
        return (new(source.Name, [.. alerts.Select(a => Received(a, source.Name, read.GroupKey, now))]), $"{source.Name} {key}", null);
    }

    // Who names no beginning is believed to repeat itself within a minute, and to mean it anew after that.
    private static string TimeIn(IncomingAlert alert, DateTimeOffset now) => alert.StartsAt is { } known ? $"{known.UtcTicks}" : $"{now:yyyyMMddHHmm}";

    private ReceivedAlert Received(IncomingAlert alert, string source, string groupKey, DateTimeOffset now)
    {
        var service = AlertRules.ServiceOf(alert, config, catalog);
        var rule = AlertRules.Find(alert, source, service, config, catalog);
        return new ReceivedAlert
        {
            Fingerprint = alert.Fingerprint.Length > LongestFingerprint ? IncomingPrint.Of([alert.Fingerprint]) : Redactor.ForRecord(alert.Fingerprint),
            Name = Clean(alert.Name, LongestName),
            Title = Clean(alert.Title, LongestTitle),
            Summary = Clean(alert.Summary, LongestSummary),
            Firing = alert.Firing,
            Level = alert.Level,
            Labels = Kept(alert.Labels),
            Service = service,
            Place = AlertRules.PlaceOf(service, source, groupKey),
            StartsAt = alert.StartsAt is { } at && at <= now + ClockDifference ? (at < now ? at : now) : now,
            Url = alert.Url is { Length: <= LongestUrl } url && Uri.TryCreate(url, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" && uri.UserInfo.Length == 0 ? Redactor.ForRecord(url) : null,
            Rule = rule.Name,
            Action = rule.Action,
            Severity = rule.Severity ?? AlertRules.UsualSeverity,
            Page = rule.Page,
        };
    }

    private static string Clean(string text, int max) => AlertJson.Cut(Redactor.ForRecord(text).ReplaceLineEndings(" "), max);

    /// <summary>A label that is long or holds a secret is left out: cut or masked it would be another one where it comes from.</summary>
    private static Dictionary<string, string> Kept(IReadOnlyDictionary<string, string> labels) => labels
        .Where(l => l.Value.Length <= AlertJson.LongestValue && $"{l.Key}={l.Value}" is var pair && Redactor.ForRecord(pair) == pair)
        .ToDictionary(l => l.Key, l => l.Value, StringComparer.Ordinal);
}
