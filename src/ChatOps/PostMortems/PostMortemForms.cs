using System.Globalization;
using ChatOps.Incidents;
using ChatOps.Slack;
using ChatOps.Slack.Blocks;
using ChatOps.Slack.Interaction;

namespace ChatOps.PostMortems;

/// <summary>The modals of a post-mortem. Pure.</summary>
public static class PostMortemForms
{
    public const string Edit = "postmortem.edit";
    public const string Cause = "postmortem.cause";
    public const string Choice = "postmortem.section";
    internal const string Field = "text";

    /// <summary>Of a longer section the rest cannot be chosen: Slack's menu ends at 100.</summary>
    private const int MostParts = 8;

    /// <summary>The form that edits sections: the chosen one, and those in which something was typed before another was chosen.</summary>
    /// <param name="typed">What is typed so far.</param>
    public static ModalViewDefinition EditForm(PostMortem shown, string channelId, string name, int part, IReadOnlyList<SectionEdit> typed)
    {
        var changed = typed.Where(e => !IsOpen(e.Name, e.Part) && Piece(shown, e.Name, e.Part) is { } piece && piece.Trim() != e.Text.ReplaceLineEndings("\n").Trim());
        var open = typed.FirstOrDefault(e => IsOpen(e.Name, e.Part)) ?? new SectionEdit(name, part, Piece(shown, name, part) ?? "");
        return new()
        {
            CallbackId = Edit,
            PrivateMetadata = $"{shown.Incident}|{shown.Version}|{channelId}",
            Title = "Edit the post-mortem",
            Submit = "Save",
            Close = "Cancel",
            Blocks =
            [
                new InputBlock
                {
                    BlockId = "section",
                    Label = "Section",
                    DispatchAction = true,
                    Hint = TooLong(shown) is { } rest ? $"The cause has its own button. Too long to be edited here as a whole: {rest}; add a note to the timeline instead." : "The cause has its own button, since a name stands behind it.",
                    Element = new StaticSelectMenu { ActionId = Choice, Options = Options(shown).ToValueList(), InitialOption = OptionOf(shown, name, part) },
                },
                Text(shown, open, hint: "Markdown. Your text stays when ChatOps writes the rest again. Leave it empty to have ChatOps write it."),
                .. changed.Select(e => Text(shown, e, hint: "Changed before; saved together.")),
            ],
        };

        bool IsOpen(string n, int p) => n == name && p == part;
    }

    /// <summary>The form that confirms the cause, or corrects it.</summary>
    public static ModalViewDefinition CauseForm(Incident incident, string cause, string channelId) => new()
    {
        CallbackId = Cause,
        PrivateMetadata = $"{incident.Number}|{incident.CauseConfirmedAt?.UtcTicks ?? 0}|{channelId}",
        Title = "Confirm the cause",
        Submit = "Confirm",
        Close = "Cancel",
        Blocks =
        [
            new InputBlock
            {
                BlockId = Field,
                Label = "What caused it?",
                Hint = "It will read \"confirmed by\" with your name. Correct it until it is what you know.",
                Element = new PlainTextInput
                {
                    ActionId = Field, Multiline = true, MaxLength = BlockLimits.InputText, FocusOnLoad = true, InitialValue = cause.Length == 0 ? null : Mrkdwn.Cut(cause, BlockLimits.InputText),
                },
            },
        ],
    };

    /// <summary>What is filled in in the form's fields; empty where a field was emptied.</summary>
    internal static IReadOnlyList<SectionEdit> Typed(ViewState state) =>
        [.. (state.Values ?? new Dictionary<string, IReadOnlyDictionary<string, ElementValue>>())
            .Where(b => b.Key.StartsWith(Field + ":", StringComparison.Ordinal))
            .Select(b => (Id: Read(b.Key[(Field.Length + 1)..]), Text: b.Value.GetValueOrDefault(Field)?.Value ?? ""))
            .Where(x => x.Id is not null).Select(x => new SectionEdit(x.Id!.Value.Name, x.Id.Value.Part, x.Text))];

    /// <summary>Reads <c>timeline:2</c>; null for anything else.</summary>
    internal static (string Name, int Part)? Read(string? value) =>
        value?.Split(':') is [var name, var part] && Sections.Editable.Contains(name) && int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? (name, number) : null;

    private static InputBlock Text(PostMortem shown, SectionEdit edit, string hint) => new()
    {
        // With the section's name in its id, Slack keeps what was typed in one from appearing in another.
        BlockId = $"{Field}:{edit.Name}:{edit.Part}",
        Label = LabelOf(shown, edit.Name, edit.Part),
        Hint = hint,
        Optional = true,
        Element = new PlainTextInput { ActionId = Field, Multiline = true, MaxLength = BlockLimits.InputText, InitialValue = edit.Text.Length == 0 ? null : edit.Text },
    };

    private static IEnumerable<Option> Options(PostMortem shown) =>
        from name in Sections.Editable
        where shown.Find(name) is not null
        from part in Enumerable.Range(0, Math.Min(MostParts, Count(shown, name)))
        select OptionOf(shown, name, part);

    private static Option OptionOf(PostMortem shown, string name, int part) => new(LabelOf(shown, name, part), $"{name}:{part}");

    private static string LabelOf(PostMortem shown, string name, int part) =>
        Count(shown, name) is > 1 and var count ? $"{Sections.Label(name)}, part {part + 1} of {count}" : Sections.Label(name);

    private static string? TooLong(PostMortem shown)
    {
        var names = Sections.Editable.Where(n => Count(shown, n) > MostParts).Select(n => $"{Sections.Label(n)} (first {MostParts} of {Count(shown, n)} parts)").ToList();
        return names.Count == 0 ? null : string.Join(", ", names);
    }

    private static int Count(PostMortem shown, string name) => shown.Find(name) is { } section ? Parts.Of(section.Text).Count : 0;

    private static string? Piece(PostMortem shown, string name, int part) =>
        shown.Find(name) is { } section && Parts.Of(section.Text) is var parts && part < parts.Count ? parts[part].Text : null;
}
