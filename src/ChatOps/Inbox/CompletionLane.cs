using System.Threading.Channels;
using ChatOps.Database;

namespace ChatOps.Inbox;

/// <summary>Completes, many at a time, the requests whose handlers left nothing behind.</summary>
internal sealed partial class CompletionLane(InboxStore store, TimeProvider time, ILogger<CompletionLane> logger) : BackgroundService
{
    private const int LargestBatch = 2_000;

    // Nobody waits for these: gathering for a moment makes one statement of thousands.
    private static readonly TimeSpan Gather = TimeSpan.FromMilliseconds(50);

    private readonly Channel<(long Id, Guid Claim)> done = Channel.CreateUnbounded<(long, Guid)>();

    public void Add(long id, Guid claim) => done.Writer.TryWrite((id, claim));

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var batch = new List<(long, Guid)>(LargestBatch);
        try
        {
            while (await done.Reader.WaitToReadAsync(stoppingToken))
            {
                if (done.Reader.Count < LargestBatch) await Task.Delay(Gather, time, stoppingToken);
                await CompleteAsync(batch);
            }
        }
        finally
        {
            // The worker has ended before this: what it handled is not handled once more by another instance.
            while (done.Reader.TryPeek(out _)) await CompleteAsync(batch);
        }
    }

    // Not broken off at a stop; it takes as long as the database's answer.
    private async Task CompleteAsync(List<(long, Guid)> batch)
    {
        batch.Clear();
        while (batch.Count < LargestBatch && done.Reader.TryRead(out var next)) batch.Add(next);
        try
        {
            await store.CompleteAsync(batch, CancellationToken.None);
        }
        catch (Exception e) when (DatabaseTrouble.IsAny(e))
        {
            // They stay claimed and are handled once more when the claim ends; having nothing to write, that does no harm.
            NotCompleted(batch.Count, e.Message);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Count} requests could not be completed and will be handled again: {Reason}")]
    private partial void NotCompleted(int count, string reason);
}
