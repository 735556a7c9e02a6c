using System.Globalization;
using ChatOps.Slack;
using ChatOps.Slack.Blocks;
using ChatOps.Slack.Interaction;

namespace ChatOps.Incidents;

/// <summary>Modals of several fields for one verb. The submission calls the verb again with <see cref="IncidentCall.Fields"/>.</summary>
public static class VerbForms
{
    public const string CallbackId = "incident.fields";
    public const string PersonBlock = "person";
    public const string RoleBlock = "role";

    internal const string ActionId = "value";

    public static ModalViewDefinition Person(IncidentCall call, string title, string submit, string label, string hint, bool optional = false) =>
        Modal(call, title, submit, PersonInput(label, hint, optional));

    public static ModalViewDefinition Role(IncidentCall call, IncidentRole? role)
    {
        var options = IncidentRoles.All.Select(r => new Option($"{IncidentRoles.Word(r)}: {IncidentRoles.Duty(r).Split(':')[0]}", IncidentRoles.Word(r))).ToValueList();
        return Modal(call, "Give a role", "Give",
            new InputBlock
            {
                BlockId = RoleBlock, Label = "Role",
                Element = new StaticSelectMenu { ActionId = ActionId, Placeholder = "Which role?", Options = options, InitialOption = role is { } r ? options.First(o => o.Value == IncidentRoles.Word(r)) : null },
            },
            PersonInput("Person", "They are invited and told. Leave it empty to take the role away.", optional: true));
    }

    public static InputBlock Text(string block, string label, string hint, bool optional = false, string? initial = null, bool multiline = true) => new()
    {
        BlockId = block,
        Label = label,
        Hint = hint,
        Optional = optional ? true : null,
        Element = new PlainTextInput { ActionId = ActionId, Multiline = multiline, MaxLength = BlockLimits.InputText, InitialValue = string.IsNullOrEmpty(initial) ? null : Mrkdwn.Cut(initial, BlockLimits.InputText) },
    };

    public static InputBlock Choice(string block, string label, string hint, IEnumerable<(string Text, string Value)> options, string? initial, bool optional = false)
    {
        var all = options.Select(o => new Option(Mrkdwn.Cut(o.Text, BlockLimits.OptionText), o.Value)).ToValueList();
        return new()
        {
            BlockId = block,
            Label = label,
            Hint = hint,
            Optional = optional ? true : null,
            Element = new StaticSelectMenu { ActionId = ActionId, Placeholder = "Choose", Options = all, InitialOption = all.FirstOrDefault(o => o.Value == initial) },
        };
    }

    public static InputBlock PersonInput(string label, string hint, bool optional) => new()
    {
        BlockId = PersonBlock, Label = label, Hint = hint, Optional = optional ? true : null, Element = new UserSelectMenu { ActionId = ActionId, Placeholder = "Choose a person" },
    };

    /// <param name="call">Verb, incident and arguments come back with the submission.</param>
    public static ModalViewDefinition Modal(IncidentCall call, string title, string submit, params InputBlock[] inputs) => new()
    {
        CallbackId = CallbackId,
        PrivateMetadata = $"{call.Verb}|{call.Incident?.Number}|{call.ChannelId}|{call.Arguments}",
        Title = title,
        Submit = submit,
        Close = "Cancel",
        Blocks = inputs.Select(i => (Block)i).ToValueList(),
    };
}

/// <summary>Takes the submissions of <see cref="VerbForms"/>.</summary>
public sealed class VerbFormHandler(RunVerb run) : IViewSubmissionHandler
{
    public ViewSubmissionResponse? Acknowledge(ViewSubmission submission) => Blank(submission);

    /// <summary>Slack itself refuses an empty field, but takes one of blanks.</summary>
    internal static ViewSubmissionResponse? Blank(ViewSubmission submission)
    {
        var blank = (submission.View.Blocks ?? []).OfType<InputBlock>().Where(b => b is { Optional: not true, BlockId: not null } && submission.Value(b.BlockId, VerbForms.ActionId) is null).ToList();
        return blank.Count == 0 ? null : ViewSubmissionResponse.Errors(blank.ToDictionary(b => b.BlockId!, _ => "Write a few words here: they are what others will read."));
    }

    /// <summary>What was filled in, by block.</summary>
    internal static Dictionary<string, string> FieldsOf(ViewSubmission submission) =>
        (submission.View.State.Values?.Keys ?? []).Select(block => (block, Value: submission.Value(block, VerbForms.ActionId))).Where(f => f.Value is not null).ToDictionary(f => f.block, f => f.Value!);

    public Task Handle(ViewSubmission submission, CancellationToken cancellationToken)
    {
        var metadata = (submission.View.PrivateMetadata ?? "").Split('|', 4);
        return run.HandleAsync(
            new IncidentCall
            {
                Verb = metadata[0],
                Arguments = metadata.Length > 3 ? metadata[3] : "",
                UserId = submission.User.Id,
                UserName = submission.User.Username ?? submission.User.Name,
                ChannelId = metadata.Length > 2 ? metadata[2] : submission.User.Id,
                Fields = FieldsOf(submission),
            },
            metadata.Length > 1 && int.TryParse(metadata[1], NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null,
            inside: true, cancellationToken);
    }
}
