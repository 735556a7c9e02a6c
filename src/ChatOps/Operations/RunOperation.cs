using System.Diagnostics;
using System.Text.Json;
using ChatOps.Catalog;
using ChatOps.Database;
using ChatOps.Platforms;
using ChatOps.Timeline;
using Npgsql;

namespace ChatOps.Operations;

/// <summary>Carries out one operation for which nothing has been called yet.</summary>
internal sealed partial class RunOperation(
    Transactions transactions,
    OperationStore store,
    TimelineStore timeline,
    Outbox.Outbox outbox,
    ConfirmedActions actions,
    RecoverOperations recovery,
    EndOperation end,
    OperationOptions options,
    TimeProvider time,
    ILogger<RunOperation> logger)
{
    private static readonly TimeSpan LastWords = TimeSpan.FromSeconds(5);

    /// <summary>Takes the operation that waits longest. Null: none waits; otherwise a task that ends with the operation.</summary>
    public async Task<Task?> StartNextAsync(CancellationToken stopping)
    {
        // An owner for each start: a process that was taken over must not be mistaken for itself.
        var owner = Guid.NewGuid();
        var taken = Stopwatch.GetTimestamp();
        var claimed = await transactions.RunAsync(
            requestId: null,
            async tx =>
            {
                var found = await OperationStore.ClaimForStartAsync(tx, owner, options.Lease, actions.OneCallKinds, stopping);
                if (found is { First: true, Operation: var operation }) await timeline.AppendAsync(tx, StartEntry(tx, operation), stopping);
                return found?.Operation;
            },
            stopping);
        return claimed is null ? null : RunAsync(claimed, owner, taken, stopping);
    }

    private async Task RunAsync(Operation operation, Guid owner, long taken, CancellationToken stopping)
    {
        Started(operation.Number, operation.Kind, operation.Target, operation.ConfirmedBy);
        var progress = new List<string>();
        await using var lease = new OperationLease(operation.Id, owner, taken, store, options, stopping);
        try
        {
            var outcome = operation.TooLateToStart(time.GetUtcNow(), options.StartWithin) is { } tooLate
                ? OperationOutcome.NotDone(tooLate)
                : await ExecuteAsync(operation, owner, progress, lease.Lost);
            // A stop of the process leaves time to write down what the platform answered.
            using var patience = new CancellationTokenSource();
            await using var stop = stopping.Register(() => patience.CancelAfter(LastWords));
            await end.RunAsync(operation, owner, outcome, progress, patience.Token);
        }
        catch (OperationLostException)
        {
            Lost(operation.Number);
        }
        catch (OperationCanceledException) when (lease.Lost.IsCancellationRequested)
        {
            await LetGoAsync(operation, owner);
        }
        catch (Exception e) when (DatabaseTrouble.IsAny(e))
        {
            DatabaseAway(operation.Number, e.Message);
            await LetGoAsync(operation, owner);
        }
    }

    private async Task<OperationOutcome> ExecuteAsync(Operation operation, Guid owner, List<string> progress, CancellationToken lost)
    {
        var action = actions.Of<IOneCallAction>(operation.Kind);
        var card = await store.CardOfAsync(operation, lost);
        var run = new OperationRun(operation.Id, owner, store, options, ShowAsync);
        try
        {
            return await action.ExecuteAsync(operation, run, lost);
        }
        catch (PlatformException e) when (!run.MayHaveHappened)
        {
            return OperationOutcome.NotDone($"Nothing was done: {e.Message}");
        }
#pragma warning disable CA1031 // Whatever broke: if the platform may have been reached, only the platform can tell what happened.
        catch (Exception e) when (e is not OperationCanceledException and not OperationLostException and not NpgsqlException)
#pragma warning restore CA1031
        {
            Broke(e, operation.Number, operation.Kind);
            if (!run.MayHaveHappened) return OperationOutcome.NotDone("Nothing was done: something in ChatOps itself broke before the platform was called; its log tells what. Do it by hand if it is urgent.");
            await run.ProgressAsync("The platform's answer was lost; looking what happened.", lost);
            // The lost call may still be on its way: looking at once could miss it.
            await Task.Delay(options.CallDeadline, lost);
            return await recovery.LearnAsync(operation, lost);
        }

        async Task ShowAsync(IReadOnlyList<string> lines, CancellationToken cancellationToken)
        {
            progress.Clear();
            progress.AddRange(lines);
            try
            {
                await outbox.ShowNowAsync(
                    ActionCard.MessageKeyOf(operation.ActionId), operation.Destination, action.Render(card with { State = ActionCardState.Running, Progress = lines }), cancellationToken);
            }
            catch (Exception e) when (DatabaseTrouble.IsAny(e))
            {
                // Progress is shown again with the next line or the end; the work goes on.
                DatabaseAway(operation.Number, e.Message);
            }
        }
    }

    /// <summary>That an operation began.</summary>
    internal static TimelineEntry StartEntry(Tx tx, Operation operation) => new()
    {
        Incident = operation.Incident,
        Target = operation.Target.ToString(),
        Kind = TimelineKinds.OperationStarted,
        At = tx.Now,
        Actor = operation.ConfirmedBy,
        Text = $"Operation {operation.Number} began: {operation.Kind} of {operation.Target}.",
        Data = JsonSerializer.SerializeToElement(new { operation = operation.Id, number = operation.Number, kind = operation.Kind }, JsonSerializerOptions.Web),
        Part = operation.Id.ToString(),
    };

    private async Task LetGoAsync(Operation operation, Guid owner)
    {
        LetGo(operation.Number);
        try
        {
            await store.LetGoAsync(operation.Id, owner, CancellationToken.None);
        }
        catch (Exception e) when (DatabaseTrouble.IsAny(e))
        {
            // The lease ends by itself.
            DatabaseAway(operation.Number, e.Message);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Operation {Number} begins: {Kind} of {Target}, confirmed by {ConfirmedBy}")]
    private partial void Started(long number, string kind, Target target, string confirmedBy);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Operation {Number} belongs to another instance now")]
    private partial void Lost(long number);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Operation {Number} is let go: its lease is lost or the process stops")]
    private partial void LetGo(long number);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Operation {Number} cannot reach the database: {Reason}")]
    private partial void DatabaseAway(long number, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "Operation {Number} ({Kind}) broke")]
    private partial void Broke(Exception exception, long number, string kind);
}
