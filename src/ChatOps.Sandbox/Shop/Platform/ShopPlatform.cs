using System.Text.RegularExpressions;

namespace ChatOps.Sandbox.Shop.Platform;

/// <summary>The platform that runs the shop: what it knows of its services, and the actions that may be asked of it.</summary>
internal sealed partial class ShopPlatform : IAsyncDisposable
{
    public const string Name = "shop-platform";
    public const string Environment = "production";
    private readonly CancellationTokenSource ending = new();
    private readonly Lock gate = new();
    private readonly List<Task> running = [];
    private readonly Dictionary<string, MetricSampler> samplers;

    public ShopPlatform(IReadOnlyList<Unit> units, ChangeHistory changes, OperationLog operations, string disk, TimeProvider clock)
    {
        Units = units;
        Changes = changes;
        Operations = operations;
        Clock = clock;
        samplers = units.ToDictionary(u => u.Name, u => new MetricSampler(u, disk, clock), StringComparer.Ordinal);
        running.Add(new MemoryLimit(units, clock).RunAsync(ending.Token));
    }

    public IReadOnlyList<Unit> Units { get; }

    public ChangeHistory Changes { get; }

    public OperationLog Operations { get; }

    public TimeProvider Clock { get; }

    public Unit? Find(string service) => Units.FirstOrDefault(u => u.Name == service);

    public IReadOnlyList<MetricSeries> Metrics(string service, DateTimeOffset since, DateTimeOffset until) => samplers[service].Read(since, until);

    public Task SampleAsync(TimeSpan? standsFor, CancellationToken cancellationToken) =>
        Task.WhenAll(samplers.Values.Select(s => s.SampleAsync(standsFor, cancellationToken)));

    /// <summary>Begins to measure every five seconds.</summary>
    public void StartSampling() => running.Add(KeepSamplingAsync(ending.Token));

    /// <summary>Takes an action in, durably, and begins it. The same operation id twice is one operation.</summary>
    public Operation? Begin(Unit unit, string kind, ActionRequest request, out Refusal? refusal)
    {
        refusal = Check(unit, kind, request);
        if (refusal is not null) return null;
        var version = kind == "rollback" ? request.ToVersion : request.Version;
        var wanted = new Operation(request.OperationId!, kind, unit.Name, Environment, "running", null, request.Actor!, request.Reason, Clock.GetUtcNow(), null,
            unit.Releases.Current?.Release.Version, kind == "restart" ? unit.Releases.Current?.Release.Version : version);
        var (operation, accepted) = Operations.Accept(wanted, () => CheckState(unit, kind, request, version), out refusal);
        if (refusal is not null) return null;
        if (accepted)
        {
            lock (gate)
            {
                running.RemoveAll(t => t.IsCompleted);
                running.Add(RunAsync(unit, operation, ending.Token));
            }
        }
        else if (operation.Kind != kind || operation.Service != unit.Name)
        {
            refusal = new Refusal(409, "operation_id_reused", $"Operation {operation.OperationId} is a {operation.Kind} of {operation.Service}. Choose another id.");
        }
        return operation;
    }

    public async ValueTask DisposeAsync()
    {
        await ending.CancelAsync();
        await Task.WhenAll(running);
        Operations.Dispose();
        ending.Dispose();
    }

    private static Refusal? Check(Unit unit, string kind, ActionRequest request)
    {
        if (!unit.Actions.Contains(kind, StringComparer.Ordinal))
            return new Refusal(422, "unsupported", $"{unit.Name} cannot do {kind} here. It can: {string.Join(", ", unit.Actions)}.");
        if (request.OperationId is not { } id || !OperationId().IsMatch(id))
            return new Refusal(400, "bad_request", "operation_id is needed: 1 to 100 characters of A-Z a-z 0-9 . _ : -");
        if (string.IsNullOrWhiteSpace(request.Actor)) return new Refusal(400, "bad_request", "actor is needed: the person who asks for this.");
        if (kind == "rollback" && string.IsNullOrEmpty(request.ToVersion)) return new Refusal(400, "bad_request", "to_version is needed: the release to go back to.");
        if (kind == "deploy" && string.IsNullOrEmpty(request.Version)) return new Refusal(400, "bad_request", "version is needed: the release to deploy.");
        if (kind == "deploy" && request.Strategy is not (null or "rolling")) return new Refusal(422, "unsupported", $"The strategy {request.Strategy} is not known here. Use rolling.");
        return null;
    }

    private static Refusal? CheckState(Unit unit, string kind, ActionRequest request, string? version)
    {
        if (request.IfGeneration is { } generation && generation != unit.Generation)
            return new Refusal(409, "generation_changed", $"{unit.Name} is at generation {unit.Generation}, not {generation}: something was done to it meanwhile. Look at it again.");
        if (kind == "restart") return null;
        if (unit.Releases.Find(version!) is not { } release)
            return new Refusal(422, "version_unknown", $"There is no release {version} of {unit.Name}. The newest are {string.Join(", ", unit.Releases.Describe().Take(5).Select(r => r.Version))}.");
        return release == unit.Releases.Current ? new Refusal(409, "already_current", $"{unit.Name} runs {version} already.") : null;
    }

    private async Task RunAsync(Unit unit, Operation operation, CancellationToken cancellationToken)
    {
        // The answer (202) must not wait for the work.
        await Task.Yield();
        unit.NextGeneration();
        var start = Clock.GetTimestamp();
        var change = Changes.Begin(unit.Name, operation.Kind, operation.Actor, automatic: false, operation.Reason, operation.FromVersion, operation.ToVersion, operation.OperationId);
        try
        {
            if (operation.Kind == "restart")
            {
                unit.CountRestart();
                await unit.RestartAsync(cancellationToken);
            }
            else
            {
                await ((WebUnit)unit).DeployAsync(unit.Releases.Find(operation.ToVersion!)!, operation.Actor, cancellationToken);
            }
            Changes.End(change, true, null);
            var what = operation.Kind == "restart" ? "was restarted and answers" : $"runs {operation.ToVersion} and answers";
            Operations.Finish(operation.OperationId, true, $"{unit.Name} {what}; it took {Clock.GetElapsedTime(start).TotalSeconds:0.0} s.");
        }
        catch (Exception e) when (e is InvalidOperationException or IOException or OperationCanceledException)
        {
            var message = e is OperationCanceledException ? "The platform ended while this ran. The status of the service tells what is." : e.Message;
            Changes.End(change, false, message);
            Operations.Finish(operation.OperationId, false, message);
        }
    }

    private async Task KeepSamplingAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(MetricSampler.Period, Clock);
        try
        {
            while (await timer.WaitForNextTickAsync(cancellationToken)) await SampleAsync(null, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            return;
        }
    }

    [GeneratedRegex("^[A-Za-z0-9._:-]{1,100}$")]
    private static partial Regex OperationId();
}
