using System.Collections.Concurrent;
using ChatOps.Database;
using ChatOps.Operations;
using ChatOps.Platforms;
using ChatOps.Slack.Blocks;

namespace ChatOps.Tests.Operations;

/// <summary>An action on a platform that remembers what it was asked, by the operation's id.</summary>
internal sealed class TestAction : IOneCallAction
{
    public string Kind => "restart";

    /// <summary>What the platform was asked to do, in order.</summary>
    public ConcurrentQueue<Guid> Calls { get; } = new();
    public ConcurrentQueue<(Guid Id, OperationOutcome Outcome)> Finished { get; } = new();

    public string Fingerprint { get; set; } = "version=v42;state=Running";

    /// <summary>Instead of reading the fingerprint.</summary>
    public PlatformException? Unreadable { get; set; }

    /// <summary>Runs within the guarded call, after the platform has noted it.</summary>
    public Func<CancellationToken, Task> DuringCall { get; set; } = _ => Task.CompletedTask;

    /// <summary>Runs before the guarded call.</summary>
    public Func<CancellationToken, Task> BeforeCall { get; set; } = _ => Task.CompletedTask;

    public Func<Operation, OperationOutcome>? Recover { get; set; }
    public int Recoveries { get; private set; }

    public Task<string> FingerprintAsync(ActionSubject subject, CancellationToken cancellationToken) =>
        Unreadable is { } e ? Task.FromException<string>(e) : Task.FromResult(Fingerprint);

    public async Task<OperationOutcome> ExecuteAsync(Operation operation, OperationRun run, CancellationToken cancellationToken)
    {
        await BeforeCall(cancellationToken);
        await run.ProgressAsync("asking the platform", cancellationToken);
        await run.CallAsync(
            async ct =>
            {
                Calls.Enqueue(operation.Id);
                await DuringCall(ct);
                return true;
            },
            cancellationToken);
        return OperationOutcome.Succeeded("It runs again.");
    }

    public Task<OperationOutcome> RecoverAsync(Operation operation, CancellationToken cancellationToken)
    {
        Recoveries++;
        return Recover is { } recover
            ? Task.FromResult(recover(operation))
            : Task.FromException<OperationOutcome>(new PlatformException("The platform keeps no ids.", CallOutcome.Unknown));
    }

    public Message Render(ActionCard card) => new() { Text = $"{card.State}: {card.Text} {string.Join(", ", card.Progress)}" };

    public Task FinishedAsync(Tx tx, Operation operation, OperationOutcome outcome, CancellationToken cancellationToken)
    {
        Finished.Enqueue((operation.Id, outcome));
        return Task.CompletedTask;
    }

    public string? CommandByHand(ActionSubject subject) => $"shopctl restart {subject.Target.Service}";
}
