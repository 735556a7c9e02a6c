using ChatOps.Catalog;
using ChatOps.Configuration;
using ChatOps.Platforms;

namespace ChatOps.Deployments;

/// <summary>What somebody asked for.</summary>
public sealed record DeployRequest
{
    public required Target Target { get; init; }
    public required string Version { get; init; }

    /// <summary>Null: chosen by rule.</summary>
    public DeployStrategy? Strategy { get; init; }
    public string? Reason { get; init; }
    public required string RequestedBy { get; init; }

    /// <summary>Now: gates that read a clock read this one.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>The incident that it is the fix of.</summary>
    public int? Incident { get; init; }

    /// <summary>Gates that are to be overridden, of <see cref="DeployGates.All"/>; as typed.</summary>
    public IReadOnlyList<string> Forced { get; init; } = [];

    /// <summary>It goes back to an earlier version in a hurry: less stands in its way.</summary>
    public bool IsRollback { get; init; }

    public bool HasReason => !string.IsNullOrWhiteSpace(Reason);
}

/// <summary>
/// Everything that plan and gates read, as values: the same facts always give the same plan. A fact that could not be read is null
/// and its gate is inconclusive; why it could not be read stands in <see cref="Unknown"/> under the name of the property.
/// </summary>
public sealed record DeployFacts
{
    public required DeployRequest Request { get; init; }

    /// <summary>With its deploy rules.</summary>
    public required Service Service { get; init; }

    /// <summary>Names of the services that call it, directly or through others.</summary>
    public IReadOnlyList<string> Dependents { get; init; } = [];

    /// <summary>In their order.</summary>
    public required IReadOnlyList<string> Environments { get; init; }

    /// <summary>For people: the platform's name in the catalog.</summary>
    public required string Platform { get; init; }

    /// <summary>What runs now.</summary>
    public TargetStatus? Status { get; init; }

    /// <summary>Newest first, as the platform lists them; the wanted one is among them or it does not exist.</summary>
    public IReadOnlyList<Release>? Releases { get; init; }

    /// <summary>The commits between what runs and the wanted version; null: the platform does not know them, or could not be asked.</summary>
    public CommitRange? Commits { get; init; }

    /// <summary>What was done to the target lately: from which versions somebody had to go back.</summary>
    public IReadOnlyList<TargetChange> Changes { get; init; } = [];

    /// <summary>What the platform can do to this target.</summary>
    public IReadOnlySet<PlatformAction>? Capabilities { get; init; }

    /// <summary>The environment that comes before; null: there is none for this service.</summary>
    public EnvironmentBefore? Before { get; init; }
    public LockFact? Lock { get; init; }

    /// <summary>Those in force for the target at the time of the request.</summary>
    public IReadOnlyList<FreezeFact> Freezes { get; init; } = [];

    /// <summary>Null: Fridays are days like others.</summary>
    public FridayRule? Friday { get; init; }

    /// <summary>On the service, in the same environment.</summary>
    public IReadOnlyList<OpenIncidentFact> OpenIncidents { get; init; } = [];

    /// <summary>Marked in this environment.</summary>
    public IReadOnlyList<BadVersionFact> BadVersions { get; init; } = [];

    /// <summary>What is being done to the target now.</summary>
    public ActiveOperationFact? Active { get; init; }

    /// <summary>How long the last deploys of the target took, from the call to the end; at most 20.</summary>
    public IReadOnlyList<TimeSpan> Durations { get; init; } = [];

    /// <summary>When the newest whole copy of its data began, by a deploy's backup or by its platform's word; null: none is known.</summary>
    public DateTimeOffset? LastBackup { get; init; }

    /// <summary>Whether error rate and latency of the target can be read.</summary>
    public bool? MetricsAnswer { get; init; }

    /// <summary>Whether the platform undoes by itself what others do to it (Argo CD); null: it has no such thing.</summary>
    public bool? AutoSync { get; init; }

    /// <summary>The channel of the service's team, which is told of the deploy's begin and end wherever it was asked for; null: chatops.yaml names none.</summary>
    public string? ToldChannel { get; init; }

    /// <summary>Why Slack took the last message for that channel not; null: it took it, or there was none.</summary>
    public string? ToldRefusal { get; init; }

    /// <summary>Whether the requester has the right to override gates.</summary>
    public bool MayForce { get; init; }

    /// <summary>For people: "@oncall or @ana".</summary>
    public string WhoMay { get; init; } = "";

    /// <summary>Why a fact is null, by the name of its property: "shop-platform gave no answer in 5 s".</summary>
    public IReadOnlyDictionary<string, string> Unknown { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    public Target Target => Request.Target;

    /// <summary>The release that is asked for; null: it is not there, or the list could not be read.</summary>
    public Release? Wanted => Releases?.FirstOrDefault(r => r.Version == Request.Version);

    /// <summary>The release that runs.</summary>
    public Release? Running => Status?.Version is { } version ? Releases?.FirstOrDefault(r => r.Version == version) : null;

    public bool IsLastEnvironment => Environments.Count > 0 && Environments[^1] == Target.Environment;

    /// <summary>"shop-platform gave no answer in 5 s", or that nobody said why.</summary>
    public string WhyUnknown(string fact) => Unknown.GetValueOrDefault(fact) ?? "it could not be read";

    /// <summary>
    /// The open SEV1 or SEV2 that the requester leads and that this is the fix of, with a reason given: then the lead deploys alone,
    /// and a second person reviews it afterwards. Null: nothing of the kind.
    /// </summary>
    public OpenIncidentFact? Emergency => Request.HasReason
        ? OpenIncidents.FirstOrDefault(i => i.Number == Request.Incident && i.Severity is 1 or 2 && i.Lead == Request.RequestedBy)
        : null;
}

/// <param name="Healthy">By its probes; null: as its platform says.</param>
/// <param name="Status">Null: it could not be read.</param>
public sealed record EnvironmentBefore(string Name, TargetStatus? Status, bool? Healthy);

/// <param name="By">A Slack user id, or <see cref="Timeline.TimelineEntry.Bot"/>.</param>
/// <param name="Until">Null: until somebody unlocks.</param>
public sealed record LockFact(string By, string Reason, DateTimeOffset Since, DateTimeOffset? Until);

/// <param name="By">Who declared it by command; null: chatops.yaml.</param>
/// <param name="Until">Null: until somebody ends it.</param>
public sealed record FreezeFact(string Reason, string? By, DateTimeOffset Since, DateTimeOffset? Until);

/// <param name="Severity">1 to 4; null: triage.</param>
/// <param name="Private">Then it is not named to others.</param>
/// <param name="Lead">A Slack user id.</param>
public sealed record OpenIncidentFact(int Number, int? Severity, bool Private, string? Lead);

/// <param name="By">A Slack user id, or <see cref="Timeline.TimelineEntry.Bot"/>.</param>
public sealed record BadVersionFact(string Version, string By, string Reason, DateTimeOffset At);

/// <param name="Version">Where it goes; null: it has none.</param>
public sealed record ActiveOperationFact(long Number, string Kind, string? Version, string By, DateTimeOffset Since);
