using ChatOps.Configuration;

namespace ChatOps.Alerts;

/// <summary>One alert as its source tells of it: cut to what is kept, without NULs, not yet redacted.</summary>
internal sealed record IncomingAlert
{
    /// <summary>What tells it from others of its source; the same at its end as at its beginning.</summary>
    public required string Fingerprint { get; init; }

    /// <summary>Of the rule there that raised it.</summary>
    public required string Name { get; init; }
    public required string Title { get; init; }
    public string Summary { get; init; } = "";
    public bool Firing { get; init; } = true;
    public AlertLevel Level { get; init; } = AlertLevel.Warning;
    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>What the source names as the service, where it has a place of its own for it.</summary>
    public string? Service { get; init; }

    /// <summary>Null: it does not say, or says what cannot be.</summary>
    public DateTimeOffset? StartsAt { get; init; }
    public string? Url { get; init; }
}

/// <summary>One request of a source.</summary>
internal sealed record IncomingAlerts(string GroupKey, IReadOnlyList<IncomingAlert> Alerts);

/// <summary>An alert with what its rule says of it, fit to be stored: redacted and cut. The body of a request in the inbox holds these.</summary>
internal sealed record ReceivedAlert
{
    public required string Fingerprint { get; init; }
    public required string Name { get; init; }
    public required string Title { get; init; }
    public required string Summary { get; init; }
    public required bool Firing { get; init; }
    public required AlertLevel Level { get; init; }
    public required IReadOnlyDictionary<string, string> Labels { get; init; }
    public string? Service { get; init; }

    /// <summary>What is decided about together.</summary>
    public required string Place { get; init; }

    /// <summary>When it began; when it was received where its source does not say.</summary>
    public required DateTimeOffset StartsAt { get; init; }
    public string? Url { get; init; }
    public required string Rule { get; init; }
    public required AlertAction Action { get; init; }
    public required int Severity { get; init; }
    public required bool Page { get; init; }
}

/// <summary>What one request of a source leaves in the inbox.</summary>
internal sealed record ReceivedAlerts(string Source, IReadOnlyList<ReceivedAlert> Alerts);
