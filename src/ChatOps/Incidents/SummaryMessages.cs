using ChatOps.Slack;
using ChatOps.Slack.Blocks;
using ChatOps.Timeline;

namespace ChatOps.Incidents;

/// <summary>The one pinned message of an incident's channel: where it stands, and the buttons that fit now. Pure.</summary>
public static class SummaryMessages
{
    private const int MostServices = 6;
    private const string Ago = Mrkdwn.DateAndTime + " ({ago})";

    public static Message Summary(Incident incident, IncidentFacts facts)
    {
        var title = Mrkdwn.Escape(incident.Title, 400);
        List<Block> blocks =
        [
            new HeaderBlock(Mrkdwn.Cut(incident.Severity is null ? incident.Title : $"{Severities.Name(incident.Severity)}: {incident.Title}", BlockLimits.Header)),
            new SectionBlock { Fields = Fields(incident, facts).ToValueList() },
            .. Texts(incident, facts).Select(t => new SectionBlock { Text = new Markdown(t) }),
        ];
        if (incident.Status != IncidentStatus.Cancelled) blocks.Add(Buttons(incident));
        return new Message { Text = $"{IncidentMessages.Head(incident)}: {title}", Blocks = blocks };
    }

    private static IEnumerable<TextObject> Fields(Incident incident, IncidentFacts facts)
    {
        var marks = $"{(incident.Drill ? ", *a drill*" : "")}{(incident.Private ? ", :lock: private" : "")}";
        yield return Field("Status", $"{IncidentMessages.Mark(incident)} {IncidentMessages.StatusWord(incident.Status)}{marks}");
        yield return Field("Severity", incident.Severity is { } s ? $"SEV{s}: {Severities.All[s - 1].Meaning}" : "not set yet");
        yield return Field("Roles", Roles(incident));
        yield return Field("Services", Services(incident, facts));
        yield return Field("Declared", $"{Mrkdwn.Date(incident.DeclaredAt)} by {(incident.DeclaredBy == TimelineEntry.Bot ? "ChatOps" : Mrkdwn.User(incident.DeclaredBy))}");
        var began = incident.OnsetAt ?? incident.DeclaredAt;
        var source = incident.OnsetAt is null ? "" : $", {Mrkdwn.Escape(incident.OnsetSource ?? "estimated", 300)}";
        // Slack counts the time up by itself: the message is not edited each minute for it.
        yield return incident.ResolvedAt is { } end
            ? Field("Lasted", $"{Spans.Text(end - began)}, from {Mrkdwn.Date(began)}{source}")
            : Field("Going on since", $"{Mrkdwn.Date(began, Ago)}{source}");
        if (incident.LastUpdateAt is { } told) yield return Field("Last update", $"{Mrkdwn.Date(told)} by {Mrkdwn.User(incident.LastUpdateBy!)}");
        if (incident.IsOpen) yield return Field("Next update", incident.UpdateDueAt is { } due ? $"due {Mrkdwn.Date(due)}" : "none promised");
        if (incident.MitigatedAt is { } mitigated) yield return Field("Healthy since", Mrkdwn.Date(mitigated));
        if (incident.ResolvedAt is { } resolved && incident.ResolvedBy is { } by) yield return Field("Resolved", $"{Mrkdwn.Date(resolved)} by {Mrkdwn.User(by)}");
        if (facts.OpenTasks > 0) yield return Field("Open tasks", $"{facts.OpenTasks}");
    }

    private static IEnumerable<string> Texts(Incident incident, IncidentFacts facts)
    {
        if (incident.Status == IncidentStatus.Merged) yield return $"*Work goes on in incident {incident.MergedInto}*: <#{Incident.DestinationOf(incident.MergedInto ?? 0)}>";
        var because = facts.Because is { } reason && reason != facts.Likeliest ? $", because {Mrkdwn.Escape(reason, 500)}" : "";
        if (incident.Cause is { } cause)
            yield return $"*{(incident.CauseConfirmedBy is { } by ? $"Cause, confirmed by {Mrkdwn.User(by)}" : "Suspected by ChatOps")}*\n{Mrkdwn.Escape(cause, 1_500)}{(incident.CauseConfirmedBy is null && cause == facts.Likeliest ? because : "")}";
        else if (incident.IsOpen && facts.Likeliest is { } likeliest && because.Length > 0)
            yield return $"*Likeliest so far*\n{Mrkdwn.Escape(likeliest, 1_000)}{because}";
        if (incident.LastUpdate is { } update) yield return $"*Last update*\n{Mrkdwn.Escape(update, 900)}";
        if (incident.Resolution is { } resolution) yield return $"*What fixed it*\n{Mrkdwn.Escape(resolution, 1_500)}";
        if (incident.CancelledReason is { } cancelled) yield return $"*Cancelled*\n{Mrkdwn.Escape(cancelled, 1_500)}";
    }

