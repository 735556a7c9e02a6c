using System.Globalization;
using System.Net.Sockets;

namespace ChatOps.Telemetry.Probes;

/// <summary><c>host:port</c> of a probe.</summary>
internal static class HostAddress
{
    public static string HostOf(string address) => address[..address.LastIndexOf(':')].Trim('[', ']');

    public static async Task<TcpClient> ConnectAsync(string address, CancellationToken cancellationToken)
    {
        var tcp = new TcpClient { NoDelay = true };
        try
        {
            await tcp.ConnectAsync(HostOf(address), int.Parse(address.AsSpan(address.LastIndexOf(':') + 1), CultureInfo.InvariantCulture), cancellationToken);
            return tcp;
        }
        catch
        {
            tcp.Dispose();
            throw;
        }
    }
}
