using System.Diagnostics;
using ChatOps.Catalog;
using ChatOps.Database;
using ChatOps.Platforms;
using ChatOps.Scheduling;

namespace ChatOps.Operations;

/// <summary>
/// Takes up operations whose owner called the platform and then fell silent. Learns from the platform what happened, repeats nothing,
/// and asks a person where the platform cannot tell.
/// </summary>
internal sealed partial class RecoverOperations(
    OperationStore store, ConfirmedActions actions, EndOperation end, OperationOptions options, ILogger<RecoverOperations> logger) : ISweepTask
{
    private const int Attempts = 3;

    public string Name => "operations";

    public async Task SweepAsync(CancellationToken cancellationToken)
    {
        var running = new List<Task>();
        while (true)
        {
            var owner = Guid.NewGuid();
            var taken = Stopwatch.GetTimestamp();
            // The lease has ended; one call deadline later no call of the lost owner can be under way, and the grace is for clocks and queues on the way.
            var operation = await store.ClaimForRecoveryAsync(owner, options.Lease, options.CallDeadline + options.RecoveryGrace, actions.OneCallKinds, cancellationToken);
            if (operation is null) break;
            running.Add(RecoverAsync(operation, owner, taken, cancellationToken));
        }
        await Task.WhenAll(running);
    }

    /// <summary>Asks the platform what became of an operation; unknown where it does not answer or cannot tell.</summary>
    public async Task<OperationOutcome> LearnAsync(Operation operation, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await actions.Of<IOneCallAction>(operation.Kind).RecoverAsync(operation, cancellationToken);
            }
            catch (PlatformException e)
            {
                CannotLearn(operation.Number, e.Message);
                if (attempt == Attempts)
                {
                    return OperationOutcome.Unknown(
                        $"I asked for the {operation.Kind} of {operation.Target}, and the answer was lost. The platform does not say what became of it ({e.Message}) Look at the target yourself, then press what you see.");
                }
            }
            await Task.Delay(options.RecoveryRetry, cancellationToken);
        }
    }

    private async Task RecoverAsync(Operation operation, Guid owner, long taken, CancellationToken cancellationToken)
    {
        Recovering(operation.Number, operation.Kind, operation.Target);
        await using var lease = new OperationLease(operation.Id, owner, taken, store, options, cancellationToken);
        try
        {
            await end.RunAsync(operation, owner, await LearnAsync(operation, lease.Lost), ["ChatOps was interrupted and looked what happened."], cancellationToken);
        }
        catch (OperationCanceledException) when (lease.Lost.IsCancellationRequested)
        {
            // Another instance, or this one after its restart, takes it up when the lease has ended.
        }
        catch (Exception e) when (DatabaseTrouble.IsAny(e))
        {
            CannotLearn(operation.Number, e.Message);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Operation {Number} ({Kind} of {Target}) was interrupted; asking the platform what happened")]
    private partial void Recovering(long number, string kind, Target target);

    [LoggerMessage(Level = LogLevel.Warning, Message = "What became of operation {Number} cannot be learned: {Reason}")]
    private partial void CannotLearn(long number, string reason);
}
