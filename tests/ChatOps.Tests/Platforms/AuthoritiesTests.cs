using System.Security.Cryptography.X509Certificates;
using ChatOps.Catalog;
using ChatOps.Platforms;
using ChatOps.Platforms.Described;
using ChatOps.Platforms.Docker;
using ChatOps.Platforms.Kubernetes;
using ChatOps.Platforms.Pipelines;
using ChatOps.Telemetry;
using ChatOps.Telemetry.Elasticsearch;
using ChatOps.Telemetry.Loki;
using ChatOps.Tests.Platforms.Described;
using ChatOps.Tests.Telemetry.Probes;
using ChatOps.Tests.Telemetry.Prometheus;

namespace ChatOps.Tests.Platforms;

/// <summary>Whom an adapter takes for what it was configured to ask.</summary>
public sealed class AuthoritiesTests : IAsyncLifetime
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("chatops-authorities-");
    private readonly TestAuthority authority = new();
    private X509Certificate2 certificate = null!;
    private StubPrometheus server = null!;

    public async ValueTask InitializeAsync()
    {
        var today = TimeProvider.System.GetUtcNow();
        certificate = authority.Certificate("localhost", today.AddDays(-1), today.AddDays(2));
        server = await StubPrometheus.StartAsync(certificate);
        server.Say("", 404);
    }

    public async ValueTask DisposeAsync()
    {
        await server.DisposeAsync();
        certificate.Dispose();
        authority.Dispose();
        folder.Delete(recursive: true);
    }

    [Theory]
    [InlineData("described")]
    [InlineData("docker")]
    [InlineData("github")]
    [InlineData("kubernetes")]
    [InlineData("loki")]
    [InlineData("elasticsearch")]
    public async Task Of_an_authority_that_is_named_certificates_are_trusted_and_of_no_other(string what)
    {
        using var stranger = new TestAuthority();
        foreach (var (host, named) in ((string, TestAuthority?)[])[("localhost", null), ("localhost", stranger), ("127.0.0.1", authority)])
        {
            (await Should.ThrowAsync<PlatformException>(() => AskAsync(what, host, named))).Message.ShouldEndWith("cannot be reached: its TLS certificate was not accepted");
            server.Calls.ShouldBeEmpty();
        }

        await Should.ThrowAsync<PlatformException>(() => AskAsync(what, "localhost", authority));
        server.Calls.ShouldNotBeEmpty();
    }

    private async Task AskAsync(string what, string host, TestAuthority? named)
    {
        var url = new Uri($"https://{host}:{server.Url.Port}");
        var file = named is null ? null : Path.Combine(folder.FullName, "ca.pem");
        if (file is not null) await File.WriteAllTextAsync(file, named!.Pem);
        var (asked, ask) = New(what, url, named?.Trusted, file);
        using (asked) await ask();
    }

    private static (IDisposable Asked, Func<Task> Ask) New(string what, Uri url, X509Certificate2Collection? trusted, string? file)
    {
        var patience = TimeSpan.FromSeconds(30);
        var definition = new PlatformDefinition { Name = what, Type = what, Url = url, Token = "t", Timeout = patience };
        var target = new PlatformTarget(new("shop", "production"), what == "kubernetes" ? "deployment/shop" : "shop");
        var question = new PageQuestion(0, 1, 1, NewestFirst: true, After: null);
        switch (what)
        {
            case "described":
                var catalog = DescribedExample.Read(DescribedExample.Text, url).Config!.Catalog;
                var depot = catalog.Platforms["depot"];
                return Platform(new DescribedPlatform(depot with { Timeout = patience, Settings = (DescribedSettings)depot.Settings! with { Authorities = trusted } }, DescribedExample.Targets(catalog), TimeProvider.System));
            case "docker":
                return Platform(new DockerPlatform(definition with { Settings = new DockerSettings { Socket = null, Authorities = trusted } }, ["shop"], TimeProvider.System));
            case "github":
                var its = new PipelineSettings { Deploy = new("deploy.yml", "main", new Dictionary<string, string>(), "{version}") };
                return Platform(new PipelinePlatform(
                    definition with { Settings = new PipelinePlatformSettings(what, User: null, trusted) },
                    new Dictionary<Target, ServiceEnvironment> { [target.Target] = new() { Platform = what, PlatformName = "shop", Settings = its } }, TimeProvider.System));
            case "kubernetes":
                return Platform(new KubernetesPlatform(definition with { Settings = new KubernetesSettings("default", url, Kubeconfig: null, Context: null, file) }, ["deployment/shop"], TimeProvider.System));
            case "loki":
                var loki = new LokiClient(new() { Name = "loki", Url = url, Authorities = trusted, Timeout = patience }, TimeProvider.System);
                return (loki, () => loki.LinesAsync("logs of shop", "{app=\"shop\"}", instanceLabel: null, question, CancellationToken.None));
            case "elasticsearch":
                var elasticsearch = new ElasticsearchClient(new() { Name = "elasticsearch", Url = url, Authorities = trusted, Timeout = patience }, TimeProvider.System);
                return (elasticsearch, () => elasticsearch.LinesAsync(target.Target, new() { Source = "elasticsearch", Index = "logs", Labels = new Dictionary<string, string>() }, question, pointInTime: null, CancellationToken.None));
            default:
                throw new ArgumentOutOfRangeException(nameof(what));
        }

        (IDisposable Asked, Func<Task> Ask) Platform<T>(T platform)
            where T : IPlatform, IDisposable => (platform, () => platform.StatusAsync(target, CancellationToken.None));
    }
}
