using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace ChatOps.Sandbox.Shop.Platform;

internal static class FreePort
{
    private const int Lowest = 15_000;
    private const int Tries = 200;

    private static readonly ConcurrentDictionary<int, bool> Given = new();

    /// <summary>
    /// A port of 127.0.0.1 that nobody listens on just now, below those that the kernel gives to outgoing connections: a service that is down
    /// for a while must find its port free when it comes back, so it is given to nobody else here, and clients that try meanwhile must not connect
    /// to themselves.
    /// </summary>
    public static int Next()
    {
        var end = FirstOutgoing();
        for (var i = 0; i < Tries; i++)
        {
            var port = Random.Shared.Next(Lowest, end);
            if (!Given.TryAdd(port, true)) continue;
            try
            {
                using var listener = new TcpListener(IPAddress.Loopback, port);
                listener.Start();
                return port;
            }
            catch (SocketException e) when (e.SocketErrorCode == SocketError.AddressAlreadyInUse)
            {
                // Somebody listens there: another one.
            }
        }
        throw new InvalidOperationException($"No free port of 127.0.0.1 between {Lowest} and {end} was found in {Tries} tries.");
    }

    private static int FirstOutgoing()
    {
        const string range = "/proc/sys/net/ipv4/ip_local_port_range";
        const int usual = 32_768;
        var first = File.Exists(range) ? File.ReadAllText(range).Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries)[0] : "";
        return int.TryParse(first, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port > Lowest + 1_000 ? port : usual;
    }
}
