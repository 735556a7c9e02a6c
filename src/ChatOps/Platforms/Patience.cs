namespace ChatOps.Platforms;

/// <summary>How long one question may take in all its calls: until the caller gives up or the platform's time-out ends.</summary>
internal readonly record struct Patience(CancellationToken Caller, CancellationToken Deadline)
{
    public static async Task<T> InTimeAsync<T>(TimeSpan timeout, Func<Patience, Task<T>> ask, CancellationToken cancellationToken)
    {
        using var deadline = cancellationToken.Within(timeout);
        return await ask(new(cancellationToken, deadline.Token));
    }
}

internal static class Deadlines
{
    /// <summary>Cancelled with the caller's token or after the time-out, whichever is earlier; the caller disposes it.</summary>
    public static CancellationTokenSource Within(this CancellationToken cancellationToken, TimeSpan timeout)
    {
        var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(timeout);
        return deadline;
    }
}
