namespace ChatOps.Deployments;

/// <summary>A deploy that waits until its target is free, as its row holds it.</summary>
public sealed record WaitingDeploy
{
    /// <summary>So long it waits; whoever still wants it then asks again.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromHours(4);

    public long Id { get; init; }

    /// <summary>As <see cref="Catalog.Target.ToString"/>.</summary>
    public string Target { get; init; } = "";
    public string Version { get; init; } = "";

    /// <summary>As <see cref="StrategyChoice.Word"/> says it; null: chosen by rule.</summary>
    public string? Strategy { get; init; }
    public string? Reason { get; init; }

    /// <summary>Gates that are to be overridden, as typed.</summary>
    public string[] Forced { get; init; } = [];

    /// <summary>The incident that it is the fix of.</summary>
    public int? Incident { get; init; }
    public string RequestedBy { get; init; } = "";
    public DateTimeOffset AskedAt { get; init; }
    public DateTimeOffset ExpiresAt { get; init; }

    /// <summary>Where it was asked, and will ask.</summary>
    public string Channel { get; init; } = "";
    public string State { get; init; } = "";

    /// <summary>How often its turn came and the target was held again.</summary>
    public int Looks { get; init; }

    public Catalog.Target Place => Catalog.Target.Parse(Target);

    public bool Waits(DateTimeOffset now) => State == DeployQueueStore.Waiting && ExpiresAt > now;

    /// <summary>The message that says that it waits, and then what became of it.</summary>
    public string MessageKey => $"deploy queue {Id}";

    /// <summary>The one that says so to whoever asked: edits reach nobody.</summary>
    public string OverKey => $"deploy queue {Id} over";

    public DeployRequest ToRequest(DateTimeOffset now) => new()
    {
        Target = Place,
        Version = Version,
        Strategy = Strategy is { } word ? StrategyChoice.Parse(word) : null,
        Reason = Reason,
        RequestedBy = RequestedBy,
        At = now,
        Incident = Incident,
        Forced = Forced,
    };

    public static WaitingDeploy Of(DeployRequest request, string channel) => new()
    {
        Target = request.Target.ToString(),
        Version = request.Version,
        Strategy = request.Strategy is { } strategy ? StrategyChoice.Word(strategy) : null,
        Reason = request.Reason is { } reason ? Timeline.Redactor.ForRecord(reason) : null,
        Forced = [.. request.Forced],
        Incident = request.Incident,
        RequestedBy = request.RequestedBy,
        Channel = channel,
    };
}
