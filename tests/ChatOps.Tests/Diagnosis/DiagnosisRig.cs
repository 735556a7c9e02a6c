using ChatOps.Catalog;
using ChatOps.Configuration;
using ChatOps.Confirmations;
using ChatOps.Database;
using ChatOps.Deployments;
using ChatOps.Diagnosis;
using ChatOps.Inbox;
using ChatOps.Incidents;
using ChatOps.Operations;
using ChatOps.Outbox;
using ChatOps.Permissions;
using ChatOps.Runbooks;
using ChatOps.Slack;
using ChatOps.Slack.WebApi;
using ChatOps.Tests.Outbox;
using ChatOps.Tests.Support;
using ChatOps.Timeline;
using Dapper;

namespace ChatOps.Tests.Diagnosis;

/// <summary>The verbs and actions of diagnosis on a real database and an invented production. Nothing is sent: what would be said is read from the outbox.</summary>
internal sealed class DiagnosisRig : IAsyncDisposable
{
    private readonly TestDatabase database;
    private readonly SlackDirectory directory;

    private DiagnosisRig(TestDatabase database, StubSlack slack)
    {
        this.database = database;
        Slack = slack;
        Client = new SlackApiClient(new SlackOptions { BotToken = "xoxb-test", ApiBaseUrl = slack.Address }, TimeProvider.System);
        directory = new SlackDirectory(Client, TimeProvider.System);
        Transactions = database.Transactions();
        Outbox = new ChatOps.Outbox.Outbox(Transactions, new OutboxSignal());
        Timeline = new TimelineStore(database.Source);
        Incidents = new IncidentStore(database.Source);
        Evidence = new EvidenceStore(database.Source);
        Operations = new OperationStore(database.Source, TimeProvider.System);
        Steps = new StepStore(database.Source, Operations);
        Config = new ChatOpsConfig
        {
            File = "chatops.yaml", Catalog = World.Catalog, Slack = new SlackConfig(), Permissions = new PermissionRules([]), Incident = new IncidentConfig(), RunbooksFolder = "", StateFolder = "", ListenUrl = new Uri("http://127.0.0.1:1"),
        };
        Plan = new PlanChange(
            World.Access, new PermissionCheck(new PermissionRules([new() { Allow = ["restart", "rollback", "scale"], Groups = ["oncall"] }]), directory), Operations,
            new BadVersionStore(database.Source), new LockStore(database.Source, TimeProvider.System), Config, TimeProvider.System);
        CarryOut = new CarryOutChange(World.Access, World.Catalog, Incidents, Transactions, new ChangeOptions { Deadline = TimeSpan.FromSeconds(2), Poll = TimeSpan.FromMilliseconds(20), Aftermath = TimeSpan.FromMilliseconds(200) }, TimeProvider.System);
        Restart = new RestartAction(World.Access, Plan, CarryOut, new SaveLastWords(World.Sources, TimeProvider.System), Transactions, Outbox);
        RaiseMemory = new RaiseMemoryAction(World.Access, Plan, CarryOut, new SaveLastWords(World.Sources, TimeProvider.System), Transactions, Outbox);
        Rollback = new RollbackAction(World.Access, Plan, CarryOut, new MarkBad(Timeline), Outbox);
    }

    public FakeWorld World { get; } = new() { Asked = TimeProvider.System.GetUtcNow() };
    public StubSlack Slack { get; }
    public SlackApiClient Client { get; }
    public Transactions Transactions { get; }
    public ChatOps.Outbox.Outbox Outbox { get; }
    public TimelineStore Timeline { get; }
    public IncidentStore Incidents { get; }
    public EvidenceStore Evidence { get; }
    public OperationStore Operations { get; }
    public StepStore Steps { get; }
    public PlanChange Plan { get; }
    public CarryOutChange CarryOut { get; }
    public RestartAction Restart { get; }
    public RaiseMemoryAction RaiseMemory { get; }
    public RollbackAction Rollback { get; }
    public ChatOpsConfig Config { get; }
    public RunbookShelf Shelf { get; } = new(Facts.Books);
    public TestDatabase Database => database;

    public Assess Assess => new(World.Sources, World.Catalog, new IncidentConfig(), Shelf, TimeProvider.System);
    public CheckLogs CheckLogs => new(World.Sources, World.Catalog, TimeProvider.System);
    public CheckResources CheckResources => new(World.Sources, World.Catalog, TimeProvider.System);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static async Task<DiagnosisRig> StartAsync(TestDatabase database) => new(database, await StubSlack.StartAsync());

