using System.Collections.Concurrent;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;

namespace ChatOps.Sandbox.Workspace.Delivery;

/// <summary>One connected socket: writes one at a time, reads whole frames.</summary>
internal sealed class SocketLink(WebSocket socket) : IDisposable
{
    private readonly SemaphoreSlim writing = new(1, 1);

    /// <summary>Envelopes that went out here and are not acknowledged.</summary>
    public ConcurrentDictionary<string, bool> Pending { get; } = new(StringComparer.Ordinal);

    public bool IsOpen => socket.State == WebSocketState.Open;

    public async Task SendAsync(JsonObject frame, CancellationToken cancellationToken)
    {
        await writing.WaitAsync(cancellationToken);
        try
        {
            // A send that is cancelled half-way would tear the socket down, and with it everything else on it.
            await socket.SendAsync(Encoding.UTF8.GetBytes(frame.ToJsonString(JsonReading.Compact)), WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);
        }
        finally
        {
            writing.Release();
        }
    }

    /// <returns>The next frame; an empty object for one that is no JSON; null when the socket has ended.</returns>
    public async Task<JsonObject?> ReceiveAsync(CancellationToken cancellationToken)
    {
        var buffer = new byte[16 * 1024];
        using var frame = new MemoryStream();
        try
        {
            while (true)
            {
                var part = await socket.ReceiveAsync(buffer, cancellationToken);
                if (part.MessageType == WebSocketMessageType.Close)
                {
                    if (socket.State == WebSocketState.CloseReceived)
                        await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, statusDescription: null, cancellationToken);
                    return null;
                }
                frame.Write(buffer, 0, part.Count);
                if (part.EndOfMessage)
                    return JsonReading.TryParse(Encoding.UTF8.GetString(frame.ToArray())) as JsonObject ?? [];
            }
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException or IOException)
        {
            // The other side vanished or this server stops: both mean that the socket has ended.
            return null;
        }
    }

    public async Task CloseAsync(CancellationToken cancellationToken)
    {
        if (IsOpen)
            await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, statusDescription: null, cancellationToken);
    }

    public void Abort() => socket.Abort();

    public void Dispose() => writing.Dispose();
}
