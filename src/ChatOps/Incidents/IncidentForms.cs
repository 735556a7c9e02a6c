using System.Globalization;
using ChatOps.Slack;
using ChatOps.Slack.Blocks;
using ChatOps.Slack.Interaction;

namespace ChatOps.Incidents;

/// <summary>The modals of <c>/incident</c>. Their submissions become the same calls as what is typed.</summary>
public static class IncidentForms
{
    public const string Start = "incident.start";
    public const string Text = "incident.text";

    internal const int MaximumTitle = 150;

    /// <summary>The form that declares an incident.</summary>
    public static ModalViewDefinition StartForm(string channelId, string title, IEnumerable<string> services, bool isPrivate = false, bool isDrill = false) => new()
    {
        CallbackId = Start,
        PrivateMetadata = channelId,
        Title = "Start an incident",
        Submit = "Start",
        Close = "Cancel",
        Blocks =
        [
            new InputBlock
            {
                BlockId = "title",
                Label = "What is wrong?",
                Hint = "As people notice it: \"Nobody can log in\".",
                Element = new PlainTextInput { ActionId = "text", MaxLength = MaximumTitle, InitialValue = title.Length == 0 ? null : Mrkdwn.Cut(title, MaximumTitle), FocusOnLoad = true },
            },
            .. ServiceMenu(services),
            new InputBlock
            {
                BlockId = "severity",
                Label = "Severity",
                Optional = true,
                Hint = "Not sure? Leave it: nobody else is called until someone accepts the incident, and I suggest one.",
                Element = new StaticSelectMenu { ActionId = "choice", Placeholder = "I am not sure yet", Options = Severities.All.Select(s => new Option($"SEV{s.Level}: {s.Meaning}", s.Level.ToString(CultureInfo.InvariantCulture))).ToValueList() },
            },
            Kind(isPrivate, isDrill),
        ],
    };

    private static InputBlock Kind(bool isPrivate, bool isDrill)
    {
        var options = ValueList.Create<Option>([new Option("Private: only those who are invited see it", "private"), new Option("A drill: marked, and outside every figure", "drill")]);
        var initial = options.Where(o => o.Value == "private" ? isPrivate : isDrill).ToValueList();
        return new() { BlockId = "kind", Label = "Anything special?", Optional = true, Element = new CheckboxGroup { ActionId = "choice", Options = options, InitialOptions = initial.Count == 0 ? null : initial } };
    }

    private static IEnumerable<Block> ServiceMenu(IEnumerable<string> services)
    {
        var options = services.Take(BlockLimits.MenuOptions).Select(s => new Option(Mrkdwn.Cut(s, BlockLimits.OptionText), s)).ToValueList();
        if (options.Count == 0) yield break;
        yield return new InputBlock
        {
            BlockId = "service",
            Label = "Service",
            Optional = true,
            Hint = "Not sure? Leave it: I look at all of them.",
            Element = new StaticSelectMenu { ActionId = "choice", Placeholder = "I am not sure yet", Options = options },
        };
    }

    /// <summary>A form of one text for a verb that needs one.</summary>
    public static ModalViewDefinition TextForm(IncidentCall call, string title, string submit, string label, string hint, bool optional = false) => new()
    {
        CallbackId = Text,
        PrivateMetadata = $"{call.Verb}|{call.Incident?.Number}|{call.ChannelId}",
        Title = title,
        Submit = submit,
        Close = "Cancel",
        Blocks =
        [
            new InputBlock
            {
                BlockId = "text",
                Label = label,
                Hint = hint,
                Optional = optional ? true : null,
                Element = new PlainTextInput { ActionId = "text", Multiline = true, MaxLength = 3_000, FocusOnLoad = true },
            },
        ],
    };
}

/// <summary>Takes the forms' submissions.</summary>
public sealed class IncidentFormHandler(RunVerb run) : IViewSubmissionHandler
{
    public ViewSubmissionResponse? Acknowledge(ViewSubmission submission)
    {
        var block = submission.View.CallbackId == IncidentForms.Start ? "title" : "text";
        var isOptional = submission.View.Blocks?.OfType<InputBlock>().FirstOrDefault(b => b.BlockId == block)?.Optional ?? false;
        return isOptional || submission.Value(block, "text") is not null
            ? null
            : ViewSubmissionResponse.Errors(new Dictionary<string, string> { [block] = "Write a few words here: they are what others will read." });
    }

    public Task Handle(ViewSubmission submission, CancellationToken cancellationToken)
    {
        var metadata = (submission.View.PrivateMetadata ?? "").Split('|', 3);
        return submission.View.CallbackId == IncidentForms.Start
            ? run.HandleAsync(Call(submission, StartVerb.Word, StartArguments(submission), metadata[0]), number: null, inside: true, cancellationToken)
            : run.HandleAsync(Call(submission, metadata[0], submission.Value("text", "text") ?? "", metadata[^1]), int.TryParse(metadata[1], NumberStyles.None, CultureInfo.InvariantCulture, out var n) ? n : null, inside: true, cancellationToken);
    }

    // The quotes keep a title one text whatever it contains.
    private static string StartArguments(ViewSubmission submission)
    {
        var title = (submission.Value("title", "text") ?? "").Replace('"', '\'').Replace('”', '\'').ReplaceLineEndings(" ");
        var service = submission.Value("service", "choice") is { } s ? $" --service {s}" : "";
        var severity = submission.Value("severity", "choice") is { } v ? $" --sev {v}" : "";
        var kind = submission.Values("kind", "choice");
        return $"\"{title}\"{service}{severity}{(kind.Contains("private") ? " --private" : " --public")}{(kind.Contains("drill") ? " --drill" : "")} --new";
    }

    private static IncidentCall Call(ViewSubmission submission, string verb, string arguments, string channel) => new()
    {
        Verb = verb,
        Arguments = arguments,
        UserId = submission.User.Id,
        UserName = submission.User.Username ?? submission.User.Name,
        ChannelId = channel,
    };
}
