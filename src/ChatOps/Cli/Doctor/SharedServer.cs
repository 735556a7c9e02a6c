using ChatOps.Catalog;
using ChatOps.Configuration;

namespace ChatOps.Cli.Doctor;

/// <summary>Whether the bot's database would go down together with a service that the bot is there for.</summary>
internal static class SharedServer
{
    private const string What = "place of the database";

    public static Finding Look(string databaseUrl, ServiceCatalog catalog)
    {
        if (!PostgresAddress.TryParse(databaseUrl, out var own)) return Finding.Ok(What, "not to be compared with the catalog");
        var host = Host(own.Host!);
        foreach (var service in catalog.Services.Values)
        {
            foreach (var (address, port) in service.Environments.Values.SelectMany(e => e.Health.Concat(e.Checks)).SelectMany(Addresses))
            {
                if (address != host) continue;
                return Finding.Warn(What, port == own.Port ? $"on the database server of the service {service.Name}" : $"on the machine of the service {service.Name}",
                    "Move it elsewhere: when that service is down, ChatOps would record nothing and change nothing.");
            }
        }
        return Finding.Ok(What, "on no server that a service of the catalog names");
    }

    private static IEnumerable<(string Host, int? Port)> Addresses(ProbeDefinition probe)
    {
        switch (probe.Type)
        {
            case ProbeType.Postgres when PostgresAddress.TryParse(probe.Address, out var there):
                return [(Host(there.Host!), there.Port)];
            case ProbeType.Tcp or ProbeType.Redis or ProbeType.Tls when probe.Address.LastIndexOf(':') is var colon and > 0:
                return [(Host(probe.Address[..colon].Trim('[', ']')), int.TryParse(probe.Address.AsSpan(colon + 1), out var port) ? port : null)];
            default:
                // A web service beside the database's machine is common where one address leads to many machines.
                return [];
        }
    }

#pragma warning disable CA1308 // Host names are compared as DNS does.
    private static string Host(string host) => host.ToLowerInvariant() switch
#pragma warning restore CA1308
    {
        "127.0.0.1" or "::1" => "localhost",
        var other => other.TrimEnd('.'),
    };
}
