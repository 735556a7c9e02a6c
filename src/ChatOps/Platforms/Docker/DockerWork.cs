namespace ChatOps.Platforms.Docker;

/// <summary>
/// An operation that this process carries out. It looks before and after each call, so that an answer that was lost is learned and no call is made twice.
/// Whoever asked waits for the first call alone.
/// </summary>
internal sealed class DockerWork(OperationRecord record, TimeProvider time)
{
    /// <summary>A container without a health check counts as up when it has run for so long.</summary>
    public static readonly TimeSpan Settle = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(100);

    private readonly TaskCompletionSource first = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public OperationRecord Record { get; } = record;

    /// <summary>Ends when the first call that changes something was answered, or failed.</summary>
    public Task First => first.Task;

    /// <summary>What it does just now, for people.</summary>
    public string? Progress { get; set; }

    /// <summary>Null: it goes on.</summary>
    public (bool Succeeded, string? Message, DateTimeOffset At)? Ended { get; set; }

    public PlatformOperation State => Ended is { } end
        ? new(Record.Id, end.Succeeded ? PlatformOperationState.Succeeded : PlatformOperationState.Failed, end.Message, Record.At, end.At)
        : new(Record.Id, PlatformOperationState.Running, Progress, Record.At, null);

    /// <param name="isDone">Asked where the answer was lost: whether it happened all the same.</param>
    public async Task ActAsync(Func<Task> act, Func<Task<bool>> isDone, TimeSpan patience, CancellationToken cancellationToken)
    {
        try
        {
            await act();
            first.TrySetResult();
        }
        catch (PlatformException e) when (e.Outcome == CallOutcome.Unknown)
        {
            Fail(e);
            if (!await ComesTrueAsync(isDone, patience, cancellationToken)) throw;
        }
        catch (PlatformException e)
        {
            Fail(e);
            throw;
        }
    }

    public void Fail(PlatformException e)
    {
        // Nobody waits for it any more where an earlier call was answered.
        if (first.TrySetException(e)) _ = first.Task.Exception;
    }

    /// <summary>Waits until a container is up: healthy by its own check, or running for a while where it has none.</summary>
    /// <param name="restarts">By its policy, before.</param>
    /// <exception cref="PlatformException">It ended, or is unhealthy.</exception>
    public async Task UpAsync(Func<Task<DockerContainer?>> inspect, string what, DateTimeOffset since, int restarts, DockerFailures failures, CancellationToken cancellationToken)
    {
        while (true)
        {
            DockerContainer? seen = null;
            try
            {
                seen = await inspect() ?? throw DockerFailures.NotDone($"{what} is gone", "gone");
            }
            catch (PlatformException e) when (e.Code != "gone")
            {
                // An Engine that does not answer for a moment is asked again; the operation's own limit ends that.
            }
            if (seen is { Running: false }) throw DockerFailures.NotDone($"{what} does not stay up: exit {seen.ExitCode}{(seen.OomKilled ? ", out of memory" : "")}{(seen.Error is { } error ? $", {failures.Short(error)}" : "")}");
            if (seen?.Health == "unhealthy")
                throw DockerFailures.NotDone($"{what} is unhealthy: {failures.Short(seen.CheckOutput ?? "its check fails")}");
            if (seen?.RestartCount > restarts) throw DockerFailures.NotDone($"{what} crashed and was started again by its restart policy");
            if (seen is { Up: true } && (seen.Health is not null || time.GetUtcNow() - since > Settle)) return;
            await Task.Delay(Look, time, cancellationToken);
        }
    }

    private async Task<bool> ComesTrueAsync(Func<Task<bool>> isDone, TimeSpan patience, CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        while (true)
        {
            try
            {
                if (await isDone()) return true;
            }
            catch (PlatformException)
            {
                // Asked again below.
            }
            if (time.GetElapsedTime(began) > patience) return false;
            await Task.Delay(Look, time, cancellationToken);
        }
    }
}
