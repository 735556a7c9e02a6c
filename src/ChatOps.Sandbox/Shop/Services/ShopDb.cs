using Npgsql;

namespace ChatOps.Sandbox.Shop.Services;

/// <summary>The web service's pool of connections to its database, counted.</summary>
internal sealed class ShopDb : IAsyncDisposable
{
    private readonly NpgsqlDataSource source;
    private int inUse;

    public ShopDb(string connectionString, int size)
    {
        Size = size;
        // Built-in types alone: reading the server's catalogue would be its first slow query.
        source = new NpgsqlSlimDataSourceBuilder(new NpgsqlConnectionStringBuilder(connectionString)
        {
            MaxPoolSize = size,
            MinPoolSize = 2,
            Timeout = 3,
            CommandTimeout = 5,
            ApplicationName = "shop-web",
        }.ConnectionString).ConfigureTypeLoading(types => types.EnableTypeLoading(false)).Build();
    }

    public int Size { get; }

    public int InUse => Volatile.Read(ref inUse);

    /// <summary>Runs one command on a connection of the pool.</summary>
    public async Task<T> RunAsync<T>(string sql, Func<NpgsqlCommand, Task<T>> work, CancellationToken cancellationToken, params object[] parameters)
    {
        Interlocked.Increment(ref inUse);
        try
        {
            await using var connection = await source.OpenConnectionAsync(cancellationToken);
            await using var command = new NpgsqlCommand(sql, connection);
            foreach (var parameter in parameters) command.Parameters.Add(new NpgsqlParameter { Value = parameter });
            return await work(command);
        }
        finally
        {
            Interlocked.Decrement(ref inUse);
        }
    }

    public ValueTask DisposeAsync() => source.DisposeAsync();
}
