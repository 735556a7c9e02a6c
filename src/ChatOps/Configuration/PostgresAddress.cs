using Npgsql;

namespace ChatOps.Configuration;

/// <summary>PostgreSQL addresses as people have them: a URL (<c>postgres://user:password@host:5432/name?sslmode=require</c>) or keywords (<c>Host=…;Database=…</c>).</summary>
public static class PostgresAddress
{
    private const string SocketHost = "socket.invalid";

    public static bool TryParse(string text, out NpgsqlConnectionStringBuilder builder)
    {
        builder = new();
        try
        {
            if (!text.StartsWith("postgres://", StringComparison.OrdinalIgnoreCase) && !text.StartsWith("postgresql://", StringComparison.OrdinalIgnoreCase))
            {
                builder = new NpgsqlConnectionStringBuilder(text);
                return !string.IsNullOrEmpty(builder.Host);
            }
            // An address whose host is a unix socket's folder has no host in its usual place, which Uri does not accept.
            var at = text.IndexOf("@/", StringComparison.Ordinal);
            return Uri.TryCreate(at < 0 ? text : text.Insert(at + 1, SocketHost), UriKind.Absolute, out var url) && FromUrl(url, builder);
        }
        catch (Exception e) when (e is ArgumentException or FormatException or InvalidCastException)
        {
            return false;
        }
    }

    private static bool FromUrl(Uri url, NpgsqlConnectionStringBuilder builder)
    {
        builder.Host = url.Host == SocketHost ? null : url.Host;
        builder.Port = url.Port > 0 ? url.Port : 5432;
        if (url.AbsolutePath.Length > 1) builder.Database = Uri.UnescapeDataString(url.AbsolutePath[1..]);
        var user = url.UserInfo.Split(':', 2);
        if (user[0].Length > 0) builder.Username = Uri.UnescapeDataString(user[0]);
        if (user.Length == 2) builder.Password = Uri.UnescapeDataString(user[1]);
        foreach (var pair in url.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var (key, value) = pair.Split('=', 2) is [var k, var v] ? (k, Uri.UnescapeDataString(v)) : (pair, "");
            switch (key)
            {
                // libpq's names for what Npgsql calls otherwise; a host given this way is a unix socket's folder.
                case "host": builder.Host = value; break;
                case "port": builder["Port"] = value; break;
                case "user": builder.Username = value; break;
                case "password": builder.Password = value; break;
                case "dbname": builder.Database = value; break;
                case "sslmode": builder["SSL Mode"] = value.Replace("-", "", StringComparison.Ordinal); break;
                case "sslrootcert": builder.RootCertificate = value; break;
                case "connect_timeout": builder["Timeout"] = value; break;
                case "application_name": builder.ApplicationName = value; break;
                case "options": builder.Options = value; break;
                // Npgsql's own names; one that it does not know throws.
                default: builder[key] = value; break;
            }
        }
        return !string.IsNullOrEmpty(builder.Host);
    }
}
