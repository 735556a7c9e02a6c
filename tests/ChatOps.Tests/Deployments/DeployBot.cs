using ChatOps.Catalog;
using ChatOps.Configuration;
using ChatOps.Database;
using ChatOps.Deployments;
using ChatOps.Sandbox.Demo;
using ChatOps.Sandbox.Shop.Platform;
using ChatOps.Tests.Scenarios;
using ChatOps.Tests.Support;

namespace ChatOps.Tests.Deployments;

/// <summary>
/// A bot that deploys <c>basket</c> and <c>checkout</c> to staging and production of a stub. The groups oncall (ana, ben) and leads (ana, eve) may deploy, the leads may override
/// gates, carla may deploy to staging, dmitri may nothing. In staging a request for checkout is enough.
/// </summary>
public sealed class DeployBot(TestCluster cluster) : Bot(cluster)
{
    public const string Channel = "deploys";

    private ChatOpsConfig asWritten = null!;

    /// <summary>What stood there before belongs to another test.</summary>
    private string since = "";

    internal DeployShop Deploys { get; private set; } = null!;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public override async ValueTask InitializeAsync()
    {
        Deploys = await DeployShop.StartAsync();
        await base.InitializeAsync();
        asWritten = Config;
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await Deploys.DisposeAsync();
    }

    /// <summary>Nothing goes on, nothing is known, v40 runs everywhere.</summary>
    public async Task BeginAsync()
    {
        if (!ReferenceEquals(Config, asWritten)) await RestartAsync(_ => asWritten);
        Deploys.Reset();
        await FreeAsync();
        await IdleAsync();
        await ForgetEverythingAsync();
        since = (await Control.MessagesAsync(Channel, Cancelled)).Select(m => m.Ts).DefaultIfEmpty("").Max(StringComparer.Ordinal)!;
    }

    /// <summary>Somebody wrote something else into chatops.yaml, and the bot was started anew.</summary>
    public async Task RestartAsync(Func<ChatOpsConfig, ChatOpsConfig> change)
    {
        Config = change(Config);
        await RestartAsync();
    }

    /// <summary>A second instance on the same database and workspace.</summary>
    public async Task<WebApplication> SecondAsync()
    {
        var second = BotHost.Build(Config with { ListenUrl = new Uri($"http://127.0.0.1:{FreePort.Next()}") }, Workspace.Clock);
        await second.StartAsync(Cancelled);
        return second;
    }

    public Task DeployAsync(string user, string text, string channel = Channel) => Control.CommandAsync(user, channel, text, Cancelled, "/deploy");

    public Task AdvanceAsync(TimeSpan by) => Control.AdvanceAsync(by, Cancelled);

    /// <summary>A message of this test for everybody that shows that.</summary>
    public Task<SeenMessage> SeeAsync(string part, string channel = Channel) => SeeAsync(channel, $"\"{part}\"", m => IsNew(m) && m.VisibleTo is null && m.Shown.Contains(part, StringComparison.Ordinal));

    /// <summary>What one person alone is told in this test.</summary>
    public Task<SeenMessage> TellsAsync(string user, string part, string channel = Channel) =>
        SeeAsync(channel, $"\"{part}\" for {user}", m => IsNew(m) && m.VisibleTo?.StartsWith("U0" + user.ToUpperInvariant(), StringComparison.Ordinal) == true && m.Shown.Contains(part, StringComparison.Ordinal));

    /// <summary>The messages of this test for everybody that show that.</summary>
    public async Task<IReadOnlyList<SeenMessage>> AllAsync(string part, string channel = Channel) =>
        [.. (await Control.MessagesAsync(channel, Cancelled)).Where(m => IsNew(m) && m.VisibleTo is null && m.Shown.Contains(part, StringComparison.Ordinal))];

    public async Task SubmitAsync(string user, object values)
    {
        string? view = null;
        await Until.TrueAsync(async () => (view = (await Control.ViewsAsync(user, Cancelled)).Select(v => v.GetProperty("id").GetString()).LastOrDefault()) is not null, "the form is open");
        await Control.SubmitAsync(user, view!, values, Cancelled);
    }

