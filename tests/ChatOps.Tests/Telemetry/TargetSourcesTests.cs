using ChatOps.Catalog;
using ChatOps.Configuration;
using ChatOps.Permissions;
using ChatOps.Platforms;
using ChatOps.Slack.WebApi;
using ChatOps.Telemetry;
using ChatOps.Telemetry.Probes;
using ChatOps.Tests.Configuration;
using ChatOps.Tests.Permissions;

namespace ChatOps.Tests.Telemetry;

public sealed class TargetSourcesTests
{
    [Fact]
    public async Task The_example_gives_every_part_what_it_needs()
    {
        using var file = new ConfigFile();
        await using var provider = new ServiceCollection()
            .AddConfiguration(file.Read(ConfigFile.Example).Config.ShouldNotBeNull())
            .AddSingleton(TimeProvider.System).AddSingleton<ISlackApiClient>(new DirectorySlack())
            .AddPlatforms().AddTelemetry().AddPermissions()
            .BuildServiceProvider(new ServiceProviderOptions { ValidateOnBuild = true, ValidateScopes = true });

        var sources = provider.GetRequiredService<TargetSources>();
        var shop = new Target("shop", "production");
        sources.LogsOf(shop).Select(s => s.Name).ShouldBe(["platform shop-platform", "files /var/log/shop/*.log"]);
        sources.MetricsOf(shop).Select(s => s.Name).ShouldBe(["platform shop-platform", "metrics page 127.0.0.1:7080"]);
        sources.LogsOf(new("shop", "staging")).ShouldBeEmpty();
        provider.GetRequiredService<Prober>().ShouldNotBeNull();
        provider.GetRequiredService<PermissionCheck>().WhoMay("restart", shop).ShouldBe("@oncall");

        var registry = provider.GetRequiredService<PlatformRegistry>();
        var (platform, target) = registry.Of(shop);
        (platform.Name, target).ShouldBe(("shop-platform", new PlatformTarget(shop, "shop")));
        Should.Throw<PlatformException>(() => registry.Of(new("shop", "staging"))).Message.ShouldBe("The catalog has no shop in staging.");
    }
}
