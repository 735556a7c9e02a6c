using System.Globalization;
using ChatOps.Configuration;
using ChatOps.Deployments;
using ChatOps.Incidents;
using ChatOps.PostMortems;
using ChatOps.Slack.Blocks;

namespace ChatOps.Reminders;

/// <summary>
/// What a reminder says: a new message that mentions who must act, with the action itself and three ways to be left alone for a while. Pure.
/// </summary>
public static class ReminderMessages
{
    public const string Snooze = "reminder.snooze";
    public const string Archive = "reminder.archive";
    public const string Keep = "reminder.keep";

    /// <summary>A task goes to its owner alone; of a private incident only where the owner may see it. Everything else is said in the incident's channel.</summary>
    public static string DestinationOf(Reminder reminder, ReminderFacts facts) =>
        TaskOf(reminder, facts)?.Owner is { } owner && (!facts.Incident.Private || facts.Members.Contains(owner)) ? owner : facts.Incident.Destination;

    /// <param name="row">Its id and how often it was sent go into the buttons.</param>
    public static Message Of(Reminder reminder, ReminderRow row, ReminderFacts facts, RemindersConfig config)
    {
        var (head, more) = Words(reminder, facts, config);
        return new Message
        {
            Text = $"{head} {more}",
            Blocks =
            [
                new SectionBlock { Text = new Markdown($"*{head}*\n{more}") },
                new ActionsBlock { BlockId = $"reminder {row.Id} {row.Times}", Elements = [.. Actions(reminder, row, facts), .. SnoozeButtons(row)] },
            ],
        };
    }

    /// <summary>The same, after it was snoozed or answered: without buttons, and with what became of it.</summary>
    public static Message Over(Reminder reminder, ReminderFacts facts, RemindersConfig config, string outcome)
    {
        var (head, more) = Words(reminder, facts, config);
        return Closed($"*{head}*\n{more}", outcome);
    }

    /// <summary>For a reminder whose cause is gone.</summary>
    public static Message Gone(Incident incident) => Closed($"{Head(incident)}: this reminder is not needed any more.", outcome: null);

    public static string SnoozedUntil(DateTimeOffset until, string by) => $":zzz: Snoozed by {Mrkdwn.User(by)} until {Mrkdwn.Date(until, "{date_short_pretty} {time}")}.";

    private static Message Closed(string text, string? outcome)
    {
        List<Block> blocks = [new SectionBlock { Text = new Markdown(text) }];
        if (outcome is not null) blocks.Add(new ContextBlock { Elements = [new Markdown(outcome)] });
        return new Message { Text = outcome ?? text, Blocks = blocks };
    }

