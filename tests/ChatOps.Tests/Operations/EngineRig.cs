using System.Text.Json;
using ChatOps.Catalog;
using ChatOps.Confirmations;
using ChatOps.Database;
using ChatOps.Inbox;
using ChatOps.Operations;
using ChatOps.Outbox;
using ChatOps.Permissions;
using ChatOps.Slack;
using ChatOps.Slack.Interaction;
using ChatOps.Slack.WebApi;
using ChatOps.Tests.Outbox;
using ChatOps.Tests.Support;
using ChatOps.Timeline;
using Dapper;

namespace ChatOps.Tests.Operations;

/// <summary>
/// Confirmations and operations on a real database. Nothing is sent: what would be said is read from the outbox. Each rig has a target of its own,
/// since the record of a class's tests cannot be emptied.
/// </summary>
internal sealed class EngineRig : IAsyncDisposable
{
    public const string Allowed = "UMAY";
    public const string Stranger = "USTRANGER";

    private readonly TestDatabase database;
    private readonly StubSlack slack;
    private readonly SlackApiClient client;
    private readonly SlackDirectory directory;
    private readonly List<PermissionRule> rules = [];
    private readonly List<OperationWorker> workers = [];

    private EngineRig(TestDatabase database, StubSlack slack)
    {
        this.database = database;
        this.slack = slack;
        client = new SlackApiClient(new SlackOptions { BotToken = "xoxb-test", ApiBaseUrl = slack.Address }, TimeProvider.System);
        directory = new SlackDirectory(client, TimeProvider.System);
        Permissions = new PermissionCheck(new PermissionRules(rules), directory);
        Transactions = database.Transactions(Time);
        Outbox = new ChatOps.Outbox.Outbox(Transactions, new OutboxSignal());
        Timeline = new TimelineStore(database.Source);
        Actions = new ConfirmedActions([Action, Stepped]);
        Store = new OperationStore(database.Source, Time);
        Confirmations = new ConfirmationStore(database.Source);
        End = new EndOperation(Transactions, Store, Timeline, Outbox, Actions, Options, new TestLog<EndOperation>());
        Recovery = new RecoverOperations(Store, Actions, End, Options, new TestLog<RecoverOperations>());
        Expiry = new ExpireActions(Transactions, Actions, Timeline, Outbox);
        Allow(Allowed);
    }

    public MovedTime Time { get; } = new();
    public TestAction Action { get; } = new();
    public SteppedTestAction Stepped { get; } = new();
    public Target Target { get; } = new($"shop-{Guid.NewGuid():N}", "production");
    public OperationOptions Options { get; } = new()
    {
        Lease = TimeSpan.FromSeconds(3),
        CallDeadline = TimeSpan.FromSeconds(0.4),
        RecoveryGrace = TimeSpan.FromSeconds(0.3),
        Poll = TimeSpan.FromSeconds(0.05),
        RecoveryRetry = TimeSpan.FromSeconds(0.05),
        StepRetry = TimeSpan.FromSeconds(0.05),
    };

    public PermissionCheck Permissions { get; }
    public Transactions Transactions { get; }
    public ChatOps.Outbox.Outbox Outbox { get; }
    public TimelineStore Timeline { get; }
    public ConfirmedActions Actions { get; }
    public OperationStore Store { get; }
    public ConfirmationStore Confirmations { get; }
    public EndOperation End { get; }
    public RecoverOperations Recovery { get; }
    public ExpireActions Expiry { get; }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static async Task<EngineRig> StartAsync(TestDatabase database) => new(database, await StubSlack.StartAsync());

    public void Allow(params string[] users)
    {
        rules.Clear();
        rules.Add(new PermissionRule { Allow = [PermissionActions.Restart, PermissionActions.Deploy, PermissionActions.RollBack], Users = users });
    }

    /// <summary>A request of the inbox, claimed by this test.</summary>
    public async Task<CurrentRequest> RequestAsync()
    {
        var owner = Guid.NewGuid();
        var id = await ScalarAsync<long>(
            "INSERT INTO inbox (source, key, kind, state, claimed_by, received_at) VALUES ('slack', gen_random_uuid()::text, 'test', 'claimed', @owner, now()) RETURNING id", new { owner });
        var request = new CurrentRequest(Transactions);
        request.Begin(id, owner);
        return request;
    }

    public async Task<int> IncidentAsync() => await ScalarAsync<int>(
        """
        INSERT INTO incidents (short_id, title, status, environment, declared_by, declared_at, declared_in, request_id)
        VALUES (left(gen_random_uuid()::text, 8), 'x', 'open', 'production', 'U1', now(), 'C1', (random() * 1e12)::bigint) RETURNING number
        """);

    public async Task<PendingAction> ProposeAsync(int? incident = null, string? kind = null)
    {
        var propose = new ProposeAction(Outbox, Timeline, Actions, new ConfirmationOptions());
        var proposal = new Proposal
        {
            Kind = kind ?? Action.Kind,
            Subject = new ActionSubject(Target, JsonElement.Parse("""{"reason":"down"}"""), incident),
            RequestedBy = "UASKED",
            Destination = "C1",
            Fingerprint = kind is null ? Action.Fingerprint : Stepped.Fingerprint,
        };
        return await (await RequestAsync()).CommitAsync(tx => propose.RunAsync(tx, proposal, Cancel), Cancel);
    }

