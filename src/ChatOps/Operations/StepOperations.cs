using ChatOps.Catalog;
using ChatOps.Database;
using ChatOps.Platforms;
using ChatOps.Timeline;
using Npgsql;

namespace ChatOps.Operations;

/// <summary>Carries out the next step of every operation that is due. Any instance may; the claim decides which, and no tick runs a step twice.</summary>
internal sealed partial class StepOperations(
    Transactions transactions, SteppedOperationStore store, TimelineStore timeline, Outbox.Outbox outbox, ConfirmedActions actions, OperationStore operations,
    EndOperation end, OperationOptions options, TimeProvider time, ILogger<StepOperations> logger)
{
    /// <param name="most">At most so many.</param>
    /// <returns>A task for each step that began; it ends with the step, does not fail, and says whether the next one is due at once.</returns>
    public async Task<IReadOnlyList<Task<bool>>> StartAsync(int most, CancellationToken stopping)
    {
        if (actions.SteppedKinds.Count == 0) return [];
        var owner = Guid.NewGuid();
        var due = await transactions.RunAsync(
            requestId: null,
            async tx =>
            {
                var claimed = await SteppedOperationStore.ClaimAsync(tx, owner, options.Lease, options.CallDeadline + options.RecoveryGrace, actions.SteppedKinds, most, stopping);
                foreach (var (stepped, first, _) in claimed)
                    if (first) await timeline.AppendAsync(tx, RunOperation.StartEntry(tx, stepped.Operation), stopping);
                return claimed;
            },
            stopping);
        return [.. due.Select(d => StepAsync(d.Stepped, d.FailingSince, owner, stopping))];
    }

    private async Task<bool> StepAsync(SteppedOperation stepped, DateTimeOffset? failingSince, Guid owner, CancellationToken stopping)
    {
        var operation = stepped.Operation;
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        // A step ends well before its lease does.
        deadline.CancelAfter(options.Lease * 0.8);
        var run = new OperationRun(operation.Id, owner, operations, options, (_, _) => Task.CompletedTask);
        try
        {
            var step = await StepAsync(stepped, run, deadline.Token);
            if (step.End is { } outcome) await end.RunAsync(operation, owner, outcome, step.Progress, deadline.Token, step.Record);
            else if (!await transactions.RunAsync(requestId: null, tx => SaveAsync(tx, stepped, owner, step, deadline.Token), deadline.Token)) Lost(operation.Number);
            return step.End is null && step.After == TimeSpan.Zero;
        }
        catch (OperationLostException)
        {
            Lost(operation.Number);
            return false;
        }
#pragma warning disable CA1031 // Whatever broke in one step, the operation stays: the step is due again, and what it may have called is written down.
        catch (Exception e)
#pragma warning restore CA1031
        {
            if (e is PlatformException or NpgsqlException or OperationCanceledException) Late(operation.Number, operation.Kind, operation.Target, e.Message);
            else Broke(e, operation.Number, operation.Kind, operation.Target);
            await PutOffAsync(operation, owner, failingSince, e);
            return false;
        }
    }

    private async Task<OperationStep> StepAsync(SteppedOperation stepped, OperationRun run, CancellationToken cancellationToken)
    {
        var operation = stepped.Operation;
        return stepped is { State: null, MayHaveCalled: false } && operation.TooLateToStart(time.GetUtcNow(), options.StartWithin) is { } tooLate
            ? new OperationStep { State = System.Text.Json.JsonSerializer.SerializeToElement(new { }), End = OperationOutcome.NotDone(tooLate) }
            : await actions.Of<ISteppedAction>(operation.Kind).StepAsync(stepped, run, cancellationToken);
    }

    private async Task<bool> SaveAsync(Tx tx, SteppedOperation stepped, Guid owner, OperationStep step, CancellationToken cancellationToken)
    {
        if (!await SteppedOperationStore.SaveAsync(tx, stepped, owner, step, cancellationToken)) return false;
        if (step.Card is { } card) await outbox.ShowAsync(tx, ActionCard.MessageKeyOf(stepped.Operation.ActionId), stepped.Operation.Destination, card, cancellationToken);
        if (step.Record is { } record) await record(tx, cancellationToken);
        return true;
    }

    private async Task PutOffAsync(Operation operation, Guid owner, DateTimeOffset? failingSince, Exception why)
    {
        try
        {
            if (failingSince is { } since && time.GetUtcNow() - since > options.GiveUpAfter)
            {
                var reason = why is PlatformException ? why.Message : "its steps break, and ChatOps' log tells why";
                await end.RunAsync(
                    operation, owner,
                    OperationOutcome.Unknown($"Nothing could be learned of it for {options.GiveUpAfter.TotalMinutes:0} minutes: {reason} Look at {operation.Target} yourself, then press what you see."),
                    [], CancellationToken.None);
            }
            else
            {
                await store.PutOffAsync(operation.Id, owner, options.StepRetry, CancellationToken.None);
            }
        }
        catch (Exception e) when (DatabaseTrouble.IsAny(e))
        {
            // The lease ends by itself.
            Late(operation.Number, operation.Kind, operation.Target, e.Message);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Operation {Number} belongs to another instance now")]
    private partial void Lost(long number);

    [LoggerMessage(Level = LogLevel.Warning, Message = "A step of operation {Number} ({Kind} of {Target}) is put off: {Reason}")]
    private partial void Late(long number, string kind, Target target, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "A step of operation {Number} ({Kind} of {Target}) broke; it is tried again")]
    private partial void Broke(Exception exception, long number, string kind, Target target);
}