    private static (string Head, string More) Words(Reminder reminder, ReminderFacts facts, RemindersConfig config)
    {
        var incident = facts.Incident;
        var title = Mrkdwn.Escape(incident.Title, 200);
        var head = Head(incident);
        return reminder.Kind switch
        {
            ReminderKinds.Update => ($"{head}: an update is due.{Mention(facts.Leader ?? Human(incident.DeclaredBy))}", $"\"{title}\": {UpdateWords(facts, config)}"),
            ReminderKinds.Lead when incident.Status == IncidentStatus.Triage => (
                $"{head}: nobody has accepted it yet.{Mention(Human(incident.DeclaredBy))}",
                $"\"{title}\" waits since {Mrkdwn.Date(reminder.Since)}. Accept it and you lead, or cancel it if it is a false alarm."),
            ReminderKinds.Lead => (
                $"{head}: nobody leads it.{Mention(Human(incident.Comms) ?? Human(incident.DeclaredBy))}",
                $"\"{title}\" has no lead since {Mrkdwn.Date(reminder.Since)}. Whoever can: take it. I ask for whoever is on call."),
            ReminderKinds.Step => (
                $"{head}: no step for {Durations.Text(config.NoStepAfter)}.{Mention(facts.Leader ?? Human(incident.DeclaredBy))}",
                $"\"{title}\": the last thing that happened was at {Mrkdwn.Date(reminder.Since)}; what is written in the channel does not count. What is next?"),
            ReminderKinds.Shift => (
                $"{head}:{Mention(facts.Leader)}, {ShiftWords(reminder)}.",
                $"You lead \"{title}\" until somebody accepts it from you: nothing moves by itself. Whoever is offered it sees where things stand."),
            ReminderKinds.PostMortem => (
                $"{head}: its post-mortem is not reviewed.{Mention(facts.Leader ?? Human(incident.ResolvedBy))}",
                facts.PostMortemVersion is { } version
                    ? $"\"{title}\" ended {Mrkdwn.Date(reminder.Since)}. Version {version} stands in {IncidentDrawing.Place(incident)}: read it, fill what is blank, mark it reviewed."
                    : $"\"{title}\" ended {Mrkdwn.Date(reminder.Since)}, and there is no post-mortem yet."),
            ReminderKinds.Review => ReviewWords(reminder.Deploy!, facts, head),
            ReminderKinds.Task => TaskWords(reminder, facts, head, title),
            ReminderKinds.Archive => (
                $"{head}: may I archive this channel?{Mention(facts.Leader ?? Human(incident.ResolvedBy))}",
                $"\"{title}\" is over since {Mrkdwn.Date(reminder.Since)} and nothing was recorded since {Mrkdwn.Date(facts.LastRecordAt)}. The record and the post-mortem stay. I do nothing unless somebody presses."),
            _ => (head, title),
        };
    }

    private static string UpdateWords(ReminderFacts facts, RemindersConfig config)
    {
        var incident = facts.Incident;
        var last = incident.LastUpdateAt is { } at ? $"the last one was at {Mrkdwn.Date(at)}" : "there was none yet";
        var rule = incident.UpdateDueAt is { } promised && promised > (incident.LastUpdateAt ?? incident.DeclaredAt)
            ? $"the next was promised for {Mrkdwn.Date(promised)}"
            : config.UpdateEveryOf(incident.Severity!.Value) is { } every ? $"{Severities.Name(incident.Severity)} asks for one every {Durations.Text(every)}" : "the next one is due";
        return $"{last}; {rule}. What is written in the channel is no update.";
    }

    private static string ShiftWords(Reminder reminder)
    {
        var shift = reminder.Shift!;
        var when = Mrkdwn.Date(shift.Until!.Value, "{time}");
        var next = shift.Next is { } person ? Mrkdwn.User(person) : null;
        return reminder.ShiftIsOver
            ? $"your shift ended at {when}; {(next is null ? "I do not know who is on call now" : $"{next} is on call now")}"
            : $"your shift ends at {when}; {(next is null ? "I do not know who is next" : $"{next} is next")}";
    }

    private static (string Head, string More) ReviewWords(DeployReview deploy, ReminderFacts facts, string head) => (
        $"{head}: nobody has reviewed a deploy of it.{(facts.Reviewers.GetValueOrDefault(deploy.Target) is { Length: > 0 } who ? $" {who}" : "")}",
        $"{Mrkdwn.User(deploy.ConfirmedBy)} deployed {Mrkdwn.Escape(deploy.Place.Service, 60)} {Mrkdwn.Escape(deploy.ToVersion, 60)} to {Mrkdwn.Escape(deploy.Place.Environment, 60)} alone (operation {deploy.Number.ToString(CultureInfo.InvariantCulture)}), and it ended {Mrkdwn.Date(deploy.ReviewSince)}. Somebody else who may deploy there looks at what came in.");

    private static (string Head, string More) TaskWords(Reminder reminder, ReminderFacts facts, string head, string title)
    {
        var task = TaskOf(reminder, facts)!;
        return (
            $"{head}: task {task.Number.ToString(CultureInfo.InvariantCulture)} is overdue.{(task.Owner is { } owner ? Mention(owner) : " Nobody has it yet.")}",
            $"{Mrkdwn.Escape(task.Text, 1_000)}\nIt was due {Mrkdwn.Date(reminder.Since)}; it is from \"{title}\" ({IncidentDrawing.Place(facts.Incident)}).");
    }

