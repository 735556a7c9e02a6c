using ChatOps.Catalog;
using ChatOps.Platforms.Kubernetes;

namespace ChatOps.Configuration;

/// <summary>The part <c>platforms</c> of the file: what all have in common, and what each type needs beside it.</summary>
internal sealed class PlatformReader(Reading reading)
{
    private static readonly string[] Types = ["http", "described", "kubernetes", "docker", "ssh", .. PipelineReader.Types];
    private static readonly string[] InKubeconfig = ["token", "ca"];

    public PlatformDefinition Read(string name, Section section)
    {
        section.Require("type", "http");
        var type = section.OneOf("type", Types, Types[0])!;
        if (type is "http" or "described" or "jenkins") section.Require("url", "https://…");
        var url = section.Url("url");
        var platform = new PlatformDefinition
        {
            Name = name,
            Type = type,
            Url = url ?? PipelineReader.Address(type) ?? new Uri("http://unknown.invalid"),
            Settings = type switch
            {
                "kubernetes" => Kubernetes(section, url),
                "described" => new DescribedReader(section).Read(url),
                "github" or "gitlab" or "jenkins" => new PipelineReader(type, section).Platform(),
                "docker" => DockerReader.Read(section, url),
                "ssh" => new SshReader(section).Read(),
                _ => null,
            },
            Token = section.Secret("token"),
            Timeout = section.Duration("timeout", TimeSpan.FromSeconds(5), TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(60)),
        };
        if (platform.Token?.Any(c => char.IsControl(c) || c > '~') == true)
            reading.Mistake(section.LineOf("token"), $"'token' holds characters that no token has{section.In}", "one line of plain letters, digits and signs");
        section.Done();
        return platform;
    }

    /// <summary>What a service says of itself for the platform that it runs on, in one environment.</summary>
    /// <param name="platform">Null: a mistake that is told already.</param>
    public static TargetSettings? Target(PlatformDefinition? platform, Section section) => platform?.Type switch
    {
        "github" or "gitlab" or "jenkins" => new PipelineReader(platform.Type, section).Target(),
        "ssh" => SshReader.Target(section),
        _ => null,
    };

    private KubernetesSettings Kubernetes(Section section, Uri? url)
    {
        section.Require("namespace", "shop");
        foreach (var key in InKubeconfig.Where(k => section.Has("kubeconfig") && section.Has(k)))
            reading.Mistake(section.LineOf(key), $"'{key}' stands beside 'kubeconfig'{section.In}", "name one or the other: a kubeconfig holds both");
        if (section.Has("context") && !section.Has("kubeconfig")) reading.Mistake(section.LineOf("context"), $"'context' stands without 'kubeconfig'{section.In}", "kubeconfig: /path/to/config");
        return new(
            section.Parsed("namespace", "default", n => WorkloadName.Parse(n) is { Kind: WorkloadKind.Deployment, Container: null } && !n.Contains('/') ? n : null, $"'namespace' is no name of a namespace{section.In}", "lower-case letters, digits and '-'"),
            url,
            section.Text("kubeconfig") is { } file ? reading.Path(file) : null,
            section.Text("context"),
            section.Text("ca") is { } authority ? reading.Path(authority) : null);
    }
}
