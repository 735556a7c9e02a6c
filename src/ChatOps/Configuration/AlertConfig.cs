namespace ChatOps.Configuration;

/// <summary>Alerts that come in: from whom, and what becomes of them. Empty: nothing is taken.</summary>
public sealed record AlertConfig
{
    /// <summary>By name; the name is the end of the address: <c>/alerts/&lt;name&gt;</c>.</summary>
    public IReadOnlyDictionary<string, AlertSource> Sources { get; init; } = new Dictionary<string, AlertSource>(StringComparer.Ordinal);

    /// <summary>First match first; what none matches goes by the default for its level.</summary>
    public IReadOnlyList<AlertRule> Rules { get; init; } = [];

    /// <summary>Labels that name the service, the first that has a value counts.</summary>
    public IReadOnlyList<string> ServiceLabels { get; init; } = ["service", "job", "app"];

    /// <summary>Where the daily digest goes, a name without '#' or an id; null: the incidents channel.</summary>
    public string? DigestChannel { get; init; }

    /// <summary>The time of day of the digest, in <see cref="TimeZone"/>.</summary>
    public TimeOnly DigestAt { get; init; } = new(9, 0);

    public TimeZoneInfo TimeZone { get; init; } = TimeZoneInfo.Utc;
}

public enum AlertSourceType
{
    Alertmanager,
    Grafana,

    /// <summary>Any JSON, by <see cref="AlertSource.Map"/>.</summary>
    Json,
}

/// <summary>One sender of alerts. It proves itself by a token or by a user name and a password; one of them is always there.</summary>
public sealed record AlertSource
{
    public required string Name { get; init; }
    public required AlertSourceType Type { get; init; }

    /// <summary>A secret: sent as <c>Authorization: Bearer</c>.</summary>
    public string? Token { get; init; }

    /// <summary>For basic authentication.</summary>
    public string? Username { get; init; }

    /// <summary>A secret.</summary>
    public string? Password { get; init; }

    /// <summary>Where the Alertmanager itself answers, for silences; null: nothing can be silenced from here.</summary>
    public Uri? Url { get; init; }

    /// <summary>A secret: sent to <see cref="Url"/> as <c>Authorization: Bearer</c>; null: nothing is sent.</summary>
    public string? ApiToken { get; init; }

    /// <summary>For <see cref="AlertSourceType.Json"/> alone.</summary>
    public AlertMap Map { get; init; } = new();

    /// <summary>Without secrets.</summary>
    public override string ToString() => $"{Name} ({Type})";
}

/// <summary>Where things stand in any JSON: paths of keys parted by dots. Null: they are not there.</summary>
public sealed record AlertMap
{
    /// <summary>The list of alerts; null: the document is one alert, or is itself the list.</summary>
    public string? List { get; init; }
    public string? Status { get; init; }
    public string? Severity { get; init; }
    public string? Service { get; init; }
    public string? Title { get; init; }
    public string? Fingerprint { get; init; }

    /// <summary>Seen from the whole document; all others are seen from the alert first and then from the whole document.</summary>
    public string? Group { get; init; }
    public string? Started { get; init; }
    public string? Url { get; init; }

    /// <summary>The words at <see cref="Status"/> that mean that it is over, whatever their case.</summary>
    public IReadOnlyList<string> Resolved { get; init; } = ["resolved", "ok", "up", "closed", "recovered", "normal", "inactive", "success", "passing", "healthy"];
}

/// <summary>What is done with an alert.</summary>
public enum AlertAction
{
    /// <summary>An incident is opened, or joined.</summary>
    Open,

    /// <summary>People are asked in the incidents channel.</summary>
    Suggest,

    /// <summary>Told once a day.</summary>
    Digest,

    /// <summary>Recorded and nothing else.</summary>
    Ignore,
}

/// <summary>How loud an alert is; what its source calls it is read by <c>AlertLevels</c>.</summary>
public enum AlertLevel
{
    Info,
    Warning,
    Critical,
}

/// <summary>What becomes of alerts that match. Everything that is said must fit; what is left out fits all.</summary>
public sealed record AlertRule
{
    /// <summary>For people: who is told of an incident is told which rule opened it.</summary>
    public required string Name { get; init; }

    /// <summary>Label values, <c>*</c> standing for anything.</summary>
    public IReadOnlyDictionary<string, string> Match { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);
    public IReadOnlyList<AlertLevel> Levels { get; init; } = [];
    public IReadOnlyList<string> Services { get; init; } = [];
    public IReadOnlyList<string> Sources { get; init; } = [];
    public required AlertAction Action { get; init; }

    /// <summary>Of the incident, 1 to 4; null: <c>AlertRules.UsualSeverity</c>.</summary>
    public int? Severity { get; init; }

    /// <summary>Whether whoever is on call is paged; only with <see cref="AlertAction.Open"/>.</summary>
    public bool Page { get; init; }
}