    /// <summary>What fits now, the natural next step first; the rest behind the three dots.</summary>
    public static ActionsBlock Buttons(Incident incident)
    {
        var n = incident.Number;
        return new ActionsBlock
        {
            BlockId = $"incident {n}",
            Elements = incident.Status switch
            {
                IncidentStatus.Triage =>
                [
                    IncidentButtonHandler.For("Accept", "accept", n, style: ButtonStyle.Primary),
                    IncidentButtonHandler.For("Assess", "assess", n),
                    IncidentButtonHandler.For("Cancel: false alarm", "cancel", n),
                    More(n, ("Logs", "logs"), ("Resources", "resources"), ("Add a note", "note"), ("Fix", "fix")),
                ],
                IncidentStatus.Open =>
                [
                    IncidentButtonHandler.For("Assess", "assess", n, style: ButtonStyle.Primary),
                    IncidentButtonHandler.For("Logs", "logs", n),
                    IncidentButtonHandler.For("Fix", "fix", n),
                    IncidentButtonHandler.For("Post an update", UpdateVerb.Word, n),
                    More(n, ("Verify", "verify"), ("Add a note", "note"), ("Hand over", HandoverVerb.Word), ("Resolve", "resolve")),
                ],
                IncidentStatus.Watching =>
                [
                    IncidentButtonHandler.For("Resolve", "resolve", n, style: ButtonStyle.Primary),
                    IncidentButtonHandler.For("Verify again", "verify", n),
                    IncidentButtonHandler.For("Post an update", UpdateVerb.Word, n),
                    More(n, ("Assess", "assess"), ("Logs", "logs"), ("Add a note", "note"), ("Hand over", HandoverVerb.Word)),
                ],
                IncidentStatus.Merged => [IncidentButtonHandler.For($"Join incident {incident.MergedInto}", "join", incident.MergedInto, style: ButtonStyle.Primary), IncidentButtonHandler.For("Timeline", TimelineVerb.Word, n)],
                IncidentStatus.Cancelled => [IncidentButtonHandler.For("Timeline", TimelineVerb.Word, n)],
                _ =>
                [
                    IncidentButtonHandler.For("Post-mortem", "postmortem", n, style: ButtonStyle.Primary),
                    IncidentButtonHandler.For("Add a task", TaskVerb.Word, n),
                    IncidentButtonHandler.For("Reopen", "reopen", n),
                    More(n, ("Add a note", "note"), ("Timeline", TimelineVerb.Word), ("Post an update", UpdateVerb.Word)),
                ],
            },
        };
    }

    /// <summary>"lead @ana, comms @ben": a mention for everyone who has a role.</summary>
    internal static string Roles(Incident incident)
    {
        var others = new[] { IncidentRole.Comms, IncidentRole.Scribe }.Where(r => IncidentRoles.HolderOf(incident, r) is not null)
            .Select(r => $", {IncidentRoles.Word(r)} {Mrkdwn.User(IncidentRoles.HolderOf(incident, r)!)}");
        return $"{(incident.Lead is { } lead ? $"lead {Mrkdwn.User(lead)}" : "nobody leads yet")}{string.Concat(others)}";
    }

    private static string Services(Incident incident, IncidentFacts facts)
    {
        var named = facts.Services.Count > 0 ? facts.Services : incident.Service is { } service ? [service] : [];
        if (named.Count == 0) return "not known yet";
        var more = named.Count > MostServices ? $" and {named.Count - MostServices} more" : "";
        return $"{string.Join(", ", named.Take(MostServices).Select(n => Mrkdwn.Escape(n, 80)))}{more} in {Mrkdwn.Escape(incident.Environment, 80)}";
    }

    // The last entry leads to the menu of everything that fits: an overflow menu has room for five.
    private static OverflowMenu More(int number, params (string Text, string Verb)[] verbs) => new()
    {
        ActionId = IncidentButtonHandler.ActionId + ":more",
        Options = verbs.Append(("Everything else …", MenuVerb.Word)).Select(v => new Option(v.Item1, IncidentButtonHandler.ValueOf(v.Item2, number, ""))).ToValueList(),
    };

    private static Markdown Field(string name, string value) => new($"*{name}*\n{value}");
}
