using System.Net;

namespace ChatOps.Sandbox.Shop.Platform;

/// <summary>One process behind the proxy: its connections, and the requests that are under way to it.</summary>
internal sealed class Backend(string version, int port) : IDisposable
{
    private readonly HttpMessageInvoker invoker = new(new SocketsHttpHandler
    {
        UseProxy = false,
        AllowAutoRedirect = false,
        UseCookies = false,
        AutomaticDecompression = DecompressionMethods.None,
        ActivityHeadersPropagator = null,
        ConnectTimeout = TimeSpan.FromSeconds(2),
    });
    private int underWay;

    public string Version => version;

    public Uri Address { get; } = new($"http://127.0.0.1:{port}");

    /// <summary>Requests that it has not answered yet.</summary>
    public int UnderWay => Volatile.Read(ref underWay);

    public async Task<T> SendAsync<T>(HttpRequestMessage request, Func<HttpResponseMessage, Task<T>> read, CancellationToken cancellationToken)
    {
        using var response = await invoker.SendAsync(request, cancellationToken);
        return await read(response);
    }

    /// <summary>A request was chosen for it; to be disposed when that is answered.</summary>
    public Use Begin()
    {
        Interlocked.Increment(ref underWay);
        return new Use(this);
    }

    public void Dispose() => invoker.Dispose();

    internal readonly struct Use(Backend backend) : IDisposable
    {
        public Backend Backend => backend;

        public void Dispose() => Interlocked.Decrement(ref backend.underWay);
    }
}
