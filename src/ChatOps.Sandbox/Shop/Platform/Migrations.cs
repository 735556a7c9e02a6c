using ChatOps.Sandbox.Shop.Services;
using Npgsql;

namespace ChatOps.Sandbox.Shop.Platform;

/// <summary>Brings the shop's schema to what a release needs, before a process of it starts: each step once, in one transaction, forward only.</summary>
internal sealed class Migrations(string connectionString, ReleaseHistory releases, string logFile, TimeProvider clock)
{
    /// <summary>Applies what is pending of the release and of all that were built before it.</summary>
    /// <exception cref="InvalidOperationException">A step failed, or the database does not answer.</exception>
    public async Task ApplyAsync(ReleaseHistory.Deployed release, CancellationToken cancellationToken)
    {
        var steps = releases.UpTo(release).SelectMany(r => r.Release.Migrations.Select(m => (r.Release.Version, Step: m))).ToList();
        if (steps.Count == 0) return;
        var at = steps[0];
        try
        {
            await using var source = new NpgsqlSlimDataSourceBuilder(connectionString + ";Pooling=false;Timeout=3;Command Timeout=20;Application Name=migrations").ConfigureTypeLoading(types => types.EnableTypeLoading(false)).Build();
            await using var connection = await source.OpenConnectionAsync(cancellationToken);
            await using (var table = new NpgsqlCommand("CREATE TABLE IF NOT EXISTS schema_migrations (name text PRIMARY KEY, release text NOT NULL, applied_at timestamptz NOT NULL)", connection))
                await table.ExecuteNonQueryAsync(cancellationToken);
            foreach (var step in steps)
            {
                at = step;
                await ApplyAsync(connection, step.Version, step.Step, cancellationToken);
            }
        }
        catch (NpgsqlException e)
        {
            throw new InvalidOperationException($"The migration {at.Step.Name} of {at.Version} was not applied, and {release.Release.Version} was not started: {ServiceLog.OnOneLine(e)}", e);
        }
    }

    private async Task ApplyAsync(NpgsqlConnection connection, string version, Migration step, CancellationToken cancellationToken)
    {
        var start = clock.GetTimestamp();
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await using var note = new NpgsqlCommand("INSERT INTO schema_migrations (name, release, applied_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING", connection, transaction)
        {
            Parameters = { new() { Value = step.Name }, new() { Value = version }, new() { Value = clock.GetUtcNow() } },
        };
        if (await note.ExecuteNonQueryAsync(cancellationToken) == 0) return;
        await using var change = new NpgsqlCommand(step.Sql, connection, transaction);
        await change.ExecuteNonQueryAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        LogCollector.Append(logFile, clock.GetUtcNow(), "platform", $"INFO platform migration {step.Name} of {version} was applied in {clock.GetElapsedTime(start).TotalMilliseconds:0} ms");
    }
}
