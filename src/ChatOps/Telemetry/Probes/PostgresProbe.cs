using System.Globalization;
using ChatOps.Catalog;
using ChatOps.Configuration;
using Npgsql;

namespace ChatOps.Telemetry.Probes;

/// <summary>
/// A query to a PostgreSQL that really connects (<c>pg_isready</c> says yes with no connection left), in a session that cannot write,
/// and how many of the allowed connections are in use.
/// </summary>
internal static class PostgresProbe
{
    public static async Task<ProbeAnswer> AskAsync(ProbeDefinition probe, Func<TimeSpan> took, CancellationToken cancellationToken)
    {
        if (!PostgresAddress.TryParse(probe.Address, out var address)) return new(false, "its address in chatops.yaml is not readable", ProbeFailure.NotReached);
        address.Pooling = false;
        address.ApplicationName = "chatops-probe";
        address.Options = $"{address.Options} -c default_transaction_read_only=on".Trim();
        try
        {
            await using var connection = new NpgsqlConnection(address.ConnectionString);
            await connection.OpenAsync(cancellationToken);
            var value = await ScalarAsync(connection, probe.Body ?? "SELECT 1", cancellationToken);
            var answered = $"answered in {ProbeAnswer.Milliseconds(took())}";
            var connections = await ConnectionsAsync(connection, cancellationToken);
            var detail = $"{answered}, {connections.Used} of {connections.Allowed} connections used";
            var text = Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";
            return probe.ExpectText is null || text.Contains(probe.ExpectText, StringComparison.Ordinal)
                ? new(true, detail, null) { Connections = connections }
                : new(false, $"{detail}, without the expected text", ProbeFailure.WrongAnswer) { Connections = connections };
        }
        catch (PostgresException e)
        {
            return e.SqlState switch
            {
                PostgresErrorCodes.TooManyConnections => new(false, "no connection is left: too many clients", ProbeFailure.NoConnectionLeft),
                PostgresErrorCodes.CannotConnectNow => new(false, $"not ready: {e.MessageText}", ProbeFailure.NotReady),
                PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification => new(false, "the probe's user or password is not accepted", ProbeFailure.WrongAnswer),
                _ => new(false, $"{e.MessageText} ({e.SqlState})", ProbeFailure.WrongAnswer),
            };
        }
        catch (NpgsqlException e) when (e.InnerException is System.Net.Sockets.SocketException or IOException or TimeoutException)
        {
            return new(false, Platforms.NetworkFailure.Text(e), ProbeFailure.NotReached);
        }
        catch (NpgsqlException e) when (!cancellationToken.IsCancellationRequested)
        {
            return new(false, e.Message, ProbeFailure.NotReached);
        }
    }

    private static async Task<ConnectionsUsed> ConnectionsAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            SELECT (SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend')::int,
                   current_setting('max_connections')::int
            """, connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return new(reader.GetInt32(0), reader.GetInt32(1));
    }

    private static async Task<object?> ScalarAsync(NpgsqlConnection connection, string query, CancellationToken cancellationToken)
    {
        // The query is the configuration's own text, not anybody's input.
#pragma warning disable CA2100
        await using var command = new NpgsqlCommand(query, connection);
#pragma warning restore CA2100
        return await command.ExecuteScalarAsync(cancellationToken);
    }
}
