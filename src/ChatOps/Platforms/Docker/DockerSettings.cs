using System.Security.Cryptography.X509Certificates;
using ChatOps.Catalog;

namespace ChatOps.Platforms.Docker;

/// <summary>Where the Engine listens and how one shows who one is.</summary>
public sealed record DockerSettings : PlatformSettings
{
    public const string UsualSocket = "/var/run/docker.sock";

    /// <summary>Its unix socket; null: it is reached by the platform's address.</summary>
    public string? Socket { get; init; } = UsualSocket;

    /// <summary>Who may have signed the Engine's certificate; null: the system's authorities.</summary>
    public X509Certificate2Collection? Authorities { get; init; }

    /// <summary>The bot's own certificate, with its key.</summary>
    public X509Certificate2? Certificate { get; init; }

    /// <summary>Who pulls images; null: nobody in particular.</summary>
    public string? RegistryUser { get; init; }

    /// <summary>A secret, as <see cref="PlatformDefinition.Token"/> is.</summary>
    public string? RegistryPassword { get; init; }

    /// <summary>So long may a change take until its containers are up, without the pulling of images.</summary>
    public TimeSpan Within { get; init; } = TimeSpan.FromMinutes(2);

    public override string? RuleBrokenBy(string platformName) => DockerName.Parse(platformName) is null ? DockerName.Rule : null;

    public override string ToString() => $"DockerSettings {{ {Socket ?? "by address"} }}";
}
