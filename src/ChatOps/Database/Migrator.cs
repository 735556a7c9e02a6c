using System.Security.Cryptography;
using System.Text;
using Dapper;
using Npgsql;

namespace ChatOps.Database;

/// <summary>
/// Brings the schema <c>chatops</c> to this version: embedded files in order, one transaction each, forward only.
/// A file that changed after it ran stops the start: the database would no longer be what the code says.
/// </summary>
public sealed partial class Migrator(ILogger<Migrator> logger)
{
    // "chatops" in ASCII: one number that every instance asks for before it touches schema or schedule.
    private const long AdvisoryLock = 0x63_68_61_74_6f_70_73;

    /// <summary>Waits for the lock that serialises the start of all instances; released with the connection.</summary>
    public static async Task<IAsyncDisposable> TakeStartLockAsync(string connectionString, CancellationToken cancellationToken)
    {
        // Unpooled, so that closing it ends the session and with it the lock, whatever happened.
        var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false, CommandTimeout = 0 }.ConnectionString);
        try
        {
            await connection.OpenAsync(cancellationToken);
            await connection.ExecuteAsync(new CommandDefinition("SELECT pg_advisory_lock(@AdvisoryLock)", new { AdvisoryLock }, cancellationToken: cancellationToken));
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <summary>Applies what is missing. The caller holds the start lock.</summary>
    /// <param name="ownerConnectionString">A role that may create tables; they belong to it.</param>
    /// <param name="botRole">The role that the bot works as, which owns nothing; null when both are one.</param>
    /// <exception cref="MigrationException">A file changed after it ran, or failed.</exception>
    public async Task MigrateAsync(string ownerConnectionString, string? botRole, CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(ownerConnectionString);
        await connection.OpenAsync(cancellationToken);
        await connection.ExecuteAsync(
            """
            CREATE SCHEMA IF NOT EXISTS chatops;
            CREATE TABLE IF NOT EXISTS chatops.migrations (name text PRIMARY KEY, checksum text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now());
            """);
        var applied = (await connection.QueryAsync<(string Name, string Checksum)>("SELECT name, checksum FROM chatops.migrations"))
            .ToDictionary(m => m.Name, m => m.Checksum, StringComparer.Ordinal);

        foreach (var (name, sql) in Files())
        {
            var checksum = Checksum(sql);
            if (applied.TryGetValue(name, out var known))
            {
                if (known != checksum)
                    throw new MigrationException($"Migration {name} was changed after it ran here. Restore the file and put the change into a new one.");
                continue;
            }
            await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
            try
            {
                await connection.ExecuteAsync("SET LOCAL search_path = chatops", transaction: transaction);
                await connection.ExecuteAsync(sql, transaction: transaction, commandTimeout: 0);
                await connection.ExecuteAsync("INSERT INTO chatops.migrations (name, checksum) VALUES (@name, @checksum)", new { name, checksum }, transaction);
                await transaction.CommitAsync(cancellationToken);
            }
            catch (PostgresException e)
            {
                throw new MigrationException($"Migration {name} failed and was undone: {e.MessageText}", e);
            }
            Applied(name);
        }
        if (botRole is not null) await GrantAsync(connection, botRole);
        else await connection.ExecuteAsync("CREATE SCHEMA IF NOT EXISTS quartz");
    }

    internal static IEnumerable<(string Name, string Sql)> Files()
    {
        var assembly = typeof(Migrator).Assembly;
        const string prefix = "ChatOps.Database.Migrations.";
        foreach (var resource in assembly.GetManifestResourceNames().Where(n => n.StartsWith(prefix, StringComparison.Ordinal)).Order(StringComparer.Ordinal))
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(resource)!);
            yield return (resource[prefix.Length..], reader.ReadToEnd());
        }
    }

    internal static string Checksum(string sql) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(sql)));

    // The bot reads and writes; it owns no table, and of the record it may only add to and read.
    private static async Task GrantAsync(NpgsqlConnection connection, string role)
    {
        var quoted = '"' + role.Replace("\"", "\"\"", StringComparison.Ordinal) + '"';
        await connection.ExecuteAsync(
            $"""
            GRANT USAGE ON SCHEMA chatops TO {quoted};
            GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA chatops TO {quoted};
            REVOKE UPDATE, DELETE, TRUNCATE ON chatops.timeline, chatops.timeline_redactions FROM {quoted};
            REVOKE INSERT ON chatops.timeline_redactions FROM {quoted};
            REVOKE ALL ON chatops.migrations FROM {quoted};
            GRANT SELECT ON chatops.migrations TO {quoted};
            CREATE SCHEMA IF NOT EXISTS quartz AUTHORIZATION {quoted};
            """);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Migration {Name} applied")]
    private partial void Applied(string name);
}

/// <summary>The database cannot be brought to this version. The message says what to do.</summary>
public sealed class MigrationException(string message, Exception? innerException = null) : Exception(message, innerException);