    public async Task<Incident> IncidentAsync(string status = "open", string? service = "shop", int? severity = 1) => (await Incidents.FindAsync(await ScalarAsync<int>(
        """
        INSERT INTO incidents (short_id, title, status, severity, service, environment, declared_by, declared_at, declared_in, lead, request_id)
        VALUES (left(gen_random_uuid()::text, 8), 'Login broken', @status, @severity, @service, 'production', 'U0ANA', now(), 'C1', 'U0BOB', (random() * 1e12)::bigint) RETURNING number
        """, new { status, service, severity }), Cancel)).ShouldNotBeNull();

    /// <summary>A request of the inbox, claimed by this test; the same id again is a second run after a crash.</summary>
    public async Task<CurrentRequest> RequestAsync(long? again = null)
    {
        var owner = Guid.NewGuid();
        var id = again is { } known
            ? await ScalarAsync<long>("UPDATE inbox SET claimed_by = @owner WHERE id = @known RETURNING id", new { owner, known })
            : await ScalarAsync<long>("INSERT INTO inbox (source, key, kind, state, claimed_by, received_at) VALUES ('slack', gen_random_uuid()::text, 'test', 'claimed', @owner, now()) RETURNING id", new { owner });
        var request = new CurrentRequest(Transactions);
        request.Begin(id, owner);
        return request;
    }

    public StepRun Run(CurrentRequest request) => new(request, Transactions, Evidence, Timeline, Outbox, new IncidentDrawing(Outbox, Config), Shelf, World.Catalog, TimeProvider.System);

    public FixVerb FixVerb(CurrentRequest request)
    {
        var actions = new ConfirmedActions([Restart, Rollback, RaiseMemory]);
        return new FixVerb(
            Run(request), new Fix(World.Sources, World.Catalog, Shelf, TimeProvider.System), Steps,
            new ProposeFix(request, Transactions, Evidence, Plan, new ProposeAction(Outbox, Timeline, actions, new ConfirmationOptions()), actions, World.Access, Shelf, World.Catalog, Config, Outbox, TimeProvider.System),
            new PageOwner(request, Evidence, Shelf, World.Catalog, directory, Timeline, Outbox, TimeProvider.System), new BadVersionStore(database.Source), World.Catalog, request, Outbox);
    }

    public static IncidentCall Call(Incident incident, string arguments = "", string user = "U0ANA") => new() { Verb = "x", Arguments = arguments, UserId = user, ChannelId = "C1", Incident = incident };

    /// <summary>An operation that runs and is owned by the test.</summary>
    public async Task<(Operation Operation, OperationRun Run, List<string> Lines)> OperationAsync(string kind, Target target, ActionPlan plan, int incident)
    {
        var (id, action, owner) = (Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid());
        await ScalarAsync<int>(
            """
            UPDATE operations SET state = 'failed' WHERE active;
            INSERT INTO pending_actions (id, kind, target, arguments, fingerprint, incident, requested_by, requested_at, expires_at, state, destination, request_id)
            VALUES (@action, @kind, @target, @arguments::jsonb, 'x', @incident, 'U0ANA', now(), now(), 'confirmed', @destination, (random() * 1e12)::bigint);
            INSERT INTO operations (id, action_id, kind, target, arguments, incident, state, confirmed_by, requested_at, started_at, owner, lease_until, destination)
            VALUES (@id, @action, @kind, @target, @arguments::jsonb, @incident, 'running', 'U0ANA', now(), now(), @owner, now() + interval '1 minute', @destination);
            SELECT 0
            """, new { id, action, owner, kind, target = target.ToString(), arguments = plan.ToArguments().GetRawText(), incident, destination = Incident.DestinationOf(incident) });
        var lines = new List<string>();
        var run = new OperationRun(id, owner, Operations, new OperationOptions(), (shown, _) =>
        {
            lines.Clear();
            lines.AddRange(shown);
            return Task.CompletedTask;
        });
        return ((await Operations.FindAsync(id, Cancel)).ShouldNotBeNull(), run, lines);
    }

    public async Task<T> ScalarAsync<T>(string sql, object? parameters = null)
    {
        await using var connection = await database.Source.OpenConnectionAsync(Cancel);
        return (await connection.ExecuteScalarAsync<T>(sql, parameters))!;
    }

    public async Task<IReadOnlyList<T>> QueryAsync<T>(string sql, object? parameters = null)
    {
        await using var connection = await database.Source.OpenConnectionAsync(Cancel);
        return (await connection.QueryAsync<T>(sql, parameters)).AsList();
    }

    /// <summary>The text of every message for the incident's channel, as it is to be shown last.</summary>
    public Task<IReadOnlyList<string>> SaidAsync(Incident incident) => QueryAsync<string>(
        "SELECT content::text FROM (SELECT DISTINCT ON (message_key) id, content FROM outbox WHERE destination = @Destination AND kind = 'show' ORDER BY message_key, id DESC) o ORDER BY id", new { incident.Destination });

    public async ValueTask DisposeAsync()
    {
        directory.Dispose();
        Client.Dispose();
        await Slack.DisposeAsync();
    }
}
