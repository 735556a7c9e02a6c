using ChatOps.Catalog;
using ChatOps.Incidents;
using ChatOps.Slack;
using ChatOps.Slack.Blocks;
using ChatOps.Slack.Interaction;

namespace ChatOps.Deployments;

/// <summary>The modals that ask for what a call lacks. The submission makes the same call again, with <see cref="DeployCall.Fields"/>; a target is read as if it had been typed.</summary>
public static class DeployForms
{
    public const string CallbackId = "deploy.fields";
    public const string ReasonBlock = "reason";

    internal const string Service = "service";
    internal const string Environment = "environment";
    internal const string Version = "version";

    /// <summary>Null: there is nothing to choose from.</summary>
    public static ModalViewDefinition? Rollback(DeployCall call, ServiceCatalog catalog) => Target(
        call, catalog, "Roll back", "Show the card",
        VerbForms.Choice(Environment, "Environment", "Empty: the last one in which it runs.", Names(catalog.Environments), initial: null, optional: true),
        VerbForms.Text(Version, "Back to", "Empty: the last version from which nobody had to go back.", optional: true, multiline: false),
        VerbForms.Text(ReasonBlock, "Why", "Whoever presses reads it.", optional: true, multiline: false));

    /// <summary>Null: there is nothing to choose from.</summary>
    public static ModalViewDefinition? Deploy(DeployCall call, ServiceCatalog catalog) => Target(
        call, catalog, "Deploy", "Show the plan",
        VerbForms.Choice(Environment, "Environment", "Empty: the first one in which it runs.", Names(catalog.Environments), initial: null, optional: true),
        VerbForms.Text(Version, "Version", "Empty: the newest builds, to choose from.", optional: true, multiline: false),
        VerbForms.Text(ReasonBlock, "Why", "Whoever presses reads it.", optional: true, multiline: false));

    /// <summary>Why gates are overridden. Null: what was typed is too long to come back with the form.</summary>
    public static ModalViewDefinition? Reason(DeployCall call, IReadOnlyList<string> gates) => Metadata(call).Length > BlockLimits.PrivateMetadata ? null : Modal(
        call, "Override a gate", "Plan it",
        VerbForms.Text(ReasonBlock, Mrkdwn.Cut($"Why can {string.Join(", ", gates)} not wait?", BlockLimits.InputLabel), "Everybody in the channel reads it. The card follows; nothing begins yet."));

    private static ModalViewDefinition? Target(DeployCall call, ServiceCatalog catalog, string title, string submit, params InputBlock[] others) => catalog.Services.Count == 0 ? null : Modal(
        call, title, submit, [VerbForms.Choice(Service, "Service", "What it is about.", Names(catalog.Services.Keys.Order(StringComparer.Ordinal)), initial: null), .. others]);

    private static ModalViewDefinition Modal(DeployCall call, string title, string submit, params InputBlock[] inputs) => new()
    {
        CallbackId = CallbackId,
        PrivateMetadata = Metadata(call),
        Title = title,
        Submit = submit,
        Close = "Cancel",
        Blocks = inputs.Select(i => (Block)i).ToValueList(),
    };

    private static string Metadata(DeployCall call) => $"{call.Verb}|{call.ChannelId}|{call.Arguments}";

    private static IEnumerable<(string Text, string Value)> Names(IEnumerable<string> names) => names.Take(BlockLimits.MenuOptions).Select(n => (n, n));
}

/// <summary>Takes the submissions of <see cref="DeployForms"/>.</summary>
public sealed class DeployFormHandler(DeployVerbHandler verbs) : IViewSubmissionHandler
{
    public ViewSubmissionResponse? Acknowledge(ViewSubmission submission) => VerbFormHandler.Blank(submission);

    public Task Handle(ViewSubmission submission, CancellationToken cancellationToken)
    {
        var metadata = (submission.View.PrivateMetadata ?? "").Split('|', 3);
        var fields = VerbFormHandler.FieldsOf(submission);
        return verbs.RunAsync(
            new DeployCall
            {
                Verb = metadata[0],
                Arguments = fields.ContainsKey(DeployForms.Service) ? Typed(fields, isRollback: metadata[0] == RollbackVerb.Word) : metadata.Length > 2 ? metadata[2] : "",
                UserId = submission.User.Id,
                UserName = submission.User.Username ?? submission.User.Name,
                ChannelId = metadata.Length > 1 ? metadata[1] : submission.User.Id,
                Fields = fields,
            },
            inside: true, cancellationToken);
    }

    private static string Typed(Dictionary<string, string> fields, bool isRollback)
    {
        return string.Join(' ', new[]
        {
            Said(DeployForms.Service, ""), Said(DeployForms.Version, isRollback ? "to " : ""), Said(DeployForms.Environment, isRollback ? "in " : "to "), Said(DeployForms.ReasonBlock, "--reason "),
        }.OfType<string>());

        // The quotes keep what was filled in one word, whatever it contains.
        string? Said(string block, string before) =>
            fields.TryGetValue(block, out var value) ? $"{before}\"{value.Replace('"', '\'').Replace('”', '\'').ReplaceLineEndings(" ")}\"" : null;
    }
}
