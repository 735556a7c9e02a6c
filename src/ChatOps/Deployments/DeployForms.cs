using ChatOps.Slack.Blocks;
using ChatOps.Slack.Interaction;

namespace ChatOps.Deployments;

/// <summary>Modals of <c>/deploy</c>. The submission makes the same call again, with <see cref="DeployCall.Fields"/>.</summary>
public static class DeployForms
{
    public const string CallbackId = "deploy.fields";
    public const string ReasonBlock = "reason";
    internal const string ActionId = "value";

    /// <summary>Why gates are overridden. Null: what was typed is too long to come back with the form.</summary>
    public static ModalViewDefinition? Reason(DeployCall call, IReadOnlyList<string> gates)
    {
        var metadata = $"{call.Verb}|{call.ChannelId}|{call.Arguments}";
        return metadata.Length > BlockLimits.PrivateMetadata ? null : new()
        {
            CallbackId = CallbackId,
            PrivateMetadata = metadata,
            Title = "Override a gate",
            Submit = "Plan it",
            Close = "Cancel",
            Blocks =
            [
                new InputBlock
                {
                    BlockId = ReasonBlock,
                    Label = Mrkdwn.Cut($"Why can {string.Join(", ", gates)} not wait?", BlockLimits.InputLabel),
                    Hint = "Everybody in the channel reads it. The card follows; nothing begins yet.",
                    Element = new PlainTextInput { ActionId = ActionId, Multiline = true, MaxLength = 1_000, FocusOnLoad = true },
                },
            ],
        };
    }
}

/// <summary>Takes the submissions of <see cref="DeployForms"/>.</summary>
public sealed class DeployFormHandler(DeployVerbHandler verbs) : IViewSubmissionHandler
{
    public ViewSubmissionResponse? Acknowledge(ViewSubmission submission) =>
        // Slack itself refuses an empty field, but takes one of blanks.
        submission.Value(DeployForms.ReasonBlock, DeployForms.ActionId) is null
            ? ViewSubmissionResponse.Errors(new Dictionary<string, string> { [DeployForms.ReasonBlock] = "Write a few words: they are what others will read." })
            : null;

    public Task Handle(ViewSubmission submission, CancellationToken cancellationToken)
    {
        var metadata = (submission.View.PrivateMetadata ?? "").Split('|', 3);
        return verbs.RunAsync(
            new DeployCall
            {
                Verb = metadata[0],
                Arguments = metadata.Length > 2 ? metadata[2] : "",
                UserId = submission.User.Id,
                UserName = submission.User.Username ?? submission.User.Name,
                ChannelId = metadata.Length > 1 ? metadata[1] : submission.User.Id,
                Fields = submission.Value(DeployForms.ReasonBlock, DeployForms.ActionId) is { } reason ? new Dictionary<string, string> { [DeployForms.ReasonBlock] = reason } : new Dictionary<string, string>(),
            },
            inside: true, cancellationToken);
    }
}
