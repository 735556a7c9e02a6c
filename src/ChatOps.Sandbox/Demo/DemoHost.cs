using System.Globalization;
using ChatOps.Sandbox.Control;
using ChatOps.Sandbox.Shop;
using ChatOps.Sandbox.Shop.Platform;
using Npgsql;

namespace ChatOps.Sandbox.Demo;

/// <summary>Everything on this machine: shop, workspace, bot with its own PostgreSQL.</summary>
public sealed class DemoHost : IAsyncDisposable
{
    private readonly DemoOptions options;

    private DemoHost(DemoOptions options, ShopHost shop, SandboxHost workspace, BotProcess bot)
    {
        this.options = options;
        Shop = shop;
        Workspace = workspace;
        Bot = bot;
    }

    public ShopHost Shop { get; }

    public SandboxHost Workspace { get; }

    public BotProcess Bot { get; }

    /// <summary>The bot's own database as its owner sees it, for looking at what was stored.</summary>
    public string BotDatabase => new Database.PrivateCluster(Path.Combine(BotState(options), "postgres"), tcpPort: null).ConnectionString("postgres") + ";Search Path=chatops";

    /// <exception cref="InvalidOperationException">A part does not start; the message says which and why.</exception>
    public static async Task<DemoHost> StartAsync(DemoOptions options, Action<string> progress, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(BotState(options));
        var clock = Path.Combine(options.StateFolder, "clock");
        progress("Starting the shop: two services, PostgreSQL, and an hour of real customers in a few seconds");
        var shop = await ShopHost.StartAsync(new ShopOptions { StateFolder = Path.Combine(options.StateFolder, "shop"), ClockFile = clock, WarmUp = options.WarmUp }, cancellationToken);
        SandboxHost? workspace = null;
        BotProcess? bot = null;
        try
        {
            progress("Starting the workspace and the bot");
            workspace = await SandboxHost.StartAsync(new SandboxOptions
            {
                Port = options.Port,
                ManifestText = await File.ReadAllTextAsync(options.ManifestFile, cancellationToken),
                ClockFile = clock,
                Transport = options.Transport,
                PageFolder = options.PageFolder,
                Map = app => Map(app, shop, options.PlatformDelay),
            }, cancellationToken);
            var listen = new Uri($"http://127.0.0.1:{FreePort.Next()}");
            workspace.BotBaseUrl = listen.ToString().TrimEnd('/');
            var config = Path.Combine(BotState(options), "chatops.yaml");
            await File.WriteAllTextAsync(config, DemoConfig.Yaml(options, shop, new Uri(workspace.BaseUrl), listen, BotState(options)), cancellationToken);
            bot = new BotProcess(new BotStart(options.BotAssembly, config, BotState(options), listen, DemoConfig.Environment(workspace, shop)));
            await bot.StartAsync(cancellationToken);
            return new DemoHost(options, shop, workspace, bot);
        }
        catch
        {
            if (bot is not null) await bot.DisposeAsync();
            if (workspace is not null) await workspace.DisposeAsync();
            await shop.DisposeAsync();
            throw;
        }
    }

    /// <summary>The first value of what the bot stored, seen in its own database; null: no row, or nothing in it.</summary>
    public async Task<string?> RowAsync(string sql, CancellationToken cancellationToken, params (string Name, object Value)[] parameters)
    {
        await using var connection = new NpgsqlConnection(BotDatabase);
        await connection.OpenAsync(cancellationToken);
        await using var command = new NpgsqlCommand(sql, connection);
        foreach (var (name, value) in parameters) command.Parameters.AddWithValue(name, value);
        return await command.ExecuteScalarAsync(cancellationToken) is { } found and not DBNull ? Convert.ToString(found, CultureInfo.InvariantCulture) : null;
    }

    public async ValueTask DisposeAsync()
    {
        await Bot.DisposeAsync();
        await new Database.PrivateCluster(Path.Combine(BotState(options), "postgres"), tcpPort: null).StopAsync(CancellationToken.None);
        await Workspace.DisposeAsync();
        await Shop.DisposeAsync();
    }

    private static void Map(WebApplication app, ShopHost shop, TimeSpan delay)
    {
        if (delay > TimeSpan.Zero)
        {
            app.Use(async (context, next) =>
            {
                if (context.Request.Path.StartsWithSegments("/v1", StringComparison.Ordinal)) await Task.Delay(delay, context.RequestAborted);
                await next(context);
            });
        }
        app.MapShop(shop);
    }

    private static string BotState(DemoOptions options) => Path.Combine(Path.GetFullPath(options.StateFolder), "bot");
}

/// <summary>What a demo is started with.</summary>
public sealed record DemoOptions
{
    public required string StateFolder { get; init; }
    public required string BotAssembly { get; init; }
    public required string ManifestFile { get; init; }
    public required string RunbooksFolder { get; init; }

    /// <summary>The page's port; 0 takes any that is free.</summary>
    public int Port { get; init; }
    public SlackTransport Transport { get; init; } = SlackTransport.SocketMode;
    public string? PageFolder { get; init; }

    /// <summary>Added to every call of the platform: a real one is further away.</summary>
    public TimeSpan PlatformDelay { get; init; }

    /// <summary>The past that the shop is given.</summary>
    public TimeSpan WarmUp { get; init; } = TimeSpan.FromHours(1);
}
