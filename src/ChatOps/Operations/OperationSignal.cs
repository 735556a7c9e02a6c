namespace ChatOps.Operations;

/// <summary>Tells this instance's worker that an operation waits. A hint, never the queue.</summary>
public sealed class OperationSignal : IDisposable
{
    private readonly SemaphoreSlim semaphore = new(0, 1);

    public void Raise()
    {
        try { semaphore.Release(); }
        catch (SemaphoreFullException) { /* A wake-up is under way already. */ }
    }

    internal Task WaitAsync(TimeSpan timeout, CancellationToken cancellationToken) => semaphore.WaitAsync(timeout, cancellationToken);

    public void Dispose() => semaphore.Dispose();
}
