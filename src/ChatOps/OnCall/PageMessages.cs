using ChatOps.Configuration;
using ChatOps.Incidents;
using ChatOps.Slack.Blocks;

namespace ChatOps.OnCall;

/// <summary>What is said when people are called. Pure; texts of people are escaped here.</summary>
public static class PageMessages
{
    /// <summary>More mentions than that do not fit a line that is read at night.</summary>
    private const int MostMentions = 20;

    public static string ChannelKey(long page, int step) => $"page {page} call {step}";

    public static string DirectKey(long page, string person) => $"page {page} to {person}";

    /// <summary>For the incident's channel: mentions those who are called.</summary>
    /// <param name="over">How it ended, as a clause; null: it waits.</param>
    public static Message InChannel(Page page, Incident incident, IReadOnlyList<string> people, string why, TimeSpan wait, string? over)
    {
        var who = People(people);
        // A message that nobody waits for any more mentions nobody anew: an edit reaches no phone anyway.
        var text = $"{who} ({why}): {IncidentMessages.Head(incident)} needs you. {Mrkdwn.Escape(page.Reason, 600)}";
        return Draw(page, incident, over is null ? $"{text}\nPress *Acknowledge* within {Durations.Text(wait)}, or the next are called." : $"{text}\n_{over}._", over is null);
    }

    /// <summary>For one person who is called.</summary>
    public static Message Direct(Page page, Incident incident, string why, TimeSpan wait, string? over)
    {
        var drill = incident.Drill ? "DRILL. " : "";
        var text = $"{drill}{IncidentMessages.Head(incident)} pages you ({why}): {Mrkdwn.Escape(incident.Title, 300)}. {Mrkdwn.Escape(page.Reason, 600)}\nWork goes on in {IncidentDrawing.Place(incident)}.";
        return Draw(page, incident, over is null ? $"{text} Press *Acknowledge* within {Durations.Text(wait)}, or the next are called." : $"{text}\n_{over}._", over is null);
    }

    /// <param name="where">" in PagerDuty"; empty: in Slack.</param>
    public static Message Acknowledged(Incident incident, string by, string where) => IncidentMessages.Plain(
        $"{Lead(incident, by)}{IncidentMessages.Head(incident)}: {Mrkdwn.User(by)} acknowledged the page{where} and comes.");

    /// <summary>By somebody who is nobody in Slack.</summary>
    /// <param name="name">As PagerDuty writes it.</param>
    public static Message AcknowledgedElsewhere(Incident incident, string name) => IncidentMessages.Plain(
        $"{Lead(incident, by: null)}{IncidentMessages.Head(incident)}: {Mrkdwn.Escape(name, 100)} acknowledged the page in PagerDuty. They are nobody in Slack that I know: `pagerduty.people` in chatops.yaml can name them.");

    /// <summary>Nobody is left to be called.</summary>
    public static Message Unanswered(Page page, Incident incident, IReadOnlyList<string> called, IReadOnlyList<string> unknown)
    {
        var tried = called.Count == 0 ? "there was nobody whom I could call" : $"{called.Count} {(called.Count == 1 ? "person was" : "people were")} called ({People(called)})";
        var notes = unknown.Count == 0 ? "" : "\n" + string.Join('\n', unknown.Take(5).Select(u => Mrkdwn.Escape(u, 300)));
        return new Message
        {
            Text = $"{Lead(incident, by: null)}{IncidentMessages.Head(incident)}: nobody answered the page; {tried}.",
            Blocks =
            [
                new SectionBlock { Text = new Markdown(Mrkdwn.Cut($"{Lead(incident, by: null)}*{IncidentMessages.Head(incident)}: nobody answered the page*; {tried}. {Mrkdwn.Escape(page.Reason, 600)}{notes}\nCall somebody by phone, or page someone else.", BlockLimits.SectionText)) },
                new ActionsBlock { Elements = [Acknowledge(page), IncidentButtonHandler.For("Page someone", PageVerb.Word, incident.Number)] },
            ],
        };
    }

    /// <summary>Nobody was called yet, since it is not known whom.</summary>
    /// <param name="again">So often it is asked again.</param>
    public static Message Waits(Incident incident, IReadOnlyList<string> unknown, TimeSpan again) => IncidentMessages.WithButton(
        $"{Lead(incident, by: null)}{IncidentMessages.Head(incident)}: nobody is called yet. {string.Join(' ', unknown.Take(5).Select(u => Mrkdwn.Escape(u, 300)))} I ask again every {Durations.Text(again)}. If it is urgent, call somebody by phone, or page someone else.",
        IncidentButtonHandler.For("Page someone", PageVerb.Word, incident.Number));

    public static Message Paging(Incident incident, string whom) => IncidentMessages.Plain(
        $"I page {whom} for incident {incident.Number}. You see in {IncidentDrawing.Place(incident)} who is called and who answers.");

    /// <summary>Mentions, the first of many.</summary>
    public static string People(IReadOnlyList<string> people) =>
        string.Join(", ", people.Take(MostMentions).Select(Mrkdwn.User)) + (people.Count > MostMentions ? $" and {people.Count - MostMentions} more" : "");

    private static string Lead(Incident incident, string? by) =>
        incident.Lead is { } lead && lead != Timeline.TimelineEntry.Bot && lead != by ? $"{Mrkdwn.User(lead)} " : "";

    private static Message Draw(Page page, Incident incident, string text, bool open)
    {
        var whole = Mrkdwn.Cut(text, BlockLimits.SectionText);
        List<Block> blocks = [new SectionBlock { Text = new Markdown(whole) }];
        if (open) blocks.Add(new ActionsBlock { Elements = [Acknowledge(page), IncidentButtonHandler.For("Status", "status", incident.Number)] });
        return new Message { Text = whole, Blocks = blocks };
    }

    private static Button Acknowledge(Page page) => IncidentButtonHandler.For("Acknowledge", PageVerb.Word, page.Incident, $"{PageVerb.Acknowledge} {page.Id}", ButtonStyle.Primary);
}
