namespace ChatOps.Configuration;

/// <summary>When nothing is deployed, for all services. What a service says of itself is <see cref="Catalog.DeployRules"/>.</summary>
public sealed record DeployConfig
{
    public IReadOnlyList<FreezeWindow> Freezes { get; init; } = [];

    /// <summary>Null: Fridays are days like others.</summary>
    public FridayRule? Friday { get; init; } = new();
}

/// <summary>A time without deploys: weekly (<see cref="From"/> and <see cref="To"/>) or once (<see cref="Begins"/> and <see cref="Ends"/>), by the clock on the wall.</summary>
public sealed record FreezeWindow
{
    /// <summary>For people: why.</summary>
    public required string Reason { get; init; }

    /// <summary>Empty: all.</summary>
    public IReadOnlyList<string> Environments { get; init; } = [];

    /// <summary>Empty: all.</summary>
    public IReadOnlyList<string> Services { get; init; } = [];
    public TimeZoneInfo TimeZone { get; init; } = TimeZoneInfo.Utc;

    /// <summary>Begin of a weekly window; null: it is dated.</summary>
    public WeekTime? From { get; init; }

    /// <summary>End of a weekly window, which may lie in the next week.</summary>
    public WeekTime? To { get; init; }

    /// <summary>Begin of a dated window, by its clock.</summary>
    public DateTime? Begins { get; init; }

    /// <summary>End of a dated window, by its clock; no longer within.</summary>
    public DateTime? Ends { get; init; }

    public bool Covers(string service, string environment) =>
        (Environments.Count == 0 || Environments.Contains(environment, StringComparer.Ordinal))
        && (Services.Count == 0 || Services.Contains(service, StringComparer.Ordinal));
}

/// <summary>A moment of every week, by the clock on the wall.</summary>
public readonly record struct WeekTime(DayOfWeek Day, TimeOnly Time);

/// <summary>A deploy on a Friday needs a reason.</summary>
public sealed record FridayRule
{
    /// <summary>From this time of the day on.</summary>
    public TimeOnly After { get; init; }
    public TimeZoneInfo TimeZone { get; init; } = TimeZoneInfo.Utc;

    /// <summary>Empty: the last one alone, which is production.</summary>
    public IReadOnlyList<string> Environments { get; init; } = [];
}
