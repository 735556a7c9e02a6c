using System.Net;
using System.Net.Sockets;
using ChatOps.Sandbox.Shop.Platform;
using ChatOps.Tests.Support;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace ChatOps.Tests.Sandbox.Shop;

/// <summary>The proxy before two backends in the test's process.</summary>
public sealed class WeightedProxyTests : IAsyncLifetime
{
    private static readonly CancellationToken None = CancellationToken.None;
    private readonly TrafficLog traffic = new(TimeProvider.System);
    private readonly int port = FreePort.Next();
    private readonly List<IAsyncDisposable> servers = [];
    private readonly List<Backend> backends = [];
    private WeightedProxy proxy = null!;
    private HttpClient http = null!;

    public async ValueTask InitializeAsync()
    {
        proxy = new WeightedProxy(port, traffic, TimeProvider.System);
        await proxy.StartAsync(None);
        http = new HttpClient(new SocketsHttpHandler()) { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
    }

    public async ValueTask DisposeAsync()
    {
        http.Dispose();
        await proxy.DisposeAsync();
        foreach (var backend in backends) backend.Dispose();
        foreach (var server in servers) await server.DisposeAsync();
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(5, 20)]
    [InlineData(25, 100)]
    [InlineData(100, 400)]
    public async Task A_share_is_exact_over_a_few_hundred_requests(int percent, int expected)
    {
        proxy.Route(await BackendAsync("v41"), await BackendAsync("v43"), percent);
        var answers = await Task.WhenAll(Enumerable.Range(0, 400).Select(_ => http.GetStringAsync(new Uri("/products", UriKind.Relative))));
        answers.Count(a => a == "v43").ShouldBe(expected);
        Requests("v43").ShouldBe(expected);
        Requests("v41").ShouldBe(400 - expected);
    }

    [Fact]
    public async Task Health_checks_are_of_what_runs_and_neither_they_nor_the_shops_own_watch_count_as_users()
    {
        proxy.Route(await BackendAsync("v41"), await BackendAsync("v43"), 100);
        foreach (var path in (string[])["/health", "/ready", "/metrics"]) (await http.GetStringAsync(new Uri(path, UriKind.Relative))).ShouldBe("v41");
        using var watch = new HttpRequestMessage(HttpMethod.Get, "/login") { Headers = { { WeightedProxy.NotAUser, "1" } } };
        using var answer = await http.SendAsync(watch);
        (await answer.Content.ReadAsStringAsync()).ShouldBe("v43");
        (Requests("v41"), Requests("v43")).ShouldBe((0, 0));
    }

    [Fact]
    public async Task What_is_asked_and_answered_passes_unchanged()
    {
        string? seen = null;
        proxy.Route(await BackendAsync("v41", async context =>
        {
            using var body = new StreamReader(context.Request.Body);
            seen = $"{context.Request.Method} {context.Request.Path}{context.Request.QueryString} {context.Request.Headers["X-Session"]} {context.Request.ContentType} {await body.ReadToEndAsync()}";
            context.Response.StatusCode = 401;
            context.Response.Headers["X-Why"] = "no session";
            await context.Response.WriteAsync("{\"error\":1}");
        }), null, 0);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/login?next=%2Fcart") { Content = new StringContent("{\"user\":\"pia\"}", null, "application/json"), Headers = { { "X-Session", "s1" } } };
        request.Headers.TransferEncodingChunked = true;
        using var response = await http.SendAsync(request);
        seen.ShouldBe("POST /login?next=%2Fcart s1 application/json; charset=utf-8 {\"user\":\"pia\"}");
        response.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        response.Headers.GetValues("X-Why").ShouldBe(["no session"]);
        (await response.Content.ReadAsStringAsync()).ShouldBe("{\"error\":1}");
        var of = Of("v41").AtTo;
        (of.Requests, of.Errors, of.Logins, of.LoginsFailed).ShouldBe((1, 0, 1, 1));
    }

    [Fact]
    public async Task A_version_that_is_gone_shows_as_an_error_to_the_users_and_is_charged_with_it()
    {
        using var gone = new Backend("v43", FreePort.Next());
        proxy.Route(await BackendAsync("v41"), gone, 100);
        using var response = await http.GetAsync(new Uri("/cart", UriKind.Relative));
        response.StatusCode.ShouldBe(HttpStatusCode.BadGateway);
        (Of("v43").AtTo.Errors, Of("v43").Window.P99, Requests("v41")).ShouldBe((1, null, 0));
    }

    [Fact]
    public async Task Errors_are_charged_to_the_version_that_made_them()
    {
        proxy.Route(await BackendAsync("v41"), await BackendAsync("v42", c => { c.Response.StatusCode = 500; return Task.CompletedTask; }), 50);
        for (var i = 0; i < 10; i++) (await http.GetAsync(new Uri("/login", UriKind.Relative))).Dispose();
        (Of("v41").AtTo.Errors, Of("v42").AtTo.Errors).ShouldBe((0, 5));
    }

    [Fact]
    public async Task A_client_that_breaks_off_is_neither_a_request_nor_an_error_of_the_version()
    {
        var came = new TaskCompletionSource();
        var left = new TaskCompletionSource();
        proxy.Route(await BackendAsync("v41", async context =>
        {
            if (context.Request.Path == "/slow")
            {
                await using var registration = context.RequestAborted.Register(left.SetResult);
                came.SetResult();
                await left.Task;
            }
        }), null, 0);
        using (var giveUp = new CancellationTokenSource())
        {
            var asked = http.GetAsync(new Uri("/slow", UriKind.Relative), giveUp.Token);
            await came.Task.WaitAsync(TimeSpan.FromSeconds(20));
            await giveUp.CancelAsync();
            await Should.ThrowAsync<OperationCanceledException>(() => asked);
        }
        await left.Task.WaitAsync(TimeSpan.FromSeconds(20));

        // One that announces a body and hangs up in the middle of it.
        using (var socket = new TcpClient())
        {
            await socket.ConnectAsync(IPAddress.Loopback, port, None);
            await socket.GetStream().WriteAsync("POST /login HTTP/1.1\r\nHost: shop\r\nContent-Length: 100\r\n\r\nhalf"u8.ToArray());
            await Until.TrueAsync(() => Task.FromResult(backends[0].UnderWay == 1), "the half request is under way");
        }
        await Until.TrueAsync(() => Task.FromResult(backends[0].UnderWay == 0), "the proxy has given it up");
        (await http.GetAsync(new Uri("/cart", UriKind.Relative))).Dispose();
        (Of("v41").AtTo.Requests, Of("v41").AtTo.Errors).ShouldBe((1, 0));
    }

    [Fact]
    public async Task Where_nothing_runs_the_users_are_told_so()
    {
        using var response = await http.GetAsync(new Uri("/cart", UriKind.Relative));
        response.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
    }

    private long Requests(string version) => Of(version).AtTo.Requests;

    private VersionTraffic Of(string version) => traffic.Of(version, DateTimeOffset.UnixEpoch, DateTimeOffset.MaxValue);

    private async Task<Backend> BackendAsync(string version, RequestDelegate? answer = null)
    {
        var own = FreePort.Next();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(k => k.Listen(IPAddress.Loopback, own, l => l.Protocols = HttpProtocols.Http1));
        var app = builder.Build();
        app.Run(answer ?? (c => c.Response.WriteAsync(version)));
        await app.StartAsync();
        servers.Add(app);
        var backend = new Backend(version, own);
        backends.Add(backend);
        return backend;
    }
}
