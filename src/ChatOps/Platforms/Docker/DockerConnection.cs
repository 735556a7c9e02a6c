using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using ChatOps.Catalog;
using ChatOps.Telemetry;

namespace ChatOps.Platforms.Docker;

/// <summary>The two clients of one Engine, over its unix socket or TCP: for reads with kept connections, for changes with a fresh one each.</summary>
internal sealed class DockerConnection : IDisposable
{
    private const int LargestAnswer = 32 * 1024 * 1024;

    public DockerConnection(PlatformDefinition definition)
    {
        var settings = (DockerSettings)definition.Settings!;
        // The name of a host that is reached through its socket does not matter; the Engine wants one.
        Server = settings.Socket is null ? definition.Url : new Uri("http://docker");
        Reads = Client(settings, definition.Timeout * 0.6, TimeSpan.FromMinutes(2));
        // A pooled connection may have been closed by the other side, and the handler then sends again by itself; a fresh one cannot.
        Writes = Client(settings, definition.Timeout * 0.6, TimeSpan.Zero);
    }

    public Uri Server { get; }

    public HttpClient Reads { get; }

    public HttpClient Writes { get; }

    public void Dispose()
    {
        Reads.Dispose();
        Writes.Dispose();
    }

    private static HttpClient Client(DockerSettings settings, TimeSpan connect, TimeSpan pooled) => new(new SocketsHttpHandler
    {
        SslOptions = Tls(settings),
        ConnectTimeout = connect,
        PooledConnectionLifetime = pooled,
        ConnectCallback = settings.Socket is { } path ? (_, token) => OpenAsync(path, token) : null,
        // A proxy for the network is none for a file.
        UseProxy = settings.Socket is null,
        AllowAutoRedirect = false,
        UseCookies = false,
        AutomaticDecompression = DecompressionMethods.All,
    }) { Timeout = Timeout.InfiniteTimeSpan, MaxResponseContentBufferSize = LargestAnswer };

    private static async ValueTask<Stream> OpenAsync(string path, CancellationToken cancellationToken)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static SslClientAuthenticationOptions Tls(DockerSettings settings)
    {
        var options = new SslClientAuthenticationOptions { CertificateChainPolicy = Authorities.PolicyOf(settings.Authorities) };
        if (settings.Certificate is { } certificate) options.ClientCertificates = [certificate];
        return options;
    }
}
