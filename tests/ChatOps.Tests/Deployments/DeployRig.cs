using System.Text.Json.Nodes;
using ChatOps.Catalog;
using ChatOps.Configuration;
using ChatOps.Deployments;
using ChatOps.Deployments.Strategies;
using ChatOps.Incidents;
using ChatOps.Operations;
using ChatOps.Outbox;
using ChatOps.Permissions;
using ChatOps.Platforms;
using ChatOps.Slack.Interaction;
using ChatOps.Telemetry;
using ChatOps.Tests.Operations;
using ChatOps.Tests.Support;
using Dapper;

namespace ChatOps.Tests.Deployments;

/// <summary>Deploys on a real database and a platform in memory; time passes as fast as the steps are taken.</summary>
internal sealed class DeployRig : IAsyncDisposable
{
    private readonly TestDatabase database;
    private readonly EngineRig engine;
    private readonly DeployAction action;
    private readonly PlanChange plan;

    private DeployRig(TestDatabase database, EngineRig engine, string? teamChannel, DeployRules? rules)
    {
        this.database = database;
        this.engine = engine;
        Platform = new FakeDeployPlatform(engine.Time);
        Target = new Target($"shop-{Guid.NewGuid():N}", "production");
        var targets = new TargetAccess
        {
            PlatformOf = target => (Platform, new PlatformTarget(target, "shop")),
            ProbeAsync = (target, _, _) => Task.FromResult<IReadOnlyList<ProbeResult>>([new(target, "ready", Platform.Healthy, Platform.Healthy ? "200 in 3 ms" : "503", engine.Time.GetUtcNow(), TimeSpan.FromMilliseconds(3))]),
        };
        var service = TestFacts.Good.Service with { Name = Target.Service, Channel = teamChannel, Deploy = rules ?? TestFacts.Good.Service.Deploy };
        var catalog = new ServiceCatalog { Services = new Dictionary<string, Service> { [Target.Service] = service }, Environments = ["staging", "production"], Platforms = new Dictionary<string, PlatformDefinition>() };
        Read = new ReadDeployFacts(
            targets, catalog, new DeployConfig(), engine.Permissions, new IncidentStore(database.Source), engine.Store,
            new LockStore(database.Source, engine.Time), new FreezeStore(database.Source, engine.Time), new BadVersionStore(database.Source),
            new BackupStore(database.Source), new DestinationStore(database.Source));
        action = new DeployAction(targets, Read, engine.Timeline, new MarkBad(engine.Timeline), engine.Outbox, new TellTeam(catalog, engine.Outbox), new DeployPace { CallPoll = TimeSpan.FromMinutes(1), LookPoll = TimeSpan.FromHours(1), Looks = 6 }, engine.Time);
        var config = new ChatOpsConfig
        {
            File = "chatops.yaml", Catalog = catalog, Slack = new SlackConfig(), Permissions = new PermissionRules([]), Incident = new IncidentConfig(), RunbooksFolder = "", StateFolder = "", ListenUrl = new Uri("http://127.0.0.1:1"),
        };
        plan = new PlanChange(targets, engine.Permissions, engine.Store, new BadVersionStore(database.Source), new LockStore(database.Source, engine.Time), config, engine.Time);
        var carryOut = new CarryOutChange(targets, catalog, new IncidentStore(database.Source), engine.Transactions, new ChangeOptions(), engine.Time);
        Rollback = new RollbackAction(targets, plan, carryOut, new MarkBad(engine.Timeline), engine.Outbox);
        Deployments = new DeploymentStore(database.Source);
        BadVersions = new BadVersionStore(database.Source);
    }

    public ReadDeployFacts Read { get; }
    public FakeDeployPlatform Platform { get; }
    public Target Target { get; }
    public RollbackAction Rollback { get; }
    public DeploymentStore Deployments { get; }
    public BadVersionStore BadVersions { get; }
    public EngineRig Engine => engine;
    public Guid Id { get; private set; }

    /// <summary>Called between two steps, with the state that the last one stored.</summary>
    public Func<DeployState, Task> Between { get; set; } = _ => Task.CompletedTask;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static async Task<DeployRig> StartAsync(TestDatabase database, string? teamChannel = null, DeployRules? rules = null) => new(database, await EngineRig.StartAsync(database), teamChannel, rules);

    public static DeployPlan Plan(DeployStrategy strategy, Func<DeployPlan, DeployPlan>? change = null) =>
        (change ?? (p => p))(DeployPlan.Make(TestFacts.Good.Ask(r => r with { Strategy = strategy }).Rules(r => r with { DowntimeAllowed = true })));

    /// <summary>The operation as a press leaves it.</summary>
    public async Task PressAsync(DeployPlan plan, string destination = "C1", int? incident = null)
    {
        Id = Guid.CreateVersion7();
        var actionId = Guid.CreateVersion7();
        await using var connection = await database.Source.OpenConnectionAsync(Cancel);
        await connection.ExecuteAsync(
            """
            INSERT INTO pending_actions (id, kind, target, arguments, fingerprint, requested_by, requested_at, expires_at, state, decided_by, decided_at, destination, request_id)
            VALUES (@actionId, 'deploy', @target, @arguments::jsonb, 'x', 'U0ANA', @now, @now + interval '10 min', 'confirmed', 'U0BOB', @now, @destination, (random() * 1e12)::bigint);
            INSERT INTO operations (id, action_id, kind, target, arguments, incident, state, confirmed_by, requested_at, destination)
            VALUES (@Id, @actionId, 'deploy', @target, @arguments::jsonb, @incident, 'requested', 'U0BOB', @now, @destination)
            """,
            new { Id, actionId, incident, destination, target = Target.ToString(), arguments = plan.ToArguments().GetRawText(), now = engine.Time.GetUtcNow() });
    }

