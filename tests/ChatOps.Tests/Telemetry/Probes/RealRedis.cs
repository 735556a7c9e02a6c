using System.Globalization;
using System.Net.Sockets;
using System.Text;
using ChatOps.Sandbox.Shop.Platform;
using ChatOps.Tests.Support;

namespace ChatOps.Tests.Telemetry.Probes;

/// <summary>Redis servers as Debian packs them, on this machine alone, without disk.</summary>
internal sealed class RealRedis : IAsyncDisposable
{
    private const string Program = "/usr/bin/redis-server";

    private readonly RealPrograms programs = new("redis");

    public string Folder => programs.Folder;

    /// <summary>Why there is none.</summary>
    public static string? Missing() => RealPrograms.Missing("redis-server", Program);

    /// <returns>Its address, as soon as it takes connections.</returns>
    public async Task<string> StartAsync(params string[] settings)
    {
        var port = FreePort.Next();
        await programs.WriteAsync($"{port}.conf", string.Join('\n', (string[])["bind 127.0.0.1", $"port {port}", "save \"\"", $"dir {Folder}", .. settings]));
        programs.Run(Program, $"{Folder}/{port}.conf");
        await programs.ReadyAsync(() => TakesConnectionsAsync(port), $"Redis listens on {port}");
        return $"127.0.0.1:{port}";
    }

    /// <summary>A connection that stays until it is disposed.</summary>
    public static async Task<TcpClient> HoldAsync(string address)
    {
        var tcp = new TcpClient();
        await tcp.ConnectAsync("127.0.0.1", int.Parse(address.AsSpan(address.LastIndexOf(':') + 1), CultureInfo.InvariantCulture));
        // An answer means that it counts.
        await tcp.GetStream().WriteAsync(Encoding.ASCII.GetBytes("PING\r\n"));
        _ = await tcp.GetStream().ReadAtLeastAsync(new byte[1], 1, throwOnEndOfStream: false);
        return tcp;
    }

    public ValueTask DisposeAsync() => programs.DisposeAsync();

    private static async Task<bool> TakesConnectionsAsync(int port)
    {
        try
        {
            using var tcp = new TcpClient();
            await tcp.ConnectAsync("127.0.0.1", port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
