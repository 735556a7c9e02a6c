namespace ChatOps.Sandbox.Shop.Platform;

/// <summary>The platform that runs the shop: what it knows of its services, and the actions that may be asked of it.</summary>
internal sealed class ShopPlatform : IAsyncDisposable
{
    public const string Name = "shop-platform";
    public const string Production = "production";
    public const string Staging = "staging";
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
        samplers = units.ToDictionary(u => u.Key, u => new MetricSampler(u, disk, clock), StringComparer.Ordinal);
        running.Add(new MemoryLimit(units, clock).RunAsync(ending.Token));
    }

    public IReadOnlyList<Unit> Units { get; }

    public ChangeHistory Changes { get; }

    public OperationLog Operations { get; }

    public TimeProvider Clock { get; }

    /// <summary>The service in each of its environments, in their order.</summary>
    public IEnumerable<Unit> Find(string service) => Units.Where(u => u.Name == service);

    public IReadOnlyList<MetricSeries> Metrics(Unit unit, DateTimeOffset since, DateTimeOffset until) => samplers[unit.Key].Read(since, until);

    /// <summary>What one version alone served.</summary>
    public IReadOnlyList<MetricSeries> Metrics(Unit unit, string version, TrafficLog traffic, DateTimeOffset since, DateTimeOffset until) => samplers[unit.Key].Read(version, traffic, since, until);

    public Task SampleAsync(TimeSpan? standsFor, CancellationToken cancellationToken) =>
        Task.WhenAll(samplers.Values.Select(s => s.SampleAsync(standsFor, cancellationToken)));

    /// <summary>Begins to measure every five seconds.</summary>
    public void StartSampling() => running.Add(KeepSamplingAsync(ending.Token));

    /// <summary>Takes an action in, durably, and begins it. The same operation id twice is one operation.</summary>
    public Operation? Begin(Unit unit, string kind, ActionRequest request, out Refusal? refusal)
    {
        refusal = ActionChecks.Form(unit, kind, request);
        if (refusal is not null) return null;
        var current = unit.Releases.Current?.Release.Version;
        var version = ActionChecks.VersionOf(kind, request) ?? (kind is "weight" or "promote" or "drop-candidate" ? (unit as WebUnit)?.Candidate?.Version : current);
        var wanted = new Operation(request.OperationId!, kind, unit.Name, unit.Environment, "running", null, request.Actor!, request.Reason, Clock.GetUtcNow(), null,
            current, version, request.Strategy, request.Percent);
        var (operation, accepted) = Operations.Accept(wanted, () => ActionChecks.State(unit, kind, request), out refusal);
        if (refusal is not null) return null;
        if (accepted)
        {
            // With the answer: whoever reads the status next sees that something was done.
            if (kind != "backup") unit.NextGeneration();
            lock (gate)
            {
                running.RemoveAll(t => t.IsCompleted);
                running.Add(RunAsync(unit, operation, ending.Token));
            }
        }
        else
        {
            refusal = ActionChecks.SameAsked(operation, unit, kind, request);
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

    private async Task RunAsync(Unit unit, Operation operation, CancellationToken cancellationToken)
    {
        // The answer (202) must not wait for the work.
        await Task.Yield();
        var start = Clock.GetTimestamp();
        var change = ChangeKind(operation.Kind) is { } kind
            ? Changes.Begin(unit, kind, operation.Actor, automatic: false, operation.Reason, kind == "config" ? null : operation.FromVersion, kind == "config" ? null : operation.ToVersion, operation.OperationId)
            : null;
        try
        {
            var done = await DoAsync(unit, operation, cancellationToken);
            if (change is not null) Changes.End(change, true, ChangeKind(operation.Kind) == "config" ? done : null);
            Operations.Finish(operation.OperationId, true, $"{done}; it took {Clock.GetElapsedTime(start).TotalSeconds:0.0} s.");
        }
        catch (Exception e) when (e is InvalidOperationException or IOException or OperationCanceledException)
        {
            var message = e is OperationCanceledException ? "The platform ended while this ran. The status of the service tells what is." : e.Message;
            if (change is not null) Changes.End(change, false, message);
            Operations.Finish(operation.OperationId, false, message);
        }
    }

    // Does it and says what was done.
    private static async Task<string> DoAsync(Unit unit, Operation operation, CancellationToken cancellationToken)
    {
        if (operation.Kind == "restart")
        {
            unit.CountRestart();
            await unit.RestartAsync(cancellationToken);
            return $"{unit.Name} was restarted and answers";
        }
        if (operation.Kind == "backup") return await unit.CopyAsync(cancellationToken);
        var web = (WebUnit)unit;
        switch (operation.Kind)
        {
            case "candidate":
                await web.StartCandidateAsync(Wanted(), cancellationToken);
                return $"{operation.ToVersion} runs beside {operation.FromVersion} of {unit.Name} and answers, with 0 % of the requests";
            case "weight":
                web.SetWeight(operation.Percent!.Value);
                return $"{operation.ToVersion} has {operation.Percent} % of the requests to {unit.Name}";
            case "drop-candidate":
                await web.DropCandidateAsync(cancellationToken);
                return $"{operation.ToVersion} has ended, {operation.FromVersion} of {unit.Name} has all requests";
            case "promote":
                await web.PromoteAsync(operation.Actor, cancellationToken);
                return $"{unit.Name} runs {operation.ToVersion}, which has all requests";
            case "deploy" when operation.Strategy == ActionChecks.Recreate:
                await web.RecreateAsync(Wanted(), operation.Actor, cancellationToken);
                break;
            default:
                // Back to an earlier version means: for all users.
                if (operation.Kind == "rollback") await web.DropCandidateAsync(cancellationToken);
                await web.DeployAsync(Wanted(), operation.Actor, cancellationToken);
                break;
        }
        return $"{unit.Name} runs {operation.ToVersion} and answers";

        ReleaseHistory.Deployed Wanted() => web.Releases.Find(operation.ToVersion!)!;
    }

    private static string? ChangeKind(string kind) => kind switch
    {
        "promote" => "deploy",
        "candidate" or "weight" or "drop-candidate" => "config",
        "backup" => null,
        _ => kind,
    };

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
}
