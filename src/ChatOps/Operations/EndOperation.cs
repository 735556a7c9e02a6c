using System.Text.Json;
using ChatOps.Catalog;
using ChatOps.Database;
using ChatOps.Slack.Blocks;
using ChatOps.Timeline;

namespace ChatOps.Operations;

/// <summary>Writes how an operation ended: row, timeline, card and what follows from it, in one transaction.</summary>
internal sealed partial class EndOperation(
    Transactions transactions, OperationStore store, TimelineStore timeline, Outbox.Outbox outbox, ConfirmedActions actions, OperationOptions options, ILogger<EndOperation> logger)
{
    /// <summary>Tries for as long as the database is away: what the platform answered is known here alone.</summary>
    /// <param name="record">Further rows of the same transaction; null: none.</param>
    public async Task RunAsync(Operation operation, Guid owner, OperationOutcome outcome, IReadOnlyList<string> progress, CancellationToken cancellationToken, Func<Tx, CancellationToken, Task>? record = null)
    {
        var complete = true;
        while (true)
        {
            try
            {
                var card = await store.CardOfAsync(operation, cancellationToken) with { State = StateOf(outcome), Text = outcome.Sentence, Progress = progress };
                var ours = await transactions.RunAsync(requestId: null, async tx =>
                    {
                        if (!await WriteAsync(tx, operation, owner, outcome, card, complete, cancellationToken)) return false;
                        if (record is not null) await record(tx, cancellationToken);
                        return true;
                    }, cancellationToken);
                if (ours) Ended(operation.Number, operation.Kind, operation.Target, outcome.Result, outcome.Sentence);
                else TakenOver(operation.Number);
                return;
            }
            catch (Exception e) when (DatabaseTrouble.IsPassing(e))
            {
                DatabaseAway(operation.Number, e.Message);
                await Task.Delay(options.Poll, cancellationToken);
            }
#pragma warning disable CA1031 // What follows from the end may be broken; that it ended must be written all the same.
            catch (Exception e) when (complete && e is not OperationCanceledException)
#pragma warning restore CA1031
            {
                FollowUpBroke(e, operation.Number, operation.Kind);
                complete = false;
            }
        }
    }

    /// <summary>Writes what a person said about an operation of which nothing was known. False: somebody said it before.</summary>
    public async Task<bool> SettleAsync(Tx tx, Operation operation, string userId, bool happened, ActionCard card, CancellationToken cancellationToken)
    {
        var outcome = happened
            ? OperationOutcome.Succeeded("A person looked and says that it happened.")
            : OperationOutcome.NotDone("A person looked and says that it did not happen. Propose it again if it is still right.");
        var settled = operation.Settle(outcome, tx.Now);
        if (!await OperationStore.SettleAsync(tx, settled, cancellationToken)) return false;
        var action = actions.Of(operation.Kind);
        await RecordAsync(tx, settled, TimelineKinds.OperationFinished, userId, outcome, cancellationToken);
        await outbox.ShowAsync(tx, ActionCard.MessageKeyOf(operation.ActionId), operation.Destination, action.Render(card with { State = StateOf(outcome), Text = outcome.Sentence }), cancellationToken);
        await outbox.ShowAsync(tx, OperationMessages.QuestionKey(operation.Id), operation.Destination, OperationMessages.Answered(operation, userId, happened), cancellationToken);
        await action.FinishedAsync(tx, settled, outcome, cancellationToken);
        return true;
    }

    private async Task<bool> WriteAsync(Tx tx, Operation operation, Guid owner, OperationOutcome outcome, ActionCard card, bool complete, CancellationToken cancellationToken)
    {
        var ended = operation.End(outcome, tx.Now);
        if (!await OperationStore.EndAsync(tx, ended, owner, cancellationToken)) return false;
        var unknown = outcome.Result == OperationResult.Unknown;
        // The doing is the person's who pressed; that nobody knows what came of it is the bot's to say.
        await RecordAsync(tx, ended, unknown ? TimelineKinds.OperationUnknown : TimelineKinds.OperationFinished, unknown ? TimelineEntry.Bot : ended.ConfirmedBy, outcome, cancellationToken);
        var action = actions.Of(operation.Kind);
        Message drawn = complete ? action.Render(card) : OperationMessages.Plain(operation, outcome.Sentence);
        await outbox.ShowAsync(tx, ActionCard.MessageKeyOf(operation.ActionId), operation.Destination, drawn, cancellationToken);
        if (unknown)
            await outbox.ShowAsync(tx, OperationMessages.QuestionKey(operation.Id), operation.Destination, OperationMessages.Question(ended, outcome.Sentence), cancellationToken);
        else if (complete)
            await action.FinishedAsync(tx, ended, outcome, cancellationToken);
        return true;
    }

    private Task RecordAsync(Tx tx, Operation operation, string kind, string actor, OperationOutcome outcome, CancellationToken cancellationToken) =>
        timeline.AppendAsync(
            tx,
            new TimelineEntry
            {
                Incident = operation.Incident,
                Target = operation.Target.ToString(),
                Kind = kind,
                At = tx.Now,
                Actor = actor,
                Text = outcome.Sentence,
                Data = JsonSerializer.SerializeToElement(new { operation = operation.Id, number = operation.Number, kind = operation.Kind, result = outcome.Result.ToString() }, JsonSerializerOptions.Web),
                Part = operation.Id.ToString(),
            },
            cancellationToken);

    private static ActionCardState StateOf(OperationOutcome outcome) => outcome.Result switch
    {
        OperationResult.Succeeded => ActionCardState.Succeeded,
        OperationResult.Failed => ActionCardState.Failed,
        OperationResult.NotDone => ActionCardState.NotDone,
        _ => ActionCardState.Unknown,
    };

    [LoggerMessage(Level = LogLevel.Information, Message = "Operation {Number} ({Kind} of {Target}) ended: {Result}: {Sentence}")]
    private partial void Ended(long number, string kind, Target target, OperationResult result, string sentence);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Operation {Number} was taken over; its end is written by another instance")]
    private partial void TakenOver(long number);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The end of operation {Number} cannot be stored yet: {Reason}")]
    private partial void DatabaseAway(long number, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "What follows from the end of operation {Number} ({Kind}) broke; the end is stored without it")]
    private partial void FollowUpBroke(Exception exception, long number, string kind);
}
