using ChatOps.Incidents;
using ChatOps.Slack.Blocks;
using static ChatOps.PostMortems.SectionText;

namespace ChatOps.PostMortems;

/// <summary>What the bot says about a post-mortem. Pure.</summary>
public static class PostMortemMessages
{
    public const string ConfirmCause = "postmortem.confirm_cause";
    public const string Edit = "postmortem.edit";
    public const string Review = "postmortem.review";

    private const int LineLength = 900;
    private const int BlankLength = 1_500;

    public static string Key(int incident) => $"incident {incident} postmortem";

    /// <summary>The one message in the incident's channel, edited in place with each version.</summary>
    /// <param name="people">Those who took part; they alone are mentioned so that they notice.</param>
    public static Message Summary(Incident incident, PostMortem postMortem, IReadOnlySet<string> people)
    {
        var reviewed = postMortem.State == PostMortemState.Reviewed;
        List<Block> blocks = [new HeaderBlock(Mrkdwn.Cut($"Post-mortem of incident {incident.Number}{(incident.Drill ? " (drill)" : "")}: {incident.Title}", BlockLimits.Header))];
        blocks.AddRange(Sections.FirstLines.Select(name => new SectionBlock
        {
            Text = new Slack.Blocks.Markdown($"*{Sections.Title(name)}:* {ToMrkdwn(postMortem.Find(name)?.Text ?? "", people, LineLength)}"),
        }));
        blocks.Add(new SectionBlock { Text = new Slack.Blocks.Markdown($"*Still blank*\n{ToMrkdwn(postMortem.Find(Sections.Blank)?.Text ?? "", people, BlankLength)}") });
        blocks.Add(new ContextBlock
        {
            Elements =
            [
                new Slack.Blocks.Markdown($"Version {postMortem.Version}, {(reviewed ? $"reviewed by {Mrkdwn.User(postMortem.MadeBy)}" : "draft")}, {Mrkdwn.Date(postMortem.MadeAt)}. "
                    + $"The whole is `{FileName(incident.Number)}` in the thread: timeline, times, evidence, what was tried, action items."),
            ],
        });
        blocks.Add(Buttons(incident, postMortem));
        return new Message
        {
            Text = $"{IncidentMessages.Head(incident)}: post-mortem, version {postMortem.Version} ({(reviewed ? "reviewed" : "draft")}). Downtime: {ToMrkdwn(postMortem.Find(Sections.Downtime)?.Text ?? "", people, 300)}",
            Blocks = blocks,
        };
    }

    public static string FileName(int incident) => $"postmortem-{incident}.md";

    /// <summary>For the person who asked while nothing had changed.</summary>
    public static Message NothingNew(PostMortem latest) =>
        IncidentMessages.Plain($"Nothing is new since version {latest.Version} of the post-mortem ({Mrkdwn.Date(latest.MadeAt)}); it stands in the incident's channel.");

    public static Message Written(Incident incident, PostMortem postMortem) =>
        IncidentMessages.Plain($"Version {postMortem.Version} of the post-mortem is in {IncidentDrawing.Place(incident)}.");

    /// <summary>Why an incident has none; null where it may have one.</summary>
    public static string? Refusal(Incident incident) => incident.Status switch
    {
        IncidentStatus.Cancelled => $"Incident {incident.Number} was cancelled: a false alarm has no post-mortem. What was recorded stays in its channel and in the record.",
        IncidentStatus.Merged => $"Incident {incident.Number} was merged into another one, whose post-mortem tells of both.",
        _ => null,
    };

    public static Message None(int incident) => IncidentMessages.WithButton(
        $"Incident {incident} has no post-mortem yet.", IncidentButtonHandler.For("Write it", PostMortemVerb.Word, incident, style: ButtonStyle.Primary));

