using System.Text.Json.Serialization;

namespace ChatOps.Catalog;

/// <summary>How a new version takes the place of the old one. The names are kept in rows: add, never rename.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<DeployStrategy>))]
public enum DeployStrategy
{
    /// <summary>New processes answer before old ones end, a few at a time, as the platform does it.</summary>
    Rolling,

    /// <summary>The old version ends before the new one starts: downtime.</summary>
    Recreate,

    /// <summary>The new version runs whole beside the old one; then all traffic moves at once.</summary>
    BlueGreen,

    /// <summary>The new version gets a growing share of the traffic and is compared with the old one.</summary>
    Canary,
}

/// <summary>Who must press before a deploy begins.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Approval>))]
public enum Approval
{
    /// <summary>Nobody: the request is enough. Never in the last environment.</summary>
    None,

    /// <summary>Any person who may deploy there, the requester too.</summary>
    Anyone,

    /// <summary>A person who may deploy there and is not the requester.</summary>
    SecondPerson,
}

/// <summary>What <c>chatops.yaml</c> says of deploying a service, below <c>deploy</c>.</summary>
public sealed record DeployRules
{
    /// <summary>Null: chosen by rule.</summary>
    public DeployStrategy? Strategy { get; init; }

    /// <summary>It keeps nothing in its processes that a change of version would lose.</summary>
    public bool Stateless { get; init; }

    /// <summary>People outside notice when it is wrong.</summary>
    public bool FacingUsers { get; init; }

    /// <summary>It may be away while it changes.</summary>
    public bool DowntimeAllowed { get; init; }

    /// <summary>All traffic must see one version at any time.</summary>
    public bool InstantCutOver { get; init; }

    /// <summary>The old version must stay warm for the way back.</summary>
    public bool QuickWayBack { get; init; }

    /// <summary>By environment; what is not said is <see cref="Approval.Anyone"/>.</summary>
    public IReadOnlyDictionary<string, Approval> Approvals { get; init; } = new Dictionary<string, Approval>(StringComparer.Ordinal);

    /// <summary>Its data is backed up before a deploy, unless a backup is younger than a day.</summary>
    public bool Backup { get; init; }

    /// <summary>Whether the checks of the commit must have passed.</summary>
    public bool ChecksRequired { get; init; } = true;

    /// <summary>What the service is for, as a number; null: none is watched.</summary>
    public BusinessMetric? BusinessMetric { get; init; }

    public CanaryLimits Limits { get; init; } = new();

    /// <summary>Shares of the traffic that a canary gets, rising, the last is 100.</summary>
    public IReadOnlyList<int> Steps { get; init; } = [5, 25, 50, 100];

    /// <summary>So long a release is watched after it has all traffic.</summary>
    public TimeSpan Watch { get; init; } = TimeSpan.FromMinutes(15);

    public Approval ApprovalIn(string environment) => Approvals.TryGetValue(environment, out var approval) ? approval : Approval.Anyone;
}

/// <summary>How often what the service is for happens, such as orders: judged for each request, so that shares of traffic can be compared.</summary>
/// <param name="Name">For people, and the name of the counter where no query is given.</param>
/// <param name="Query">For the source of metrics; null: the counter of that name.</param>
/// <param name="LowerIsBetter">Such as refunds.</param>
public sealed record BusinessMetric(string Name, string? Query, bool LowerIsBetter);

/// <summary>
/// When a canary or a release is too bad. A relative limit is a multiple of the stable version in the same window; below its floor
/// a difference is noise (2 ms against 4 ms is twice as much and nobody feels it).
/// </summary>
public sealed record CanaryLimits
{
    /// <summary>So many requests on each side before a step can pass.</summary>
    public int MinRequests { get; init; } = 500;

    /// <summary>So many requests of the new version before its numbers can break a limit: fewer say nothing, waiting for <see cref="MinRequests"/> would let a bad release go on.</summary>
    public int MinRequestsToBreak { get; init; } = 100;

    /// <summary>So long a step takes at least.</summary>
    public TimeSpan StepTime { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>After so long without enough data a step is inconclusive.</summary>
    public TimeSpan GiveUpAfter { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>So many looks in a row must break a limit before anything is done.</summary>
    public int ConsecutiveBreaches { get; init; } = 2;

    /// <summary>Share of failed requests, 0 to 1, that is too much whatever the stable version does; null: no such limit.</summary>
    public double? ErrorRate { get; init; } = 0.05;

    /// <summary>Times the stable version's share of failed requests.</summary>
    public double? ErrorRateTimes { get; init; } = 2;

    /// <summary>A share of failed requests up to this never breaks the relative limit.</summary>
    public double ErrorRateFloor { get; init; } = 0.01;

    /// <summary>Milliseconds; null: no such limit.</summary>
    public double? P50Ms { get; init; }

    public double? P50Times { get; init; } = 1.5;

    /// <summary>A median up to this many milliseconds above stable never breaks the relative limit.</summary>
    public double P50FloorMs { get; init; } = 20;

    /// <summary>Milliseconds; null: no such limit.</summary>
    public double? P99Ms { get; init; }

    public double? P99Times { get; init; } = 1.5;

    /// <summary>A 99th percentile up to this many milliseconds above stable never breaks the relative limit.</summary>
    public double P99FloorMs { get; init; } = 100;

    /// <summary>For each request; null: no such limit.</summary>
    public double? Business { get; init; }

    /// <summary>By which part the business metric may be worse than the stable version's, 0 to 1; null: no such limit.</summary>
    public double? BusinessWorse { get; init; } = 0.2;
}
