namespace ChatOps.Sandbox.Shop.Platform;

// How its processes are, and how what runs comes back when it ended by itself.
internal sealed partial class WebUnit
{
    private int crashesInARow;

    // Probes it every second, and starts it again when it ended by itself: after half a second, doubling up to ten.
    private async Task WatchAsync(WebInstance instance, CancellationToken cancellationToken)
    {
        try
        {
            var exit = instance.WaitForExitAsync(cancellationToken);
            while (!exit.IsCompleted)
            {
                await instance.ProbeAsync(cancellationToken);
                await Task.WhenAny(exit, Task.Delay(TimeSpan.FromSeconds(1), Clock, cancellationToken));
                if (Clock.GetUtcNow() - instance.StartedAt > TimeSpan.FromMinutes(1)) crashesInARow = 0;
            }
            cancellationToken.ThrowIfCancellationRequested();
            if (instance.Stopping) return;
            // A candidate is not started again: how it ended is what the trial has found out.
            var isLive = ReferenceEquals(Live, instance);
            Remember(instance, nothingElseRuns: isLive);
            if (isLive) await ComeBackAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            return;
        }
    }

    private void KeepTrying()
    {
        lock (gate)
        {
            // What never ran is what is to come back: the old process was stopped by request.
            live = launched[^1];
            Route();
            watching.Add(GoOnAsync());
        }

        async Task GoOnAsync()
        {
            try
            {
                await Task.Yield();
                await ComeBackAsync(ending.Token);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    private void Remember(WebInstance instance, bool nothingElseRuns)
    {
        var exit = ExitOf(instance);
        if (nothingElseRuns) LastExit = exit;
        LogCollector.Append(LogFile, Clock.GetUtcNow(), instance.Id, $"FATAL platform {instance.Id} (pid {instance.Pid}, {instance.Version}): {exit.Reason}");
    }

    private LastExit ExitOf(WebInstance instance)
    {
        var code = instance.ExitCode;
        var signal = code > 128 ? code - 128 : (int?)null;
        return new LastExit(signal is null ? code : null, signal, instance.KilledBecause is not null, Clock.GetUtcNow(),
            instance.KilledBecause ?? (signal is null ? $"ended by itself with code {code}" : $"ended by signal {signal}"), instance.Id);
    }

    private async Task ComeBackAsync(CancellationToken cancellationToken)
    {
        while (Crashed())
        {
            var wait = TimeSpan.FromSeconds(Math.Min(10, 0.5 * Math.Pow(2, crashesInARow++)));
            await Task.Delay(wait, Clock, cancellationToken);
            // A restart that somebody asked for may have come first, or be on its way.
            if (!Crashed()) return;
            if (starting) continue;
            CountRestart();
            var change = changes.Begin(this, "restart", ShopPlatform.Name, automatic: true, LastExit?.Reason, null, null, null);
            try
            {
                await StartAsync(Releases.Current, Crashed, cancellationToken);
                changes.End(change, true, null);
                return;
            }
            catch (InvalidOperationException e)
            {
                changes.End(change, false, e.Message);
            }
        }
    }

    private bool Crashed() => Wanted && Live is { HasExited: true, Stopping: false };
}
