using ChatOps.Catalog;
using ChatOps.Configuration;
using ChatOps.Inbox;
using ChatOps.Permissions;
using ChatOps.Timeline;

namespace ChatOps.Deployments;

/// <summary><c>/deploy freeze [env] reason</c>: nothing is deployed there; an exception needs a reason and a second person.</summary>
public sealed class FreezeVerb(ServiceCatalog catalog, PermissionCheck permissions, CurrentRequest request, TimelineStore timeline, Outbox.Outbox outbox, ChatOpsConfig config, TimeProvider time) : IDeployVerb
{
    public const string Word = "freeze";

    public string Name => Word;

    public IReadOnlyList<string> Synonyms => [];

    public (string Arguments, string Does) Usage => ("[env] reason [--for 2h]", "nothing is deployed there, or anywhere; rollbacks and fixes of grave incidents go on");

    public async Task HandleAsync(DeployCall call, CancellationToken cancellationToken)
    {
        var text = Incidents.CommandText.Parse(call.Arguments);
        var words = text.Words.ToList();
        var (environment, refusal) = TargetWords.Environment(catalog.Environments, words);
        var (until, wrong) = LockVerb.Until(text, time.GetUtcNow());
        refusal ??= wrong;
        var reason = string.Join(' ', words);
        if (refusal is null && reason.Length == 0) refusal = $"Say why: whoever is refused reads it. Write `{config.Slack.DeployCommand} freeze {environment ?? catalog.Production} the sale --for 3d`.";
        refusal ??= await FreezeRight.RefusalAsync(permissions, catalog, call.UserId, environment, cancellationToken);
        if (refusal is not null)
        {
            await request.TellAsync(outbox, call, LockMessages.Refused(refusal), cancellationToken);
            return;
        }
        await request.CommitAsync(async tx =>
        {
            var freeze = await FreezeStore.AddAsync(tx, environment, call.UserId, Redactor.ForRecord(reason), until, cancellationToken);
            await timeline.AppendAsync(tx, new TimelineEntry { Kind = TimelineKinds.DeploysFrozen, At = tx.Now, Actor = call.UserId, Text = $"froze deploys to {FreezeRight.Where(environment)}: {freeze.Reason}" }, cancellationToken);
            await outbox.ShowAsync(tx, $"deploy freeze {freeze.Id}", call.ChannelId, LockMessages.Frozen(freeze), cancellationToken);
        }, cancellationToken);
    }
}

/// <summary><c>/deploy unfreeze [env]</c>: ends freezes by command of exactly that scope.</summary>
public sealed class UnfreezeVerb(ServiceCatalog catalog, PermissionCheck permissions, CurrentRequest request, TimelineStore timeline, FreezeStore freezes, Outbox.Outbox outbox, ChatOpsConfig config, TimeProvider time) : IDeployVerb
{
    public const string Word = "unfreeze";

    public string Name => Word;

    public IReadOnlyList<string> Synonyms => ["thaw"];

    public (string Arguments, string Does) Usage => ("[env]", "end what `freeze` began; freezes of chatops.yaml end by themselves");

    public async Task HandleAsync(DeployCall call, CancellationToken cancellationToken)
    {
        var words = Incidents.CommandText.Parse(call.Arguments).Words.ToList();
        var (environment, refusal) = TargetWords.Environment(catalog.Environments, words);
        if (refusal is null && words.Count > 0) refusal = $"There is no environment '{words[0]}'; there are: {string.Join(", ", catalog.Environments)}.";
        refusal ??= await FreezeRight.RefusalAsync(permissions, catalog, call.UserId, environment, cancellationToken);
        if (refusal is not null)
        {
            await request.TellAsync(outbox, call, LockMessages.Refused(refusal), cancellationToken);
            return;
        }
        var others = await freezes.AllAsync(cancellationToken);
        var configured = catalog.Environments.Where(e => environment is null || e == environment)
            .SelectMany(e => FreezeCalendar.InForce([.. config.Deploy.Freezes.Where(f => f.Services.Count == 0)], new("", e), time.GetUtcNow())).Distinct().ToList();
        await request.CommitAsync(async tx =>
        {
            var ended = await FreezeStore.EndAsync(tx, environment, call.UserId, cancellationToken);
            var left = others.Where(o => ended.All(e => e.Id != o.Id) && (environment is null || o.Environment is null)).ToList();
            if (ended.Count == 0)
            {
                await outbox.TellAsync(tx, call, LockMessages.NothingToThaw(environment, left, configured, config.Slack.DeployCommand), cancellationToken);
                return;
            }
            await timeline.AppendAsync(tx, new TimelineEntry { Kind = TimelineKinds.DeploysUnfrozen, At = tx.Now, Actor = call.UserId, Text = $"ended the freeze of {FreezeRight.Where(environment)}: {string.Join("; ", ended.Select(e => e.Reason))}" }, cancellationToken);
            await outbox.ShowAsync(tx, $"deploy unfreeze {ended[0].Id}", call.ChannelId, LockMessages.Thawed(environment, ended, left, configured, call.UserId), cancellationToken);
        }, cancellationToken);
    }
}

/// <summary>Who may freeze: everything, where no environment is named, is each of them.</summary>
internal static class FreezeRight
{
    /// <summary>What a rule that names services does not cover: a freeze is of all of them.</summary>
    private const string AllServices = "all deploys";

    public static string Where(string? environment) => environment ?? "all environments";

    public static async Task<string?> RefusalAsync(PermissionCheck permissions, ServiceCatalog catalog, string user, string? environment, CancellationToken cancellationToken)
    {
        foreach (var one in environment is null ? catalog.Environments : [environment])
        {
            if (await permissions.CheckAsync(user, PermissionActions.Freeze, new(AllServices, one), cancellationToken) is { Allowed: false } no) return LockMessages.NotAllowed(no);
        }
        return null;
    }
}
