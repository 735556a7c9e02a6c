using System.Text.Json;
using ChatOps.Configuration;
using ChatOps.Sandbox.Control;
using ChatOps.Sandbox.Demo;
using ChatOps.Sandbox.Shop.Platform;
using ChatOps.Tests.Support;
using Dapper;
using Npgsql;

namespace ChatOps.Tests.Scenarios;

/// <summary>The real bot in this process, between the strict workspace, a stub shop and a database of its own. People act through the control interface.</summary>
public class Bot(TestCluster cluster) : IAsyncLifetime
{
    private readonly string folder = Directory.CreateTempSubdirectory("chatops-bot-").FullName;
    private readonly TestDatabase database = new(cluster);
    private readonly HttpClient http = new(new SocketsHttpHandler(), disposeHandler: true);
    private SandboxHost workspace = null!;
    private WebApplication app = null!;

    /// <summary>What it reads at its next start.</summary>
    protected ChatOpsConfig Config { get; set; } = null!;

    /// <summary>Where it listens for signed requests.</summary>
    public Uri Url { get; } = new($"http://127.0.0.1:{FreePort.Next()}");

    public SandboxHost Workspace => workspace;

    public ControlClient Control { get; private set; } = null!;

    internal StubShop Shop { get; private set; } = null!;

    /// <summary>What the bot is made of.</summary>
    public IServiceProvider Services => app.Services;

    /// <summary>The value of <c>incident.oncall</c>.</summary>
    protected virtual string OnCall => "oncall";

    /// <summary>Further parts of its <c>chatops.yaml</c>.</summary>
    protected virtual string MoreYaml => "";

