using ChatOps.Scheduling;

namespace ChatOps.Reports;

/// <summary>The time that figures are about, and what it is called.</summary>
/// <param name="To">The first moment after it.</param>
public sealed record Period(DateTimeOffset From, DateTimeOffset To, string Name);

/// <summary>Weeks and months in somebody's time zone. Pure; right across daylight-saving changes, since days are counted and not hours.</summary>
public static class Periods
{
    /// <summary>The report is sent at this hour of Monday.</summary>
    public const int Hour = 9;

    /// <summary>When the report of that Monday is due.</summary>
    public static DateTimeOffset DueAt(DateOnly monday, TimeZoneInfo zone) => LocalTime.At(monday.ToDateTime(new TimeOnly(Hour, 0)), zone);

    /// <summary>The Monday whose report was due last: today's from 9:00 on.</summary>
    public static DateOnly LastMonday(DateTimeOffset now, TimeZoneInfo zone)
    {
        var today = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(now, zone).DateTime);
        var monday = today.AddDays(-(((int)today.DayOfWeek + 6) % 7));
        return DueAt(monday, zone) <= now ? monday : monday.AddDays(-7);
    }

    /// <summary>The seven days before that Monday.</summary>
    public static Period WeekBefore(DateOnly monday, TimeZoneInfo zone) => new(
        LocalTime.At(monday.AddDays(-7).ToDateTime(TimeOnly.MinValue), zone),
        LocalTime.At(monday.ToDateTime(TimeOnly.MinValue), zone),
        $"Week of {monday.AddDays(-7):yyyy-MM-dd} to {monday.AddDays(-1):yyyy-MM-dd}");

    /// <summary>The last whole week.</summary>
    public static Period LastWeek(DateTimeOffset now, TimeZoneInfo zone)
    {
        var today = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(now, zone).DateTime);
        return WeekBefore(today.AddDays(-(((int)today.DayOfWeek + 6) % 7)), zone);
    }

    /// <summary>From the first of this month until now.</summary>
    public static Period ThisMonth(DateTimeOffset now, TimeZoneInfo zone)
    {
        var local = TimeZoneInfo.ConvertTime(now, zone).DateTime;
        return new(LocalTime.At(new DateTime(local.Year, local.Month, 1, 0, 0, 0, DateTimeKind.Unspecified), zone), now, $"{local:yyyy-MM} until today");
    }
}
