extern alias bot;

using ChatOps.Database;
using Dapper;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using PrivateCluster = bot::ChatOps.Database.PrivateCluster;

[assembly: AssemblyFixture(typeof(ChatOps.Tests.Support.TestCluster))]

namespace ChatOps.Tests.Support;

/// <summary>
/// One PostgreSQL for the whole run: the one of CHATOPS_TEST_DATABASE (a role that may create databases), else a private cluster.
/// Holds a migrated template that each test class copies.
/// </summary>
public sealed class TestCluster : IAsyncLifetime
{
    private const string BotRole = "chatops_bot";

    private readonly string folder = Path.Combine(Path.GetTempPath(), $"chatops-tests-{Guid.NewGuid():N}");
    private readonly SemaphoreSlim gate = new(1, 1);
    private PrivateCluster? cluster;
    private string? server;
    private string? template;
    private bool ownRole;

    /// <summary>Copies the template. Starts the cluster and migrates the template the first time.</summary>
    internal async Task<(string Owner, string Bot)> CreateDatabaseAsync(string name)
    {
        await gate.WaitAsync();
        try
        {
            if (template is null) await StartAsync();
            await using var connection = new NpgsqlConnection(server);
            await connection.ExecuteAsync($"CREATE DATABASE {name} TEMPLATE {template}");
        }
        finally
        {
            gate.Release();
        }
        var owner = Named(name);
        var bot = new NpgsqlConnectionStringBuilder(owner) { SearchPath = "chatops", MaxPoolSize = 40, Timeout = 5, CommandTimeout = 10 };
        if (ownRole) bot.Username = BotRole;
        return (owner, bot.ConnectionString);
    }

    internal async Task DropDatabaseAsync(string name)
    {
        await using var connection = new NpgsqlConnection(server);
        await connection.ExecuteAsync($"DROP DATABASE IF EXISTS {name} WITH (FORCE)");
    }

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        gate.Dispose();
        if (server is null) return;
        if (template is not null && cluster is null) await DropDatabaseAsync(template);
        NpgsqlConnection.ClearAllPools();
        if (cluster is null) return;
        await cluster.StopAsync(CancellationToken.None);
        Directory.Delete(folder, recursive: true);
    }

    /// <summary>Whether this class started the server, so that it may be stopped in the middle of a test that has a cluster of its own.</summary>
    internal bool IsPrivate => cluster is not null;

    /// <summary>The server goes away, as in an outage of the bot's own database.</summary>
    internal Task StopServerAsync() => cluster!.StopAsync(CancellationToken.None);

    internal async Task StartServerAsync()
    {
        await cluster!.StartAsync(CancellationToken.None);
        // What this class pooled ended with the server.
        NpgsqlConnection.ClearPool(new NpgsqlConnection(server));
    }

    private async Task StartAsync()
    {
        if (Environment.GetEnvironmentVariable("CHATOPS_TEST_DATABASE") is { Length: > 0 } given)
        {
            server = DatabaseLocation.Normalise(given);
        }
        else
        {
            // Durability is not what these tests are about; the cluster dies with the run.
            cluster = new PrivateCluster(folder, tcpPort: null, "fsync=off", "full_page_writes=off", "max_connections=300");
            await cluster.StartAsync(CancellationToken.None);
            server = cluster.ConnectionString("postgres");
            ownRole = true;
        }
        var name = $"chatops_template_{Guid.NewGuid():N}";
        await using var connection = new NpgsqlConnection(server);
        await connection.ExecuteAsync($"CREATE DATABASE {name}");
        if (ownRole) await connection.ExecuteAsync($"CREATE ROLE {BotRole} LOGIN");
        var owner = new NpgsqlConnectionStringBuilder(Named(name)) { Pooling = false }.ConnectionString;
        await new Migrator(NullLogger<Migrator>.Instance).MigrateAsync(owner, ownRole ? BotRole : null, CancellationToken.None);
        template = name;
    }

    private string Named(string database) => new NpgsqlConnectionStringBuilder(server) { Database = database }.ConnectionString;
}
