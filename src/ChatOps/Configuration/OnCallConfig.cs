namespace ChatOps.Configuration;

/// <summary>Who is on call, and how people are paged.</summary>
public sealed record OnCallConfig
{
    /// <summary>By name.</summary>
    public IReadOnlyDictionary<string, Rotation> Schedules { get; init; } = new Dictionary<string, Rotation>(StringComparer.Ordinal);

    /// <summary>So long a page waits for an acknowledgement before the next person is called.</summary>
    public TimeSpan EscalateAfter { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Where PagerDuty is not configured, nothing rings a phone.</summary>
    public PagerDutyConfig? PagerDuty { get; init; }
}

/// <summary>A schedule as the file has it: its own rotation, or one that PagerDuty keeps.</summary>
public sealed record Rotation
{
    public required string Name { get; init; }

    /// <summary>Slack handles or ids in the order of their shifts; empty where PagerDuty keeps the schedule.</summary>
    public IReadOnlyList<string> People { get; init; } = [];

    /// <summary>Local time of day of every handover, by the clock on the wall of <see cref="Zone"/>.</summary>
    public TimeOnly Handover { get; init; }

    /// <summary>Days of one shift.</summary>
    public int Days { get; init; } = 7;

    public TimeZoneInfo Zone { get; init; } = TimeZoneInfo.Utc;

    /// <summary>The local day on which a shift of the first person begins.</summary>
    public DateOnly Start { get; init; }

    /// <summary>The schedule whose person is called when this one's does not answer; null: none.</summary>
    public string? Backup { get; init; }

    /// <summary>The services that it answers for.</summary>
    public IReadOnlyList<string> Services { get; init; } = [];

    /// <summary>The id of PagerDuty's schedule, where that says who is on call.</summary>
    public string? PagerDutySchedule { get; init; }
}

/// <summary>How PagerDuty is reached. Without a routing key nothing rings; without an API token it is not asked who is on call.</summary>
public sealed record PagerDutyConfig
{
    /// <summary>The integration key of an Events API v2 integration. A secret.</summary>
    public string? RoutingKey { get; init; }

    /// <summary>A REST API key that may read. A secret.</summary>
    public string? ApiToken { get; init; }

    public Uri EventsUrl { get; init; } = new("https://events.pagerduty.com");

    public Uri ApiUrl { get; init; } = new("https://api.pagerduty.com");

    /// <summary>Slack handle or id to PagerDuty's user id, for those whose e-mail addresses differ.</summary>
    public IReadOnlyDictionary<string, string> People { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    public override string ToString() => $"PagerDuty ({(RoutingKey is null ? "rings nothing" : "rings")})";
}
