using System.Net;
using ChatOps.Sandbox.Workspace;
using ChatOps.Sandbox.Workspace.Delivery;
using ChatOps.Sandbox.Workspace.WebApi;
using ChatOps.Scheduling;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.FileProviders;

namespace ChatOps.Sandbox.Control;

/// <summary>A Slack workspace on this machine: Web API, both ways to the app, the control interface and the page, on one loopback port.</summary>
public sealed class SandboxHost : IAsyncDisposable
{
    private readonly SandboxOptions options;
    private readonly SharedClock clock;
    private readonly string clockFile;
    private readonly CancellationTokenSource stopping = new();
    private readonly Credentials credentials;
    private readonly SlackWorkspace workspace;
    private readonly SocketModeServer sockets;
    private readonly SignedHttp signed;
    private readonly HttpClient http;
    private readonly EventPublisher publisher;
    private readonly WebApplication app;

    private SandboxHost(SandboxOptions options)
    {
        this.options = options;
        var manifest = AppManifest.Parse(options.ManifestText);
        clockFile = options.ClockFile ?? Path.Combine(Path.GetTempPath(), $"chatops-sandbox-clock-{Guid.NewGuid():N}");
        clock = new SharedClock(clockFile);
        var made = Credentials.New();
        credentials = new Credentials(options.BotToken ?? made.BotToken, options.AppToken ?? made.AppToken, options.SigningSecret ?? made.SigningSecret);
        Transport = options.Transport ?? (manifest.SocketMode ? SlackTransport.SocketMode : SlackTransport.SignedHttp);
        workspace = new SlackWorkspace(clock, manifest, Hints);
        var faults = new Faults();
        var traffic = new Traffic(clock);
        http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }, disposeHandler: true) { Timeout = Timeout.InfiniteTimeSpan };
        sockets = new SocketModeServer(traffic, options.AcknowledgeWithin);
        signed = new SignedHttp(http, clock, credentials.SigningSecret, options.AcknowledgeWithin) { BotBaseUrl = options.BotBaseUrl };
        var deliverer = new Deliverer(Transport == SlackTransport.SocketMode ? sockets : signed, sockets, faults, traffic, options.AcknowledgeWithin);
        publisher = new EventPublisher(workspace, deliverer);
        app = Build();
        Route(deliverer, faults, traffic);
    }

    /// <summary>Where everything is served, without a slash at the end.</summary>
    public string BaseUrl { get; private set; } = "";

    /// <summary>The Web API's address, to which method names are appended.</summary>
    public string ApiUrl => $"{BaseUrl}/api/";

    public string BotToken => credentials.BotToken;

    public string AppToken => credentials.AppToken;

    public string SigningSecret => credentials.SigningSecret;

    public SlackTransport Transport { get; }

    /// <summary>The clock's file, for the bot and the shop to open.</summary>
    public string ClockFile => clockFile;

    public TimeProvider Clock => clock;

    /// <summary>How far the sandbox's clock is ahead of the machine's.</summary>
    public TimeSpan Offset => clock.Offset;

    /// <summary>Tells open pages what to fetch again; the shop publishes <c>shop</c> here.</summary>
    public HintStream Hints { get; } = new();

    /// <summary>How many sockets the app holds.</summary>
    public int Sockets => sockets.Connections;

    internal CancellationToken Stopping => stopping.Token;

    /// <summary>Where the bot listens, for signed HTTP.</summary>
    public string? BotBaseUrl
    {
        get => signed.BotBaseUrl;
        set => signed.BotBaseUrl = value;
    }

    /// <exception cref="FormatException">The manifest cannot be read.</exception>
    public static async Task<SandboxHost> StartAsync(SandboxOptions options, CancellationToken cancellationToken)
    {
        var host = new SandboxHost(options);
        await host.app.StartAsync(cancellationToken);
        host.BaseUrl = host.app.Urls.First().TrimEnd('/');
        host.publisher.Start();
        return host;
    }

    /// <summary>Moves the clock of workspace, shop and bot together.</summary>
    public void Advance(TimeSpan by) => clock.Advance(by);

    /// <summary>Ends when the server was stopped from outside, for example by Ctrl+C.</summary>
    public Task WaitForShutdownAsync(CancellationToken cancellationToken) => app.WaitForShutdownAsync(cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        await publisher.DisposeAsync();
        await sockets.DisconnectAsync(reason: null, CancellationToken.None);
        await app.StopAsync(CancellationToken.None);
        await app.DisposeAsync();
        http.Dispose();
        clock.Dispose();
        stopping.Dispose();
        if (options.ClockFile is null)
            File.Delete(clockFile);
    }

    private WebApplication Build()
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Limits.MaxRequestBodySize = 50 * 1024 * 1024;
            kestrel.Listen(IPAddress.Loopback, options.Port, listen => listen.Protocols = HttpProtocols.Http1);
        });
        builder.Services.AddSingleton(Hints);
        builder.Services.AddSingleton<TimeProvider>(clock);
        builder.Services.Configure<Microsoft.Extensions.Hosting.HostOptions>(o => o.ShutdownTimeout = TimeSpan.FromSeconds(2));
        return builder.Build();
    }

    private void Route(Deliverer deliverer, Faults faults, Traffic traffic)
    {
        app.Use(async (context, next) =>
        {
            if (LoopbackGuard.Allows(context))
            {
                await next(context);
                return;
            }
            context.Response.StatusCode = StatusCodes.Status403Forbidden;
            await context.Response.WriteAsync("The sandbox answers only this machine, by its own name.", context.RequestAborted);
        });
        app.UseWebSockets();
        ServePage();
        var api = new WebApiEndpoint(workspace, credentials, new RateLimits(clock), faults, traffic, sockets) { LimitRates = options.LimitRates };
        var answers = new ResponseUrlEndpoint(workspace, traffic);
        var uploads = new UploadEndpoint(workspace, traffic);
        app.Map("/api/{method}", context => api.HandleAsync(context, (string)context.Request.RouteValues["method"]!, context.RequestAborted));
        app.MapPost("/response/{key}", context => answers.HandleAsync(context, (string)context.Request.RouteValues["key"]!, context.RequestAborted));
        app.MapPost("/upload/v1/{id}", context => uploads.HandleAsync(context, (string)context.Request.RouteValues["id"]!, context.RequestAborted));
        app.Map("/link", context => sockets.ServeAsync(context, Stopping));
        new ControlEndpoints(workspace, deliverer, sockets, faults, this).Map(app);
        new ControlQueries(workspace, faults, traffic, Hints, this).Map(app);
        options.Map?.Invoke(app);
    }

    private void ServePage()
    {
        if (options.PageFolder is null || !Directory.Exists(options.PageFolder))
            return;
        var files = new PhysicalFileProvider(Path.GetFullPath(options.PageFolder));
        app.UseDefaultFiles(new DefaultFilesOptions { FileProvider = files });
        app.UseStaticFiles(new StaticFileOptions { FileProvider = files });
    }
}