    public Task MarkBadAsync(Target target, string version) =>
        Services.GetRequiredService<Transactions>().RunAsync(null, tx => BadVersionStore.MarkAsync(tx, target, version, "U0ANA00001", "it leaks", null, Cancelled), Cancelled);

    /// <summary>Something holds the target: nobody knows whether it happened, so that nothing but a person ends it.</summary>
    public async Task HoldAsync(string target, string by = "U0BEN00001") => await ValueAsync<long>(
        """
        WITH asked AS (
            INSERT INTO pending_actions (id, kind, target, arguments, fingerprint, requested_by, requested_at, expires_at, state, decided_by, decided_at, destination, request_id)
            VALUES (gen_random_uuid(), 'restart', @target, '{}', 'x', @by, @now, @now, 'confirmed', @by, @now, 'C1', (random() * 1e12)::bigint + 1000000) RETURNING id)
        INSERT INTO operations (id, action_id, kind, target, arguments, state, confirmed_by, requested_at, destination)
        SELECT gen_random_uuid(), id, 'restart', @target, '{}', 'unknown', @by, @now, 'C1' FROM asked RETURNING number
        """,
        new { target, by, now = Workspace.Clock.GetUtcNow() });

    /// <summary>Nothing holds anything any more.</summary>
    public Task FreeAsync() => ValueAsync<int>("UPDATE operations SET state = 'failed', finished_at = now() WHERE active; SELECT 0");

    /// <summary>The next writes of messages whose key ends so break the transaction that they are in, so many times: as a crash before its commit would.</summary>
    public Task BreakMessagesAsync(string keyEndsWith, int times) => AsOwnerAsync(
        $$"""
        SET search_path = chatops;
        DROP SEQUENCE IF EXISTS test_breaks CASCADE;
        CREATE SEQUENCE test_breaks;
        GRANT ALL ON SEQUENCE test_breaks TO PUBLIC;
        CREATE OR REPLACE FUNCTION test_break() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            -- A sequence keeps its count although the transaction is undone.
            IF NEW.message_key LIKE '%{{keyEndsWith}}' AND nextval('chatops.test_breaks') <= {{times}} THEN RAISE 'it broke here'; END IF;
            RETURN NEW;
        END $$;
        DROP TRIGGER IF EXISTS test_breaks ON outbox;
        CREATE TRIGGER test_breaks BEFORE INSERT ON outbox FOR EACH ROW EXECUTE FUNCTION test_break();
        """);

    public Task<int> BreaksAsync() => ValueAsync<int>("SELECT last_value::int FROM test_breaks");

    public Task MendAsync() => AsOwnerAsync("SET search_path = chatops; DROP TRIGGER IF EXISTS test_breaks ON outbox;");

    private bool IsNew(SeenMessage message) => string.CompareOrdinal(message.Ts, since) > 0;

    protected override string Yaml() => base.Yaml()
        .Replace("environments: [production]", "environments: [staging, production]", StringComparison.Ordinal)
        .Replace("permissions:\n", """
            permissions:
              - allow: [deploy, force]
                groups: [leads]
              - allow: [deploy]
                users: [carla]
                environments: [staging]

            """.ReplaceLineEndings("\n"), StringComparison.Ordinal)
        .Replace("platforms:\n", $"platforms:\n  deploy-shop:\n    type: http\n    url: {Deploys.Url}\n    token: {DeployShop.Token}\n    timeout: 2s\n", StringComparison.Ordinal)
        .Replace("services:\n", "services:\n" + Service("basket", "") + Service("checkout", "      approvals: { staging: none }\n"), StringComparison.Ordinal);

    private string Service(string name, string more) =>
        $"""
          {name}:
            kind: web
            tier: 2
            deploy:
              strategy: rolling
              watch: 1s
        {more}    environments:
              staging: {"{"} platform: deploy-shop, health: [ {"{"} name: ready, http: "{Deploys.Url}health" {"}"} ] {"}"}
              production: {"{"} platform: deploy-shop, health: [ {"{"} name: ready, http: "{Deploys.Url}health" {"}"} ] {"}"}

        """.ReplaceLineEndings("\n");
}
