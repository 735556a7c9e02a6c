using System.Threading.Channels;
using ChatOps.Slack.Dispatch;
using Npgsql;

namespace ChatOps.Inbox;

/// <summary>
/// Makes requests durable: one lane that commits whatever has gathered while the commit before it ran. A request that was stored
/// is handed to this instance's worker at once, already claimed, so that nothing polls in the way of a three-second trigger.
/// </summary>
internal sealed partial class SlackInbox(NpgsqlDataSource database, InboxQueue queue, TimeProvider time, ILogger<SlackInbox> logger) : BackgroundService, ISlackInbox
{
    private const int LargestBatch = 512;

    private readonly Channel<Pending> gathering = Channel.CreateBounded<Pending>(new BoundedChannelOptions(20_000) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait });
    private readonly List<Pending> batch = new(LargestBatch);
    private NpgsqlConnection? connection;

    public async ValueTask<SlackAcceptance> AcceptAsync(SlackRequest request, CancellationToken cancellationToken)
    {
        var pending = new Pending(request);
        if (!gathering.Writer.TryWrite(pending)) return SlackAcceptance.Unavailable;
        // The request is in the lane: whoever waits may leave, the outcome stays true.
        return await pending.Outcome.Task.WaitAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (await gathering.Reader.WaitToReadAsync(stoppingToken))
            {
                batch.Clear();
                while (batch.Count < LargestBatch && gathering.Reader.TryRead(out var next)) batch.Add(next);
                batch.Sort(static (a, b) => string.CompareOrdinal(a.Request.Key, b.Request.Key));
                await CommitAsync(batch, stoppingToken);
            }
        }
        finally
        {
            if (connection is not null) await connection.DisposeAsync();
            while (gathering.Reader.TryRead(out var left)) left.Outcome.TrySetResult(SlackAcceptance.Unavailable);
        }
    }

    private async Task CommitAsync(List<Pending> requests, CancellationToken cancellationToken)
    {
        try
        {
            connection ??= await database.OpenConnectionAsync(cancellationToken);
        }
        catch (Exception e) when (e is NpgsqlException or InvalidOperationException or TimeoutException)
        {
            Away(e.Message);
            Answer(requests, SlackAcceptance.Unavailable);
            return;
        }

        try
        {
            await InsertAsync(requests, cancellationToken);
        }
        catch (PostgresException e) when (!e.SqlState.StartsWith("57", StringComparison.Ordinal) && requests.Count > 1)
        {
            // The server refused the batch and undid it: one request in it is at fault. One by one the others pass.
            foreach (var request in requests) await CommitAsync([request], cancellationToken);
        }
        catch (PostgresException e)
        {
            Refused(e.MessageText);
            await DropConnectionAsync();
            Answer(requests, SlackAcceptance.Unavailable);
        }
        catch (Exception e) when (e is NpgsqlException or TimeoutException or IOException)
        {
            // The answer to the commit was lost. The insert may be repeated, since its keys are unique; where even that fails, nobody knows.
            AnswerLost(e.Message);
            await DropConnectionAsync();
            await CommitAgainAsync(requests, cancellationToken);
        }
    }

    private async Task CommitAgainAsync(List<Pending> requests, CancellationToken cancellationToken)
    {
        try
        {
            connection = await database.OpenConnectionAsync(cancellationToken);
            await InsertAsync(requests, cancellationToken);
        }
        catch (Exception e) when (e is NpgsqlException or TimeoutException or IOException or InvalidOperationException)
        {
            Away(e.Message);
            await DropConnectionAsync();
            Answer(requests, SlackAcceptance.Unknown);
        }
    }

    private async Task InsertAsync(List<Pending> requests, CancellationToken cancellationToken)
    {
        // More than the worker can take soon stays unclaimed: any instance may have it.
        Guid? claim = queue.HasRoom ? Guid.NewGuid() : null;
        var count = requests.Count;
        var (keys, kinds, bodies, received) = (new string[count], new string[count], new byte[count][], new DateTime[count]);
        for (var i = 0; i < count; i++)
        {
            var request = requests[i].Request;
            (keys[i], kinds[i], bodies[i], received[i]) = (request.Key, InboxRow.KindOf(request), request.Body.ToArray(), request.ReceivedAt.UtcDateTime);
        }
        var claimedAt = time.GetTimestamp();
        var ids = await InboxStore.InsertAsync(connection!, claim, keys, kinds, bodies, received, cancellationToken);
        var outcomes = new (Pending, SlackAcceptance)[count];
        var rows = new List<(InboxRow Row, bool HasTrigger)>(count);
        for (var i = 0; i < count; i++)
        {
            var request = requests[i].Request;
            var isNew = ids.Remove(request.Key, out var id);
            outcomes[i] = (requests[i], isNew ? SlackAcceptance.Accepted : SlackAcceptance.Duplicate);
            if (isNew && claim is { } token)
                rows.Add((new InboxRow(id, InboxRow.Slack, request.Key, kinds[i], request.Body, Attempts: 1, request.ReceivedAt, token, claimedAt), request.HasTrigger));
        }
        Answer(outcomes);
        foreach (var (row, hasTrigger) in rows) queue.Add(row, hasTrigger);
    }

    private async Task DropConnectionAsync()
    {
        if (connection is null) return;
        await connection.DisposeAsync();
        connection = null;
    }

    private static void Answer(List<Pending> requests, SlackAcceptance outcome) => Answer([.. requests.Select(r => (r, outcome))]);

    // One work item answers a whole batch, one after the other, while the lane commits the next: waking a thread for each costs more than the answer.
    private static void Answer((Pending Pending, SlackAcceptance Outcome)[] outcomes) => ThreadPool.UnsafeQueueUserWorkItem(
        static all =>
        {
            foreach (var (pending, outcome) in all) pending.Outcome.TrySetResult(outcome);
        },
        outcomes, preferLocal: false);

    private sealed class Pending(SlackRequest request)
    {
        public SlackRequest Request { get; } = request;

        public TaskCompletionSource<SlackAcceptance> Outcome { get; } = new();
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Requests cannot be stored, the database is away: {Reason}")]
    private partial void Away(string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "The database refused to store requests: {Reason}")]
    private partial void Refused(string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The answer to a commit was lost ({Reason}); storing again under the same keys")]
    private partial void AnswerLost(string reason);
}
