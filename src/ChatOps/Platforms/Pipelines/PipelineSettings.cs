using System.Security.Cryptography.X509Certificates;
using System.Text.RegularExpressions;
using ChatOps.Catalog;

namespace ChatOps.Platforms.Pipelines;

/// <summary>How a pipeline platform is reached beyond its address and token.</summary>
/// <param name="Type">github, gitlab or jenkins.</param>
/// <param name="User">Whose API token it is, where the platform asks for both.</param>
/// <param name="Authorities">Who signed the platform's certificate; null: whom the system trusts.</param>
public sealed partial record PipelinePlatformSettings(string Type, string? User, X509Certificate2Collection? Authorities) : PlatformSettings
{
    public override string? RuleBrokenBy(string platformName) => Type switch
    {
        "github" when !Repository().IsMatch(platformName) => "the repository as owner/name",
        "gitlab" when !Project().IsMatch(platformName) => "the project's number, or its path as group/name",
        _ => null,
    };

    [GeneratedRegex(@"\A[A-Za-z0-9-]{1,100}/[A-Za-z0-9._-]{1,100}\z")]
    private static partial Regex Repository();

    [GeneratedRegex(@"\A([0-9]+|[A-Za-z0-9_.-]+(/[A-Za-z0-9_.-]+)+)\z")]
    private static partial Regex Project();
}

/// <summary>What is started for a service in one environment.</summary>
public sealed record PipelineSettings : TargetSettings
{
    /// <summary>Null: it cannot be deployed by pipeline.</summary>
    public PipelineStart? Deploy { get; init; }

    /// <summary>Null: it cannot be restarted by pipeline.</summary>
    public PipelineStart? Restart { get; init; }

    /// <summary>The tag of a version.</summary>
    public string Tag { get; init; } = "{version}";

    /// <summary>The job whose builds are the versions, where versions are builds; null: they are tags, or what was deployed.</summary>
    public string? Builds { get; init; }
}

/// <summary>A pipeline and what it is given; every text may hold placeholders.</summary>
/// <param name="Job">The workflow's file or the job's path; empty where a repository has one pipeline.</param>
/// <param name="Ref">The branch or tag whose pipeline it is; empty where there is none.</param>
/// <param name="RunName">How a run of it is called, by which it is found again; null: by its inputs.</param>
public sealed record PipelineStart(string Job, string Ref, IReadOnlyDictionary<string, string> Inputs, string? RunName);
