using ChatOps.Slack;
using ChatOps.Slack.Blocks;
using ChatOps.Timeline;

namespace ChatOps.Incidents;

/// <summary>What the bot says about an incident itself. Pure; texts of people are escaped here.</summary>
public static class IncidentMessages
{
    private static readonly string[] SeverityMarks = [":red_circle:", ":large_orange_circle:", ":large_yellow_circle:", ":white_circle:"];

    public static string SummaryKey(int number) => $"incident {number} summary";

    public static string AnnouncementKey(int number) => $"incident {number} announcement";

    /// <summary>"Incident 7 · SEV1 · open": how every message about it begins.</summary>
    public static string Head(Incident incident) => incident.Severity is null
        ? $"Incident {incident.Number} · {StatusWord(incident.Status)}"
        : $"Incident {incident.Number} · {Severities.Name(incident.Severity)} · {StatusWord(incident.Status)}";

    public static string StatusWord(IncidentStatus status) => status.ToString().ToLowerInvariant();

    /// <summary>The one pinned message of the channel.</summary>
    public static Message Summary(Incident incident)
    {
        var title = Mrkdwn.Escape(incident.Title, 400);
        var fields = new List<TextObject>
        {
            Field("Status", $"{Mark(incident)} {StatusWord(incident.Status)}"),
            Field("Severity", incident.Severity is { } s ? $"SEV{s}: {Severities.All[s - 1].Meaning}" : "not set yet"),
            Field("Lead", incident.Lead is { } lead ? Mrkdwn.User(lead) : "nobody yet"),
            Field("Service", incident.Service is { } service ? $"{Mrkdwn.Escape(service)} in {Mrkdwn.Escape(incident.Environment)}" : "not known yet"),
            Field("Declared", $"{Mrkdwn.Date(incident.DeclaredAt)} by {(incident.DeclaredBy == TimelineEntry.Bot ? "ChatOps" : Mrkdwn.User(incident.DeclaredBy))}"),
            Field("Began", incident.OnsetAt is { } onset ? $"{Mrkdwn.Date(onset)}, {Mrkdwn.Escape(incident.OnsetSource ?? "estimated")}" : "not known yet"),
        };
        if (incident.MitigatedAt is { } mitigated) fields.Add(Field("Healthy since", Mrkdwn.Date(mitigated)));
        if (incident.ResolvedAt is { } resolved) fields.Add(Field("Resolved", $"{Mrkdwn.Date(resolved)} by {Mrkdwn.User(incident.ResolvedBy!)}"));

        List<Block> blocks =
        [
            new HeaderBlock(Mrkdwn.Cut(incident.Severity is null ? incident.Title : $"{Severities.Name(incident.Severity)}: {incident.Title}", BlockLimits.Header)),
            new SectionBlock { Fields = fields },
        ];
        if (incident.Cause is { } cause)
            blocks.Add(new SectionBlock { Text = new Markdown($"*{(incident.CauseConfirmedBy is { } by ? $"Cause, confirmed by {Mrkdwn.User(by)}" : "Suspected by ChatOps")}*\n{Mrkdwn.Escape(cause, 1_500)}") });
        if (incident.Resolution is { } resolution)
            blocks.Add(new SectionBlock { Text = new Markdown($"*What fixed it*\n{Mrkdwn.Escape(resolution, 1_500)}") });
        if (incident.CancelledReason is { } reason)
            blocks.Add(new SectionBlock { Text = new Markdown($"*Cancelled*\n{Mrkdwn.Escape(reason, 1_500)}") });
        if (incident.IsOpen || incident.Status == IncidentStatus.Resolved)
            blocks.Add(Buttons(incident));
        return new Message { Text = $"{Head(incident)}: {title}", Blocks = blocks };
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
                IncidentStatus.Watching =>
                [
                    IncidentButtonHandler.For("Resolve", "resolve", n, style: ButtonStyle.Primary),
                    IncidentButtonHandler.For("Verify again", "verify", n),
                    IncidentButtonHandler.For("Add a note", "note", n),
                    More(n, ("Assess", "assess"), ("Logs", "logs"), ("Resources", "resources"), ("Fix", "fix")),
                ],
                IncidentStatus.Open =>
                [
                    IncidentButtonHandler.For("Assess", "assess", n, style: ButtonStyle.Primary),
                    IncidentButtonHandler.For("Logs", "logs", n),
                    IncidentButtonHandler.For("Fix", "fix", n),
                    More(n, ("Resources", "resources"), ("Verify", "verify"), ("Add a note", "note"), ("Resolve", "resolve"), ("Cancel: false alarm", "cancel")),
                ],
                _ =>
                [
                    IncidentButtonHandler.For("Post-mortem", "postmortem", n, style: ButtonStyle.Primary),
                    IncidentButtonHandler.For("Add a note", "note", n),
                ],
            },
        };
    }

    /// <summary>For the incidents channel; follows the incident.</summary>
    /// <param name="place">The incident's channel as a mention, resolved when it is sent.</param>
    public static Message Announcement(Incident incident, string place)
    {
        var text = incident.Status switch
        {
            IncidentStatus.Cancelled => $"{Head(incident)}: {Mrkdwn.Escape(incident.Title, 300)}. False alarm: {Mrkdwn.Escape(incident.CancelledReason ?? "", 300)}. Nothing to do.",
            IncidentStatus.Resolved or IncidentStatus.Closed => $"{Head(incident)}: {Mrkdwn.Escape(incident.Title, 300)}. {Mrkdwn.Escape(incident.Resolution ?? "", 300)}",
            _ => $"{Head(incident)}: {Mrkdwn.Escape(incident.Title, 300)}. {(incident.Lead is { } lead ? $"{Mrkdwn.User(lead)} leads." : "Nobody leads yet.")} Work goes on in {place}.",
        };
        return new Message
        {
            Text = text,
            Blocks = [new SectionBlock { Text = new Markdown($"{Mark(incident)} *{Head(incident)}*\n{text[(text.IndexOf(": ", StringComparison.Ordinal) + 2)..]}") }],
        };
    }

    public static string Topic(Incident incident) =>
        $"{Head(incident)}{(incident.Service is { } s ? $" · {s}" : "")} · {Mrkdwn.Cut(incident.Title, 120)}";

    /// <summary>For the person who declared it.</summary>
    public static Message Declared(Incident incident, string place) => Plain(
        $"Incident {incident.Number} is declared ({Severities.Name(incident.Severity)}). Come to {place}: I am looking already and post what I find there."
        + (incident.Severity is null ? " Nobody else is called until someone presses Accept." : ""));

    /// <summary>Before a second incident about the same thing.</summary>
    public static Message JoinOffer(IReadOnlyList<(Incident Incident, string Why)> open, string startArguments)
    {
        List<Block> blocks = [new SectionBlock { Text = new Markdown("This may be known already. Join what is open, or start your own.") }];
        foreach (var (incident, why) in open.Take(5))
        {
            blocks.Add(new SectionBlock
            {
                Text = new Markdown($"*{Head(incident)}*: {Mrkdwn.Escape(incident.Title, 300)}\n{Mrkdwn.Escape(why)}; declared {Mrkdwn.Date(incident.DeclaredAt)}."),
                Accessory = IncidentButtonHandler.For("Join", "join", incident.Number, style: ButtonStyle.Primary),
            });
        }
        blocks.Add(new ActionsBlock { Elements = [IncidentButtonHandler.For("Start a new one all the same", StartVerb.Word, incident: null, Mrkdwn.Cut(startArguments, 1_500) + " --new")] });
        return new Message { Text = $"Incident {open[0].Incident.Number} may be about the same thing: join it, or start a new one.", Blocks = blocks };
    }

    public static Message List(IReadOnlyList<Incident> open, IReadOnlyList<Incident> recent)
    {
        List<Block> blocks = [new SectionBlock { Text = new Markdown(open.Count == 0 ? "*No incident is open.*" : $"*{open.Count} open*") }];
        blocks.AddRange(open.Take(20).Select(i => (Block)new SectionBlock
        {
            Text = new Markdown(Line(i)),
            Accessory = IncidentButtonHandler.For("Status", "status", i.Number),
        }));
        if (recent.Count > 0)
        {
            blocks.Add(new DividerBlock());
            blocks.Add(new SectionBlock { Text = new Markdown("*Lately*\n" + string.Join('\n', recent.Take(8).Select(Line))) });
        }
        if (open.Count == 0) blocks.Add(new ActionsBlock { Elements = [IncidentButtonHandler.For("Start an incident", StartVerb.Word, incident: null, style: ButtonStyle.Primary)] });
        return new Message { Text = open.Count == 0 ? "No incident is open." : $"{open.Count} open: {string.Join("; ", open.Take(5).Select(i => $"{i.Number} {Mrkdwn.Escape(i.Title, 60)}"))}", Blocks = blocks };
    }

    public static Message Help(IReadOnlyList<IIncidentVerb> verbs, string command, Incident? here)
    {
        var lines = verbs.Select(v => $"`{command} {v.Name}{(v.Usage.Arguments.Length > 0 ? " " + Mrkdwn.Escape(v.Usage.Arguments) : "")}`  {Mrkdwn.Escape(v.Usage.Does)}");
        List<Block> blocks = [new SectionBlock { Text = new Markdown(here is null ? "*What I can do*" : $"*{Head(here)}*: {Mrkdwn.Escape(here.Title, 200)}") }];
        blocks.Add(here is { IsOpen: true } or { Status: IncidentStatus.Resolved }
            ? Buttons(here)
            : new ActionsBlock { Elements = [IncidentButtonHandler.For("Start an incident", StartVerb.Word, incident: null, style: ButtonStyle.Primary), IncidentButtonHandler.For("What is open", "list", incident: null)] });
        blocks.Add(new SectionBlock { Text = new Markdown(Mrkdwn.Cut(string.Join('\n', lines), BlockLimits.SectionText)) });
        return new Message { Text = $"{command}: {string.Join(", ", verbs.Select(v => v.Name))}", Blocks = blocks };
    }

    public static Message UnknownVerb(string verb, string? nearest) => nearest is null
        ? WithButton($"I do not know {Mrkdwn.Code(Mrkdwn.Cut(verb, 60))}.", IncidentButtonHandler.For("What there is", HelpVerb.Word, incident: null, style: ButtonStyle.Primary))
        : WithButton($"I do not know {Mrkdwn.Code(Mrkdwn.Cut(verb, 60))}. Did you mean `{nearest}`?", IncidentButtonHandler.For(nearest, nearest, incident: null, style: ButtonStyle.Primary), IncidentButtonHandler.For("What there is", HelpVerb.Word, incident: null));

    public static Message NoSuchIncident(int number) => WithButton($"There is no incident {number}.", IncidentButtonHandler.For("What is open", "list", incident: null, style: ButtonStyle.Primary));

    /// <summary>Asked outside an incident's channel, with none or several open.</summary>
    public static Message WhichIncident(string verb, string arguments, IReadOnlyList<Incident> open) => open.Count == 0
        ? WithButton($"No incident is open, so there is nothing to `{verb}`.", IncidentButtonHandler.For("Start an incident", StartVerb.Word, incident: null, style: ButtonStyle.Primary))
        : new Message
        {
            Text = "Which incident? Several are open.",
            Blocks =
            [
                new SectionBlock { Text = new Markdown($"Several incidents are open. Which one do you want to `{verb}`?") },
                .. open.Take(10).Select(i => new SectionBlock { Text = new Markdown(Line(i)), Accessory = IncidentButtonHandler.For("This one", verb, i.Number, Mrkdwn.Cut(arguments, 1_500)) }),
            ],
        };

    public static Message OpenForm(string verb, int? incident, string arguments) => WithButton(
        "The form could not open in time: Slack gives me three seconds.", IncidentButtonHandler.For("Open the form", verb, incident, Mrkdwn.Cut(arguments, 1_500), ButtonStyle.Primary));

    public static Message Plain(string text) => new() { Text = text, Blocks = [new SectionBlock { Text = new Markdown(Mrkdwn.Cut(text, BlockLimits.SectionText)) }] };

    public static Message WithButton(string text, params Button[] buttons) => new()
    {
        Text = text,
        Blocks = [new SectionBlock { Text = new Markdown(text) }, new ActionsBlock { Elements = [.. buttons] }],
    };

    private static OverflowMenu More(int number, params (string Text, string Verb)[] verbs) => new()
    {
        ActionId = IncidentButtonHandler.ActionId + ":more",
        Options = verbs.Select(v => new Option(v.Text, IncidentButtonHandler.ValueOf(v.Verb, number, ""))).ToValueList(),
    };

    private static string Line(Incident i) =>
        $"{Mark(i)} *{i.Number}* {Severities.Name(i.Severity)}, {StatusWord(i.Status)}: {Mrkdwn.Escape(i.Title, 120)}{(i.Lead is { } lead ? $", led by {Mrkdwn.User(lead)}" : "")}";

    private static string Mark(Incident incident) => incident.Status switch
    {
        IncidentStatus.Resolved or IncidentStatus.Closed => ":white_check_mark:",
        IncidentStatus.Cancelled or IncidentStatus.Merged => ":heavy_minus_sign:",
        IncidentStatus.Watching => ":eyes:",
        _ => incident.Severity is { } severity ? SeverityMarks[severity - 1] : ":grey_question:",
    };

    private static Markdown Field(string name, string value) => new($"*{name}*\n{value}");
}
