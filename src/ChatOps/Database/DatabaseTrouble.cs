using Npgsql;

namespace ChatOps.Database;

/// <summary>Tells a database that is away or busy from a statement that it refuses.</summary>
public static class DatabaseTrouble
{
    /// <summary>True for whatever Npgsql throws: its own exceptions, and a bare <see cref="TimeoutException"/> where there is no connection in time.</summary>
    public static bool IsAny(Exception exception) => exception is NpgsqlException or TimeoutException;

    /// <summary>
    /// True where the same statement may work later: no connection, none in time, shutting down, too busy, deadlock. Classes of SQLSTATE: https://www.postgresql.org/docs/15/errcodes-appendix.html.
    /// </summary>
    public static bool IsPassing(Exception exception) => exception switch
    {
        PostgresException e => e.IsTransient || e.SqlState[..2] is "08" or "40" or "53" or "55" or "57" or "58",
        _ => IsAny(exception),
    };
}
