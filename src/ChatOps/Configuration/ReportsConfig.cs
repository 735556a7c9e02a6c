namespace ChatOps.Configuration;

/// <summary>Where and for whom numbers are shown.</summary>
public sealed record ReportsConfig
{
    /// <summary>Where the report of Monday morning goes: a channel's name without '#', or its id. Null: there is no report.</summary>
    public string? Channel { get; init; }

    /// <summary>Whose Monday and whose month it is.</summary>
    public TimeZoneInfo TimeZone { get; init; } = TimeZoneInfo.Utc;

    /// <summary>The user group (handle without '@', or id) whose Home tab shows this month's numbers. Null: nobody's does.</summary>
    public string? Leads { get; init; }
}
