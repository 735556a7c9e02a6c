using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text.Json;
using System.Threading.Channels;
using ChatOps.Database;
using ChatOps.Slack.Dispatch;

namespace ChatOps.Inbox;

/// <summary>Handles what the inbox holds: what this instance accepted at once, what waits or was left by another instance by claiming it.</summary>
internal sealed partial class InboxWorker(
    InboxQueue queue,
    InboxStore store,
    InboxSignal signal,
    CompletionLane completions,
    SlackDispatcher dispatcher,
    DatabaseStart database,
    IServiceScopeFactory scopes,
    FailedRequests failures,
    TimeProvider time,
    ILogger<InboxWorker> logger) : BackgroundService
{
    private const int HandlersPerLane = 8;

    private static readonly TimeSpan HandlerDeadline = TimeSpan.FromSeconds(45);
    private static readonly TimeSpan RenewInterval = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan PollInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan GiveBackWithin = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<long, InboxRow> inHand = new();
    private readonly ConcurrentBag<InboxRow> unended = [];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await Task.WhenAll(
            [
                .. Enumerable.Range(0, HandlersPerLane).Select(_ => HandleAllAsync(queue.WithTrigger, stoppingToken)),
                .. Enumerable.Range(0, HandlersPerLane).Select(_ => HandleAllAsync(queue.Others, stoppingToken)),
                ClaimAllAsync(stoppingToken),
                RenewAllAsync(stoppingToken),
            ]);
        }
        finally
        {
            await GiveBackAsync();
        }
    }

    // People who pressed while this instance ends wait for no claim to run out.
    private async Task GiveBackAsync()
    {
        queue.Close();
        var rows = unended.ToList();
        while (queue.WithTrigger.TryRead(out var row) || queue.Others.TryRead(out row)) rows.Add(row);
        if (rows.Count == 0) return;
        using var deadline = new CancellationTokenSource(GiveBackWithin);
        try
        {
            await store.GiveBackAsync(rows, deadline.Token);
        }
        catch (Exception e) when (DatabaseTrouble.IsAny(e) || e is OperationCanceledException)
        {
            NotGivenBack(rows.Count, e.Message);
        }
    }

    // A step may take longer than a claim lasts; the claim of a dead instance must not.
    private async Task RenewAllAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(RenewInterval, TimeProvider.System);
        while (await timer.WaitForNextTickAsync(cancellationToken))
        {
            var rows = inHand.Values;
            if (rows.Count == 0) continue;
            try
            {
                await store.RenewAsync([.. rows], cancellationToken);
            }
            catch (Exception e) when (DatabaseTrouble.IsAny(e))
            {
                CannotClaim(e.Message);
            }
        }
    }

    private async Task ClaimAllAsync(CancellationToken cancellationToken)
    {
        await database.Ready.WaitAsync(cancellationToken);
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                while (queue.HasRoom && await ClaimSomeAsync(cancellationToken)) { }
            }
            catch (Exception e) when (DatabaseTrouble.IsAny(e))
            {
                CannotClaim(e.Message);
            }
            await signal.WaitAsync(PollInterval, cancellationToken);
        }
    }

    private async Task<bool> ClaimSomeAsync(CancellationToken cancellationToken)
    {
        const int limit = 64;
        var rows = await store.ClaimAsync(limit, cancellationToken);
        foreach (var row in rows) queue.Add(row, hasTrigger: false);
        return rows.Count == limit;
    }

    private async Task HandleAllAsync(ChannelReader<InboxRow> rows, CancellationToken cancellationToken)
    {
        await foreach (var row in rows.ReadAllAsync(cancellationToken))
        {
            queue.Took(row);
            if (cancellationToken.IsCancellationRequested)
            {
                unended.Add(row);
                continue;
            }
            // It waited here so long that its claim may end before it is renewed: whoever claims it next handles it.
            if (time.GetElapsedTime(row.ClaimedAt) > InboxStore.Lease - (2 * RenewInterval)) continue;
            inHand[row.Id] = row;
            try
            {
                await HandleAsync(row, cancellationToken);
            }
            finally
            {
                inHand.TryRemove(row.Id, out _);
            }
        }
    }

    // The one place where anything a handler throws is caught.
    private async Task HandleAsync(InboxRow row, CancellationToken stopping)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        deadline.CancelAfter(HandlerDeadline);
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            var current = scope.ServiceProvider.GetRequiredService<CurrentRequest>();
            current.Begin(row.Id, row.Claim);
            var handled = await DispatchAsync(row, scope.ServiceProvider, deadline.Token);
            if (handled && !current.Completed) completions.Add(row.Id, row.Claim);
            if (!handled) await failures.UnknownKindAsync(row, stopping);
        }
        catch (Exception) when (stopping.IsCancellationRequested)
        {
            // Whatever a broken-off call throws; where it is a failure of the request, whoever takes it meets it again.
            unended.Add(row);
        }
        catch (RequestTakenOverException e)
        {
            TakenOver(row.Id, e.Message);
        }
#pragma warning disable CA1031 // An unknown failure of one request becomes a logged id that the person is shown; the worker goes on.
        catch (Exception e)
#pragma warning restore CA1031
        {
            var errorId = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4));
            Failed(e, row.Id, row.Kind, row.Attempts, errorId);
            await failures.RecordAsync(row, errorId, stopping);
        }
    }

    private async Task<bool> DispatchAsync(InboxRow row, IServiceProvider services, CancellationToken cancellationToken)
    {
        if (row.Source == InboxRow.Slack)
            return row.ToSlackRequest() is { } request && await dispatcher.DispatchAsync(request, services, cancellationToken) == DispatchResult.Handled;

        var handler = services.GetServices<IInternalRequestHandler>().FirstOrDefault(h => h.Kind == row.Kind);
        if (handler is null) return false;
        using var body = JsonDocument.Parse(row.Body);
        await handler.HandleAsync(body.RootElement.Clone(), cancellationToken);
        return true;
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Request {Request} ({Kind}, attempt {Attempt}) failed; the person is shown {ErrorId}")]
    private partial void Failed(Exception exception, long request, string kind, int attempt, string errorId);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Request {Request}: {Reason} Nothing was written here.")]
    private partial void TakenOver(long request, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Count} requests could not be given back at the end and wait until their claim runs out: {Reason}")]
    private partial void NotGivenBack(int count, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The inbox cannot be read: {Reason}")]
    private partial void CannotClaim(string reason);
}
