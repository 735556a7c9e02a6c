using ChatOps.Slack;
using ChatOps.Slack.Blocks;

namespace ChatOps.Incidents;

/// <summary>What one can do, here and now. Pure.</summary>
public static class MenuMessages
{
    private static readonly (string Text, string Verb)[] Looking = [("Assess", "assess"), ("Logs", "logs"), ("Resources", "resources"), ("Where it stands", "status"), ("Timeline", TimelineVerb.Word)];
    private static readonly (string Text, string Verb)[] Telling =
        [("Add a note", "note"), ("Post an update", UpdateVerb.Word), ("Add a task", TaskVerb.Word), ("Tasks", $"{TaskVerb.Word}|list"), ("Give or take a role", RoleVerb.Word), ("Hand over the lead", HandoverVerb.Word)];
    private static readonly (string Text, string Verb)[] After =
        [("Post-mortem", "postmortem"), ("Tasks", $"{TaskVerb.Word}|list"), ("Add a task", TaskVerb.Word), ("Timeline", TimelineVerb.Word), ("Add a note", "note"), ("Post an update", UpdateVerb.Word), ("Reopen", "reopen")];

    /// <summary>In an incident's channel: the buttons of its status, and a menu of everything else that fits.</summary>
    public static Message Here(Incident incident) => new()
    {
        Text = $"{IncidentMessages.Head(incident)}: {Mrkdwn.Escape(incident.Title, 300)}. {Hint(incident)}",
        Blocks =
        [
            new SectionBlock { Text = new Markdown($"*{IncidentMessages.Head(incident)}*: {Mrkdwn.Escape(incident.Title, 300)}\n{Hint(incident)}") },
            SummaryMessages.Buttons(incident),
            new ActionsBlock
            {
                Elements =
                [
                    new StaticSelectMenu
                    {
                        ActionId = $"{IncidentButtonHandler.ActionId}:menu",
                        Placeholder = "Everything that fits now",
                        Options = Fitting(incident).Select(v => new Option(v.Text, ValueOf(v.Verb, incident.Number))).ToValueList(),
                    },
                    IncidentButtonHandler.For("All verbs", HelpVerb.Word, incident: null),
                ],
            },
        ],
    };

    /// <summary>Elsewhere: what is open and may be seen, and how to begin.</summary>
    public static Message Elsewhere(IReadOnlyList<Incident> open, string command)
    {
        List<Block> blocks = [new SectionBlock { Text = new Markdown(open.Count == 0 ? "*No incident is open.*" : $"*{open.Count} open*") }];
        blocks.AddRange(IncidentPicker.Lines(open, "Open its menu", MenuVerb.Word, ""));
        if (IncidentPicker.Menu(open, MenuVerb.Word, "") is { } menu) blocks.Add(menu);
        blocks.Add(new ActionsBlock
        {
            Elements =
            [
                IncidentButtonHandler.For("Start an incident", StartVerb.Word, incident: null, style: ButtonStyle.Primary),
                IncidentButtonHandler.For("What was lately", "list", incident: null),
                IncidentButtonHandler.For("All verbs", HelpVerb.Word, incident: null),
            ],
        });
        return new Message { Text = open.Count == 0 ? $"No incident is open. {command} start declares one." : $"{open.Count} open; {command} start declares another.", Blocks = blocks };
    }

    public static Message Help(IReadOnlyList<IIncidentVerb> verbs, string command, Incident? here)
    {
        var lines = verbs.Select(v => $"`{command} {v.Name}{(v.Usage.Arguments.Length > 0 ? " " + Mrkdwn.Escape(v.Usage.Arguments) : "")}`  {Mrkdwn.Escape(v.Usage.Does)}");
        List<Block> blocks = [new SectionBlock { Text = new Markdown(here is null ? "*What I can do*" : $"*{IncidentMessages.Head(here)}*: {Mrkdwn.Escape(here.Title, 200)}") }];
        blocks.Add(here is not null
            ? SummaryMessages.Buttons(here)
            : new ActionsBlock { Elements = [IncidentButtonHandler.For("Start an incident", StartVerb.Word, incident: null, style: ButtonStyle.Primary), IncidentButtonHandler.For("What is open", "list", incident: null)] });
        blocks.AddRange(IncidentMessages.Sections(lines));
        return new Message { Text = $"{command}: {string.Join(", ", verbs.Select(v => v.Name))}", Blocks = blocks };
    }

    private static (string Text, string Verb)[] Fitting(Incident incident) => incident.Status switch
    {
        IncidentStatus.Triage => [("Accept: you lead", "accept"), .. Looking, ("Fix", "fix"), .. Telling, ("Merge into another", MergeVerb.Word), ("Cancel: false alarm", "cancel")],
        IncidentStatus.Open or IncidentStatus.Watching =>
            [.. Looking, ("Fix", "fix"), ("Verify", "verify"), .. Telling, ("Change the severity", "severity"), ("Resolve", "resolve"), ("Merge into another", MergeVerb.Word), ("Cancel: false alarm", "cancel")],
        IncidentStatus.Resolved or IncidentStatus.Closed => After,
        _ => [("Timeline", TimelineVerb.Word), ("Where it stands", "status")],
    };

    private static string Hint(Incident incident) => incident.Status switch
    {
        IncidentStatus.Triage => "Nobody has taken it yet. Accept it, or cancel it if it is a false alarm.",
        IncidentStatus.Open => "Look, choose a fix, verify. Tell people when you know more.",
        IncidentStatus.Watching => "It works again and is watched. Resolve it when you are sure.",
        IncidentStatus.Resolved or IncidentStatus.Closed => "It is over: read the post-mortem, give its tasks owners. Reopen it if it is back.",
        IncidentStatus.Merged => $"Work goes on in <#{Incident.DestinationOf(incident.MergedInto ?? 0)}>.",
        _ => "It was a false alarm.",
    };

    private static string ValueOf(string verb, int incident)
    {
        var parts = verb.Split('|', 2);
        return IncidentButtonHandler.ValueOf(parts[0], incident, parts.Length > 1 ? parts[1] : "");
    }
}
