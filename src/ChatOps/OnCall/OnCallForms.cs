using System.Globalization;
using ChatOps.Configuration;
using ChatOps.Incidents;
using ChatOps.Slack;
using ChatOps.Slack.Blocks;
using ChatOps.Slack.Interaction;

namespace ChatOps.OnCall;

/// <summary>The modals of paging and of swapping shifts. Their submissions become the same calls as what is typed.</summary>
public static class OnCallForms
{
    public const string PageForm = "oncall.page";
    public const string SwapForm = "oncall.swap";

    public static ModalViewDefinition Page(IncidentCall call) => new()
    {
        CallbackId = PageForm,
        PrivateMetadata = $"{call.Incident?.Number}|{call.ChannelId}",
        Title = "Page someone",
        Submit = "Page",
        Close = "Cancel",
        Blocks =
        [
            new InputBlock { BlockId = "user", Label = "Whom?", Optional = true, Hint = "Leave it, and whoever is on call is called, then the next.", Element = new UserSelectMenu { ActionId = "choice", Placeholder = "Whoever is on call" } },
            new InputBlock { BlockId = "text", Label = "Why?", Hint = "It is the first thing they read.", Element = new PlainTextInput { ActionId = "text", Multiline = true, MaxLength = 1_000, FocusOnLoad = true } },
        ],
    };

    public static ModalViewDefinition Swap(IncidentCall call, IEnumerable<Rotation> schedules, string? chosen)
    {
        var options = schedules.Take(BlockLimits.MenuOptions).Select(s => new Option(Mrkdwn.Cut(s.Name, BlockLimits.OptionText), s.Name)).ToValueList();
        return new()
        {
            CallbackId = SwapForm,
            PrivateMetadata = $"|{call.ChannelId}",
            Title = "Swap a shift",
            Submit = "Swap",
            Close = "Cancel",
            Blocks =
            [
                new InputBlock { BlockId = "schedule", Label = "Schedule", Element = new StaticSelectMenu { ActionId = "choice", Options = options, InitialOption = options.FirstOrDefault(o => o.Value == chosen) } },
                new InputBlock { BlockId = "user", Label = "Who takes over?", Optional = true, Hint = "Leave it, and it is you. Somebody else is asked first.", Element = new UserSelectMenu { ActionId = "choice", Placeholder = "I do" } },
                new InputBlock { BlockId = "from", Label = "From", Optional = true, Hint = "Leave it for now.", Element = new DateTimePicker { ActionId = "choice" } },
                new InputBlock { BlockId = "until", Label = "Until", Optional = true, Hint = "Leave it for the end of that shift.", Element = new DateTimePicker { ActionId = "choice" } },
                new InputBlock { BlockId = "text", Label = "Why?", Optional = true, Element = new PlainTextInput { ActionId = "text", MaxLength = 300 } },
            ],
        };
    }
}

/// <summary>Takes the forms' submissions.</summary>
public sealed class OnCallFormHandler(RunVerb run) : IViewSubmissionHandler
{
    public ViewSubmissionResponse? Acknowledge(ViewSubmission submission) =>
        submission.View.CallbackId == OnCallForms.PageForm && submission.Value("text", "text") is null
            ? ViewSubmissionResponse.Errors(new Dictionary<string, string> { ["text"] = "Write a few words: they are what wakes people." })
            : null;

    public Task Handle(ViewSubmission submission, CancellationToken cancellationToken)
    {
        var metadata = (submission.View.PrivateMetadata ?? "|").Split('|', 2);
        var isPage = submission.View.CallbackId == OnCallForms.PageForm;
        var user = submission.Value("user", "choice") is { } chosen ? $"@{chosen} " : "";
        var text = submission.Value("text", "text") ?? "";
        var call = new IncidentCall
        {
            Verb = isPage ? PageVerb.Word : OnCallVerb.Word,
            Arguments = isPage ? $"{user}{text}" : $"{OnCallVerb.Swap} {submission.Value("schedule", "choice")} {user}{Option("from")}{Option("until")}{Why(text)}",
            UserId = submission.User.Id,
            ChannelId = metadata[^1],
        };
        return run.HandleAsync(call, int.TryParse(metadata[0], NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null, inside: true, cancellationToken);

        string Option(string name) => submission.Value(name, "choice") is { } value ? $"--{name} {value} " : "";

        // The quotes keep it one text whatever it contains.
        static string Why(string text) => text.Length == 0 ? "" : $"--why \"{text.Replace('"', '\'').Replace('”', '\'').Replace('“', '\'').ReplaceLineEndings(" ")}\"";
    }
}