    protected virtual global::ChatOps.Sandbox.Control.SlackTransport Transport => global::ChatOps.Sandbox.Control.SlackTransport.SocketMode;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public virtual async ValueTask InitializeAsync()
    {
        await database.InitializeAsync();
        Shop = await StubShop.StartAsync();
        workspace = await SandboxHost.StartAsync(
            new SandboxOptions
            {
                ManifestText = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "manifest", "slack-app.yaml")),
                Transport = Transport,
                BotBaseUrl = Url.ToString().TrimEnd('/'),
                PageFolder = Path.Combine(AppContext.BaseDirectory, "page"),
                // What is tested here is what happens when Slack refuses; when it does is for the tests to say.
                LimitRates = false,
            },
            CancellationToken.None);
        Control = new ControlClient(workspace.BaseUrl);
        var file = Path.Combine(folder, "chatops.yaml");
        await File.WriteAllTextAsync(file, Yaml() + "\n" + MoreYaml);
        var read = ConfigReader.Read(file, Variable);
        if (!read.IsValid) throw new InvalidOperationException(string.Join('\n', read.Mistakes));
        Config = read.Config;
        await StartAsync();
    }

    /// <summary>The bot ends and a new one takes its place; everything else stays.</summary>
    public async Task RestartAsync()
    {
        await app.StopAsync(Cancelled);
        await app.DisposeAsync();
        await StartAsync();
    }

    private async Task StartAsync()
    {
        app = BotHost.Build(Config, workspace.Clock);
        await app.StartAsync();
        await Until.TrueAsync(async () => (await http.GetAsync(new Uri(Url, "/health/ready"))).IsSuccessStatusCode, "the bot is ready");
    }

    public virtual async ValueTask DisposeAsync()
    {
        await app.StopAsync();
        await app.DisposeAsync();
        Control.Dispose();
        http.Dispose();
        await workspace.DisposeAsync();
        await Shop.DisposeAsync();
        await database.DisposeAsync();
        Directory.Delete(folder, recursive: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>No fault is armed, the shop is broken as at the start, and the bot has nothing left to do.</summary>
    public async Task SettleAsync()
    {
        await ActAsync("faults/clear", new { });
        // What a test left under way would wait for the health of a shop that is broken again, and hold its target from the next.
        if (await UnderWayAsync() > 0)
        {
            Shop.Mend();
            await Until.TrueAsync(async () => await UnderWayAsync() == 0, "no operation is under way");
        }
        Shop.Break();
        await IdleAsync();
    }

    private Task<int> UnderWayAsync() => ValueAsync<int>("SELECT count(*) FROM operations WHERE state IN ('requested', 'running')");

    /// <summary>Everything that came in is done and everything to be said is said; topics follow at the pace that Slack allows for them.</summary>
    public Task IdleAsync() => Until.TrueAsync(
        async () => await ValueAsync<int>(
            """
            SELECT (SELECT count(*) FROM inbox WHERE state IN ('waiting', 'claimed')) + (SELECT count(*) FROM outbox WHERE state IN ('pending', 'sending') AND kind <> 'topic')
                 + (SELECT count(*) FROM incident_steps WHERE finished_at IS NULL)
            """) == 0,
        "the bot is idle");

    /// <summary>The bot knows of no incident, request or message any more. It must be idle.</summary>
    public async Task ForgetEverythingAsync()
    {
        await ActAsync("faults/clear", new { });
        Shop.Break();
        // The bot works on: where its transactions and this one wait for each other, the database ends one of them.
        await Until.TrueAsync(TryForgetAsync, "the database is empty");
    }

    private async Task<bool> TryForgetAsync()
    {
        try
        {
            // The record refuses to be emptied otherwise.
            await AsOwnerAsync(
                """
                SET session_replication_role = replica;
                SET search_path = chatops;
                DO $$ BEGIN
                    EXECUTE (SELECT 'TRUNCATE ' || string_agg(quote_ident(tablename), ', ') || ' RESTART IDENTITY CASCADE' FROM pg_tables WHERE schemaname = 'chatops' AND tablename <> 'migrations');
                END $$;
                """);
            return true;
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.DeadlockDetected)
        {
            return false;
        }
    }

    /// <summary>What the bot's own role may not do to its database.</summary>
    protected async Task AsOwnerAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(database.OwnerConnectionString);
        await connection.OpenAsync(Cancelled);
        await connection.ExecuteAsync(sql);
    }

    public Task CommandAsync(string user, string channel, string text) => Control.CommandAsync(user, channel, text, Cancelled);

    public Task PressAsync(string user, SeenButton button) => Control.ClickAsync(user, button, Cancelled);

    /// <summary>What is to go wrong: the body of <c>POST /control/faults</c>.</summary>
    public Task FaultAsync(object fault) => ActAsync("faults", fault);

    /// <summary>An incident of its own about a service, assessed; other open ones are no obstacle.</summary>
    public async Task<Declared> DeclareAsync(string title, string service = "shop")
    {
        await CommandAsync("ana", "general", $"start \"{title}\" --service {service} --sev 2 --new");
        return await DeclaredAsync(title);
    }

    /// <summary>The incident with that title, once its channel is there and the bot has said what it has to say.</summary>
    public async Task<Declared> DeclaredAsync(string title)
    {
        Declared? found = null;
        await Until.TrueAsync(
            async () => (found = await RowAsync<Declared>(
                "SELECT number, channel_id AS channel, title FROM incidents JOIN outbox_destinations ON key = 'incident:' || number WHERE title = @title AND channel_id IS NOT NULL", new { title })) is not null,
            $"an incident \"{title}\" has a channel");
        await IdleAsync();
        return found!;
    }

    /// <summary>A message that is there, or comes.</summary>
    public async Task<SeenMessage> SeeAsync(string channel, string what, Func<SeenMessage, bool> fits)
    {
        SeenMessage? seen = null;
        IReadOnlyList<SeenMessage> all = [];
        try
        {
            await Until.TrueAsync(async () => (seen = (all = await Control.MessagesAsync(channel, Cancelled)).LastOrDefault(fits)) is not null, $"{what} stands in {channel}", TimeSpan.FromSeconds(60));
        }
        catch (TimeoutException e)
        {
            throw new TimeoutException($"{e.Message} What stands there:\n{string.Join("\n---\n", all.TakeLast(4).Select(m => m.Shown))}", e);
        }
        return seen!;
    }

    /// <summary>What one person alone is told.</summary>
    public Task<SeenMessage> ToldAsync(string channel, string user, string part) =>
        SeeAsync(channel, $"\"{part}\" for {user}", m => m.VisibleTo is { } only && only.StartsWith("U0" + user.ToUpperInvariant(), StringComparison.Ordinal) && m.Shown.Contains(part, StringComparison.Ordinal));

    /// <summary>For <see cref="SeeAsync"/>: what the bot wrote to one person.</summary>
    public static string DirectMessagesOf(string user) => $"chatops&user={user}";

    /// <summary>The card that asks before a restart; a new one each time.</summary>
    public async Task<SeenMessage> CardAsync(Declared incident, string user = "ana", string service = "shop-db")
    {
        var before = (await Control.MessagesAsync(incident.Channel, Cancelled)).Count;
        await CommandAsync(user, incident.Channel, $"fix restart {service}");
        SeenMessage? card = null;
        await Until.TrueAsync(
            async () => (card = (await Control.MessagesAsync(incident.Channel, Cancelled)).Skip(before).LastOrDefault(m => m.Button("action.confirm") is not null)) is not null, "a card asks");
        await IdleAsync();
        return card!;
    }

    public async Task<T?> ValueAsync<T>(string sql, object? parameters = null)
    {
        await using var connection = await database.Source.OpenConnectionAsync(Cancelled);
        return await connection.ExecuteScalarAsync<T>(sql, parameters);
    }

    public async Task<T?> RowAsync<T>(string sql, object? parameters = null)
    {
        await using var connection = await database.Source.OpenConnectionAsync(Cancelled);
        return await connection.QueryFirstOrDefaultAsync<T>(sql, parameters);
    }

    public async Task<JsonElement> GetAsync(string control) => await http.GetFromJsonAsync<JsonElement>($"{workspace.BaseUrl}/control/{control}", Cancelled);

    /// <summary>What somebody does in the workspace: a call of the control interface.</summary>
    public async Task<JsonElement> ActAsync(string control, object body)
    {
        using var answer = await http.PostAsJsonAsync($"{workspace.BaseUrl}/control/{control}", body, Cancelled);
        if (!answer.IsSuccessStatusCode) throw new InvalidOperationException(await answer.Content.ReadAsStringAsync(Cancelled));
        return await answer.Content.ReadFromJsonAsync<JsonElement>(Cancelled);
    }

    /// <summary>Writes a message and gives its ts.</summary>
    public async Task<string> SayAsync(string user, string channel, string text, string? thread = null) =>
        (await ActAsync("message", new { user, channel, text, thread_ts = thread })).GetProperty("ts").GetString()!;

    /// <summary>What the bot answers at one of its own pages.</summary>
    public async Task<(int Status, string Text)> PageAsync(string path)
    {
        using var answer = await http.GetAsync(new Uri(Url, path), Cancelled);
        return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync(Cancelled));
    }

    public async Task<IReadOnlyList<T>> RowsAsync<T>(string sql, object? parameters = null)
    {
        await using var connection = await database.Source.OpenConnectionAsync(Cancelled);
        return (await connection.QueryAsync<T>(sql, parameters)).AsList();
    }

    private string? Variable(string name) => name switch
    {
        "SLACK_BOT_TOKEN" => workspace.BotToken,
        "SLACK_APP_TOKEN" => workspace.AppToken,
        "SLACK_SIGNING_SECRET" => workspace.SigningSecret,
        "SLACK_API_URL" => workspace.ApiUrl,
        "DATABASE_URL" => database.OwnerConnectionString,
        _ => null,
    };

    protected virtual string Yaml() => BotFile.Yaml(Transport == global::ChatOps.Sandbox.Control.SlackTransport.SignedHttp, OnCall, Shop.Url, Url, Path.Combine(folder, "state"));
}

/// <param name="Channel">Slack's id of its channel.</param>
public sealed record Declared(int Number, string Channel, string Title);
