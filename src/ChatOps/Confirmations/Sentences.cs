using ChatOps.Operations;
using ChatOps.Permissions;
using ChatOps.Slack.Blocks;

namespace ChatOps.Confirmations;

/// <summary>What a person is told whose press did nothing: the fact, the reason, the next step. Escaped mrkdwn, for that person alone.</summary>
internal static class Sentences
{
    public const string UnknownCard = "I do not know this card any more, and nothing was done. Run the fix step again for a new one.";

    public static string UnknownKind(string kind) =>
        $"This version of ChatOps does not know the action {Mrkdwn.Code(kind)}, and nothing was done. Start the version that drew this card, or run the fix step again.";

    public static string NotAllowed(Permission permission, string? commandByHand) => permission.WhoMay == "nobody"
        ? $"{Escaped(permission.Reason)} Nothing was done. A rule in chatops.yaml must name who may.{ByHand(commandByHand)}"
        : $"{Escaped(permission.Reason)} Nothing was done, and the card still waits: ask {Mrkdwn.Escape(permission.WhoMay)} to press.";

    /// <param name="reason">Not escaped.</param>
    public static string Refused(string reason) => $"Nothing was done, and the card still waits: {Escaped(reason)}";

    /// <param name="reason">Not escaped.</param>
    public static string NotAgain(string reason) => $"Nothing was done, and the card stays as it is: {Escaped(reason)}";

    public static string Unreadable(string reason, string? commandByHand) =>
        $"Nothing was done: {Escaped(reason)} So I cannot check what the card says. The card still waits; press again when the platform answers.{ByHand(commandByHand)}";

    public static string Outdated(string change) =>
        $"Nothing was done: the card is not true any more ({Mrkdwn.Escape(change)}). Press Refresh on it to see what is true now, then decide.";

    public static string NotOpen(PendingAction action, DateTimeOffset now)
    {
        var asked = $"This card is from {Mrkdwn.Date(action.RequestedAt)}";
        var when = action.DecidedAt is { } at ? $" ({Mrkdwn.Date(at)})" : "";
        return action.State switch
        {
            PendingActionState.Confirmed => $"{asked}, and {Who(action)} pressed before you{when}. One press counts; the card says how it went.",
            PendingActionState.Declined => $"{asked}, and {Who(action)} declined it{when}. Nothing was done. Run the fix step again for a new one.",
            PendingActionState.Outdated => $"{asked}, and what it said is not true any more. Nothing was done. Press Refresh to see what is true now.",
            _ when action.State == PendingActionState.Expired || action.IsOverdue(now) =>
                $"{asked} and expired {Mrkdwn.Date(action.ExpiresAt)}. Nothing was done. Press Refresh to see what is true now, then decide.",
            _ => $"{asked} and changed while you pressed. Nothing was done. Look at it again, then press.",
        };
    }

    public static string Held(Operation holder)
    {
        var what = $"operation {holder.Number} ({Mrkdwn.Escape(holder.Kind)}, confirmed by {Mrkdwn.User(holder.ConfirmedBy)}{(holder.Incident is { } incident ? $", incident {incident}" : "")})";
        return holder.State == OperationState.Unknown
            ? $"Nothing was done: {Mrkdwn.Escape(holder.Target.ToString())} is held by {what}, and nobody has said yet whether that one happened. Answer its question first, then press again."
            : $"Nothing was done: {Mrkdwn.Escape(holder.Target.ToString())} is held by {what}. The card still waits; press again when that one has ended.{(holder.Kind == PermissionActions.Deploy ? " In a hurry, abort that deploy on its own message: it goes back by itself." : "")}";
    }

    public static string MayNotDecline(PendingAction action, Permission permission) =>
        $"The card stays: {Mrkdwn.User(action.RequestedBy)} asked for it, and {Mrkdwn.Escape(permission.WhoMay)} may decide on it. Tell them why not.";

    public static string StillOpen(PendingAction action) => $"This card is still good until {Mrkdwn.Date(action.ExpiresAt, Mrkdwn.TimeOfDay)}. Decide on it as it is.";

    /// <summary>What an expired card says of itself, not escaped.</summary>
    public const string ExpiredCard = "Nobody pressed in time, and nothing was done. Refresh shows what is true now.";

    /// <summary>What an outdated card says of itself, not escaped.</summary>
    public static string OutdatedCard(string change) => $"Not true any more: {change}. Nothing was done. Refresh shows what is true now.";

    public static Message ForOne(string text) => new() { Text = text, Blocks = [new SectionBlock { Text = new Markdown(text) }] };

    private static string Who(PendingAction action) => action.DecidedBy is { } user ? Mrkdwn.User(user) : "someone";

    private static string ByHand(string? command) => command is null ? "" : $" By hand: {Mrkdwn.Code(command)}";

    // What platforms say ends with a full stop or without one.
    private static string Escaped(string sentence) => Mrkdwn.Escape(sentence.TrimEnd('.', ' ')) + ".";
}
