namespace ChatOps.Scheduling;

/// <summary>
/// A time by the clock on the wall as an instant: the first instant at which that clock shows the time or a later one.
/// A time that the clock jumps over in spring is therefore the moment of the jump; one that it shows twice in autumn is the first of the two.
/// </summary>
public static class LocalTime
{
    /// <summary>No zone is further from UTC than that, and none changes twice within twice that.</summary>
    private static readonly TimeSpan Window = TimeSpan.FromHours(24);

    public static DateTimeOffset At(DateOnly date, TimeOnly time, TimeZoneInfo zone) => At(date.ToDateTime(time), zone);

    /// <summary>In UTC.</summary>
    public static DateTimeOffset At(DateTime local, TimeZoneInfo zone)
    {
        var asUtc = new DateTimeOffset(DateTime.SpecifyKind(local, DateTimeKind.Unspecified), TimeSpan.Zero);
        var before = zone.GetUtcOffset(asUtc - Window);
        var after = zone.GetUtcOffset(asUtc + Window);
        // The larger offset gives the earlier instant; it is the one if the clock really had that offset then.
        foreach (var offset in (TimeSpan[])[Max(before, after), Min(before, after)])
        {
            if (zone.GetUtcOffset(asUtc - offset) == offset) return asUtc - offset;
        }
        return Change(asUtc - Window, asUtc + Window, after, zone);
    }

    /// <summary>The local day of an instant.</summary>
    public static DateOnly DayOf(DateTimeOffset instant, TimeZoneInfo zone) => DateOnly.FromDateTime(instant.ToOffset(TimeSpan.Zero).DateTime + zone.GetUtcOffset(instant));

    /// <summary>The zone of that IANA name; null: there is none.</summary>
    public static TimeZoneInfo? Find(string? name) => name is { Length: > 0 } && TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone) ? zone : null;

    /// <summary>The second at which the zone takes the offset.</summary>
    private static DateTimeOffset Change(DateTimeOffset from, DateTimeOffset to, TimeSpan offset, TimeZoneInfo zone)
    {
        var (low, high) = (from.ToUnixTimeSeconds(), to.ToUnixTimeSeconds());
        while (high - low > 1)
        {
            var middle = low + ((high - low) / 2);
            if (zone.GetUtcOffset(DateTimeOffset.FromUnixTimeSeconds(middle)) == offset) high = middle;
            else low = middle;
        }
        return DateTimeOffset.FromUnixTimeSeconds(high);
    }

    private static TimeSpan Max(TimeSpan a, TimeSpan b) => a > b ? a : b;

    private static TimeSpan Min(TimeSpan a, TimeSpan b) => a < b ? a : b;
}
