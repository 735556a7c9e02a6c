using System.Net;
using ChatOps.Catalog;

namespace ChatOps.Telemetry.Probes;

/// <summary>A name that this machine's resolver knows, with the addresses that are expected.</summary>
internal static class DnsProbe
{
    private const int MostShown = 4;

    public static async Task<ProbeAnswer> AskAsync(ProbeDefinition probe, Func<TimeSpan> took, CancellationToken cancellationToken)
    {
        var found = await Dns.GetHostAddressesAsync(probe.Address, cancellationToken);
        if (found.Length == 0) return new(false, "its host name has no address", ProbeFailure.NotReached);
        var missing = probe.ExpectAddresses.Select(IPAddress.Parse).Where(a => !found.Contains(a)).ToList();
        return missing.Count > 0
            ? new(false, $"is {Shown(found)}, expected {Shown(missing)}", ProbeFailure.WrongAnswer)
            : new(true, $"{Shown(found)} in {ProbeAnswer.Milliseconds(took())}", null);
    }

    private static string Shown(IReadOnlyCollection<IPAddress> addresses) =>
        $"{string.Join(", ", addresses.Take(MostShown))}{(addresses.Count > MostShown ? $" and {addresses.Count - MostShown} more" : "")}";
}
