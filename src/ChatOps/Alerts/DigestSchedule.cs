namespace ChatOps.Alerts;

/// <summary>When the daily digest is due. Pure.</summary>
internal static class DigestSchedule
{
    /// <summary>
    /// The next time of day after that moment. Where the clock jumps over it, the first moment after the jump; where it comes twice, the first of the two.
    /// </summary>
    public static DateTimeOffset Next(DateTimeOffset after, TimeOnly at, TimeZoneInfo zone)
    {
        var day = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(after, zone).DateTime);
        // The day before: where zones move by hours, the time of day of "today" may lie on either side.
        for (day = day.AddDays(-1); ; day = day.AddDays(1))
        {
            var due = On(day.ToDateTime(at), zone);
            if (due > after) return due;
        }
    }

    private static DateTimeOffset On(DateTime local, TimeZoneInfo zone)
    {
        while (zone.IsInvalidTime(local)) local = local.AddMinutes(1);
        var offset = zone.IsAmbiguousTime(local) ? zone.GetAmbiguousTimeOffsets(local).Max() : zone.GetUtcOffset(local);
        return new DateTimeOffset(local, offset).ToUniversalTime();
    }
}
