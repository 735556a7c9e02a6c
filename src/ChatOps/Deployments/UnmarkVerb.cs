using ChatOps.Catalog;
using ChatOps.Configuration;
using ChatOps.Inbox;
using ChatOps.Permissions;
using ChatOps.Timeline;

namespace ChatOps.Deployments;

/// <summary><c>/deploy unmark service version [env]</c>: a version that was marked bad may run there again.</summary>
public sealed class UnmarkVerb(ServiceCatalog catalog, PermissionCheck permissions, CurrentRequest request, BadVersionStore bad, TimelineStore timeline, Outbox.Outbox outbox, ChatOpsConfig config) : IDeployVerb
{
    public string Name => "unmark";

    public IReadOnlyList<string> Synonyms => ["unbad"];

    public (string Arguments, string Does) Usage => ("service version [env]", "a version that was marked bad may run there again");

    public async Task HandleAsync(DeployCall call, CancellationToken cancellationToken)
    {
        // The version stands between service and environment, as in "/deploy shop v42 production".
        var words = Incidents.CommandText.Parse(call.Arguments).Words.ToList();
        var version = words.Count > 1 ? words[1] : null;
        if (version is not null) words.RemoveAt(1);
        var read = TargetWords.Read(catalog, string.Join(' ', words), $"{config.Slack.DeployCommand} unmark shop v42 production");
        var refusal = read.Refusal ?? (read.Rest.Length > 0 ? $"There is no environment '{read.Rest}'; there are: {string.Join(", ", catalog.Environments)}." : null);
        var marks = refusal is null ? await bad.OfAsync(read.Target!, cancellationToken) : [];
        if (refusal is null && (version is null || marks.All(m => m.Version != version)))
        {
            var where = $"{read.Target!.Service} in {read.Target.Environment}";
            refusal = marks.Count == 0 ? $"No version of {where} is marked bad."
                : $"{(version is null ? "Which version?" : $"{version} of {where} is not marked bad.")} Marked: {string.Join(", ", marks.Take(10).Select(m => m.Version))}.";
        }
        if (refusal is null && await permissions.CheckAsync(call.UserId, PermissionActions.Deploy, read.Target!, cancellationToken) is { Allowed: false } no) refusal = LockMessages.NotAllowed(no);
        await request.CommitAsync(async tx =>
        {
            var mark = refusal is null ? await BadVersionStore.UnmarkAsync(tx, read.Target!, version!, call.UserId, cancellationToken) : null;
            if (mark is null)
            {
                await outbox.TellAsync(tx, call, LockMessages.Refused(refusal ?? $"Somebody else took the mark of {version} away just now."), cancellationToken);
                return;
            }
            await timeline.AppendAsync(tx, new TimelineEntry { Target = read.Target!.ToString(), Kind = TimelineKinds.VersionUnmarked, At = tx.Now, Actor = call.UserId, Text = $"took away the mark of {mark.Version} in {read.Target.Environment}: {mark.Reason}" }, cancellationToken);
            await outbox.ShowAsync(tx, $"deploy unmark {tx.RequestId}", call.ChannelId, LockMessages.Unmarked(read.Target, mark, call.UserId), cancellationToken);
        }, cancellationToken);
    }
}
