using System.Collections.Concurrent;

namespace ChatOps.Sandbox.Workspace.Delivery;

/// <summary>Delivers events and repeats them as Slack does: three retries, at once, after a minute and after five, by the sandbox's clock.</summary>
internal sealed class EventPublisher(SlackWorkspace workspace, Deliverer deliverer) : IAsyncDisposable
{
    private static readonly TimeSpan[] Waits = [TimeSpan.Zero, TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(5)];
    private readonly CancellationTokenSource stopping = new();
    private readonly ConcurrentDictionary<Task, bool> running = new();
    private Task loop = Task.CompletedTask;

    public void Start() => loop = RunAsync(stopping.Token);

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        await Task.WhenAll([loop, .. running.Keys]).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        stopping.Dispose();
    }

    private async Task RunAsync(CancellationToken cancellationToken)
    {
        await foreach (var happened in workspace.Events.Reader.ReadAllAsync(cancellationToken))
        {
            var delivery = new SlackDelivery("events_api", happened.Text("type")!, Payloads.Event(workspace, happened), AcceptsResponse: false) { Url = workspace.Manifest.EventsUrl };
            var task = DeliverAsync(delivery, cancellationToken);
            running[task] = true;
            _ = task.ContinueWith(done => running.TryRemove(done, out _), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        }
    }

    private async Task DeliverAsync(SlackDelivery delivery, CancellationToken cancellationToken)
    {
        for (var attempt = 0; ; attempt++)
        {
            var ack = await deliverer.SendAsync(delivery with { Attempt = attempt }, cancellationToken);
            if (ack.Accepted || ack.NoRetry || attempt == Waits.Length)
                return;
            delivery = delivery with { RetryReason = ack.Failure == Ack.Timeout ? "timeout" : "http_error" };
            await UntilAsync(workspace.Clock.GetUtcNow() + Waits[attempt], cancellationToken);
        }
    }

    /// <summary>The sandbox's clock can be moved while somebody waits for it, so it is looked at again and again.</summary>
    private async Task UntilAsync(DateTimeOffset due, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        while (workspace.Clock.GetUtcNow() < due)
            await timer.WaitForNextTickAsync(cancellationToken);
    }
}
