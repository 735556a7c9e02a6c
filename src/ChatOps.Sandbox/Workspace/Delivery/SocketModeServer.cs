using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Text.Json.Nodes;

namespace ChatOps.Sandbox.Workspace.Delivery;

/// <summary>The server side of Socket Mode: one-time addresses, up to ten sockets, each envelope to one of them.</summary>
internal sealed class SocketModeServer(Traffic traffic, TimeSpan acknowledgeWithin) : ITransport
{
    private const int MaximumSockets = 10;
    private readonly ConcurrentDictionary<string, bool> tickets = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, TaskCompletionSource<JsonObject?>> waiting = new(StringComparer.Ordinal);
    private readonly Lock gate = new();
    private readonly List<SocketLink> links = [];
    private int turn;

    public int Connections
    {
        get
        {
            lock (gate)
                return links.Count;
        }
    }

    public string NewUrl(string baseUrl)
    {
        var ticket = RandomNumberGenerator.GetHexString(32, lowercase: true);
        tickets[ticket] = true;
        return $"ws{baseUrl["http".Length..]}/link?ticket={ticket}&app_id={SlackWorkspace.AppId}";
    }

    /// <summary>Serves one socket until it ends.</summary>
    public async Task ServeAsync(HttpContext context, CancellationToken cancellationToken)
    {
        if (!context.WebSockets.IsWebSocketRequest || !tickets.TryRemove(context.Request.Query["ticket"].ToString(), out _))
        {
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
            return;
        }
        using var socket = await context.WebSockets.AcceptWebSocketAsync(new WebSocketAcceptContext { KeepAliveInterval = TimeSpan.FromSeconds(10) });
        using var link = new SocketLink(socket);
        if (!TryEnter(link, out var number))
        {
            await link.SendAsync(DisconnectFrame("too_many_websockets"), cancellationToken);
            await link.CloseAsync(cancellationToken);
            return;
        }
        traffic.Record("socket", "connected", new JsonObject { ["connections"] = number }, traffic.Now, 101, answer: null, 0);
        try
        {
            await link.SendAsync(new JsonObject
            {
                ["type"] = "hello", ["num_connections"] = number, ["connection_info"] = new JsonObject { ["app_id"] = SlackWorkspace.AppId },
                ["debug_info"] = new JsonObject { ["host"] = "sandbox", ["build_number"] = 1, ["approximate_connection_time"] = 18060 },
            }, cancellationToken);
            while (await link.ReceiveAsync(cancellationToken) is { } frame)
                Acknowledge(link, frame);
        }
        finally
        {
            Leave(link);
            traffic.Record("socket", "disconnected", new JsonObject { ["connections"] = Connections }, traffic.Now, 0, answer: null, 0);
        }
    }

    public async Task<Ack> SendAsync(SlackDelivery delivery, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        if (Next() is not { } link)
            return new Ack(0, 0, Body: null, Ack.DispatchFailed);
        var id = Guid.NewGuid().ToString();
        var acknowledged = new TaskCompletionSource<JsonObject?>(TaskCreationOptions.RunContinuationsAsynchronously);
        waiting[id] = acknowledged;
        link.Pending[id] = true;
        try
        {
            await link.SendAsync(Envelope(delivery, id), cancellationToken);
            var frame = await acknowledged.Task.WaitAsync(acknowledgeWithin, cancellationToken);
            var ms = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
            return frame is null
                ? new Ack(0, ms, Body: null, Ack.DispatchFailed)
                : new Ack(200, ms, delivery.AcceptsResponse ? frame["payload"]?.DeepClone() : null, Failure: null);
        }
        catch (TimeoutException)
        {
            return new Ack(0, Stopwatch.GetElapsedTime(started).TotalMilliseconds, Body: null, Ack.Timeout);
        }
        catch (Exception e) when (e is WebSocketException or ObjectDisposedException)
        {
            return new Ack(0, Stopwatch.GetElapsedTime(started).TotalMilliseconds, Body: null, Ack.DispatchFailed);
        }
        finally
        {
            waiting.TryRemove(id, out _);
            link.Pending.TryRemove(id, out _);
        }
    }

    /// <summary>Drops every socket: with a reason as Slack announces it (<c>warning</c> leaves the sockets open), without one as a network does.</summary>
    public async Task<int> DisconnectAsync(string? reason, CancellationToken cancellationToken)
    {
        SocketLink[] all;
        lock (gate)
            all = [.. links];
        foreach (var link in all)
        {
            if (reason is null)
            {
                link.Abort();
                continue;
            }
            try
            {
                await link.SendAsync(DisconnectFrame(reason), cancellationToken);
                if (reason != "warning")
                    await link.CloseAsync(cancellationToken);
            }
            catch (Exception e) when (e is WebSocketException or ObjectDisposedException)
            {
                // It was on its way out already.
            }
        }
        return all.Length;
    }

    private void Acknowledge(SocketLink link, JsonObject frame)
    {
        if (frame.Text("envelope_id") is not { } id)
            return;
        if (link.Pending.ContainsKey(id) && waiting.TryGetValue(id, out var acknowledged))
            acknowledged.TrySetResult(frame);
        else
            traffic.Record("socket", "late_or_unknown_acknowledgement", new JsonObject { ["envelope_id"] = id }, traffic.Now, 0, answer: null, 0);
    }

    private bool TryEnter(SocketLink link, out int number)
    {
        lock (gate)
        {
            number = links.Count + 1;
            if (links.Count >= MaximumSockets)
                return false;
            links.Add(link);
            return true;
        }
    }

    private void Leave(SocketLink link)
    {
        lock (gate)
            links.Remove(link);
        foreach (var id in link.Pending.Keys)
        {
            if (waiting.TryGetValue(id, out var acknowledged))
                acknowledged.TrySetResult(null);
        }
    }

    private SocketLink? Next()
    {
        lock (gate)
        {
            var open = links.FindAll(l => l.IsOpen);
            return open.Count == 0 ? null : open[turn++ % open.Count];
        }
    }

    private static JsonObject Envelope(SlackDelivery delivery, string id)
    {
        var envelope = new JsonObject
        {
            ["envelope_id"] = id, ["payload"] = delivery.Payload.DeepClone(), ["type"] = delivery.Kind, ["accepts_response_payload"] = delivery.AcceptsResponse,
        };
        if (delivery.Kind == "events_api")
        {
            envelope["retry_attempt"] = delivery.Attempt;
            envelope["retry_reason"] = delivery.RetryReason ?? "";
        }
        return envelope;
    }

    private static JsonObject DisconnectFrame(string reason) =>
        new() { ["type"] = "disconnect", ["reason"] = reason, ["debug_info"] = new JsonObject { ["host"] = "sandbox" } };
}
