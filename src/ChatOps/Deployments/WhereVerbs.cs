using ChatOps.Catalog;
using ChatOps.Configuration;
using ChatOps.Inbox;
using ChatOps.Incidents;

namespace ChatOps.Deployments;

/// <summary><c>/deploy where service</c>: which version runs in which environment.</summary>
public sealed class WhereVerb(ServiceCatalog catalog, ReadWhere where, CurrentRequest request, Outbox.Outbox outbox, ChatOpsConfig config) : IDeployVerb
{
    public const string Word = "where";

    public string Name => Word;

    public IReadOnlyList<string> Synonyms => ["versions"];

    public (string Arguments, string Does) Usage => ("service", "which version runs in which environment, since when, and what stands in the way there");

    public async Task HandleAsync(DeployCall call, CancellationToken cancellationToken)
    {
        var words = TargetWords.Read(catalog, call.Arguments, $"{config.Slack.DeployCommand} where shop");
        var message = words.Target is { } target
            ? WhereMessages.Where(catalog.Services[target.Service], await where.OfAsync(catalog.Services[target.Service], cancellationToken))
            : LockMessages.Refused(words.Refusal!);
        await request.TellAsync(outbox, call, message, cancellationToken);
    }
}

/// <summary><c>/deploy status [service]</c>: what is being deployed, what waits, what is locked, what is frozen.</summary>
public sealed class DeployStatusVerb(
    ServiceCatalog catalog, LockStore locks, FreezeStore freezes, DeploymentStore deployments, DeployQueueStore queue, CurrentRequest request, Outbox.Outbox outbox, ChatOpsConfig config, TimeProvider time)
    : IDeployVerb
{
    public string Name => "status";

    public IReadOnlyList<string> Synonyms => ["show", "running"];

    public (string Arguments, string Does) Usage => ("[service]", "what is being deployed, waits, is locked and frozen now");

    public async Task HandleAsync(DeployCall call, CancellationToken cancellationToken)
    {
        string? service = null;
        if (call.Arguments.Trim().Length > 0)
        {
            var words = TargetWords.Read(catalog, call.Arguments, $"{config.Slack.DeployCommand} status shop");
            if (words.Target is null)
            {
                await request.TellAsync(outbox, call, LockMessages.Refused(words.Refusal!), cancellationToken);
                return;
            }
            service = words.Target.Service;
        }
        var now = time.GetUtcNow();
        var running = (await deployments.RunningAsync(cancellationToken)).Where(d => service is null || d.Target.Service == service).ToList();
        var waiting = (await queue.AllAsync(cancellationToken)).Where(w => service is null || w.Place.Service == service).ToList();
        var held = (await locks.AllAsync(cancellationToken)).Where(l => service is null || Target.Parse(l.Target).Service == service).ToList();
        var byCommand = await freezes.AllAsync(cancellationToken);
        var configured = catalog.Environments.SelectMany(e => catalog.Services.Keys.Where(s => service is null || s == service)
            .SelectMany(s => FreezeCalendar.InForce(config.Deploy.Freezes, new(s, e), now)).Distinct().Select(f => (Environment: e, Freeze: f))).ToList();
        var message = WhereMessages.Status(service, running, waiting, held, byCommand, configured, now);
        await request.TellAsync(outbox, call, message, cancellationToken);
    }
}

/// <summary><c>/deploy history [service] [env]</c></summary>
public sealed class HistoryVerb(ServiceCatalog catalog, DeploymentStore deployments, IncidentStore incidents, CurrentRequest request, Outbox.Outbox outbox, ChatOpsConfig config) : IDeployVerb
{
    private const int Shown = 12;

    public string Name => "history";

    public IReadOnlyList<string> Synonyms => ["log", "list"];

    public (string Arguments, string Does) Usage => ("service [env]", "what was deployed and rolled back: when, by whom, how it ended");

    public async Task HandleAsync(DeployCall call, CancellationToken cancellationToken)
    {
        var words = TargetWords.Read(catalog, call.Arguments, $"{config.Slack.DeployCommand} history shop production");
        if (words.Target is not { } target)
        {
            await request.TellAsync(outbox, call, LockMessages.Refused(words.Refusal!), cancellationToken);
            return;
        }
        var found = words.Named ? await deployments.OfAsync(target, Shown, cancellationToken) : await deployments.OfAsync(catalog.Services[target.Service].Environments.Keys.Select(e => new Target(target.Service, e)), Shown, cancellationToken);
        // A private incident does not exist for those outside.
        var seen = new HashSet<int>();
        foreach (var number in found.SelectMany(d => new[] { d.Incident, d.Caused }).OfType<int>().Distinct())
        {
            if (await incidents.FindAsync(number, call.UserId, cancellationToken) is not null) seen.Add(number);
        }
        var message = WhereMessages.History(target, words.Named, found, seen, Shown);
        await request.TellAsync(outbox, call, message, cancellationToken);
    }
}
