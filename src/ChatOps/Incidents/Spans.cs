using System.Globalization;

namespace ChatOps.Incidents;

/// <summary>Lengths of time as people say and type them.</summary>
public static class Spans
{
    /// <summary>"2 d 3 h", "1 h 12 min", "45 s": two units at most.</summary>
    public static string Text(TimeSpan span)
    {
        var (big, bigUnit, small, smallUnit) = span.TotalDays >= 1 ? ((int)span.TotalDays, "d", span.Hours, "h")
            : span.TotalHours >= 1 ? (span.Hours, "h", span.Minutes, "min")
            : span.TotalMinutes >= 1 ? (span.Minutes, "min", span.Seconds, "s")
            : (Math.Max(0, span.Seconds), "s", 0, "");
        return small > 0 ? $"{big} {bigUnit} {small} {smallUnit}" : $"{big} {bigUnit}";
    }

    /// <summary>"30m", "2h", "3d", "1w"; null when it is none of these or not between a minute and a year.</summary>
    public static TimeSpan? Parse(string text)
    {
        var typed = text.Trim();
        if (typed.Length < 2 || !int.TryParse(typed[..^1], NumberStyles.None, CultureInfo.InvariantCulture, out var count) || count > 600_000) return null;
        TimeSpan? span = char.ToLowerInvariant(typed[^1]) switch
        {
            'm' => TimeSpan.FromMinutes(count),
            'h' => TimeSpan.FromHours(count),
            'd' => TimeSpan.FromDays(count),
            'w' => TimeSpan.FromDays(7L * count),
            _ => null,
        };
        return span >= TimeSpan.FromMinutes(1) && span <= TimeSpan.FromDays(366) ? span : null;
    }

    /// <summary>"3d", "2026-12-01", "today", "tomorrow": a time that is not over; null when it is none. A day is its noon in UTC, which is the same day nearly everywhere.</summary>
    public static DateTimeOffset? ParseDue(string text, DateTimeOffset now)
    {
        if (Parse(text) is { } span) return now + span;
        DateOnly? day = text.Trim().ToUpperInvariant() switch
        {
            "TODAY" => DateOnly.FromDateTime(now.UtcDateTime),
            "TOMORROW" => DateOnly.FromDateTime(now.UtcDateTime).AddDays(1),
            var typed => DateOnly.TryParseExact(typed, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var parsed) ? parsed : null,
        };
        if (day is not { } on || on < DateOnly.FromDateTime(now.UtcDateTime)) return null;
        var noon = new DateTimeOffset(on.ToDateTime(new TimeOnly(12, 0)), TimeSpan.Zero);
        return noon > now ? noon : noon.AddHours(11.9);
    }
}
