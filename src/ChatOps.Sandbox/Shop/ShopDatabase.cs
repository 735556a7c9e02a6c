using System.Security.Cryptography;
using ChatOps.Sandbox.Shop.Services;
using Npgsql;

namespace ChatOps.Sandbox.Shop;

/// <summary>Tables and people of the shop's database.</summary>
internal static class ShopDatabase
{
    public const int MaxConnections = 40;

    /// <summary>The settings of its PostgreSQL: small, talkative where a diagnosis needs it, and without fsync, since the machine itself does not fail here.</summary>
    public static readonly string[] Settings =
    [
        $"max_connections={MaxConnections}", "shared_buffers=16MB", "log_connections=on", "log_disconnections=on", "log_checkpoints=on", "log_min_duration_statement=50",
        "log_line_prefix='[%p] %q%u@%d '", "fsync=off", "full_page_writes=off", "max_parallel_workers=0", "autovacuum_max_workers=1", "max_wal_size=64MB", "jit=off",
    ];

    public static readonly IReadOnlyList<string> Customers = ["ines", "jonas", "kofi", "lena", "marek", "nadia", "oskar", "pia"];

    public static string PasswordOf(string user) => $"{user}-likes-shopping";

    public static async Task CreateAsync(string connectionString, CancellationToken cancellationToken)
    {
        await using var source = new NpgsqlSlimDataSourceBuilder(connectionString + ";Pooling=false").ConfigureTypeLoading(types => types.EnableTypeLoading(false)).Build();
        await using var connection = await source.OpenConnectionAsync(cancellationToken);
        await using var tables = new NpgsqlCommand("""
            CREATE TABLE IF NOT EXISTS users (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL UNIQUE, salt bytea NOT NULL, hash bytea NOT NULL);
            CREATE TABLE IF NOT EXISTS sessions (token text PRIMARY KEY, user_id int NOT NULL REFERENCES users, expires_at timestamptz NOT NULL);
            CREATE TABLE IF NOT EXISTS products (id int PRIMARY KEY, name text NOT NULL);
            CREATE TABLE IF NOT EXISTS carts (user_id int NOT NULL REFERENCES users, product_id int NOT NULL REFERENCES products, PRIMARY KEY (user_id, product_id));
            TRUNCATE sessions;
            INSERT INTO products SELECT i, 'article ' || i FROM generate_series(1, 48) i ON CONFLICT DO NOTHING;
            """, connection);
        await tables.ExecuteNonQueryAsync(cancellationToken);
        foreach (var user in (string[])[.. Customers, ShopHost.ProbeUser])
        {
            var salt = RandomNumberGenerator.GetBytes(16);
            await using var insert = new NpgsqlCommand("INSERT INTO users (name, salt, hash) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING", connection)
            {
                Parameters = { new() { Value = user }, new() { Value = salt }, new() { Value = Login.Hash(PasswordOf(user), salt) } },
            };
            await insert.ExecuteNonQueryAsync(cancellationToken);
        }
        await using var carts = new NpgsqlCommand("INSERT INTO carts SELECT u.id, p.id FROM users u JOIN products p ON p.id % 9 = u.id % 9 ON CONFLICT DO NOTHING", connection);
        await carts.ExecuteNonQueryAsync(cancellationToken);
    }
}
