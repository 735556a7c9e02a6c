using ChatOps.Database;
using Npgsql;

namespace ChatOps.Tests.Support;

/// <summary>A fresh, migrated database for one test class: <c>public sealed class XTests(TestDatabase database) : IClassFixture&lt;TestDatabase&gt;</c>.</summary>
public sealed class TestDatabase(TestCluster cluster) : IAsyncLifetime
{
    private readonly string name = $"test_{Guid.NewGuid():N}";
    private NpgsqlDataSource? source;

    /// <summary>Works as the bot's role, in the schema <c>chatops</c>.</summary>
    public NpgsqlDataSource Source => source ?? throw new InvalidOperationException("The fixture has not been initialised.");

    /// <summary>The bot's role.</summary>
    public string ConnectionString { get; private set; } = "";

    /// <summary>The role that owns the tables.</summary>
    public string OwnerConnectionString { get; private set; } = "";

    public Transactions Transactions(TimeProvider? time = null) => new(Source, time ?? TimeProvider.System);

    public async ValueTask InitializeAsync()
    {
        (OwnerConnectionString, ConnectionString) = await cluster.CreateDatabaseAsync(name);
        source = NpgsqlDataSource.Create(ConnectionString);
    }

    public async ValueTask DisposeAsync()
    {
        if (source is not null) await source.DisposeAsync();
        await cluster.DropDatabaseAsync(name);
    }
}
