using System.Text.Json;
using ChatOps.Sandbox.Control;
using ChatOps.Sandbox.Demo;
using ChatOps.Sandbox.Shop.Platform;
using ChatOps.Tests.Scenarios;
using Dapper;
using Npgsql;

namespace ChatOps.Tests.Soak;

/// <summary>Two bots, each a process of its own, on one database, in one strict workspace with Slack's own rates, in front of one shop.</summary>
internal sealed class SoakStage : IAsyncDisposable
{
    private const string AlertToken = "a-token-of-the-soak";

    private readonly string folder = Directory.CreateTempSubdirectory("chatops-soak-").FullName;
    private readonly HttpClient http = new(new SocketsHttpHandler(), disposeHandler: true) { Timeout = TimeSpan.FromSeconds(60) };
    private readonly NpgsqlDataSource database;
    private SandboxHost workspace = null!;

    private SoakStage(string connectionString) =>
        database = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(connectionString) { SearchPath = "chatops", MaxPoolSize = 10 }.ConnectionString);

    public StubShop Shop { get; private set; } = null!;

    public IReadOnlyList<BotProcess> Bots { get; private set; } = [];

    /// <summary>Where the bots take alerts, in the order of <see cref="Bots"/>.</summary>
    private readonly List<Uri> addresses = [];

    /// <param name="connectionString">An empty database, or a migrated one, as its owner.</param>
    /// <param name="root">The checkout: manifest and runbooks.</param>
    public static async Task<SoakStage> StartAsync(string connectionString, string botAssembly, string root, CancellationToken cancellationToken)
    {
        var stage = new SoakStage(connectionString);
        try
        {
            stage.Shop = await StubShop.StartAsync();
            stage.workspace = await SandboxHost.StartAsync(
                new SandboxOptions { ManifestText = await File.ReadAllTextAsync(Path.Combine(root, "manifest", "slack-app.yaml"), cancellationToken), Transport = SlackTransport.SocketMode },
                cancellationToken);
            var bots = new List<BotProcess>();
            stage.Bots = bots;
            foreach (var name in (string[])["one", "two"])
            {
                bots.Add(stage.Bot(name, connectionString, botAssembly, root));
                await bots[^1].StartAsync(cancellationToken);
            }
            return stage;
        }
        catch
        {
            await stage.DisposeAsync();
            throw;
        }
    }

    /// <summary>What a person does. True: Slack's request was acknowledged.</summary>
    public async Task<bool> ActAsync(string control, object body, CancellationToken cancellationToken)
    {
        var answer = await PostAsync(control, body, cancellationToken);
        return answer.TryGetProperty("ack", out var ack) && ack.GetProperty("status").GetInt32() == 200;
    }

    /// <summary>What a source of alerts sends to one of the bots. True: it was acknowledged; a bot that is down takes nothing.</summary>
    public async Task<bool> AlertAsync(int bot, string body, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(addresses[bot % addresses.Count], "/alerts/alertmanager")) { Content = new StringContent(body, System.Text.Encoding.UTF8, "application/json") };
        request.Headers.Authorization = new("Bearer", AlertToken);
        try
        {
            using var answer = await http.SendAsync(request, cancellationToken);
            return answer.IsSuccessStatusCode;
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException && !cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }

    public async Task<JsonElement> PostAsync(string control, object body, CancellationToken cancellationToken)
    {
        using var answer = await http.PostAsJsonAsync($"{workspace.BaseUrl}/control/{control}", body, cancellationToken);
        return await answer.Content.ReadFromJsonAsync<JsonElement>(cancellationToken);
    }

    public Task<JsonElement> GetAsync(string control, CancellationToken cancellationToken) =>
        http.GetFromJsonAsync<JsonElement>($"{workspace.BaseUrl}/control/{control}", cancellationToken);

    public async Task<IReadOnlyList<JsonElement>> MessagesAsync(string channel, CancellationToken cancellationToken) =>
        [.. (await GetAsync($"messages?channel={channel}", cancellationToken)).GetProperty("messages").EnumerateArray()];

    public async Task<IReadOnlyList<T>> RowsAsync<T>(string sql, object? parameters = null)
    {
        await using var connection = await database.OpenConnectionAsync();
        return (await connection.QueryAsync<T>(sql, parameters)).AsList();
    }

    public async Task<T> ValueAsync<T>(string sql, object? parameters = null) => (await RowsAsync<T>(sql, parameters))[0];

    /// <summary>The last lines of both bots' logs, for whoever looks for a cause.</summary>
    public async Task<string> LogsAsync(string containing)
    {
        var lines = new List<string>();
        foreach (var bot in Bots.Where(b => File.Exists(b.LogFile)))
            lines.AddRange((await File.ReadAllLinesAsync(bot.LogFile)).Where(l => l.Contains(containing, StringComparison.Ordinal)).TakeLast(5));
        return string.Join('\n', lines.Select(l => l.Length > 1500 ? l[..1500] : l));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var bot in Bots) await bot.DisposeAsync();
        if (workspace is not null) await workspace.DisposeAsync();
        if (Shop is not null) await Shop.DisposeAsync();
        await database.DisposeAsync();
        http.Dispose();
        if (Environment.GetEnvironmentVariable("CHATOPS_SOAK_KEEP") is null) Directory.Delete(folder, recursive: true);
    }

    private BotProcess Bot(string name, string connectionString, string botAssembly, string root)
    {
        var state = Directory.CreateDirectory(Path.Combine(folder, name)).FullName;
        var listen = new Uri($"http://127.0.0.1:{FreePort.Next()}");
        addresses.Add(listen);
        var config = Path.Combine(state, "chatops.yaml");
        File.WriteAllText(config, Yaml(state, listen, root));
        return new BotProcess(new BotStart(botAssembly, config, state, listen, new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["SLACK_BOT_TOKEN"] = workspace.BotToken,
            ["SLACK_APP_TOKEN"] = workspace.AppToken,
            ["SLACK_API_URL"] = workspace.ApiUrl,
            ["DATABASE_URL"] = connectionString,
            ["SHOP_PLATFORM_TOKEN"] = StubShop.Token,
        }));
    }

    private string Yaml(string state, Uri listen, string root)
    {
        (string Name, string Kind, int Tier)[] known = [("shop", "web", 1), ("shop-db", "postgres", 1), ("mailer", "worker", 3), ("search", "web", 3)];
        var services = string.Join('\n', known.Select(s =>
            $$"""
              {{s.Name}}:
                kind: {{s.Kind}}
                tier: {{s.Tier}}
                environments:
                  production: { platform: shop-platform, health: [ { name: ready, http: "{{Shop.Url}}health/{{s.Name}}" } ] }
            """));
        return $$"""
            slack:
              transport: socket
              incidents_channel: incidents
            oncall:
              shop-team: { people: [carla, eve], handover: "09:00", every: 7d, timezone: Europe/Vienna, start: 2026-01-05 }
            alerts:
              sources:
                alertmanager: { token: {{AlertToken}} }
            permissions:
              - allow: [restart, rollback]
                groups: [oncall]
            environments: [production]
            platforms:
              shop-platform:
                type: http
                url: {{Shop.Url}}
                token: ${SHOP_PLATFORM_TOKEN}
                timeout: 2s
            services:
            {{services}}
            runbooks: {{Path.Combine(root, "runbooks")}}
            state: {{state}}/state
            listen: {{listen.ToString().TrimEnd('/')}}
            """;
    }
}
