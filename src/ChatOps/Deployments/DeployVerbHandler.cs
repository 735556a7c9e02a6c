using ChatOps.Catalog;
using ChatOps.Configuration;
using ChatOps.Inbox;
using ChatOps.Outbox;
using ChatOps.Slack.Blocks;
using ChatOps.Slack.WebApi;

namespace ChatOps.Deployments;

/// <summary>The one way to a verb of <c>/deploy</c>, for what was typed, pressed or submitted: finds it, opens its form, calls it.</summary>
public sealed class DeployVerbHandler(
    IEnumerable<IDeployVerb> verbs, IEnumerable<IDeployDefault> defaults, ServiceCatalog catalog, ChatOpsConfig config, CurrentRequest request, Outbox.Outbox outbox, ISlackApiClient slack)
{
    private readonly IDeployVerb[] verbs = [.. verbs];

    /// <summary>The last one that was registered.</summary>
    private readonly IDeployDefault? whole = defaults.LastOrDefault();

    /// <param name="call">With all that was typed as its arguments.</param>
    public Task TypedAsync(DeployCall call, CancellationToken cancellationToken)
    {
        var words = call.Arguments.Split((char[])[' ', '\n', '\t'], 2, StringSplitOptions.TrimEntries);
        // A verb wins over a service of that name; "/deploy where status" then names the service.
        if (Find(words[0]) is { } verb) return RunAsync(call with { Verb = verb.Name, Arguments = words.Length > 1 ? words[1] : "" }, inside: false, cancellationToken);
        if (words[0].Length == 0 || catalog.Find(words[0]) is not null) return RunAsync(call with { Verb = "" }, inside: false, cancellationToken);
        return RefuseAsync(call, DeployHelpMessages.Unknown(words[0], Nearest.Of(words[0], verbs.SelectMany(v => v.Synonyms.Prepend(v.Name)).Concat(catalog.Services.Keys)), words.Length > 1 ? words[1] : "", config.Slack.DeployCommand), cancellationToken);
    }

    /// <param name="call">With the name of its verb, or "" for a service.</param>
    /// <param name="inside">It comes out of a form, which is then not opened again.</param>
    public async Task RunAsync(DeployCall call, bool inside, CancellationToken cancellationToken)
    {
        var verb = call.Verb.Length == 0 ? null : Find(call.Verb);
        if (verb is null && (call.Verb.Length > 0 || whole is null))
        {
            // Without anything that deploys there is still something to see.
            verb = Find(call.Verb.Length == 0 && call.Arguments.Length > 0 ? WhereVerb.Word : DeployHelpVerb.Word)!;
        }
        if (!inside && call.TriggerId is { Length: > 0 } trigger && await (verb?.FormAsync(call, cancellationToken) ?? whole!.FormAsync(call, cancellationToken)) is { } form)
        {
            if (!await slack.Views.OpenInTimeAsync(trigger, form, cancellationToken)) await RefuseAsync(call, DeployHelpMessages.OpenForm(call), cancellationToken);
            return;
        }
        await (verb?.HandleAsync(call, cancellationToken) ?? whole!.HandleAsync(call, cancellationToken));
    }

    private IDeployVerb? Find(string word) => Array.Find(verbs, v => v.Name.Equals(word, StringComparison.OrdinalIgnoreCase) || v.Synonyms.Contains(word, StringComparer.OrdinalIgnoreCase));

    /// <summary>Answers the person alone; nothing else happened.</summary>
    private Task RefuseAsync(DeployCall call, Message message, CancellationToken cancellationToken) =>
        request.TellAsync(outbox, call, message, cancellationToken);
}
