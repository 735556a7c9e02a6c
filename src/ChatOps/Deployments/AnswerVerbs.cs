using ChatOps.Catalog;
using ChatOps.Deployments.Strategies;
using ChatOps.Inbox;
using ChatOps.Slack.Blocks;

namespace ChatOps.Deployments;

/// <summary><c>/deploy promote [service] [env]</c>: what waits or is watched goes on.</summary>
public sealed class PromoteVerb(DeployAnswer answer) : IDeployVerb
{
    public string Name => DeployMachine.GoOn;

    public IReadOnlyList<string> Synonyms => ["continue", "go"];

    public (string Arguments, string Does) Usage => ("promote [service] [env]", "lets a deploy go on that waits or is watched");

    public Task HandleAsync(DeployCall call, CancellationToken cancellationToken) => answer.RunAsync(call, DeployMachine.GoOn, cancellationToken);
}

/// <summary><c>/deploy abort [service] [env]</c>: what runs goes back.</summary>
public sealed class AbortVerb(DeployAnswer answer) : IDeployVerb
{
    public string Name => DeployMachine.Abort;

    public IReadOnlyList<string> Synonyms => ["stop", "cancel"];

    public (string Arguments, string Does) Usage => ("abort [service] [env]", "ends a deploy that runs and goes back");

    public Task HandleAsync(DeployCall call, CancellationToken cancellationToken) => answer.RunAsync(call, DeployMachine.Abort, cancellationToken);
}

/// <summary>Finds the deploy that is meant and gives it the answer.</summary>
public sealed class DeployAnswer(DeploymentStore deployments, ServiceCatalog catalog, DeployWishHandler wishes, CurrentRequest request, Outbox.Outbox outbox)
{
    public async Task RunAsync(DeployCall call, string wish, CancellationToken cancellationToken)
    {
        var running = await deployments.RunningAsync(cancellationToken);
        if (call.Arguments.Trim().Length > 0)
        {
            var words = TargetWords.Read(catalog, call.Arguments, $"{wish} shop production");
            if (words.Target is not { } target)
            {
                await TellAsync(words.Refusal!);
                return;
            }
            running = [.. running.Where(d => d.Target.Service == target.Service && (!words.Named || d.Target == target))];
        }
        if (running is [var only]) await wishes.RunAsync(only.Id, wish, askedAt: null, call.UserId, call.ChannelId, call.ResponseUrl, cancellationToken);
        else if (running.Count == 0) await TellAsync("No deploy runs there, so nothing was done. `/deploy history` says what became of the last ones.");
        else await TellAsync($"{running.Count} deploys run: say which, as in `/deploy {wish} {running[0].Target.Service} {running[0].Target.Environment}`. They are {string.Join(", ", running.Take(10).Select(d => $"{d.Target.Service} {d.ToVersion} in {d.Target.Environment}"))}.");

        Task TellAsync(string text) => request.TellAsync(outbox, call, DeployText.Plain(Mrkdwn.Escape(text)), cancellationToken);
    }
}
