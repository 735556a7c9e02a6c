using ChatOps.Slack.Blocks;

namespace ChatOps.Incidents;

/// <summary>What is said of a handover. Pure.</summary>
public static class HandoverMessages
{
    public static string Key(long handover) => $"handover {handover}";

    /// <summary>The offer, with everything that whoever takes over must know.</summary>
    public static Message Offer(Incident incident, Handover offer, HandoverFacts facts)
    {
        var asked = $"Incident {incident.Number}: {Mrkdwn.User(offer.ToUser)}, {Mrkdwn.User(offer.FromUser)} offers you the lead. Accept?";
        var lead = incident.Lead is { } current ? $"Until then {Mrkdwn.User(current)} leads." : "Nobody leads until then.";
        return new Message
        {
            Text = asked,
            Blocks =
            [
                new SectionBlock { Text = new Markdown($"*{asked}* {lead}") },
                new SectionBlock { Text = new Markdown(Stands(incident, facts)) },
                Part("What was tried", facts.Tried, "Nothing was done through ChatOps."),
                Part("What was found", facts.Found, "No step has ended yet."),
                Part("What runs now", facts.Running, "Nothing is under way."),
                new ActionsBlock
                {
                    Elements =
                    [
                        IncidentButtonHandler.For("Accept the lead", HandoverVerb.Word, incident.Number, $"accept {offer.Number}", ButtonStyle.Primary),
                        IncidentButtonHandler.For("Withdraw", HandoverVerb.Word, incident.Number, $"withdraw {offer.Number}"),
                    ],
                },
            ],
        };
    }

    /// <summary>In place of the offer's buttons: what became of it.</summary>
    public static Message Ended(Incident incident, Handover offer)
    {
        var what = offer.State switch
        {
            HandoverState.Accepted => $"{Mrkdwn.User(offer.ToUser)} accepted the lead from {Mrkdwn.User(offer.FromUser)}",
            HandoverState.Withdrawn => $"the offer of the lead to {Mrkdwn.User(offer.ToUser)} was withdrawn by {Mrkdwn.User(offer.DecidedBy ?? offer.FromUser)}",
            _ => $"the offer of the lead to {Mrkdwn.User(offer.ToUser)} is void",
        };
        var when = offer.DecidedAt is { } at ? $" {Mrkdwn.Date(at)}" : "";
        return IncidentMessages.Plain($"Incident {incident.Number}: {what}.{when}");
    }

    /// <summary>A new message: edits reach no sleeping phone.</summary>
    public static Message Taken(Incident incident, string? before) =>
        IncidentMessages.Plain($"{IncidentMessages.Head(incident)}: {Mrkdwn.User(incident.Lead!)} leads now{(before is { } old ? $", handed over by {Mrkdwn.User(old)}" : "")}.");

    private static string Stands(Incident incident, HandoverFacts facts)
    {
        var cause = incident.Cause ?? (facts.Facts.Because is null ? null : facts.Facts.Likeliest);
        var likely = cause is null ? "" : $"\n{(incident.CauseConfirmedBy is null ? "Likely cause" : "Cause")}: {Mrkdwn.Escape(cause, 500)}";
        var told = incident.LastUpdateAt is { } at ? $"Last update {Mrkdwn.Date(at)}; " : "No update was posted; ";
        return $"*Where it stands*\n{IncidentMessages.Head(incident)}, {Mrkdwn.Escape(incident.Title, 300)}{likely}\n{told}"
            + $"{(incident.UpdateDueAt is { } due ? $"the next is due {Mrkdwn.Date(due)}." : "none is promised.")}{(facts.Facts.OpenTasks > 0 ? $" {facts.Facts.OpenTasks} open {(facts.Facts.OpenTasks == 1 ? "task" : "tasks")}." : "")}";
    }

    private static SectionBlock Part(string title, IReadOnlyList<string> lines, string none) => new()
    {
        Text = new Markdown($"*{title}*\n{(lines.Count == 0 ? none : string.Join('\n', lines.Select(l => $"• {Mrkdwn.Escape(l, 350)}")))}"),
    };
}
