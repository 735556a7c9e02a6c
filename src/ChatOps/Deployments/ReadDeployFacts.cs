using ChatOps.Catalog;
using ChatOps.Configuration;
using ChatOps.Incidents;
using ChatOps.Operations;
using ChatOps.Outbox;
using ChatOps.Permissions;
using ChatOps.Platforms;

namespace ChatOps.Deployments;

/// <summary>Reads everything that plan and gates of a deploy need, all at once. What cannot be read is null, with the reason beside it.</summary>
public sealed class ReadDeployFacts(
    TargetAccess targets, ServiceCatalog catalog, DeployConfig config, PermissionCheck permissions, IncidentStore incidents, OperationStore operations,
    LockStore locks, FreezeStore freezes, BadVersionStore badVersions, BackupStore backups, DestinationStore destinations)
{
    private const int DurationsKept = 20;

    /// <param name="operation">The deploy that asks for itself: it does not stand in its own way; null: none began yet.</param>
    /// <exception cref="PlatformException">The catalog has no such target.</exception>
    public async Task<DeployFacts> RunAsync(DeployRequest request, Guid? operation, CancellationToken cancellationToken)
    {
        var target = request.Target;
        var (platform, its) = targets.PlatformOf(target);
        var service = catalog.Services[target.Service];
        var unknown = new Dictionary<string, string>(StringComparer.Ordinal);
        var gate = new Lock();

        var status = TryAsync(nameof(DeployFacts.Status), () => platform.StatusAsync(its, cancellationToken));
        var releases = TryAsync(nameof(DeployFacts.Releases), () => platform.ReleasesAsync(its, cancellationToken));
        var commits = TryAsync(nameof(DeployFacts.Commits), async () =>
            (await status)?.Version is { } running && running != request.Version ? await platform.CommitsAsync(its, running, request.Version, cancellationToken) : null);
        var changes = TryAsync(nameof(DeployFacts.Changes), () => platform.ChangesAsync(its, request.At - PlanChange.History, cancellationToken));
        var capabilities = TryAsync(nameof(DeployFacts.Capabilities), () => platform.CapabilitiesAsync(cancellationToken));
        var before = BeforeAsync(target, cancellationToken);
        var held = locks.HolderAsync(target, cancellationToken);
        var frozen = freezes.InForceAsync(target.Environment, cancellationToken);
        var bad = badVersions.OfAsync(target, cancellationToken);
        var backup = backups.LastAsync(target, cancellationToken);
        var team = service.Channel is { } channel ? Places.Of(channel) : null;
        var untold = team is null ? Task.FromResult<string?>(null) : destinations.RefusedAsync(team, cancellationToken);
        var open = incidents.OpenOnAsync(service.Name, target.Environment, cancellationToken);
        var active = operations.ActiveAsync(target, cancellationToken);
        var durations = operations.LastOfAsync(target, PermissionActions.Deploy, DurationsKept, inDrills: false, cancellationToken);
        var force = permissions.CheckAsync(request.RequestedBy, PermissionActions.Force, target, cancellationToken);

        var can = await capabilities;
        return new DeployFacts
        {
            Request = request,
            Service = service,
            Dependents = [.. catalog.DependentsOf(service.Name).Select(s => s.Name)],
            Environments = [.. catalog.Environments.Where(service.Environments.ContainsKey)],
            Platform = platform.Name,
            Status = await status,
            Releases = await releases,
            Commits = await commits,
            Changes = await changes ?? [],
            Capabilities = can is null ? null : Enum.GetValues<PlatformAction>().Where(a => can.Can(a, its)).ToHashSet(),
            Before = await before,
            Lock = (await held)?.Fact,
            Freezes = [.. FreezeCalendar.InForce(config.Freezes, target, request.At), .. (await frozen).Select(f => f.Fact)],
            Friday = config.Friday,
            OpenIncidents = [.. (await open).Select(i => new OpenIncidentFact(i.Number, i.Severity, i.Private, i.Lead))],
            BadVersions = await bad,
            Active = await active is { } a && a.Id != operation ? new ActiveOperationFact(a.Number, a.Kind, null, a.ConfirmedBy, a.RequestedAt) : null,
            Durations = [.. (await durations).Select(ExpectedDuration.Of).OfType<TimeSpan>()],
            LastBackup = Later(await backup, (await status)?.LastBackupAt),
            MetricsAnswer = can?.MeasuresVersions(its),
            ToldChannel = team,
            ToldRefusal = await untold,
            MayForce = (await force).Allowed,
            WhoMay = permissions.WhoMay(PermissionActions.Deploy, target),
            Unknown = unknown,
        };

        async Task<T?> TryAsync<T>(string fact, Func<Task<T>> read)
            where T : class?
        {
            try
            {
                return await read();
            }
            catch (PlatformException e)
            {
                lock (gate) unknown[fact] = e.Message;
                return null;
            }
        }
    }

    private static DateTimeOffset? Later(DateTimeOffset? one, DateTimeOffset? other) => one > other || other is null ? one : other;

    /// <summary>The environment that comes before, where the service runs in one.</summary>
    private async Task<EnvironmentBefore?> BeforeAsync(Target target, CancellationToken cancellationToken)
    {
        var own = catalog.Environments.Where(catalog.Services[target.Service].Environments.ContainsKey).ToList();
        var index = own.IndexOf(target.Environment);
        if (index < 1) return null;
        var earlier = target with { Environment = own[index - 1] };
        var probes = targets.ProbeAsync(earlier, false, cancellationToken);
        var status = await targets.StatusOrNullAsync(earlier, cancellationToken);
        var answers = await probes;
        return new(earlier.Environment, status, answers.Count == 0 ? null : answers.All(p => p.Healthy));
    }
}
