using ChatOps.Configuration;

namespace ChatOps.Alerts;

/// <summary>What sources call how loud an alert is.</summary>
internal static class AlertLevels
{
    /// <summary>An unknown word or none is a warning: it is neither slept through nor does it wake anybody.</summary>
    public static AlertLevel Read(string? word) => word?.Trim().ToLowerInvariant() switch
    {
        "critical" or "crit" or "page" or "fatal" or "emergency" or "disaster" or "p1" or "sev1" or "high" => AlertLevel.Critical,
        "info" or "information" or "informational" or "notice" or "none" or "debug" or "low" or "ok" => AlertLevel.Info,
        _ => AlertLevel.Warning,
    };

    public static string Word(AlertLevel level) => level switch
    {
        AlertLevel.Critical => "critical",
        AlertLevel.Info => "info",
        _ => "warning",
    };
}
