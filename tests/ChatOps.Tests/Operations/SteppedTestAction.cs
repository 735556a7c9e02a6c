using System.Collections.Concurrent;
using System.Text.Json;
using ChatOps.Database;
using ChatOps.Operations;
using ChatOps.Slack.Blocks;

namespace ChatOps.Tests.Operations;

/// <summary>An action in five steps, each with a call. Its state is the number of the step.</summary>
internal sealed class SteppedTestAction : ISteppedAction
{
    public const int Steps = 5;

    public string Kind => "deploy";

    public string Fingerprint => "version=v41";

    /// <summary>The step of each call, in order.</summary>
    public ConcurrentQueue<int> Calls { get; } = new();

    /// <summary>What each step began with, in order.</summary>
    public ConcurrentQueue<SteppedOperation> Begun { get; } = new();

    /// <summary>Runs within each step, before its call.</summary>
    public Func<SteppedOperation, Task> During { get; set; } = _ => Task.CompletedTask;

    public TimeSpan After { get; set; }

    public Task<string> FingerprintAsync(ActionSubject subject, CancellationToken cancellationToken) => Task.FromResult(Fingerprint);

    public async Task<OperationStep> StepAsync(SteppedOperation stepped, OperationRun run, CancellationToken cancellationToken)
    {
        Begun.Enqueue(stepped);
        await During(stepped);
        var step = (stepped.State?.GetInt32() ?? 0) + 1;
        if (!stepped.MayHaveCalled)
        {
            await run.CallAsync(
                _ =>
                {
                    Calls.Enqueue(step);
                    return Task.FromResult(true);
                },
                cancellationToken);
        }
        return new OperationStep
        {
            State = JsonSerializer.SerializeToElement(step),
            After = After,
            End = step == Steps ? OperationOutcome.Succeeded("It runs.") : null,
            Card = new Message { Text = $"step {step}" },
            Progress = ["all steps"],
        };
    }

    public Message Render(ActionCard card) => new() { Text = $"{card.State}: {card.Text} {string.Join(", ", card.Progress)}" };

    public Task FinishedAsync(Tx tx, Operation operation, OperationOutcome outcome, CancellationToken cancellationToken) => Task.CompletedTask;

    public string? CommandByHand(ActionSubject subject) => null;
}
