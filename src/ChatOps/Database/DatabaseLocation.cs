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

    /// <summary>A URL becomes Npgsql's own form; that form stays as it is.</summary>
    internal static string Normalise(string url)
    {
        if (!url.StartsWith("postgres://", StringComparison.OrdinalIgnoreCase) && !url.StartsWith("postgresql://", StringComparison.OrdinalIgnoreCase)) return url;
        var uri = new Uri(url);
        var credentials = uri.UserInfo.Split(':', 2);
        var result = new NpgsqlConnectionStringBuilder
        {
            Host = uri.Host,
            Port = uri.Port > 0 ? uri.Port : 5432,
            Database = Uri.UnescapeDataString(uri.AbsolutePath.TrimStart('/')),
        };
        if (credentials[0].Length > 0) result.Username = Uri.UnescapeDataString(credentials[0]);
        if (credentials.Length > 1) result.Password = Uri.UnescapeDataString(credentials[1]);
        foreach (var pair in uri.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var parts = pair.Split('=', 2);
            var value = Uri.UnescapeDataString(parts.Length > 1 ? parts[1] : "");
            if (parts[0] == "sslmode") result.SslMode = Enum.Parse<SslMode>(value.Replace("-", "", StringComparison.Ordinal), ignoreCase: true);
            else if (parts[0] == "host") result.Host = value;
            else result[parts[0]] = value;
        }
        return result.ConnectionString;
    }
}