    /// <param name="of">Whose card it is; null: one of this rig's own actions.</param>
    public async Task PressAsync(string actionId, Guid id, string user, IConfirmedAction? of = null)
    {
        var request = await RequestAsync();
        var handler = new ConfirmationHandler(
            request, Confirmations, of is null ? Actions : new ConfirmedActions([of]), Outbox,
            new ConfirmAction(request, Permissions, Outbox, Timeline, new BeginOperation(Outbox, Timeline, new OperationSignal()), Expiry, Time),
            new DeclineAction(request, Permissions, Outbox, Timeline),
            new RefreshAction(request, Outbox, Timeline, new ConfirmationOptions(), Time));
        await handler.Handle(new ButtonAction { ActionId = actionId, Value = id.ToString() }, Click(user), Cancel);
        request.Completed.ShouldBeTrue();
    }

    /// <param name="of">Whose operation it is; null: one of this rig's own actions.</param>
    public async Task SettleAsync(Guid operation, string user, bool happened, IConfirmedAction? of = null)
    {
        var request = await RequestAsync();
        var actions = of is null ? Actions : new ConfirmedActions([of]);
        var handler = new SettleHandler(request, Store, EndOf(actions), actions, Permissions, Outbox);
        await handler.Handle(new ButtonAction { ActionId = $"{ActionIds.Settle}:{(happened ? "yes" : "no")}", Value = operation.ToString() }, Click(user), Cancel);
    }

    /// <summary>A proposal that was pressed.</summary>
    public async Task<Operation> ConfirmedAsync(int? incident = null, string? kind = null)
    {
        var action = await ProposeAsync(incident, kind);
        await PressAsync(ActionIds.Confirm, action.Id, Allowed);
        return await OperationAsync();
    }

    public RunOperation Run() =>
        new(Transactions, Store, Timeline, Outbox, Actions, Recovery, End, Options, Time, new TestLog<RunOperation>());

    public StepOperations Steps() => StepsOf(Stepped);

    /// <summary>The steps of another action.</summary>
    public StepOperations StepsOf(ISteppedAction action)
    {
        var actions = action == Stepped ? Actions : new ConfirmedActions([action]);
        return new(Transactions, new SteppedOperationStore(database.Source, Time), Timeline, Outbox, actions, Store, EndOf(actions), Options, Time, new TestLog<StepOperations>());
    }

    private EndOperation EndOf(ConfirmedActions actions) =>
        actions == Actions ? End : new EndOperation(Transactions, Store, Timeline, Outbox, actions, Options, new TestLog<EndOperation>());

    public async Task<OperationWorker> WorkerAsync()
    {
        var worker = new OperationWorker(Run(), Steps(), new OperationSignal(), Options, new TestLog<OperationWorker>());
        workers.Add(worker);
        await worker.StartAsync(CancellationToken.None);
        return worker;
    }

    public async Task<IReadOnlyList<Guid>> OperationIdsAsync()
    {
        await using var connection = await database.Source.OpenConnectionAsync(Cancel);
        return (await connection.QueryAsync<Guid>("SELECT id FROM operations WHERE target = @target ORDER BY number", new { target = Target.ToString() })).AsList();
    }

    public async Task<Operation> OperationAsync() => (await Store.FindAsync((await OperationIdsAsync()).Single(), Cancel)).ShouldNotBeNull();

    public async Task<PendingActionState> StateAsync(PendingAction action) => (await Confirmations.FindAsync(action.Id, Cancel)).ShouldNotBeNull().State;

    public Task EndedAsync() => Until.TrueAsync(async () => !(await OperationAsync()).IsActive, "the operation has ended");

    public Task StateOfOperationAsync(OperationState state) => Until.TrueAsync(async () => (await OperationAsync()).State == state, $"the operation is {state}");

    /// <summary>What the message says now.</summary>
    public Task<string> SaysAsync(string messageKey) =>
        ScalarAsync<string>("SELECT content->>'text' FROM outbox WHERE message_key = @messageKey ORDER BY seq DESC LIMIT 1", new { messageKey });

    public Task<string> CardAsync(PendingAction action) => SaysAsync(action.MessageKey);

    /// <summary>What that person was told last, for their eyes.</summary>
    public Task<string> ToldAsync(string user) =>
        ScalarAsync<string>("SELECT content->>'text' FROM outbox WHERE kind = 'ephemeral' AND recipient = @user ORDER BY id DESC LIMIT 1", new { user });

    public async Task<IReadOnlyList<string>> TimelineKindsAsync()
    {
        await using var connection = await database.Source.OpenConnectionAsync(Cancel);
        return (await connection.QueryAsync<string>("SELECT kind FROM timeline WHERE target = @target ORDER BY id", new { target = Target.ToString() })).AsList();
    }

    public async Task<T> ScalarAsync<T>(string sql, object? parameters = null)
    {
        await using var connection = await database.Source.OpenConnectionAsync(Cancel);
        return (await connection.ExecuteScalarAsync<T>(sql, parameters))!;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var worker in workers)
        {
            await worker.StopAsync(CancellationToken.None);
            worker.Dispose();
        }
        directory.Dispose();
        client.Dispose();
        await slack.DisposeAsync();
        // What a test left behind must not wake in the next one's workers.
        await ScalarAsync<int>("UPDATE operations SET state = 'failed' WHERE active; UPDATE pending_actions SET state = 'expired' WHERE state = 'pending'; SELECT 0");
    }

    internal static BlockActionRequest Click(string user) => new() { User = new InteractionUser { Id = user }, Channel = new InteractionChannel { Id = "C1" } };
}
