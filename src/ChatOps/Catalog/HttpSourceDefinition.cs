using System.Security.Cryptography.X509Certificates;

namespace ChatOps.Catalog;

/// <summary>Something that is read over HTTP, such as a Prometheus or a Loki, and how it is reached.</summary>
public abstract record HttpSourceDefinition
{
    public required string Name { get; init; }

    /// <summary>Where its API is, without the API's own path.</summary>
    public required Uri Url { get; init; }

    /// <summary>A secret.</summary>
    public string? Token { get; init; }

    /// <summary>What stands before the token.</summary>
    public virtual string TokenScheme => "Bearer";

    /// <summary>For basic authentication.</summary>
    public string? Username { get; init; }

    /// <summary>A secret.</summary>
    public string? Password { get; init; }

    /// <summary>The only authorities whose certificates count; null: those that the system trusts.</summary>
    public X509Certificate2Collection? Authorities { get; init; }

    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(5);

    public sealed override string ToString() => $"{Name} ({Url.Host})";
}
