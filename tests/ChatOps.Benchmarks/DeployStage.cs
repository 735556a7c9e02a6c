extern alias bot;
extern alias sandbox;

using bot::ChatOps.Catalog;
using bot::ChatOps.Database;
using bot::ChatOps.Deployments;
using bot::ChatOps.Platforms;
using Dapper;
using Npgsql;
using sandbox::ChatOps.Sandbox.Control;
using sandbox::ChatOps.Sandbox.Demo;
using sandbox::ChatOps.Sandbox.Shop.Platform;

namespace ChatOps.Benchmarks;

/// <summary>A database, a workspace with Slack's own rates, a platform with many services, and bots that are processes of their own, with the pace they have in production.</summary>
internal sealed class DeployStage : IAsyncDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("chatops-deploys-").FullName;
    private readonly string botAssembly;
    private readonly string root;
    private readonly IReadOnlyList<string> services;
    private readonly PrivateCluster cluster;
    private readonly List<BotProcess> bots = [];
    private readonly NpgsqlDataSource database;
    private SandboxHost workspace = null!;

    private DeployStage(string botAssembly, string root, int deploys)
    {
        (this.botAssembly, this.root) = (botAssembly, root);
        services = [.. Enumerable.Range(1, deploys).Select(i => $"service-{i}")];
        cluster = new PrivateCluster(Path.Combine(folder, "postgres"), tcpPort: null, "max_connections=200");
        database = NpgsqlDataSource.Create(cluster.ConnectionString("postgres") + ";Search Path=chatops");
    }

    public DeployFleet Fleet { get; private set; } = null!;

    public static async Task<DeployStage> StartAsync(string botAssembly, string root, int deploys)
    {
        var stage = new DeployStage(botAssembly, root, deploys);
        try
        {
            await stage.cluster.StartAsync(CancellationToken.None);
            stage.Fleet = await DeployFleet.StartAsync(stage.services);
            stage.workspace = await SandboxHost.StartAsync(
                new SandboxOptions { ManifestText = await File.ReadAllTextAsync(Path.Combine(root, "manifest", "slack-app.yaml")), Transport = SlackTransport.SocketMode }, CancellationToken.None);
            return stage;
        }
        catch
        {
            await stage.DisposeAsync();
            throw;
        }
    }

    public async Task<BotProcess> BotAsync()
    {
        var state = Directory.CreateDirectory(Path.Combine(folder, $"bot-{bots.Count}")).FullName;
        var listen = new Uri($"http://127.0.0.1:{FreePort.Next()}");
        var config = Path.Combine(state, "chatops.yaml");
        await File.WriteAllTextAsync(config, Yaml(state, listen));
        var bot = new BotProcess(new BotStart(botAssembly, config, state, listen, new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["SLACK_BOT_TOKEN"] = workspace.BotToken,
            ["SLACK_APP_TOKEN"] = workspace.AppToken,
            ["SLACK_API_URL"] = workspace.ApiUrl,
            ["DATABASE_URL"] = cluster.ConnectionString("postgres"),
            ["FLEET_TOKEN"] = DeployFleet.Token,
        }));
        bots.Add(bot);
        await bot.StartAsync(CancellationToken.None);
        return bot;
    }

    /// <summary>A canary of every service, as the press of its button leaves it.</summary>
    public async Task PressAllAsync()
    {
        var channels = await ChannelsAsync();
        await using var connection = await database.OpenConnectionAsync();
        foreach (var (service, number) in services.Select((s, i) => (s, i)))
        {
            var target = new Target(service, "production");
            await connection.ExecuteAsync(
                """
                INSERT INTO pending_actions (id, kind, target, arguments, fingerprint, requested_by, requested_at, expires_at, state, decided_by, decided_at, destination, request_id)
                VALUES (@action, 'deploy', @target, @arguments::jsonb, 'x', 'U0ANA00001', now(), now() + interval '10 min', 'confirmed', 'U0BEN00001', now(), @channel, @number);
                INSERT INTO operations (id, action_id, kind, target, arguments, state, confirmed_by, requested_at, destination)
                VALUES (@id, @action, 'deploy', @target, @arguments::jsonb, 'requested', 'U0BEN00001', now(), @channel)
                """,
                new { id = Guid.CreateVersion7(), action = Guid.CreateVersion7(), target = target.ToString(), arguments = Plan(target).ToArguments().GetRawText(), channel = channels[number % channels.Count], number = 1_000_000L + number });
        }
    }

    /// <summary>Somebody presses "go on" on one that is at its first share.</summary>
    public Task GoOnAsync() => ValueAsync<int>(
        """
        WITH one AS (SELECT id FROM operations WHERE state = 'running' AND step->>'stage' = 'Share' AND step->>'shareIndex' = '0' AND step->>'call' IS NULL ORDER BY number LIMIT 1)
        UPDATE operations SET wish = 'promote', wished_by = 'U0ANA00001', due_at = now() FROM one WHERE operations.id = one.id RETURNING 1
        """);

    /// <summary>How many watch a share of the traffic now.</summary>
    public Task<int> WatchingAsync() => ValueAsync<int>("SELECT count(*)::int FROM operations WHERE state = 'running' AND step->>'stage' = 'Share' AND step->>'call' IS NULL");

    /// <summary>Transactions that were committed, and the seconds in which the database worked on statements.</summary>
    public async Task<(long Transactions, double Seconds)> WorkAsync()
    {
        await using var connection = await database.OpenConnectionAsync();
        return await connection.QuerySingleAsync<(long, double)>("SELECT xact_commit, active_time / 1000 FROM pg_stat_database WHERE datname = 'postgres'");
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var bot in bots) await bot.DisposeAsync();
        if (workspace is not null) await workspace.DisposeAsync();
        if (Fleet is not null) await Fleet.DisposeAsync();
        await database.DisposeAsync();
        await cluster.StopAsync(CancellationToken.None);
        Directory.Delete(folder, recursive: true);
    }

    private async Task<T> ValueAsync<T>(string sql)
    {
        await using var connection = await database.OpenConnectionAsync();
        return (await connection.ExecuteScalarAsync<T>(sql))!;
    }

    private async Task<IReadOnlyList<string>> ChannelsAsync()
    {
        using var control = new ControlClient(workspace.BaseUrl);
        return [.. (await control.ChannelsAsync(CancellationToken.None)).Where(c => c.GetProperty("name").GetString() is "general" or "deploys" or "incidents").Select(c => c.GetProperty("id").GetString()!)];
    }

    private static DeployPlan Plan(Target target) => DeployPlan.Make(new DeployFacts
    {
        Request = new() { Target = target, Version = "v2", RequestedBy = "U0ANA00001", At = DateTimeOffset.UnixEpoch, Strategy = DeployStrategy.Canary },
        Service = new()
        {
            Name = target.Service, Kind = ServiceKind.Web, Tier = 2,
            Environments = new Dictionary<string, ServiceEnvironment> { [target.Environment] = new() { Platform = "fleet", PlatformName = target.Service } },
        },
        Environments = [target.Environment],
        Platform = "fleet",
        Status = new() { State = TargetState.Running, Version = "v1" },
        Releases = [Release("v2"), Release("v1") with { Current = true, DeployedAt = DateTimeOffset.UnixEpoch }],
        Capabilities = Enum.GetValues<PlatformAction>().ToHashSet(),
        MetricsAnswer = true,
        WhoMay = "@oncall",
    });

    private static Release Release(string version) => new()
    {
        Version = version, Commit = "c0ffee1", Author = "mei", Message = "Products: cache the catalogue", Digest = $"sha256:{version}", ChecksPassed = true, SchemaVersion = "s1", ServesBackTo = "v1",
    };

    private string Yaml(string state, Uri listen) => $$"""
        slack:
          transport: socket
          incidents_channel: incidents
        permissions:
          - allow: [deploy, rollback]
            groups: [oncall]
        environments: [production]
        friday: off
        platforms:
          fleet: { type: http, url: "{{Fleet.Url}}", token: "${FLEET_TOKEN}" }
        services:
        {{string.Join('\n', services.Select(s => $$"""  {{s}}: { kind: web, tier: 2, environments: { production: { platform: fleet, health: [ { name: ready, http: "{{Fleet.Url}}health/{{s}}" } ] } } }"""))}}
        runbooks: {{Path.Combine(root, "runbooks")}}
        state: {{state}}/state
        listen: {{listen.ToString().TrimEnd('/')}}
        """;
}
