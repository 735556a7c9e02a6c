using System.Collections.Concurrent;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;

namespace ChatOps.Tests.Sandbox.Workspace;

/// <summary>The smallest app that speaks Socket Mode: keeps what it gets and answers as the test says.</summary>
internal sealed class SocketApp : IAsyncDisposable
{
    private readonly ClientWebSocket socket = new();
    private readonly CancellationTokenSource stopping = new();
    private Task loop = Task.CompletedTask;

    public ConcurrentQueue<JsonObject> Received { get; } = new();

    public JsonObject Hello { get; private set; } = [];

    /// <summary>What an envelope is acknowledged with: an empty object acknowledges without payload, null not at all.</summary>
    public Func<JsonObject, JsonObject?> Answer { get; set; } = _ => [];

    public bool Ended => loop.IsCompleted;

    public static async Task<SocketApp> ConnectAsync(TestSandbox sandbox)
    {
        var opened = await sandbox.CallAsync("apps.connections.open", [], sandbox.Host.AppToken);
        opened.ShouldBeOk();
        var app = new SocketApp();
        await app.socket.ConnectAsync(new Uri((string)opened["url"]!), TestContext.Current.CancellationToken);
        app.Hello = (await app.ReadAsync())!;
        app.loop = app.RunAsync();
        return app;
    }

    public JsonObject Payload(string type) => Received.First(f => (string?)f["type"] == type)["payload"]!.AsObject();

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        await loop;
        socket.Dispose();
        stopping.Dispose();
    }

    private async Task RunAsync()
    {
        while (await ReadAsync() is { } frame)
        {
            Received.Enqueue(frame);
            if (frame["envelope_id"] is null || Answer(frame) is not { } payload)
                continue;
            var ack = new JsonObject { ["envelope_id"] = frame["envelope_id"]!.DeepClone() };
            if (payload.Count > 0)
                ack["payload"] = payload.DeepClone();
            await SendAsync(ack);
        }
    }

    private async Task SendAsync(JsonObject ack)
    {
        try
        {
            await socket.SendAsync(Encoding.UTF8.GetBytes(ack.ToJsonString()), WebSocketMessageType.Text, endOfMessage: true, stopping.Token);
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException)
        {
            // The test is over, or has dropped the socket: the next read ends the loop.
            return;
        }
    }

    private async Task<JsonObject?> ReadAsync()
    {
        var buffer = new byte[1 << 20];
        var length = 0;
        try
        {
            while (true)
            {
                var part = await socket.ReceiveAsync(buffer.AsMemory(length), stopping.Token);
                if (part.MessageType == WebSocketMessageType.Close)
                    return null;
                length += part.Count;
                if (part.EndOfMessage)
                    return JsonNode.Parse(Encoding.UTF8.GetString(buffer, 0, length))!.AsObject();
            }
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException)
        {
            return null;
        }
    }
}
