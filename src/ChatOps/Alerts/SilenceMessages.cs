using ChatOps.Configuration;
using ChatOps.Incidents;
using ChatOps.Operations;
using ChatOps.Slack.Blocks;
using ChatOps.Timeline;

namespace ChatOps.Alerts;

/// <summary>The card between a wish for silence and the silence. Pure.</summary>
internal static class SilenceMessages
{
    public static Message Card(ActionCard card)
    {
        var plan = SilencePlan.Of(card.Subject.Arguments);
        var name = AlertMessages.Said(plan.Name, 100);
        var length = Durations.Text(TimeSpan.FromMinutes(plan.Minutes));
        var head = card.Subject.Incident is { } incident ? $"Incident {incident}: " : "";
        var what = $"Silence {name} for {length}";
        var text = AlertMessages.Said(card.Text ?? "", 500);
        var (mark, state) = card.State switch
        {
            ActionCardState.Question => (":no_bell:", $"{what}?"),
            ActionCardState.Declined => (":no_entry_sign:", $"{what}: declined by {Person(card.DecidedBy)}. Nothing was done."),
            ActionCardState.Expired => (":hourglass:", $"{what}: expired. {text}"),
            ActionCardState.Outdated => (":arrows_counterclockwise:", $"{what}: outdated. {text}"),
            ActionCardState.Running => (":hourglass_flowing_sand:", $"{what}: under way, confirmed by {Person(card.DecidedBy)}."),
            ActionCardState.Succeeded => (":no_bell:", $"{what}: done, confirmed by {Person(card.DecidedBy)}."),
            ActionCardState.Failed => (":x:", $"{what}: failed. {text}"),
            ActionCardState.NotDone => (":no_entry_sign:", $"{what}: nothing was done. {text}"),
            _ => (":grey_question:", $"{what}: it is not known whether it happened."),
        };
        List<Block> blocks = [Section($"{mark} *{head}{state}*")];
        if (card.State == ActionCardState.Question)
        {
            var wayBack = $"Expire it in {AlertMessages.Said(plan.Source, 80)}; it ends by itself after {length}.";
            blocks.Add(Section($":leftwards_arrow_with_hook: *Way back:* {wayBack}"));
            blocks.Add(Section($"*What is silenced*\nWhatever has all of: {string.Join(", ", plan.Matchers.Take(12).Select(m => Mrkdwn.Code(Mrkdwn.Cut($"{m.Name}={m.Value}", 120))))}"
                + $"{(plan.Matchers.Count > 12 ? $" and {plan.Matchers.Count - 12} more labels" : "")}. {plan.Firing} such {(plan.Firing == 1 ? "alert fires" : "alerts fire")} now."));
            blocks.Add(Section("*Risk:* while it is silent, nobody hears of it, even when it gets worse."));
            blocks.Add(new ContextBlock { Elements = [new Markdown($"Asked for by {Person(card.RequestedBy)}. Who may press: {AlertMessages.Said(plan.WhoMay, 300)}. Expires {Mrkdwn.Date(card.ExpiresAt, Mrkdwn.TimeOfDay)}.")] });
        }
        else if (card.State == ActionCardState.Succeeded && text.Length > 0)
        {
            blocks.Add(Section(text));
        }
        if (ActionButtons.For(card, $"Silence {Mrkdwn.Cut(plan.Name, 50)}") is { } buttons) blocks.Add(buttons);
        return new Message { Text = $"{head}{state}", Blocks = [.. blocks] };
    }

    /// <summary>A new message at the end, since edits of the card reach nobody.</summary>
    public static Message Finished(Operation operation, OperationOutcome outcome) => IncidentMessages.Plain(
        $"{(outcome.Result == OperationResult.Succeeded ? ":no_bell:" : ":x:")} {Person(operation.ConfirmedBy)} {(operation.Incident is { } n ? $"Incident {n}: " : "")}{AlertMessages.Said(outcome.Sentence, 1_000)}");

    private static string Person(string? id) => id is null ? "nobody" : id == TimelineEntry.Bot ? "ChatOps" : Mrkdwn.User(id);

    private static SectionBlock Section(string text) => new() { Text = new Markdown(Mrkdwn.Cut(text, BlockLimits.SectionText)), Expand = true };
}
