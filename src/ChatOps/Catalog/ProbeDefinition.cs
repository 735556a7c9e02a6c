using System.Security.Cryptography.X509Certificates;

namespace ChatOps.Catalog;

/// <summary>One question to a running service with the answer that counts as healthy.</summary>
public sealed record ProbeDefinition
{
    /// <summary>For people: "login", "ready".</summary>
    public required string Name { get; init; }

    public required ProbeType Type { get; init; }

    /// <summary>http(s) URL, <c>host:port</c> for tcp, tls and redis, a host name for dns, or a connection string for postgres (from the environment, never shown).</summary>
    public required string Address { get; init; }

    public string Method { get; init; } = "GET";

    /// <summary>Body of an http request (JSON), or the query of a postgres probe.</summary>
    public string? Body { get; init; }

    /// <summary>Expected HTTP status; null accepts any 2xx.</summary>
    public int? ExpectStatus { get; init; }

    /// <summary>Text that the answer must contain, or null.</summary>
    public string? ExpectText { get; init; }

    /// <summary>Addresses that a name must have; empty: any.</summary>
    public IReadOnlyList<string> ExpectAddresses { get; init; } = [];

    /// <summary>The name that a certificate must be for, where it is another than the host's.</summary>
    public string? ServerName { get; init; }

    /// <summary>The only authorities whose certificates count; null: those that the system trusts.</summary>
    public X509Certificate2Collection? Authorities { get; init; }

    /// <summary>Redis behind TLS.</summary>
    public bool Secure { get; init; }

    /// <summary>Redis' user; null: its default one.</summary>
    public string? User { get; init; }

    /// <summary>A secret.</summary>
    public string? Password { get; init; }

    public ProbeLimits Limits { get; init; } = new();

    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>Without address, body and password, which may hold secrets.</summary>
    public override string ToString() => $"{Name} ({Type})";
}

public enum ProbeType
{
    Http,
    Tcp,
    Dns,
    Tls,
    Redis,
    Postgres,
}

/// <summary>
/// From where on something that answers is not healthy any more; null: never. Unhealthy minutes count as downtime, so that what is usual in
/// many places (a report that runs for an hour) has no limit unless someone sets one.
/// </summary>
public sealed record ProbeLimits
{
    /// <summary>A certificate must be good for so long.</summary>
    public TimeSpan Certificate { get; init; } = TimeSpan.FromDays(14);

    /// <summary>Share of the clients that it allows, 0 to 1.</summary>
    public double? Connections { get; init; } = 0.95;

    /// <summary>So far a replica may be behind.</summary>
    public TimeSpan? Lag { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>So long the longest query of a postgres may run.</summary>
    public TimeSpan? Query { get; init; }

    /// <summary>So long a session of a postgres may wait for a lock.</summary>
    public TimeSpan? LockWait { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Share of a redis' maxmemory, 0 to 1, where it may throw nothing away to make room.</summary>
    public double? Memory { get; init; } = 0.95;
}
