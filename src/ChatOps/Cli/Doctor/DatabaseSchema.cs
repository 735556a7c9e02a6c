using ChatOps.Database;
using Dapper;
using Npgsql;

namespace ChatOps.Cli.Doctor;

/// <summary>Whether the schema is this version's, and whether the bot's role could change the record.</summary>
internal static class DatabaseSchema
{
    public static async Task<(bool IsThere, Finding Finding)> LookAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        if (!await connection.ExecuteScalarAsync<bool>(new CommandDefinition("SELECT to_regclass('chatops.migrations') IS NOT NULL", cancellationToken: cancellationToken)))
            return (false, Finding.Ok("schema", "none yet; `run` makes it"));
        var applied = (await connection.QueryAsync<(string Name, string Checksum)>(new CommandDefinition("SELECT name, checksum FROM chatops.migrations", cancellationToken: cancellationToken)))
            .ToDictionary(m => m.Name, m => m.Checksum, StringComparer.Ordinal);
        return (true, Judge([.. Migrator.Files().Select(f => (f.Name, Migrator.Checksum(f.Sql)))], applied));
    }

    internal static Finding Judge(IReadOnlyList<(string Name, string Checksum)> files, IReadOnlyDictionary<string, string> applied)
    {
        var changed = files.Where(f => applied.TryGetValue(f.Name, out var known) && known != f.Checksum).Select(f => f.Name).ToList();
        if (changed.Count > 0)
            return Finding.Fail("schema", $"{string.Join(", ", changed)} ran here in another form than this version has", "Run the version that made this database, or give this one a database of its own.");
        var missing = files.Count(f => !applied.ContainsKey(f.Name));
        if (missing > 0) return Finding.Warn("schema", $"{missing} of {files.Count} migrations are still to come", "`run` applies them when it starts.");
        var newer = applied.Keys.Except(files.Select(f => f.Name), StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        return newer.Count > 0
            ? Finding.Warn("schema", $"a newer version ran here ({string.Join(", ", newer)})", "An older one may run beside it during a roll-out; afterwards, update this one.")
            : Finding.Ok("schema", $"this version's, {files.Count} migrations");
    }

    /// <summary>A role that owns the timeline could switch off the triggers that keep it append-only.</summary>
    public static async Task<Finding> OwnerAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var (role, may) = await connection.QuerySingleAsync<(string Role, bool May)>(new CommandDefinition(
            "SELECT current_user::text, pg_has_role(current_user, relowner, 'MEMBER') FROM pg_class WHERE oid = 'chatops.timeline'::regclass",
            cancellationToken: cancellationToken));
        return may
            ? Finding.Warn("record", $"the role {role} owns the timeline and could switch off what keeps it append-only", "Put a role that owns the tables into DATABASE_OWNER_URL, and one that owns nothing into DATABASE_URL.")
            : Finding.Ok("record", $"the role {role} can add to the timeline and read it, and change nothing in it");
    }
}
