using ChatOps.Catalog;
using ChatOps.Incidents;
using ChatOps.Slack;
using ChatOps.Slack.Blocks;
using ChatOps.Slack.Interaction;

namespace ChatOps.Deployments;

/// <summary>The modals that ask for what a call lacks. The submission is read as if it had been typed.</summary>
public static class DeployForms
{
    public const string CallbackId = "deploy.fields";

    internal const string Service = "service";
    internal const string Environment = "environment";
    internal const string Version = "version";
    internal const string Reason = "reason";

    /// <summary>Null: there is nothing to choose from.</summary>
    public static ModalViewDefinition? Rollback(DeployCall call, ServiceCatalog catalog) => Modal(
        call, catalog, "Roll back", "Show the card",
        VerbForms.Choice(Environment, "Environment", "Empty: the last one in which it runs.", Names(catalog.Environments), initial: null, optional: true),
        VerbForms.Text(Version, "Back to", "Empty: the last version from which nobody had to go back.", optional: true, multiline: false),
        VerbForms.Text(Reason, "Why", "Whoever presses reads it.", optional: true, multiline: false));

    /// <summary>Null: there is nothing to choose from.</summary>
    public static ModalViewDefinition? Deploy(DeployCall call, ServiceCatalog catalog) => Modal(
        call, catalog, "Deploy", "Show the plan",
        VerbForms.Choice(Environment, "Environment", "Empty: the first one in which it runs.", Names(catalog.Environments), initial: null, optional: true),
        VerbForms.Text(Version, "Version", "Empty: the newest builds, to choose from.", optional: true, multiline: false),
        VerbForms.Text(Reason, "Why", "Whoever presses reads it.", optional: true, multiline: false));

    private static IEnumerable<(string Text, string Value)> Names(IEnumerable<string> names) => names.Take(BlockLimits.MenuOptions).Select(n => (n, n));

    private static ModalViewDefinition? Modal(DeployCall call, ServiceCatalog catalog, string title, string submit, params InputBlock[] others) => catalog.Services.Count == 0 ? null : new()
    {
        CallbackId = CallbackId,
        PrivateMetadata = $"{call.Verb}|{call.ChannelId}",
        Title = title,
        Submit = submit,
        Close = "Cancel",
        Blocks = others.Prepend(VerbForms.Choice(Service, "Service", "What it is about.", Names(catalog.Services.Keys.Order(StringComparer.Ordinal)), initial: null)).Select(i => (Block)i).ToValueList(),
    };
}

/// <summary>Takes the submissions of <see cref="DeployForms"/>.</summary>
public sealed class DeployFormHandler(DeployVerbHandler verbs) : IViewSubmissionHandler
{
    public Task Handle(ViewSubmission submission, CancellationToken cancellationToken)
    {
        var metadata = (submission.View.PrivateMetadata ?? "").Split('|', 2);
        var call = new DeployCall
        {
            Verb = metadata[0],
            Arguments = Arguments(metadata[0] == RollbackVerb.Word, submission),
            UserId = submission.User.Id,
            UserName = submission.User.Username ?? submission.User.Name,
            ChannelId = metadata.Length > 1 ? metadata[1] : submission.User.Id,
        };
        return verbs.RunAsync(call, inside: true, cancellationToken);
    }

    private static string Arguments(bool isRollback, ViewSubmission submission)
    {
        var (version, environment) = (Said(DeployForms.Version, isRollback ? "to " : ""), Said(DeployForms.Environment, isRollback ? "in " : "to "));
        return string.Join(' ', new[] { Said(DeployForms.Service, ""), version, environment, Said(DeployForms.Reason, "--reason ") }.OfType<string>());

        // The quotes keep what was filled in one word, whatever it contains.
        string? Said(string block, string before) =>
            submission.Value(block, VerbForms.ActionId) is { } value ? $"{before}\"{value.Replace('"', '\'').Replace('”', '\'').ReplaceLineEndings(" ")}\"" : null;
    }
}
