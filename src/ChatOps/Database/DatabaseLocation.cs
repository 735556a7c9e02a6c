using ChatOps.Configuration;
using Npgsql;

namespace ChatOps.Database;

/// <summary>Where the bot's database is: the one it was given, or a private cluster under the state folder.</summary>
/// <param name="OwnerConnectionString">For migrations; the tables belong to this role.</param>
/// <param name="ConnectionString">For work.</param>
/// <param name="BotRole">The role of <paramref name="ConnectionString"/> where it is another than the owner's.</param>
/// <param name="Cluster">The private cluster to start first, or null.</param>
public sealed record DatabaseLocation(string OwnerConnectionString, string ConnectionString, string? BotRole, PrivateCluster? Cluster)
{
    private const string PrivateRole = "chatops_bot";
    private const string Tuning = ";Search Path=chatops;Timeout=5;Command Timeout=10;Maximum Pool Size=20;Application Name=chatops";

    /// <param name="url"><c>DATABASE_URL</c>: <c>postgres://user:password@host/db</c> or an Npgsql connection string; null for a private cluster.</param>
    /// <param name="ownerUrl">A role that owns the tables, where the bot's own does not.</param>
    public static DatabaseLocation From(string? url, string? ownerUrl, string stateFolder)
    {
        if (url is { Length: > 0 })
        {
            var work = Normalise(url);
            return ownerUrl is { Length: > 0 }
                ? new(Normalise(ownerUrl), work + Tuning, new NpgsqlConnectionStringBuilder(work).Username, Cluster: null)
                : new(work, work + Tuning, BotRole: null, Cluster: null);
        }
        var cluster = new PrivateCluster(Path.Combine(stateFolder, "postgres"), tcpPort: null, "max_connections=60");
        var owner = cluster.ConnectionString("postgres");
        return new(owner, new NpgsqlConnectionStringBuilder(owner) { Username = PrivateRole }.ConnectionString + Tuning, PrivateRole, cluster);
    }

    /// <summary>A URL, or keywords, in Npgsql's own form.</summary>
    /// <exception cref="ArgumentException">It is no PostgreSQL address; the configuration's reader tells that beforehand.</exception>
    internal static string Normalise(string url) =>
        PostgresAddress.TryParse(url, out var address) ? address.ConnectionString : throw new ArgumentException("That is no PostgreSQL address.", nameof(url));
}
