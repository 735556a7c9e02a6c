using System.Text.Json;
using ChatOps.Catalog;
using ChatOps.Database;
using ChatOps.Slack.Blocks;

namespace ChatOps.Operations;

/// <summary>A change to a target that a person confirms: how a lower folder runs what a higher one defines.</summary>
public interface IConfirmedAction
{
    /// <summary>A stable word; rows and cards of years ago carry it. Also the word of the permission.</summary>
    string Kind { get; }

    /// <summary>The target whose rules decide who may; another than what the operation holds where it changes something that only belongs to the target.</summary>
    Target AuthorityOf(ActionSubject subject) => subject.Target;

    /// <summary>
    /// What the card says is true, as one string: version running, target state, way back. Read from the platform when the card is
    /// drawn and again at the click; another string means that the card is outdated.
    /// </summary>
    /// <exception cref="Platforms.PlatformException">The platform cannot be read.</exception>
    Task<string> FingerprintAsync(ActionSubject subject, CancellationToken cancellationToken);

    /// <summary>What is true at a press, read once.</summary>
    /// <exception cref="Platforms.PlatformException">The platform cannot be read.</exception>
    async Task<PressCheck> CheckAsync(ActionSubject subject, string userId, CancellationToken cancellationToken) => new(await FingerprintAsync(subject, cancellationToken), Refusal: null);

    /// <summary>How long its card waits for a press; null: as long as any.</summary>
    TimeSpan? LifeOf(ActionSubject subject) => null;

    /// <summary>
    /// What the card would say now: the subject with its arguments read again, or why it cannot ask again. For the Refresh button of a card that is expired or outdated.
    /// The same subject where the arguments do not depend on the platform.
    /// </summary>
    /// <exception cref="Platforms.PlatformException">The platform cannot be read.</exception>
    Task<Refreshed> RefreshAsync(ActionSubject subject, CancellationToken cancellationToken) => Task.FromResult(new Refreshed(subject));

    /// <summary>The card in each of its states: question, refused, expired, running with progress, done.</summary>
    Message Render(ActionCard card);

    /// <summary>Called in the transaction in which the operation ends: what follows from it (a message that asks to verify).</summary>
    Task FinishedAsync(Tx tx, Operation operation, OperationOutcome outcome, CancellationToken cancellationToken);

    /// <summary>What a person runs by hand when the bot must refuse, or null where the platform has no such command.</summary>
    string? CommandByHand(ActionSubject subject);
}

/// <summary>A change that one instance makes in one go: one call, and staying with it until it is done.</summary>
public interface IOneCallAction : IConfirmedAction
{
    /// <summary>Does it: calls the platform with the operation's id and waits until it is done, within the lease.</summary>
    /// <param name="run">Guards each platform call and shows progress.</param>
    Task<OperationOutcome> ExecuteAsync(Operation operation, OperationRun run, CancellationToken cancellationToken);

    /// <summary>After a crash: learns from the platform what happened. Repeats nothing.</summary>
    Task<OperationOutcome> RecoverAsync(Operation operation, CancellationToken cancellationToken);
}

/// <summary>What is true when somebody presses.</summary>
/// <param name="Fingerprint">As <see cref="IConfirmedAction.FingerprintAsync"/>.</param>
/// <param name="Refusal">
/// Why the press does not count though the person may and the card is true: a gate that does not pass any more, a second person who is needed.
/// Fit for people, not escaped, with the next step. Null: it counts.
/// </param>
public sealed record PressCheck(string Fingerprint, string? Refusal);

/// <summary>What a card would say now.</summary>
/// <param name="Refusal">Why there is no such card any more. Fit for people, not escaped, with the next step. Null: it asks again.</param>
public sealed record Refreshed(ActionSubject Subject, string? Refusal = null);

/// <summary>What is to be changed, and how.</summary>
/// <param name="Arguments">A JSON object that the action understands, such as the version to go back to and the lines of the card.</param>
public sealed record ActionSubject(Target Target, JsonElement Arguments, int? Incident);
