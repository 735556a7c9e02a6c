using ChatOps.Slack.Blocks;

namespace ChatOps.Incidents;

/// <summary>What the bot says about an incident itself. Pure; texts of people are escaped here.</summary>
public static class IncidentMessages
{
    private static readonly string[] SeverityMarks = [":red_circle:", ":large_orange_circle:", ":large_yellow_circle:", ":white_circle:"];

    public static string SummaryKey(int number) => $"incident {number} summary";

    public static string AnnouncementKey(int number) => $"incident {number} announcement";

    /// <summary>"Incident 7 · SEV1 · open", of a drill with "· DRILL": how every message about it begins.</summary>
    public static string Head(Incident incident) =>
        $"Incident {incident.Number} · {(incident.Severity is null ? "" : $"{Severities.Name(incident.Severity)} · ")}{StatusWord(incident.Status)}{(incident.Drill ? " · DRILL" : "")}";

    public static string StatusWord(IncidentStatus status) => status.ToString().ToLowerInvariant();

    /// <summary>For the incidents channel; follows the incident.</summary>
    /// <param name="place">The incident's channel as a mention, resolved when it is sent.</param>
    public static Message Announcement(Incident incident, string place)
    {
        var text = incident.Status switch
        {
            IncidentStatus.Cancelled => $"{Head(incident)}: {Mrkdwn.Escape(incident.Title, 300)}. False alarm: {Mrkdwn.Escape(incident.CancelledReason ?? "", 300)}. Nothing to do.",
            IncidentStatus.Merged => $"{Head(incident)}: {Mrkdwn.Escape(incident.Title, 300)}. Work goes on in incident {incident.MergedInto}, <#{Incident.DestinationOf(incident.MergedInto ?? 0)}>.",
            IncidentStatus.Resolved or IncidentStatus.Closed => $"{Head(incident)}: {Mrkdwn.Escape(incident.Title, 300)}. {Mrkdwn.Escape(incident.Resolution ?? "", 300)}",
            _ => $"{Head(incident)}: {Mrkdwn.Escape(incident.Title, 300)}. {(incident.Lead is { } lead ? $"{Mrkdwn.User(lead)} leads." : "Nobody leads yet.")} Work goes on in {place}.",
        };
        return new Message
        {
            Text = text,
            Blocks = [new SectionBlock { Text = new Markdown($"{Mark(incident)} *{Head(incident)}*\n{text[(text.IndexOf(": ", StringComparison.Ordinal) + 2)..]}") }],
        };
    }

    /// <summary>
    /// The channel's topic: what somebody sees who only glances. Slack's documentation says that a topic is neither formatted nor linked, its clients are not all alike in that:
    /// so the three characters of which references are made become ones that look alike, which is right in either case.
    /// </summary>
    /// <remarks>https://docs.slack.dev/reference/methods/conversations.setTopic</remarks>
    public static string Topic(Incident incident)
    {
        var lead = incident is { Lead: not null, LeadName: { } name } ? $" · @{name} leads" : incident.Lead is null ? " · nobody leads" : "";
        var start = $"{Head(incident)}{(incident.IsOpen ? lead : "")}{(incident.MergedInto is { } into ? $" · goes on in incident {into}" : "")}{(incident.Service is { } s ? $" · {s}" : "")} · ";
        var topic = (start + incident.Title).ReplaceLineEndings(" ").Replace('<', '‹').Replace('>', '›').Replace('&', '＆');
        return Mrkdwn.Cut(topic, BlockLimits.Topic);
    }

