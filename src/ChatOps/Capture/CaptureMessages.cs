using ChatOps.Incidents;
using ChatOps.Slack.Blocks;

namespace ChatOps.Capture;

/// <summary>What the bot says about the timeline's messages. Pure.</summary>
internal static class CaptureMessages
{
    public static Message OwnMessage { get; } =
        IncidentMessages.Plain("That is a message of mine. What I do is in the timeline already, in its own words. Add what people said, or write a note: `/incident note text`.");

    public static Message NoMessage { get; } = IncidentMessages.Plain("Slack did not say which message you mean. Try again from the message's own menu.");

    public static Message Forgotten { get; } = IncidentMessages.Plain("I have forgotten that message meanwhile. Choose \"Add to timeline\" in its menu once more.");

    /// <param name="incident">Its number.</param>
    /// <param name="isNew">It was not there before.</param>
    /// <param name="waits">It was edited before I heard of it: its first words may still come.</param>
    public static Message Added(int incident, bool isNew, bool waits) => IncidentMessages.Plain(
        waits ? $"It goes into the timeline of incident {incident} within ten minutes: it was edited, and I still wait for its first words."
        : isNew ? $"Added to the timeline of incident {incident}, at the time it was written. Replies and edits follow by themselves."
        : $"It is in the timeline of incident {incident} already. Nothing to do.");

    public static Message NotOpen(int incident) => IncidentMessages.WithButton(
        $"Incident {incident} is not open any more, or not yours to see. In its channel you can still add messages.", IncidentButtonHandler.For("What is open", "list", incident: null, style: ButtonStyle.Primary));

    /// <summary>Asked in a channel that is no incident's.</summary>
    public static Message WhichIncident(IReadOnlyList<Incident> open, string channel, string ts) => open.Count == 0
        ? IncidentMessages.WithButton("This channel is no incident's, and no incident is open, so there is no timeline to add it to.", IncidentButtonHandler.For("Start an incident", StartVerb.Word, incident: null, style: ButtonStyle.Primary))
        : new Message
        {
            Text = "Into the timeline of which incident?",
            Blocks =
            [
                new SectionBlock { Text = new Markdown("This channel is no incident's. Into the timeline of which incident does the message belong?") },
                .. open.Take(10).Select(i => new SectionBlock
                {
                    Text = new Markdown($"{IncidentMessages.Head(i)}: {Mrkdwn.Escape(i.Title, 200)}"),
                    Accessory = new Button { ActionId = $"{ChooseIncidentHandler.ActionId}:{i.Number}", Text = $"Incident {i.Number}", Value = ChooseIncidentHandler.ValueOf(i.Number, channel, ts) },
                }),
            ],
        };
}
