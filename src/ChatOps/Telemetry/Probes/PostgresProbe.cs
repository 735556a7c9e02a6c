using System.Globalization;
using ChatOps.Catalog;
using ChatOps.Configuration;
using Npgsql;

namespace ChatOps.Telemetry.Probes;

/// <summary>
/// A query to a PostgreSQL that really connects (<c>pg_isready</c> says yes with no connection left), in a session that cannot write,
/// and what it tells of its connections, its replication, long queries and locks.
/// </summary>
internal static class PostgresProbe
{
    public static async Task<ProbeAnswer> AskAsync(ProbeDefinition probe, Func<TimeSpan> took, TimeProvider time, CancellationToken cancellationToken)
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
            var facts = await PostgresFacts.ReadSettledAsync(connection, probe.Limits, time, cancellationToken);
            var atLimit = false;
            var told = facts?.Told(probe.Limits, out atLimit);
            var text = Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";
            var answer = probe.ExpectText is not null && !text.Contains(probe.ExpectText, StringComparison.Ordinal) ? new ProbeAnswer(false, $"{Detail(answered, told)}, without the expected text", ProbeFailure.WrongAnswer)
                : atLimit ? new(false, Detail(told!, answered), ProbeFailure.AtLimit)
                : new(true, Detail(answered, told), null);
            return answer with { Connections = facts?.Connections };
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
            // Something stands there and answered: it wants a password that the probe lacks, or speaks no TLS.
            return new(false, e.Message, ProbeFailure.WrongAnswer);
        }
    }

    private static string Detail(string first, string? then) => then is null ? first : $"{first}, {then}";

    private static async Task<object?> ScalarAsync(NpgsqlConnection connection, string query, CancellationToken cancellationToken)
    {
        // The query is the configuration's own text, not anybody's input.
#pragma warning disable CA2100
        await using var command = new NpgsqlCommand(query, connection);
#pragma warning restore CA2100
        return await command.ExecuteScalarAsync(cancellationToken);
    }
}
