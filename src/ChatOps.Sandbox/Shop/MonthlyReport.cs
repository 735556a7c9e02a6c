using ChatOps.Sandbox.Shop.Platform;
using Npgsql;

namespace ChatOps.Sandbox.Shop;

/// <summary>The query that takes all memory of the shop's database, until the limit kills it.</summary>
internal sealed class MonthlyReport(DatabaseUnit database, string connectionString, TimeProvider clock)
{
    private const string Sql = "SELECT length(string_agg(repeat(md5(line::text), 30), ',')) AS monthly_revenue_report FROM generate_series(1, 900000) AS line";

    /// <summary>Returns when the database is dead.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var before = database.LastExit;
        var report = ReportAsync(cancellationToken);
        var start = clock.GetTimestamp();
        while (ReferenceEquals(database.LastExit, before) && clock.GetElapsedTime(start) < TimeSpan.FromSeconds(5))
            await Task.Delay(TimeSpan.FromMilliseconds(20), clock, cancellationToken);
        // Where the report did not get that far (a slow machine), the database is killed all the same, the same way.
        if (ReferenceEquals(database.LastExit, before) && database.Instances() is [var instance, ..])
        {
            var bytes = ProcessTable.Memory(ProcessTable.Read().Tree(instance.Pid));
            await database.KillOutOfMemoryAsync(instance, MemoryLimit.Reason(Math.Max(bytes, database.MemoryLimitBytes), database.MemoryLimitBytes), cancellationToken);
        }
        await report;
    }

    private async Task ReportAsync(CancellationToken cancellationToken)
    {
        try
        {
            await using var source = new NpgsqlSlimDataSourceBuilder(connectionString + ";Pooling=false;Command Timeout=20;Application Name=reporting").ConfigureTypeLoading(types => types.EnableTypeLoading(false)).Build();
            await using var command = source.CreateCommand(Sql);
            await command.ExecuteScalarAsync(cancellationToken);
        }
        catch (NpgsqlException)
        {
            // Its connection dies with the database, which is the point.
            return;
        }
    }
}
