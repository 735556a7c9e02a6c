using System.Buffers;
using System.Net.WebSockets;

namespace ChatOps.Slack.SocketMode;

/// <summary>Why a connection needs a successor.</summary>
internal enum SocketEnd
{
    /// <summary>Slack is about to drop it; it still delivers.</summary>
    Refresh,

    /// <summary>It is gone.</summary>
    Closed,

    /// <summary>Socket Mode was switched off for the app: final.</summary>
    LinkDisabled,
}

/// <summary>One web socket: receives until it ends, and hands each envelope on without waiting for it.</summary>
internal sealed class SocketConnection : IAsyncDisposable
{
    private const int LongestMessage = 4 * 1024 * 1024;

    /// <summary>How long a connection that has a successor may finish what it has received.</summary>
    private static readonly TimeSpan Drain = TimeSpan.FromSeconds(3);

    private static readonly TimeSpan PingInterval = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan PongPatience = TimeSpan.FromSeconds(20);

    private readonly ClientWebSocket socket = new();
    private readonly SemaphoreSlim sending = new(1, 1);
    private readonly CancellationTokenSource stopping = new();
    private readonly TaskCompletionSource hello = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<SocketEnd> ending = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly SocketEnvelopes envelopes;
    private readonly TimeProvider time;
    private readonly Lock tally = new();
    private Task receiving = Task.CompletedTask;
    private TaskCompletionSource? idle;
    private int inFlight;

    private SocketConnection(SocketEnvelopes envelopes, TimeProvider time)
    {
        this.envelopes = envelopes;
        this.time = time;
        socket.Options.KeepAliveInterval = PingInterval;
        socket.Options.KeepAliveTimeout = PongPatience;
    }

    /// <summary>Completes when this connection needs a successor, or can have none.</summary>
    public Task<SocketEnd> Ending => ending.Task;

    /// <summary>Completes when nothing arrives over it any more, whether or not it has a successor.</summary>
    public Task Receiving => receiving;

    /// <summary>Connects and waits for Slack's hello.</summary>
    public static async Task<SocketConnection> OpenAsync(Uri address, SocketEnvelopes envelopes, TimeProvider time, TimeSpan patience, CancellationToken cancellationToken)
    {
        var connection = new SocketConnection(envelopes, time);
        try
        {
            using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            deadline.CancelAfter(patience);
            await connection.socket.ConnectAsync(address, deadline.Token);
            connection.receiving = connection.ReceiveAsync(connection.stopping.Token);
            await connection.hello.Task.WaitAsync(deadline.Token);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <summary>Sends one acknowledgement; false where the socket is gone, in which case Slack delivers again.</summary>
    public async Task<bool> TrySendAsync(byte[] message, CancellationToken cancellationToken)
    {
        await sending.WaitAsync(cancellationToken);
        try
        {
            if (socket.State is not (WebSocketState.Open or WebSocketState.CloseReceived))
                return false;
            await socket.SendAsync(message, WebSocketMessageType.Text, endOfMessage: true, cancellationToken);
            return true;
        }
        catch (Exception gone) when (gone is WebSocketException or ObjectDisposedException or IOException)
        {
            return false;
        }
        finally
        {
            sending.Release();
        }
    }

    /// <summary>Finishes what was received, within limits, and closes politely.</summary>
    public async ValueTask DisposeAsync()
    {
        if (socket.State == WebSocketState.Open)
        {
            await WaitUntilIdleAsync();
            using var patience = new CancellationTokenSource(Drain);
            try
            {
                await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, patience.Token);
                await receiving.WaitAsync(patience.Token);
            }
            catch (Exception gone) when (gone is WebSocketException or OperationCanceledException or IOException)
            {
                socket.Abort();
            }
        }
        await stopping.CancelAsync();
        await receiving;
        socket.Dispose();
        stopping.Dispose();
    }

    private async Task ReceiveAsync(CancellationToken cancellationToken)
    {
        var buffer = new ArrayBufferWriter<byte>(8192);
        try
        {
            while (true)
            {
                var received = await socket.ReceiveAsync(buffer.GetMemory(4096), cancellationToken);
                if (received.MessageType == WebSocketMessageType.Close)
                    break;
                buffer.Advance(received.Count);
                if (buffer.WrittenCount > LongestMessage)
                    break;
                if (!received.EndOfMessage)
                    continue;
                Take(buffer.WrittenSpan);
                buffer.ResetWrittenCount();
            }
        }
        catch (Exception gone) when (gone is WebSocketException or OperationCanceledException or IOException or ObjectDisposedException)
        {
            hello.TrySetException(gone);
        }
        finally
        {
            hello.TrySetException(new WebSocketException(WebSocketError.ConnectionClosedPrematurely));
            ending.TrySetResult(SocketEnd.Closed);
        }
    }

    private void Take(ReadOnlySpan<byte> message)
    {
        var started = time.GetTimestamp();
        if (SocketEnvelope.Read(message) is not { } envelope)
        {
            envelopes.Unreadable();
            return;
        }
        switch (envelope.Type)
        {
            case "hello":
                hello.TrySetResult();
                break;
            case "disconnect":
                ending.TrySetResult(envelope.Reason == "link_disabled" ? SocketEnd.LinkDisabled : SocketEnd.Refresh);
                break;
            default:
                lock (tally)
                    inFlight++;
                _ = FinishAsync(envelopes.HandleAsync(envelope, this, started, stopping.Token));
                break;
        }
    }

    private async Task FinishAsync(Task handling)
    {
        await handling;
        lock (tally)
        {
            if (--inFlight == 0)
                idle?.TrySetResult();
        }
    }

    private async Task WaitUntilIdleAsync()
    {
        Task waiting;
        lock (tally)
        {
            if (inFlight == 0)
                return;
            idle = new(TaskCreationOptions.RunContinuationsAsynchronously);
            waiting = idle.Task;
        }
        await Task.WhenAny(waiting, Task.Delay(Drain, time));
    }
}
