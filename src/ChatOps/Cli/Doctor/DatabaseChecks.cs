using ChatOps.Catalog;
using ChatOps.Database;
using ChatOps.Outbox;
using ChatOps.Timeline;
using Npgsql;

namespace ChatOps.Cli.Doctor;

/// <summary>What is looked at in the bot's database. Changes nothing, and starts nothing.</summary>
internal sealed class DatabaseChecks(DatabaseLocation location, string? databaseUrl, ServiceCatalog catalog, TimeProvider time)
{
    private const string What = "database";
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(12);

    public IEnumerable<Check> All()
    {
        yield return new(What, Limit, LookAsync);
        if (databaseUrl is not null)
            yield return new("place of the database", Limit, _ => Task.FromResult<IReadOnlyList<Finding>>([SharedServer.Look(databaseUrl, catalog)]));
    }

    private async Task<IReadOnlyList<Finding>> LookAsync(CancellationToken cancellationToken)
    {
        if (location.Cluster is { } cluster && cluster.PostmasterPid() is null)
            return [Finding.Ok(What, "a private cluster below 'state', which does not run now; `run` makes it where there is none, and starts it")];
        await using var source = NpgsqlDataSource.Create(location.ConnectionString);
        try
        {
            await using var connection = await source.OpenConnectionAsync(cancellationToken);
            var findings = new List<Finding> { Server(connection) };
            var schema = await DatabaseSchema.LookAsync(connection, cancellationToken);
            findings.Add(schema.Finding);
            if (!schema.IsThere) return findings;
            findings.Add(await DatabaseSchema.OwnerAsync(connection, cancellationToken));
            // Of a schema that is not this version's, columns may be missing.
            if (schema.Finding.Verdict != Verdict.Ok) return findings;
            findings.AddRange(await Leftovers.LookAsync(connection, cancellationToken));
            findings.Add(Leftovers.Judge(await new OutboxHealth(source, time).ReadAsync(cancellationToken)));
            return findings;
        }
        catch (NpgsqlException e)
        {
            return [Finding.Fail(What, Redactor.ForRecord(e is PostgresException { MessageText: var text } ? text : $"no connection: {Reason(e)}"), ToDo(e))];
        }
    }

    private Finding Server(NpgsqlConnection connection)
    {
        var fact = $"PostgreSQL {connection.PostgreSqlVersion}{(location.Cluster is null ? "" : ", a private cluster below 'state'")}";
        return connection.PostgreSqlVersion.Major >= 15
            ? Finding.Ok(What, fact)
            : Finding.Warn(What, fact, "ChatOps is tested with PostgreSQL 15 and later.");
    }

    private static string Reason(NpgsqlException e) => e.InnerException is null ? e.Message : Platforms.NetworkFailure.Text(e);

    private static string ToDo(NpgsqlException e) => e.SqlState switch
    {
        PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification => "Correct user and password in DATABASE_URL.",
        PostgresErrorCodes.InvalidCatalogName => "Create that database, or name another in DATABASE_URL.",
        PostgresErrorCodes.InsufficientPrivilege => "Let `run` bring the schema to this version: it grants the bot's role what it needs.",
        PostgresErrorCodes.TooManyConnections => "Raise max_connections there: an instance of ChatOps keeps up to 28.",
        _ => "Look whether it runs and whether DATABASE_URL is right; until it is there the bot takes no request.",
    };
}
