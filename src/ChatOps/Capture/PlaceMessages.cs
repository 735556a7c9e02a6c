using ChatOps.Incidents;
using ChatOps.Slack.Blocks;

namespace ChatOps.Capture;

/// <summary>What the bot says about channels that it cannot reach, and about people who are gone. Pure.</summary>
internal static class PlaceMessages
{
    private const int MostUnsaid = 600;

    public static string Reason(string cause) => cause switch
    {
        LossCause.Archived => "it is archived",
        LossCause.Deleted => "it is deleted",
        LossCause.Unmade => "it could not be made",
        _ => "ChatOps is not in it",
    };

    public static Message Lost(Incident incident, string cause, string? by, string? bot, string? unsaid)
    {
        var n = incident.Number;
        var who = by is null ? "" : $" by {Mrkdwn.User(by)}";
        var invite = bot is null ? "invite me there" : $"type `/invite` and {Mrkdwn.User(bot)} there";
        var (fact, next) = cause switch
        {
            LossCause.Archived => ($"its channel was archived{who}, and I cannot write there", $"Unarchive {IncidentDrawing.Place(incident)}, and I go on there with all I have to say. Or end the incident here."),
            LossCause.Deleted => ($"its channel was deleted{who}", "It cannot be brought back. Work goes on by number, anywhere: the buttons do it."),
            LossCause.Unmade => ("I could not make its channel", "`./chatops doctor` says what is missing. Work goes on by number, anywhere: the buttons do it."),
            _ => ($"I was removed from its channel{who}, and cannot write there", $"To have me back, {invite}: I then say what I had to say. Until then work goes on by number, anywhere."),
        };
        var title = Mrkdwn.Escape(incident.Title, 300);
        var text = $"{IncidentMessages.Head(incident)}: {fact}.{(incident.Lead is { } lead ? $" {Mrkdwn.User(lead)}" : "")}";
        List<Block> blocks = [new SectionBlock { Text = new Markdown($"{text}\n*{title}*. {next}") }];
        if (unsaid is { Length: > 0 }) blocks.Add(new SectionBlock { Text = new Markdown($"The first of what I have to say there:\n{(unsaid.Length > MostUnsaid ? Mrkdwn.Escape(unsaid, MostUnsaid) : unsaid)}") });
        blocks.Add(new ActionsBlock
        {
            Elements =
            [
                IncidentButtonHandler.For("Where it stands", "status", n, style: ButtonStyle.Primary),
                IncidentButtonHandler.For("Resolve", "resolve", n),
                IncidentButtonHandler.For("Cancel: false alarm", "cancel", n),
            ],
        });
        return new Message { Text = text, Blocks = blocks };
    }

    public static Message CameBack(Incident incident, string? by) => IncidentMessages.Plain(
        $"{IncidentMessages.Head(incident)}: I was removed from this channel{(by is null ? "" : $" by {Mrkdwn.User(by)}")} and came back, since the incident is open and its record is kept here. Remove me once more, and I stay away.");

    /// <summary>Somebody with a role has no account any more.</summary>
    public static Message Gone(Incident incident, string person, string roles) => IncidentMessages.WithButton(
        $"{IncidentMessages.Head(incident)}: nobody has the role {roles} now. {Mrkdwn.User(person)} had it and was deactivated in Slack. Whoever takes over: `/incident role {roles.Split(' ')[0]} @you`.",
        IncidentButtonHandler.For("Where it stands", "status", incident.Number, style: ButtonStyle.Primary));
}