    /// <summary>Takes step after step, and lets the time pass between them, until it is over.</summary>
    /// <returns>The operation at its end, or as it is after <paramref name="atMost"/> of the deploy's own time.</returns>
    public async Task<Operation> PlayAsync(TimeSpan? atMost = null)
    {
        var began = System.Diagnostics.Stopwatch.GetTimestamp();
        var until = engine.Time.GetUtcNow() + (atMost ?? TimeSpan.FromHours(3));
        while (true)
        {
            var operation = await OperationAsync();
            if (operation.State is not (OperationState.Requested or OperationState.Running) || engine.Time.GetUtcNow() > until) return operation;
            if (System.Diagnostics.Stopwatch.GetElapsedTime(began) > TimeSpan.FromSeconds(120)) throw new TimeoutException($"The deploy does not get on: {(await StateAsync())?.Stage} of operation {operation.Number}.");
            var steps = await engine.StepsOf(action).StartAsync(10, Cancel);
            await Task.WhenAll(steps);
            if (steps.Count == 0)
            {
                var due = await engine.ScalarAsync<DateTime?>("SELECT due_at FROM operations WHERE id = @Id", new { Id });
                // What a lost owner may still call must be over; that goes by the database's clock.
                if (due is { } at && at > engine.Time.GetUtcNow().UtcDateTime) engine.Time.By += at - engine.Time.GetUtcNow().UtcDateTime + TimeSpan.FromMilliseconds(1);
                else await Task.Delay(20, Cancel);
                continue;
            }
            if (await StateAsync() is { } state) await Between(state);
        }
    }

    public async Task<Operation> OperationAsync() => (await engine.Store.FindAsync(Id, Cancel)).ShouldNotBeNull();

    public async Task<DeployState?> StateAsync() => await new SteppedOperationStore(database.Source, engine.Time).StateOfAsync(Id, Cancel) is { } json ? DeployState.Of(json) : null;

    public async Task<bool> WishAsync(string wish, string by = "U0MEI") =>
        await engine.Transactions.RunAsync(requestId: null, tx => SteppedOperationStore.WishAsync(tx, Id, wish, by, Cancel), Cancel);

    /// <summary>Presses that button of the first question.</summary>
    public async Task AnswerAsync(string wish, string by)
    {
        var id = DeployWishHandler.ActionOf(wish);
        var button = (await SaidAsync()).SelectMany(m => JsonNode.Parse(m)!["blocks"]!.AsArray()).SelectMany(b => b!["elements"]?.AsArray() ?? []).First(e => e!["action_id"]?.GetValue<string>() == id)!;
        var handler = new DeployWishHandler(await engine.RequestAsync(), engine.Store, engine.Permissions, engine.Timeline, engine.Outbox, new OperationSignal());
        await handler.Handle(new ButtonAction { ActionId = id, Value = button["value"]!.GetValue<string>() }, EngineRig.Click(by), Cancel);
    }

    /// <summary>A person says what became of it.</summary>
    public Task SettleAsync(bool happened) => engine.SettleAsync(Id, EngineRig.Allowed, happened, action);

    public async Task<IReadOnlyList<string>> SaidAsync()
    {
        await using var connection = await database.Source.OpenConnectionAsync(Cancel);
        return (await connection.QueryAsync<string>("SELECT content::text FROM outbox WHERE message_key LIKE @key ORDER BY id", new { key = $"operation {Id} %" })).AsList();
    }

    /// <summary>What the gates would read for the next deploy.</summary>
    public Task<DeployFacts> FactsAsync(Func<DeployRequest, DeployRequest>? change = null) =>
        Read.RunAsync((change ?? (r => r))(new DeployRequest { Target = Target, Version = "v42", RequestedBy = "U0ANA", At = engine.Time.GetUtcNow() }), operation: null, Cancel);

    /// <summary>What the card of a rollback would say.</summary>
    public Task<PlanOrRefusal> PlanRollbackAsync(string toVersion) => plan.RollbackAsync(Target, toVersion, new(Why: null, Risk: null, WayBack: null), Cancel);

    /// <summary>What a press on the card of that plan would find.</summary>
    public Task<PressCheck> CheckAsync(DeployPlan plan, string by) => action.CheckAsync(new ActionSubject(Target, plan.ToArguments(), plan.Incident), by, Cancel);

    /// <summary>Each message for a destination as it stands now, in their order.</summary>
    public async Task<IReadOnlyList<string>> ToldAsync(string destination)
    {
        await using var connection = await database.Source.OpenConnectionAsync(Cancel);
        return (await connection.QueryAsync<string>("SELECT content->>'text' FROM outbox WHERE destination = @destination ORDER BY seq", new { destination })).AsList();
    }

    public ValueTask DisposeAsync() => engine.DisposeAsync();
}
