using System.Net;
using System.Net.Sockets;

namespace ChatOps.Sandbox.Shop.Platform;

internal static class FreePort
{
    /// <summary>A port of 127.0.0.1 that nobody listens on just now.</summary>
    public static int Next()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