    /// <summary>For the person who declared it.</summary>
    public static Message Declared(Incident incident, string place) => Plain(
        $"Incident {incident.Number} is declared ({Severities.Name(incident.Severity)}). Come to {place}: I am looking already and post what I find there."
        + (incident.Private ? " It is private: only those who are invited into its channel see it." : "")
        + (incident.Drill ? " It is a drill: marked everywhere, and outside every figure." : "")
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

    public static Message UnknownVerb(string verb, string? nearest) => nearest is null
        ? WithButton($"I do not know {Mrkdwn.Code(Mrkdwn.Cut(verb, 60))}.", IncidentButtonHandler.For("What there is", HelpVerb.Word, incident: null, style: ButtonStyle.Primary))
        : WithButton($"I do not know {Mrkdwn.Code(Mrkdwn.Cut(verb, 60))}. Did you mean `{nearest}`?", IncidentButtonHandler.For(nearest, nearest, incident: null, style: ButtonStyle.Primary), IncidentButtonHandler.For("What there is", HelpVerb.Word, incident: null));

    public static Message NoSuchIncident(int number) => WithButton($"There is no incident {number}.", IncidentButtonHandler.For("What is open", "list", incident: null, style: ButtonStyle.Primary));

    /// <summary>For a verb in the channel of an incident that was merged.</summary>
    public static Message GoesOn(Incident merged, string verb, string arguments)
    {
        var into = merged.MergedInto ?? 0;
        var sentence = $"Incident {merged.Number} was merged into incident {into}: work goes on in <#{Incident.DestinationOf(into)}>.";
        var value = IncidentButtonHandler.ValueOf(verb, into, arguments);
        Button join = IncidentButtonHandler.For($"Join incident {into}", "join", into, style: ButtonStyle.Primary);
        return value.Length <= BlockLimits.ButtonValue && verb != "join"
            ? WithButton($"{sentence} Do it there?", join, IncidentButtonHandler.For(Mrkdwn.Cut($"{verb} in incident {into}", BlockLimits.ButtonText), verb, into, arguments))
            : WithButton(sentence, join);
    }

    /// <summary>A text as lines of several sections, none of them longer than Slack takes.</summary>
    internal static IEnumerable<Block> Sections(IEnumerable<string> lines)
    {
        var section = "";
        foreach (var line in lines.Select(l => l.Length > BlockLimits.SectionText ? Mrkdwn.Cut(l, BlockLimits.SectionText) : l))
        {
            if (section.Length + line.Length + 1 > BlockLimits.SectionText)
            {
                yield return new SectionBlock { Text = new Markdown(section) };
                section = "";
            }
            section = section.Length == 0 ? line : $"{section}\n{line}";
        }
        if (section.Length > 0) yield return new SectionBlock { Text = new Markdown(section) };
    }

    public static Message OpenForm(string verb, int? incident, string arguments) =>
        CouldNotOpen(IncidentButtonHandler.For("Open the form", verb, incident, Mrkdwn.Cut(arguments, 1_500), ButtonStyle.Primary));

    /// <summary>For a form that could not open: the button has a trigger of its own.</summary>
    public static Message CouldNotOpen(Button again) => WithButton("The form could not open in time: Slack gives me three seconds.", again);

    public static Message Plain(string text) => new() { Text = text, Blocks = [new SectionBlock { Text = new Markdown(Mrkdwn.Cut(text, BlockLimits.SectionText)) }] };

    public static Message WithButton(string text, params Button[] buttons) => new()
    {
        Text = text,
        Blocks = [new SectionBlock { Text = new Markdown(text) }, new ActionsBlock { Elements = [.. buttons] }],
    };

    /// <summary>One line of a list.</summary>
    internal static string Line(Incident i) =>
        $"{Mark(i)} *{i.Number}* {Severities.Name(i.Severity)}, {StatusWord(i.Status)}{(i.Drill ? ", drill" : "")}{(i.Private ? ", private" : "")}: {Mrkdwn.Escape(i.Title, 120)}{(i.Lead is { } lead ? $", led by {Mrkdwn.User(lead)}" : "")}";

    internal static string Mark(Incident incident) => incident.Status switch
    {
        IncidentStatus.Resolved or IncidentStatus.Closed => ":white_check_mark:",
        IncidentStatus.Cancelled or IncidentStatus.Merged => ":heavy_minus_sign:",
        IncidentStatus.Watching => ":eyes:",
        _ => incident.Severity is { } severity ? SeverityMarks[severity - 1] : ":grey_question:",
    };
}
