namespace ChatOps.Sandbox.Shop.Platform;

/// <summary>Does what the kernel's OOM killer does for a control group: looks at every instance twice a second and kills what is over its limit.</summary>
internal sealed class MemoryLimit(IReadOnlyList<Unit> units, TimeProvider clock)
{
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(500);

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(Period, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(cancellationToken)) await LookAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            return;
        }
    }

    /// <summary>What the exit of an instance says that was killed for its memory.</summary>
    public static string Reason(long bytes, long limit) => $"OOM killed: {bytes >> 20} MB used, limit {limit >> 20} MB";

    private async Task LookAsync(CancellationToken cancellationToken)
    {
        var table = ProcessTable.Read();
        foreach (var unit in units)
        {
            foreach (var instance in unit.Instances())
            {
                var bytes = ProcessTable.Memory(table.Tree(instance.Pid));
                if (bytes > unit.MemoryLimitBytes) await unit.KillOutOfMemoryAsync(instance, Reason(bytes, unit.MemoryLimitBytes), cancellationToken);
            }
        }
    }
}
