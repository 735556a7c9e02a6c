using System.Diagnostics;
using System.Text.Json.Nodes;

namespace ChatOps.Sandbox.Workspace.Delivery;

/// <summary>Hands deliveries to the transport in use, through whatever faults are armed for them, and notes them.</summary>
internal sealed class Deliverer(ITransport transport, SocketModeServer sockets, Faults faults, Traffic traffic, TimeSpan acknowledgeWithin)
{
    /// <summary>Sends once; comes back when acknowledged, failed, or when Slack stops waiting, which a delay on the way counts towards.</summary>
    public async Task<Ack> SendAsync(SlackDelivery delivery, CancellationToken cancellationToken)
    {
        var at = traffic.Now;
        var started = Stopwatch.GetTimestamp();
        var fault = faults.Take(Fault.Deliveries);
        var work = SendThroughAsync(delivery, fault, cancellationToken);
        Ack ack;
        try
        {
            ack = await work.WaitAsync(acknowledgeWithin + TimeSpan.FromMilliseconds(250), cancellationToken);
        }
        catch (TimeoutException)
        {
            ack = new Ack(0, Stopwatch.GetElapsedTime(started).TotalMilliseconds, Body: null, Ack.Timeout);
        }
        Note(delivery, at, ack);
        return ack;
    }

    private async Task<Ack> SendThroughAsync(SlackDelivery delivery, Fault? fault, CancellationToken cancellationToken)
    {
        if (fault is null)
            return await transport.SendAsync(delivery, cancellationToken);
        if (fault.Disconnect && !fault.After)
            await sockets.DisconnectAsync(reason: null, cancellationToken);
        if (!fault.After)
            await SufferAsync(fault, cancellationToken);
        if (fault is { After: false, Answers: true })
            return Lost(fault);
        var twin = fault.Duplicate ? SendTwinAsync(delivery, cancellationToken) : Task.CompletedTask;
        var ack = await transport.SendAsync(delivery, cancellationToken);
        await twin;
        if (!fault.After)
            return ack;
        await SufferAsync(fault, cancellationToken);
        if (fault.Disconnect)
            await sockets.DisconnectAsync(reason: null, cancellationToken);
        return fault.Answers ? Lost(fault) : ack;
    }

    private async Task SendTwinAsync(SlackDelivery delivery, CancellationToken cancellationToken)
    {
        var at = traffic.Now;
        Note(delivery, at, await transport.SendAsync(delivery, cancellationToken));
    }

    private void Note(SlackDelivery delivery, DateTimeOffset at, Ack ack)
    {
        var arguments = new JsonObject { ["kind"] = delivery.Kind, ["payload"] = delivery.Payload.DeepClone() };
        if (delivery.Attempt > 0)
        {
            arguments["retry_num"] = delivery.Attempt;
            arguments["retry_reason"] = delivery.RetryReason;
        }
        traffic.Record("delivery", delivery.Name, arguments, at, ack.Status, ack.Body ?? (ack.Failure is { } failure ? JsonValue.Create(failure) : null), ack.Milliseconds);
    }

    private static async Task SufferAsync(Fault fault, CancellationToken cancellationToken)
    {
        if (fault.Delay > TimeSpan.Zero)
            await Task.Delay(fault.Delay, cancellationToken);
        if (fault.Hold)
            await fault.Released.WaitAsync(cancellationToken);
    }

    private static Ack Lost(Fault fault) => new(fault.Status ?? 0, 0, Body: null, fault.Error is Ack.Timeout or "timeout" ? Ack.Timeout : Ack.DispatchFailed);
}
