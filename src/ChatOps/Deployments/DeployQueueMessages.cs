using System.Globalization;
using ChatOps.Operations;
using ChatOps.Slack.Blocks;
using static ChatOps.Deployments.DeployText;

namespace ChatOps.Deployments;

/// <summary>What is said of deploys that wait. Pure; texts of people and platforms are redacted and escaped here. What became of one is an edit for all and a new message for whoever asked.</summary>
public static class DeployQueueMessages
{
    /// <param name="holder">What it waits for; null: that has ended just now.</param>
    /// <param name="instead">Whose place it takes; null: nobody's.</param>
    public static Message Waits(WaitingDeploy waiting, Operation? holder, WaitingDeploy? instead)
    {
        var title = $"{Title(waiting)} waits";
        var unknown = holder?.State == OperationState.Unknown ? " Nobody has said yet whether that one happened: answer its question first." : "";
        return new Message
        {
            Text = $"{title}{(holder is null ? "" : $" for operation {Number(holder)}")}.",
            Blocks =
            [
                Section($":hourglass: *{title}{(holder is null ? " for its turn.*" : $" for operation {Number(holder)}* ({Escape(holder.Kind, 40)} by {PersonOf(holder.ConfirmedBy)}, since {At(holder.RequestedAt)}).")}{unknown}"),
                .. instead is null ? Array.Empty<Block>() : [Section($"It takes the place of {Escape(instead.Version, 60)}, which {PersonOf(instead.RequestedBy)} asked for.")],
                Context($"Asked for by {PersonOf(waiting.RequestedBy)}. When {LockMessages.Name(waiting.Place)} is free I look at everything anew and ask with a fresh plan: nothing begins by itself. A newer request takes its place; after {Configuration.Durations.Text(WaitingDeploy.Patience)} I give it up."),
                new ActionsBlock { BlockId = waiting.MessageKey, Elements = [new Button { ActionId = DeployQueueHandler.ActionId, Text = "Do not wait", Value = waiting.Id.ToString(CultureInfo.InvariantCulture) }] },
            ],
        };
    }

    public static Message Superseded(WaitingDeploy old, WaitingDeploy by) =>
        Plain($":no_entry_sign: {Title(old)} does not wait any more: {PersonOf(by.RequestedBy)} wants {Escape(by.Version, 60)} there, and the newest request counts. Nothing was done.");

    public static Message YoursWasSuperseded(WaitingDeploy old, WaitingDeploy by) =>
        Plain($"{PersonOf(old.RequestedBy)} {Title(old)} does not wait any more: {PersonOf(by.RequestedBy)} asked for {Escape(by.Version, 60)}, which takes its place. If yours is to come as well, talk to them.");

    public static Message Withdrawn(WaitingDeploy old, string by) => Plain($":no_entry_sign: {Title(old)} does not wait any more: {PersonOf(by)} took it out of the queue. Nothing was done.");

    public static Message YoursWasWithdrawn(WaitingDeploy old, string by) => Plain($"{PersonOf(old.RequestedBy)} {PersonOf(by)} took your {Title(old)} out of the queue.", Again(old));

    public static Message Expired(WaitingDeploy old) => Plain($":hourglass: {Title(old)} does not wait any more: {LockMessages.Name(old.Place)} was not free within {Configuration.Durations.Text(WaitingDeploy.Patience)}. Nothing was done.");

    public static Message YoursExpired(WaitingDeploy old) =>
        Plain($"{PersonOf(old.RequestedBy)} {Title(old)} was given up: the target was not free within {Configuration.Durations.Text(WaitingDeploy.Patience)}. Ask again if it is still right.", Again(old));

    public static Message Left(WaitingDeploy old, bool asks) => Plain(asks
        ? $":hourglass_flowing_sand: {Title(old)} waited, and asks now: its card stands below."
        : $":no_entry_sign: {Title(old)} waited, and is refused now that it is its turn. Nothing was done.");

    /// <summary>Below the card.</summary>
    public static Message YourTurn(WaitingDeploy old) =>
        Plain($"{PersonOf(old.RequestedBy)} {LockMessages.Name(old.Place)} is free: {Title(old)}? The card above is read anew; look at it, then press.");

    /// <param name="refused">What anybody is told whom this refuses.</param>
    public static Message YoursWasRefused(WaitingDeploy old, Message refused) =>
        refused with { Text = $"{PersonOf(old.RequestedBy)} {refused.Text}", Blocks = [Section($"{PersonOf(old.RequestedBy)} it was the turn of what you asked for."), .. refused.Blocks ?? []] };

    public static Message Impossible(WaitingDeploy old, string why) => Plain($"{PersonOf(old.RequestedBy)} {Title(old)} cannot be done: {Escape(why, 300)}");

    private static Button Again(WaitingDeploy old) => DeployButtonHandler.For($"Plan {old.Version} again", verb: "", $"{old.Place.Service} {old.Version} to {old.Place.Environment}");

    private static string Title(WaitingDeploy deploy) => $"Deploy {Escape(deploy.Place.Service, 60)} {Escape(deploy.Version, 60)} to {Escape(deploy.Place.Environment, 60)}";

    private static string Number(Operation operation) => operation.Number.ToString(CultureInfo.InvariantCulture);
}
