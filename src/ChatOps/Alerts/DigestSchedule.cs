using ChatOps.Scheduling;

namespace ChatOps.Alerts;

/// <summary>When the daily digest is due. Pure.</summary>
internal static class DigestSchedule
{
    /// <summary>The next time of day after that moment, as <see cref="LocalTime"/> reads it.</summary>
    public static DateTimeOffset Next(DateTimeOffset after, TimeOnly at, TimeZoneInfo zone)
    {
        var day = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(after, zone).DateTime);
        // The day before: where zones move by hours, the time of day of "today" may lie on either side.
        for (day = day.AddDays(-1); ; day = day.AddDays(1))
        {
            var due = LocalTime.At(day, at, zone);
            if (due > after) return due;
        }
    }
}
