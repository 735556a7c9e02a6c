namespace ChatOps.Scheduling;

/// <summary>Times as people say them: a day and an hour in a time zone.</summary>
public static class LocalTime
{
    /// <summary>
    /// The instant of a local time, in UTC. One that does not exist, since clocks were put forward over it, is the moment of the change;
    /// of one that comes twice the first is meant.
    /// </summary>
    public static DateTimeOffset At(DateTime local, TimeZoneInfo zone)
    {
        local = DateTime.SpecifyKind(local, DateTimeKind.Unspecified);
        if (zone.IsInvalidTime(local))
        {
            var before = local;
            while (zone.IsInvalidTime(before)) before = before.AddMinutes(-1);
            return new DateTimeOffset(before, zone.GetUtcOffset(before)).AddMinutes(1).ToUniversalTime();
        }
        var offset = zone.IsAmbiguousTime(local) ? zone.GetAmbiguousTimeOffsets(local).Max() : zone.GetUtcOffset(local);
        return new DateTimeOffset(local, offset).ToUniversalTime();
    }

    /// <summary>The zone of that IANA name; null: there is none.</summary>
    public static TimeZoneInfo? Find(string? name) => name is { Length: > 0 } && TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone) ? zone : null;
}
