using System.Net;
using System.Net.Sockets;
using System.Text;
using ChatOps.Scheduling;

namespace ChatOps.Sandbox.Shop.Services;

/// <summary>
/// What both web services of the shop have in common: the shared port where no proxy stands in front (two instances may listen on it, so that a deploy can roll),
/// a port of their own for the platform, counting and logging of requests, orders over standard input, and an end when the platform ends.
/// </summary>
internal sealed class ServiceWeb : IAsyncDisposable
{
    private const int SolSocket = 1;
    private const int SoReusePort = 15;
    private readonly SharedClock clock;
    private readonly AccessLog access;
    private readonly CancellationTokenSource ending = new();

    public ServiceWeb(ServiceArguments arguments, string version)
    {
        Name = arguments["service"];
        clock = new SharedClock(arguments["clock"]);
        Log = new ServiceLog(arguments["instance"], clock);
        Metrics = new ServiceMetrics(version);
        access = new AccessLog(Log, $"{Name}.http", clock);

        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddRoutingCore();
        builder.WebHost.UseKestrelCore().UseSockets(o => o.CreateBoundListenSocket = Shared).ConfigureKestrel(k =>
        {
            k.AddServerHeader = false;
            // Behind a proxy nobody but it and the platform comes, both over the port of the instance.
            if (arguments.Has("port")) k.Listen(IPAddress.Loopback, arguments.Number("port"));
            k.Listen(IPAddress.Loopback, arguments.Number("instance-port"));
        });
        App = builder.Build();
        App.Use(MeasureAsync);
        App.UseRouting();
        App.MapGet("/health", (RequestDelegate)(context => WriteAsync(context, 200, "{\"status\":\"ok\"}")));
        App.MapGet("/metrics", (RequestDelegate)(context =>
        {
            context.Response.ContentType = "text/plain; version=0.0.4";
            return context.Response.WriteAsync(Metrics.Render(), context.RequestAborted);
        }));
    }

    public string Name { get; }

    public WebApplication App { get; }

    public ServiceLog Log { get; }

    public ServiceMetrics Metrics { get; }

    public TimeProvider Clock => clock;

    /// <summary>The clock is being wound through a past hour: periodic work looks at it more often.</summary>
    public bool IsWinding => clock.Offset < TimeSpan.Zero;

    /// <summary>Ends with the process.</summary>
    public CancellationToken Ending => ending.Token;

    /// <summary>Serves until the platform says <c>stop</c> or is gone. Other orders go to <paramref name="order"/>.</summary>
    public async Task RunAsync(Action<string> order)
    {
        await App.StartAsync(CancellationToken.None);
        Log.Info($"{Name}.host", $"listening, pid {Environment.ProcessId}");
        using var input = new StreamReader(Console.OpenStandardInput(), Encoding.UTF8);
        while (await input.ReadLineAsync(CancellationToken.None) is { } line && line != "stop") order(line);
        Log.Info($"{Name}.host", "stopping: finishing the requests that are under way");
        await ending.CancelAsync();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(3));
        await App.StopAsync(patience.Token);
    }

    public static Task WriteAsync(HttpContext context, int status, string json)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(json, context.RequestAborted);
    }

    public async ValueTask DisposeAsync()
    {
        ending.Dispose();
        await App.DisposeAsync();
        Log.Dispose();
        clock.Dispose();
    }

    private async Task MeasureAsync(HttpContext context, RequestDelegate next)
    {
        var start = clock.GetTimestamp();
        var route = context.Request.Path.Value ?? "/";
        try
        {
            await next(context);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            context.Response.StatusCode = 499;
        }
        catch (Exception e)
        {
            Log.Error($"{Name}{route.Replace('/', '.')}", $"{context.Request.Method} {route} failed", e);
            var late = e is TaskCanceledException or TimeoutException;
            if (!context.Response.HasStarted) await WriteAsync(context, late ? 504 : 500, $"{{\"error\":\"{(late ? "timeout" : "internal")}\"}}");
        }
        var took = clock.GetElapsedTime(start);
        var code = context.Response.StatusCode;
        Metrics.Request(code == 404 ? "other" : route, code, took);
        if (route is not "/metrics") access.Request(context.Request.Method, route, code, took.TotalMilliseconds, context.Items["user"] as string);
    }

    private static Socket Shared(EndPoint endpoint)
    {
        var socket = new Socket(endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        socket.SetRawSocketOption(SolSocket, SoReusePort, BitConverter.GetBytes(1));
        socket.Bind(endpoint);
        return socket;
    }
}
