using System.Collections.Concurrent;
using System.Net.WebSockets;
using System.Text;

namespace ChatOps.Tests.Slack;

/// <summary>A call that reached the stub.</summary>
internal sealed record StubCall(string Verb, string Path, string Query, string ContentType, string Authorization, string Body);

/// <summary>Slack's side in the test's own process: the Web API, response urls and sockets. A call that nobody prepared for is refused.</summary>
internal sealed class SlackStub : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly ConcurrentQueue<StubSocket> sockets = new();
    private readonly SemaphoreSlim connected = new(0);

    private SlackStub(WebApplication app) => this.app = app;

    public ConcurrentQueue<StubCall> Calls { get; } = new();

    /// <summary>Answers by path.</summary>
    public ConcurrentDictionary<string, Func<HttpContext, Task>> Answers { get; } = new(StringComparer.Ordinal);

    public Uri Api => new(Address + "/api/");

    public string Address => app.Urls.First();

    public static async Task<SlackStub> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var host = builder.Build();
        var stub = new SlackStub(host);
        host.UseWebSockets();
        host.Run(stub.AnswerAsync);
        await host.StartAsync();
        stub.Json("/api/apps.connections.open", () => $$"""{"ok":true,"url":"{{stub.Address.Replace("http", "ws", StringComparison.Ordinal)}}/link"}""");
        return stub;
    }

    public void Json(string path, string body) => Json(path, () => body);

    public void Json(string path, Func<string> body, int status = 200, params (string Name, string Value)[] headers) => Answers[path] = context =>
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        foreach (var (name, value) in headers)
            context.Response.Headers[name] = value;
        return context.Response.WriteAsync(body());
    };

    /// <summary>The next socket that the bot opens, before its hello.</summary>
    public async Task<StubSocket> NextSocketAsync()
    {
        (await connected.WaitAsync(TimeSpan.FromSeconds(15))).ShouldBeTrue("no socket was opened");
        return sockets.TryDequeue(out var socket) ? socket : throw new InvalidOperationException("A socket was announced and is not there.");
    }

    public async ValueTask DisposeAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        await app.StopAsync(patience.Token);
        await app.DisposeAsync();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        if (context.WebSockets.IsWebSocketRequest)
        {
            var socket = new StubSocket(await context.WebSockets.AcceptWebSocketAsync());
            sockets.Enqueue(socket);
            connected.Release();
            await socket.ReceiveAsync();
            return;
        }
        using var reader = new StreamReader(context.Request.Body, Encoding.UTF8);
        Calls.Enqueue(new(context.Request.Method, context.Request.Path, context.Request.QueryString.Value ?? "", context.Request.ContentType ?? "", context.Request.Headers.Authorization.ToString(), await reader.ReadToEndAsync()));
        if (Answers.TryGetValue(context.Request.Path, out var answer))
            await answer(context);
        else
            await context.Response.WriteAsync("""{"ok":false,"error":"nobody_prepared_for_this"}""");
    }
}

/// <summary>Slack's end of one socket.</summary>
internal sealed class StubSocket(WebSocket socket)
{
    private readonly SemaphoreSlim arrived = new(0);
    private readonly TaskCompletionSource closed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public ConcurrentQueue<string> Received { get; } = new();

    public Task Closed => closed.Task;

    public Task SendAsync(string json) => socket.SendAsync(Encoding.UTF8.GetBytes(json), WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);

    public Task HelloAsync() => SendAsync("""{"type":"hello","num_connections":1,"connection_info":{"app_id":"A1"}}""");

    public Task CommandAsync(string envelopeId, string trigger) =>
        SendAsync($$$"""{"envelope_id":"{{{envelopeId}}}","type":"slash_commands","accepts_response_payload":true,"payload":{"command":"/incident","text":"start","trigger_id":"{{{trigger}}}","user_id":"U1"}}""");

    public async Task<string> NextAsync()
    {
        (await arrived.WaitAsync(TimeSpan.FromSeconds(10))).ShouldBeTrue("no acknowledgement came");
        return Received.TryDequeue(out var message) ? message : throw new InvalidOperationException("A message was announced and is not there.");
    }

    public void Abort() => socket.Abort();

    public async Task ReceiveAsync()
    {
        var buffer = new byte[64 * 1024];
        try
        {
            while (true)
            {
                var received = await socket.ReceiveAsync(buffer, CancellationToken.None);
                if (received.MessageType == WebSocketMessageType.Close)
                {
                    await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);
                    return;
                }
                Received.Enqueue(Encoding.UTF8.GetString(buffer, 0, received.Count));
                arrived.Release();
            }
        }
        catch (WebSocketException)
        {
            closed.TrySetResult();
        }
        finally
        {
            closed.TrySetResult();
        }
    }
}
