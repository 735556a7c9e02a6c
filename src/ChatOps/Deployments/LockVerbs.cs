using ChatOps.Catalog;
using ChatOps.Configuration;
using ChatOps.Inbox;
using ChatOps.Permissions;
using ChatOps.Timeline;

namespace ChatOps.Deployments;

/// <summary><c>/deploy lock service [env] reason</c>: nobody but who unlocks it deploys there.</summary>
public sealed class LockVerb(ServiceCatalog catalog, PermissionCheck permissions, CurrentRequest request, TimelineStore timeline, Outbox.Outbox outbox, ChatOpsConfig config, TimeProvider time) : IDeployVerb
{
    public const string Word = "lock";

    public string Name => Word;

    public IReadOnlyList<string> Synonyms => [];

    public (string Arguments, string Does) Usage => ("service [env] reason [--for 2h]", "keep everybody from deploying it there, until you unlock it or the time is over");

    public async Task HandleAsync(DeployCall call, CancellationToken cancellationToken)
    {
        var words = TargetWords.Read(catalog, call.Arguments, $"{config.Slack.DeployCommand} lock shop load test --for 2h");
        var (until, refusal) = Until(words.Text, time.GetUtcNow());
        refusal = words.Refusal ?? refusal;
        if (refusal is null && words.Rest.Length == 0) refusal = $"Say why: whoever is refused reads it. Write `{config.Slack.DeployCommand} lock {words.Target!.Service} {words.Target.Environment} load test`.";
        if (refusal is null && await permissions.CheckAsync(call.UserId, PermissionActions.Lock, words.Target!, cancellationToken) is { Allowed: false } no) refusal = LockMessages.NotAllowed(no);
        if (refusal is not null)
        {
            await request.TellAsync(outbox, call, LockMessages.Refused(refusal), cancellationToken);
            return;
        }
        var target = words.Target!;
        await request.CommitAsync(async tx =>
        {
            if (await LockStore.TryLockAsync(tx, target, call.UserId, Redactor.ForRecord(words.Rest), until, cancellationToken) is not { } taken)
            {
                var holder = await LockStore.HolderAsync(tx, target, cancellationToken);
                await outbox.TellAsync(tx, call, LockMessages.Held(target, holder), cancellationToken);
                return;
            }
            await timeline.AppendAsync(tx, new TimelineEntry { Target = target.ToString(), Kind = TimelineKinds.DeployLocked, At = tx.Now, Actor = call.UserId, Text = $"locked {target.Service} in {target.Environment}: {taken.Reason}" }, cancellationToken);
            await outbox.ShowAsync(tx, $"deploy lock {taken.Id}", call.ChannelId, LockMessages.Locked(target, taken), cancellationToken);
            await outbox.TellAsync(tx, call, LockMessages.YouLocked(target, taken, words.Named, catalog), cancellationToken);
        }, cancellationToken);
    }

    /// <summary>The end that <c>--for</c> gives; null: none.</summary>
    internal static (DateTimeOffset? Until, string? Refusal) Until(Incidents.CommandText text, DateTimeOffset now)
    {
        if (text.Options.Keys.FirstOrDefault(o => !o.Equals("for", StringComparison.OrdinalIgnoreCase)) is { } unknown) return (null, $"There is no option --{unknown} here; --for 2h says how long.");
        if (!text.Options.TryGetValue("for", out var length)) return (null, null);
        return Durations.TryParse(length, out var duration) ? (now + duration, null) : (null, $"'{length}' is no duration; write --for 30m, --for 2h or --for 3d.");
    }
}

/// <summary><c>/deploy unlock service [env]</c></summary>
public sealed class UnlockVerb(ServiceCatalog catalog, PermissionCheck permissions, CurrentRequest request, TimelineStore timeline, Outbox.Outbox outbox, ChatOpsConfig config) : IDeployVerb
{
    public const string Word = "unlock";

    public string Name => Word;

    public IReadOnlyList<string> Synonyms => [];

    public (string Arguments, string Does) Usage => ("service [env]", "let others deploy it there again; who locked it is told");

    public async Task HandleAsync(DeployCall call, CancellationToken cancellationToken)
    {
        var words = TargetWords.Read(catalog, call.Arguments, $"{config.Slack.DeployCommand} unlock shop production");
        var refusal = words.Refusal;
        if (refusal is null && await permissions.CheckAsync(call.UserId, PermissionActions.Lock, words.Target!, cancellationToken) is { Allowed: false } no) refusal = LockMessages.NotAllowed(no);
        if (refusal is not null)
        {
            await request.TellAsync(outbox, call, LockMessages.Refused(refusal), cancellationToken);
            return;
        }
        var target = words.Target!;
        await request.CommitAsync(async tx =>
        {
            // The bot's own lock ends with what it does; taking it away would let two deploys meet.
            if (await LockStore.HolderAsync(tx, target, cancellationToken) is { Owner: TimelineEntry.Bot } busy)
            {
                await outbox.TellAsync(tx, call, LockMessages.Busy(target, busy), cancellationToken);
                return;
            }
            if (await LockStore.UnlockAsync(tx, target, call.UserId, cancellationToken) is not { } ended)
            {
                await outbox.TellAsync(tx, call, LockMessages.Refused($"{target.Service} in {target.Environment} is not locked."), cancellationToken);
                return;
            }
            await timeline.AppendAsync(tx, new TimelineEntry { Target = target.ToString(), Kind = TimelineKinds.DeployUnlocked, At = tx.Now, Actor = call.UserId, Text = $"unlocked {target.Service} in {target.Environment}, which {(ended.Owner == call.UserId ? "they" : ended.Owner)} had locked: {ended.Reason}" }, cancellationToken);
            await outbox.ShowAsync(tx, $"deploy unlock {ended.Id}", call.ChannelId, LockMessages.Unlocked(target, ended, call.UserId), cancellationToken);
            // Whoever relied on it must not find out by an accident.
            if (ended.Owner != call.UserId) await outbox.ShowAsync(tx, $"deploy unlock {ended.Id} owner", ended.Owner, LockMessages.YoursEnded(target, ended, call.UserId), cancellationToken);
        }, cancellationToken);
    }
}
