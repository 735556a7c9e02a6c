using ChatOps.Slack;
using ChatOps.Slack.Blocks;

namespace ChatOps.Incidents;

/// <summary>Lists of incidents, and the question which of them is meant. Pure; what they are given is what the person may see.</summary>
public static class IncidentPicker
{
    private const int Shown = 10;

    public static Message List(IReadOnlyList<Incident> open, IReadOnlyList<Incident> recent)
    {
        List<Block> blocks = [new SectionBlock { Text = new Markdown(open.Count == 0 ? "*No incident is open.*" : $"*{open.Count} open*") }];
        blocks.AddRange(Lines(open, "Status", "status", ""));
        if (Menu(open, "status", "") is { } menu) blocks.Add(menu);
        if (recent.Count > 0)
        {
            blocks.Add(new DividerBlock());
            blocks.AddRange(IncidentMessages.Sections(recent.Take(8).Select(IncidentMessages.Line).Prepend("*Lately*")));
        }
        if (open.Count == 0) blocks.Add(new ActionsBlock { Elements = [IncidentButtonHandler.For("Start an incident", StartVerb.Word, incident: null, style: ButtonStyle.Primary)] });
        return new Message { Text = open.Count == 0 ? "No incident is open." : $"{open.Count} open: {string.Join("; ", open.Take(5).Select(i => $"{i.Number} {Mrkdwn.Escape(i.Title, 60)}"))}", Blocks = blocks };
    }

    /// <summary>Asked outside an incident's channel, where it is not clear which one is meant.</summary>
    /// <param name="ended">Those offered are over.</param>
    public static Message Which(string verb, string arguments, IReadOnlyList<Incident> offered, bool ended)
    {
        if (offered.Count == 0)
        {
            return ended
                ? IncidentMessages.WithButton($"No incident is over yet, so there is nothing to `{verb}`.", IncidentButtonHandler.For("What is open", "list", incident: null, style: ButtonStyle.Primary))
                : IncidentMessages.WithButton($"No incident is open, so there is nothing to `{verb}`.", IncidentButtonHandler.For("Start an incident", StartVerb.Word, incident: null, style: ButtonStyle.Primary));
        }
        var question = ended ? $"Which incident do you want to `{verb}`?" : $"Several incidents are open. Which one do you want to `{verb}`?";
        // A button that cannot carry the whole text would lose the rest of it.
        var fits = IncidentButtonHandler.ValueOf(verb, int.MaxValue, arguments).Length <= BlockLimits.ButtonValue;
        if (!fits)
        {
            return new Message
            {
                Text = question,
                Blocks = [new SectionBlock { Text = new Markdown($"{question} Your text is too long for a button: write the number behind the verb, `{verb} {offered[0].Number} …`, or type it in the incident's channel.") }, .. IncidentMessages.Sections(offered.Take(Shown).Select(IncidentMessages.Line))],
            };
        }
        List<Block> blocks = [new SectionBlock { Text = new Markdown(question) }, .. Lines(offered, "This one", verb, arguments)];
        if (Menu(offered, verb, arguments) is { } menu) blocks.Add(menu);
        else if (offered.Count > Shown) blocks.Add(new SectionBlock { Text = new Markdown($"For one of the others write its number behind the verb: `{verb} number …`; `list` shows them.") });
        return new Message { Text = $"Which incident? {IncidentMessages.StatusWord(offered[0].Status)}: {string.Join("; ", offered.Take(5).Select(i => $"{i.Number} {Mrkdwn.Escape(i.Title, 60)}"))}", Blocks = blocks };
    }

    internal static IEnumerable<Block> Lines(IReadOnlyList<Incident> incidents, string button, string verb, string arguments) => incidents.Take(Shown).Select(i => (Block)new SectionBlock
    {
        Text = new Markdown(IncidentMessages.Line(i)),
        Accessory = IncidentButtonHandler.For(button, verb, i.Number, arguments),
    });

    /// <summary>All of them in a menu, where there are more than have a line; null where none is needed or its values would be too long.</summary>
    internal static ActionsBlock? Menu(IReadOnlyList<Incident> incidents, string verb, string arguments)
    {
        if (incidents.Count <= Shown || IncidentButtonHandler.ValueOf(verb, int.MaxValue, arguments).Length > BlockLimits.OptionValue) return null;
        return new ActionsBlock
        {
            Elements =
            [
                new StaticSelectMenu
                {
                    ActionId = $"{IncidentButtonHandler.ActionId}:which",
                    Placeholder = $"All {incidents.Count}",
                    Options = incidents.Take(BlockLimits.MenuOptions)
                        .Select(i => new Option(Mrkdwn.Cut($"{i.Number} · {Severities.Name(i.Severity)} · {i.Title}", BlockLimits.OptionText), IncidentButtonHandler.ValueOf(verb, i.Number, arguments))).ToValueList(),
                },
            ],
        };
    }
}
