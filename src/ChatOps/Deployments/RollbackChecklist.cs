using ChatOps.Operations;
using ChatOps.Slack.Blocks;

namespace ChatOps.Deployments;

/// <summary>What belongs to a rollback and how far it is, on its card. Pure.</summary>
internal static class RollbackChecklist
{
    public static string Text(ActionCard card, ActionPlan plan)
    {
        var pressed = card.State != ActionCardState.Question;
        var ended = card.State is ActionCardState.Succeeded or ActionCardState.Failed or ActionCardState.NotDone or ActionCardState.Unknown;
        var executed = card.State switch
        {
            ActionCardState.Succeeded => (bool?)true,
            // It was asked for and done, and did not make the target healthy; or it failed on the way: the sentence above says which.
            ActionCardState.Failed or ActionCardState.NotDone => false,
            _ => null,
        };
        var bad = plan.Bad.Count == 0 ? "" : $"; {DeployText.Escape(string.Join(", ", plan.Bad), 200)} marked bad";
        return string.Join('\n', new[]
        {
            "*Checklist*",
            Line(pressed ? true : null, pressed && card.DecidedBy is { } by ? $"The need is confirmed by {DeployText.PersonOf(by)}" : "The need is confirmed by whoever presses"),
            Line(ended || (pressed && plan.Told is null) ? true : null, plan.Told is { } channel ? $"Stakeholders are told: here, and in {Place(channel)} when it has ended" : "Stakeholders are told: here"),
            Line(executed, card.State == ActionCardState.Running ? "Executed: under way" : "Executed"),
            Line(card.State == ActionCardState.Succeeded ? true : card.State == ActionCardState.Failed ? false : null, "Verified: its health probes and checks pass"),
            Line(ended ? true : null, $"Recorded in timeline and history{bad}"),
        });
    }

    private static string Place(string channel) => Outbox.Destination.IsChannelId(channel) ? $"<#{channel}>" : Mrkdwn.Escape("#" + channel.TrimStart('#'), 90);

    private static string Line(bool? done, string text) => $"{(done switch { true => ":white_check_mark:", false => ":x:", _ => ":white_large_square:" })} {text}";
}
