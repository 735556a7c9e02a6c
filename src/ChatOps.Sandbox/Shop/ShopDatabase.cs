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

    /// <summary>Takes back what releases did to the schema: a shop starts with the one that it starts with.</summary>
    private const string FirstSchema = """
        DO $$ BEGIN
            IF EXISTS (SELECT FROM information_schema.columns WHERE table_name = 'users' AND column_name = 'password_salt') THEN
                ALTER TABLE users RENAME COLUMN password_salt TO salt;
                ALTER TABLE users RENAME COLUMN password_hash TO hash;
            END IF;
            IF to_regclass('carts') IS NOT NULL THEN ALTER TABLE carts DROP COLUMN IF EXISTS added_at; END IF;
            IF to_regclass('schema_migrations') IS NOT NULL THEN DELETE FROM schema_migrations; END IF;
        END $$;
        """;

    /// <summary>The schema as it was before any release changed it, the data kept.</summary>
    public static async Task ResetSchemaAsync(string connectionString, CancellationToken cancellationToken)
    {
        await using var source = Source(connectionString);
        await using var command = source.CreateCommand(FirstSchema);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Whether columns that earlier releases read have been renamed.</summary>
    public static async Task<bool> IsContractedAsync(string connectionString, CancellationToken cancellationToken)
    {
        await using var source = Source(connectionString);
        await using var command = source.CreateCommand("SELECT 1 FROM information_schema.columns WHERE table_name = 'users' AND column_name = 'password_salt'");
        return await command.ExecuteScalarAsync(cancellationToken) is not null;
    }

    /// <summary>A further database of the server, where there is none of that name.</summary>
    public static async Task AddAsync(string connectionString, string name, CancellationToken cancellationToken)
    {
        await using var source = Source(connectionString);
        await using var look = source.CreateCommand("SELECT 1 FROM pg_database WHERE datname = $1");
        look.Parameters.Add(new NpgsqlParameter { Value = name });
        if (await look.ExecuteScalarAsync(cancellationToken) is not null) return;
        await using var create = source.CreateCommand($"CREATE DATABASE \"{name}\"");
        await create.ExecuteNonQueryAsync(cancellationToken);
    }

    private static NpgsqlDataSource Source(string connectionString) =>
        new NpgsqlSlimDataSourceBuilder(connectionString + ";Pooling=false").ConfigureTypeLoading(types => types.EnableTypeLoading(false)).Build();

    public static async Task CreateAsync(string connectionString, CancellationToken cancellationToken)
    {
        await ResetSchemaAsync(connectionString, cancellationToken);
        await using var source = Source(connectionString);
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