    private static IEnumerable<BlockElement> Actions(Reminder reminder, ReminderRow row, ReminderFacts facts)
    {
        var n = facts.Incident.Number;
        var value = row.Id.ToString(CultureInfo.InvariantCulture);
        return reminder.Kind switch
        {
            ReminderKinds.Update => [IncidentButtonHandler.For("Write an update", "update", n, style: ButtonStyle.Primary)],
            ReminderKinds.Lead when facts.Incident.Status == IncidentStatus.Triage =>
                [IncidentButtonHandler.For("Accept", "accept", n, style: ButtonStyle.Primary), IncidentButtonHandler.For("Cancel: false alarm", "cancel", n)],
            ReminderKinds.Lead => [IncidentButtonHandler.For("I lead", "role", n, "lead me", ButtonStyle.Primary)],
            ReminderKinds.Step when facts.Incident.Status == IncidentStatus.Watching =>
                [IncidentButtonHandler.For("Resolve", "resolve", n, style: ButtonStyle.Primary), IncidentButtonHandler.For("Verify again", "verify", n)],
            ReminderKinds.Step => [IncidentButtonHandler.For("Assess", "assess", n, style: ButtonStyle.Primary), IncidentButtonHandler.For("Verify", "verify", n)],
            ReminderKinds.Shift when reminder.Shift?.Next is { } next =>
                [IncidentButtonHandler.For("Offer the handover", HandoverVerb.Word, n, $"@{next}", ButtonStyle.Primary), IncidentButtonHandler.For("To somebody else", HandoverVerb.Word, n)],
            ReminderKinds.Shift => [IncidentButtonHandler.For("Hand over", HandoverVerb.Word, n, style: ButtonStyle.Primary)],
            ReminderKinds.PostMortem when facts.PostMortemVersion is { } version =>
                [new Button { ActionId = PostMortemMessages.Review, Text = "Mark reviewed", Value = $"{n}|{version}", Style = ButtonStyle.Primary }, PostMortemMessages.EditButton(n)],
            ReminderKinds.PostMortem => [IncidentButtonHandler.For("Write it", PostMortemVerb.Word, n, style: ButtonStyle.Primary)],
            ReminderKinds.Review => [DeployReviewMessages.Button(reminder.Deploy!.Id)],
            ReminderKinds.Task => [IncidentButtonHandler.For("Done", "task", n, $"done {reminder.Task!.Value}", ButtonStyle.Primary)],
            ReminderKinds.Archive =>
                [new Button { ActionId = Archive, Text = "Archive", Value = value, Style = ButtonStyle.Primary }, new Button { ActionId = Keep, Text = "Keep", Value = value }],
            _ => [],
        };
    }

    private static IEnumerable<BlockElement> SnoozeButtons(ReminderRow row) => SnoozeTimes.Choices.Select(c => new Button
    {
        ActionId = $"{Snooze}:{c.Word}",
        Text = c.Label,
        Value = $"{row.Id}|{row.Times}|{c.Word}",
    });

    private static IncidentTask? TaskOf(Reminder reminder, ReminderFacts facts) => reminder.Task is { } number ? facts.Tasks.FirstOrDefault(t => t.Number == number) : null;

    private static string Head(Incident incident) => incident.Drill && !IncidentMessages.Head(incident).Contains("drill", StringComparison.OrdinalIgnoreCase)
        ? $"{IncidentMessages.Head(incident)} · drill"
        : IncidentMessages.Head(incident);

    private static string Mention(string? person) => person is null ? "" : $" {Mrkdwn.User(person)}";

    private static string? Human(string? person) => person == Timeline.TimelineEntry.Bot ? null : person;
}
