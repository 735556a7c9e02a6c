using System.Globalization;
using System.Text.RegularExpressions;

namespace ChatOps.Configuration;

/// <summary>Times by the clock on the wall as people write them: <c>friday 16:00</c>, <c>2026-11-24</c>, <c>2026-11-24 18:00</c>.</summary>
internal static partial class WallClock
{
    public static string[] Weekdays { get; } = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

    /// <summary>Null: it is none.</summary>
    public static WeekTime? Weekly(string text)
    {
        var match = WeeklyForm().Match(text.Trim());
        var day = match.Groups["day"].Value.ToLowerInvariant();
        var index = match.Success ? Array.FindIndex(Weekdays, w => w == day || (day.Length == 3 && w.StartsWith(day, StringComparison.Ordinal))) : -1;
        return index >= 0 && Time(match.Groups["time"].Value) is { } time ? new((DayOfWeek)((index + 1) % 7), time) : null;
    }

    /// <summary>A date alone is its first moment, or with <paramref name="endOfDay"/> the first of the day after. Null: it is none.</summary>
    public static DateTime? Dated(string text, bool endOfDay)
    {
        text = text.Trim();
        if (DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date)) return Sensible(date.AddDays(endOfDay && date < DateOnly.MaxValue ? 1 : 0).ToDateTime(default));
        return DateTime.TryParseExact(text, ["yyyy-MM-dd HH:mm", "yyyy-MM-dd H:mm"], CultureInfo.InvariantCulture, DateTimeStyles.None, out var at) ? Sensible(at) : null;
    }

    public static TimeOnly? Time(string text) => TimeOnly.TryParseExact(text, ["HH:mm", "H:mm"], CultureInfo.InvariantCulture, DateTimeStyles.None, out var time) ? time : null;

    /// <summary>The unknown weekday of what looks like a weekly time, for a hint; null: something else is wrong.</summary>
    public static string? Weekday(string text) => WeeklyForm().Match(text.Trim()) is { Success: true } match ? match.Groups["day"].Value.ToLowerInvariant() : null;

    private static DateTime? Sensible(DateTime at) => at.Year is >= 2000 and <= 2200 ? at : null;

    [GeneratedRegex(@"\A(?<day>[A-Za-z]+)\s+(?<time>[0-9]{1,2}:[0-9]{2})\z", RegexOptions.ExplicitCapture)]
    private static partial Regex WeeklyForm();
}
