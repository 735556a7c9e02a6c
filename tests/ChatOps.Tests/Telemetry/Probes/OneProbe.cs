using ChatOps.Catalog;
using ChatOps.Telemetry;
using ChatOps.Telemetry.Probes;

namespace ChatOps.Tests.Telemetry.Probes;

/// <summary>Asks probes as a step does.</summary>
internal static class OneProbe
{
    public static async Task<ProbeResult> AskAsync(ProbeDefinition probe) => (await AskAllAsync(probe)).Single();

    public static async Task<IReadOnlyList<ProbeResult>> AskAllAsync(params ProbeDefinition[] probes)
    {
        var catalog = new ServiceCatalog
        {
            Environments = ["production"],
            Platforms = new Dictionary<string, PlatformDefinition>(),
            Services = new Dictionary<string, Service>
            {
                ["shop"] = new()
                {
                    Name = "shop",
                    Kind = ServiceKind.Web,
                    Tier = 1,
                    Environments = new Dictionary<string, ServiceEnvironment> { ["production"] = new() { Platform = "p", PlatformName = "shop", Health = probes } },
                },
            },
        };
        using var prober = new Prober(catalog, TimeProvider.System);
        return await prober.ProbeAsync(new("shop", "production"), ProbeSet.Health, CancellationToken.None);
    }
}