    /// <summary>For a review of a version that is not the newest any more.</summary>
    public static Message ReadTheNewest(int incident, PostMortem latest) => IncidentMessages.WithButton(
        $"Not marked: version {latest.Version} is newer than the one you read ({Mrkdwn.Date(latest.MadeAt)}). Read what changed in {Mrkdwn.Code(FileName(incident))}, then press again.",
        ReviewButton(incident, latest.Version));

    /// <summary>To the person whose text was not taken. It is sent as a message of its own, so that nothing they wrote is lost.</summary>
    public static Message Conflict(int incident, EditConflict conflict)
    {
        var label = Sections.Label(conflict.Theirs.Name);
        var who = conflict.Theirs.EditedBy is { } by ? Mrkdwn.User(by) : "ChatOps";
        return new Message
        {
            Text = $"Incident {incident}: your text for {label} is not saved, since {who} changed it while you wrote.",
            Blocks =
            [
                new SectionBlock { Text = new Slack.Blocks.Markdown($"*Incident {incident}, post-mortem: {label}*\n{who} changed it while you wrote, so yours is not saved. It reads now:") },
                Quote(conflict.Theirs.Text.Length == 0 ? "(nothing)" : Mrkdwn.Cut(conflict.Theirs.Text, 2_500)),
                new SectionBlock { Text = new Slack.Blocks.Markdown("*What you wrote*, to be put in where it still fits:") },
                Quote(conflict.Mine.Trim().Length == 0 ? "(nothing: you emptied it)" : Mrkdwn.Cut(conflict.Mine, BlockLimits.SectionText)),
                new ActionsBlock { Elements = [EditButton(incident)] },
            ],
        };
    }

    /// <summary>To the person whose confirmation came after another one.</summary>
    public static Message CauseConflict(Incident incident, string mine) => new()
    {
        Text = $"Incident {incident.Number}: your cause is not saved, since {Mrkdwn.User(incident.CauseConfirmedBy!)} confirmed one while you wrote.",
        Blocks =
        [
            new SectionBlock { Text = new Slack.Blocks.Markdown($"*Incident {incident.Number}*: {Mrkdwn.User(incident.CauseConfirmedBy!)} confirmed a cause while you wrote, so yours is not saved. Confirmed is:") },
            Quote(Mrkdwn.Cut(incident.Cause ?? "", BlockLimits.SectionText)),
            new SectionBlock { Text = new Slack.Blocks.Markdown("*What you wrote*") },
            Quote(Mrkdwn.Cut(mine, BlockLimits.SectionText)),
            new ActionsBlock { Elements = [CauseButton(incident)] },
        ],
    };

    /// <summary>For a form that could not open.</summary>
    public static Message OpenForm(string actionId, string value) =>
        IncidentMessages.CouldNotOpen(new Button { ActionId = actionId, Text = "Open the form", Value = value, Style = ButtonStyle.Primary });

    private static ActionsBlock Buttons(Incident incident, PostMortem postMortem) => new()
    {
        BlockId = $"postmortem {incident.Number}",
        Elements = postMortem.State == PostMortemState.Reviewed
            ? [CauseButton(incident), EditButton(incident.Number)]
            : [CauseButton(incident), EditButton(incident.Number), ReviewButton(incident.Number, postMortem.Version)],
    };

    private static Button CauseButton(Incident incident) => new()
    {
        ActionId = ConfirmCause,
        Text = incident.CauseConfirmedBy is null ? "Confirm the cause" : "Correct the cause",
        Value = $"{incident.Number}",
        Style = incident.CauseConfirmedBy is null ? ButtonStyle.Primary : null,
    };

    internal static Button EditButton(int incident) => new() { ActionId = Edit, Text = "Edit", Value = $"{incident}" };

    private static Button ReviewButton(int incident, int version) => new() { ActionId = Review, Text = "Mark reviewed", Value = $"{incident}|{version}" };

    // Plain text: whatever is in it, it is shown as it was typed and notifies nobody.
    private static SectionBlock Quote(string text) => new() { Text = new PlainText(text) { Emoji = false } };
}
