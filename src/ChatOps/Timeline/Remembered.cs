using ChatOps.Slack;

namespace ChatOps.Timeline;

/// <summary>
/// One answer of Slack. It counts for a minute without asking and, while Slack does not answer, for ten. However many ask, Slack is asked once at a time:
/// the question goes on when those who wait have gone, so that its answer is there for the next.
/// </summary>
/// <param name="ask">Asks Slack. Its token ends with the process, not with the request that began it.</param>
internal sealed class Remembered<T>(Func<CancellationToken, Task<T>> ask, MethodTrouble trouble, TimeProvider time, CancellationToken closing) where T : class
{
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan LastKnown = TimeSpan.FromMinutes(10);

    /// <summary>So long a fresh answer is waited for where the last one still counts.</summary>
    private static readonly TimeSpan PatienceWithLast = TimeSpan.FromSeconds(2);

    /// <summary>So long where none does: a request that asks several things must be told so before its own time is over.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly Lock gate = new();
    private (T Value, DateTimeOffset At)? last;
    private Task<Exception?> asking = Task.FromResult<Exception?>(null);
    private long askedAt;

    /// <summary>What Slack said elsewhere counts as an answer of that time.</summary>
    public void Learn(T value, DateTimeOffset at)
    {
        lock (gate)
        {
            if (last is not { } known || known.At < at) last = (value, at);
        }
    }

    /// <exception cref="SlackDirectoryException">Slack does not answer and what was known is too old.</exception>
    public async Task<T> GetAsync(CancellationToken cancellationToken)
    {
        Task<Exception?> answer;
        TimeSpan patience, left;
        lock (gate)
        {
            var now = time.GetUtcNow();
            if (last is { } known && now - known.At < Fresh) return known.Value;
            if (trouble.At(now) is { } before) return LastOf(now, before);
            if (asking.IsCompleted)
            {
                askedAt = time.GetTimestamp();
                asking = AskAsync();
            }
            answer = asking;
            patience = last is { } old && now - old.At <= LastKnown ? PatienceWithLast : Patience;
            // Who comes later does not wait for the same answer all over again.
            left = patience - time.GetElapsedTime(askedAt);
        }
        Exception? failure;
        try
        {
            failure = await answer.WaitAsync(left > TimeSpan.Zero ? left : TimeSpan.Zero, time, cancellationToken);
        }
        catch (TimeoutException e)
        {
            failure = e;
            if (patience == Patience) trouble.Note(e, time.GetUtcNow());
        }
        lock (gate) return failure is null ? last!.Value.Value : LastOf(time.GetUtcNow(), failure);
    }

    /// <returns>Why there is no answer, or null.</returns>
    private async Task<Exception?> AskAsync()
    {
        try
        {
            var value = await ask(closing);
            lock (gate) last = (value, time.GetUtcNow());
            trouble.Over();
            return null;
        }
        catch (Exception e) when (e is SlackException or SlackRateLimitedException or SlackUnreachableException or SlackDirectoryException)
        {
            trouble.Note(e, time.GetUtcNow());
            return e;
        }
    }

    private T LastOf(DateTimeOffset now, Exception failure) =>
        last is { } known && now - known.At <= LastKnown ? known.Value
        : throw new SlackDirectoryException(
            failure is SlackDirectoryException ? failure.Message
            : last is null
            ? "Slack did not tell who is in which group"
            : "Slack has not told for over 10 minutes who is in which group", failure);
}

/// <summary>Why Slack did not answer to a method, for the questions that ask the same method: while it is away, not every one waits for its time-out again.</summary>
internal sealed class MethodTrouble
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(10);

    private volatile Failure? failure;

    /// <summary>The failure that counts at that time; null: ask.</summary>
    public Exception? At(DateTimeOffset now) => failure is { } known && now < known.Until ? known.Exception : null;

    /// <param name="now">When it was known, which may be long after Slack was asked.</param>
    public void Note(Exception exception, DateTimeOffset now)
    {
        var pause = exception is SlackRateLimitedException limited && limited.RetryAfter > Pause ? limited.RetryAfter : Pause;
        failure = new(exception, now + pause);
    }

    public void Over() => failure = null;

    private sealed record Failure(Exception Exception, DateTimeOffset Until);
}
