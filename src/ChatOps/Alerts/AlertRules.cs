using ChatOps.Catalog;
using ChatOps.Configuration;

namespace ChatOps.Alerts;

/// <summary>Which service an alert is about, and what is done with it. Pure.</summary>
internal static class AlertRules
{
    /// <summary>Of an incident that an alert opened, where its rule names none: that the product is unusable is for people or probes to say.</summary>
    public const int UsualSeverity = 2;

    private static readonly AlertRule Critical = new() { Name = "critical opens", Action = AlertAction.Open, Page = true };
    private static readonly AlertRule Warning = new() { Name = "warning suggests", Action = AlertAction.Suggest };
    private static readonly AlertRule Info = new() { Name = "info is told daily", Action = AlertAction.Digest };
    private static readonly AlertRule Elsewhere = new() { Name = "outside production is told daily", Action = AlertAction.Digest };

    /// <summary>The first rule that fits; else the default for the level, and the digest for what happens outside production.</summary>
    public static AlertRule Find(IncomingAlert alert, string source, string? service, AlertConfig config, ServiceCatalog catalog) =>
        config.Rules.FirstOrDefault(r => Fits(r, alert, source, service))
        ?? (OutsideProduction(alert, catalog) ? Elsewhere : alert.Level switch
        {
            AlertLevel.Critical => Critical,
            AlertLevel.Info => Info,
            _ => Warning,
        });

    /// <summary>The catalog's name for what the alert is about; null where it says none that is known, or several.</summary>
    public static string? ServiceOf(IncomingAlert alert, AlertConfig config, ServiceCatalog catalog)
    {
        var named = config.ServiceLabels.Select(l => alert.Labels.GetValueOrDefault(l)).Prepend(alert.Service);
        foreach (var value in named)
        {
            if (value is not null && Known(value, catalog) is { } service) return service.Name;
        }
        var any = alert.Labels.Values.Select(v => catalog.Find(v)?.Name).OfType<string>().Distinct(StringComparer.Ordinal).Take(2).ToList();
        return any is [var only] ? only : null;
    }

    /// <summary>What is decided about together: the service, else the group that the source made.</summary>
    public static string PlaceOf(string? service, string source, string groupKey) =>
        service ?? $"{source}/{IncomingPrint.Of([groupKey])[..16]}";

    // Prometheus in a cluster calls jobs "namespace/service".
    private static Service? Known(string value, ServiceCatalog catalog) =>
        catalog.Find(value) ?? (value.LastIndexOf('/') is >= 0 and var slash ? catalog.Find(value[(slash + 1)..]) : null);

    private static bool Fits(AlertRule rule, IncomingAlert alert, string source, string? service) =>
        (rule.Levels.Count == 0 || rule.Levels.Contains(alert.Level))
        && (rule.Services.Count == 0 || (service is not null && rule.Services.Contains(service, StringComparer.Ordinal)))
        && (rule.Sources.Count == 0 || rule.Sources.Contains(source, StringComparer.Ordinal))
        && rule.Match.All(m => alert.Labels.TryGetValue(m.Key, out var value) && Matches(value, m.Value));

    private static bool OutsideProduction(IncomingAlert alert, ServiceCatalog catalog) =>
        (alert.Labels.GetValueOrDefault("environment") ?? alert.Labels.GetValueOrDefault("env")) is { } environment
        && catalog.Environments.Contains(environment, StringComparer.OrdinalIgnoreCase) && !catalog.Production.Equals(environment, StringComparison.OrdinalIgnoreCase);

    /// <summary><c>*</c> stands for anything; linear in the length of the value for each part.</summary>
    internal static bool Matches(string value, string pattern)
    {
        var parts = pattern.Split('*');
        if (parts.Length == 1) return value == pattern;
        if (value.Length < parts[0].Length + parts[^1].Length || !value.StartsWith(parts[0], StringComparison.Ordinal) || !value.EndsWith(parts[^1], StringComparison.Ordinal)) return false;
        var at = parts[0].Length;
        var end = value.Length - parts[^1].Length;
        foreach (var part in parts[1..^1])
        {
            var found = value.IndexOf(part, at, end - at, StringComparison.Ordinal);
            if (found < 0) return false;
            at = found + part.Length;
        }
        return true;
    }
}
