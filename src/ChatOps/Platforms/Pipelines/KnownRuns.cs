namespace ChatOps.Platforms.Pipelines;

/// <summary>
/// Which operation became which run, as long as this process lives: a platform may list a run only some seconds after it took the request,
/// and whoever follows an operation asks more often than a platform wants to be asked.
/// </summary>
internal sealed class KnownRuns(TimeProvider time)
{
    /// <summary>How long what was seen of a running run is told again: GitHub allows 5,000 requests an hour to a token.</summary>
    public static readonly TimeSpan Fresh = TimeSpan.FromSeconds(5);

    /// <summary>So long may a request still be on its way whose answer was lost: until then not even an honest list proves that it was never taken.</summary>
    public static readonly TimeSpan Settle = TimeSpan.FromMinutes(2);

    private const int Most = 500;

    private readonly Lock gate = new();
    private readonly Dictionary<string, (PipelineRun? Run, DateTimeOffset At)> known = new(StringComparer.Ordinal);
    private readonly Queue<string> order = new();

    /// <summary>The operation is about to be asked for; false: it was already.</summary>
    /// <param name="again">It may be asked for again once it is known that no request is on its way any more.</param>
    public bool Begin(string operationId, bool again)
    {
        lock (gate)
        {
            if (known.TryGetValue(operationId, out var before))
            {
                if (before.Run is not null || !again || InDoubt(before)) return false;
                known[operationId] = (null, time.GetUtcNow());
                return true;
            }
            Add(operationId, null);
            return true;
        }
    }

    /// <summary>It was asked for, the answer was lost, and the request may still arrive.</summary>
    public bool InDoubt(string operationId)
    {
        lock (gate) return known.TryGetValue(operationId, out var entry) && InDoubt(entry);
    }

    /// <summary>It was refused: it may be asked for again.</summary>
    public void Forget(string operationId)
    {
        lock (gate) known.Remove(operationId);
    }

    public void Seen(string operationId, PipelineRun run)
    {
        lock (gate)
        {
            if (known.ContainsKey(operationId)) known[operationId] = (run, time.GetUtcNow());
            else Add(operationId, run);
        }
    }

    /// <summary>The run as it was seen last, and whether that may be told again.</summary>
    public (PipelineRun Run, bool Fresh)? Find(string operationId)
    {
        lock (gate)
        {
            return known.GetValueOrDefault(operationId) is { Run: { } run } entry
                ? (run, run.State != PlatformOperationState.Running || time.GetUtcNow() - entry.At < Fresh) : null;
        }
    }

    private bool InDoubt((PipelineRun? Run, DateTimeOffset At) entry) => entry.Run is null && time.GetUtcNow() - entry.At < Settle;

    private void Add(string operationId, PipelineRun? run)
    {
        known[operationId] = (run, time.GetUtcNow());
        order.Enqueue(operationId);
        if (order.Count > Most) known.Remove(order.Dequeue());
    }
}
