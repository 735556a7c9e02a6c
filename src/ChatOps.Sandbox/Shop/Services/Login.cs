using System.Security.Cryptography;

namespace ChatOps.Sandbox.Shop.Services;

/// <summary>Signs people in against the salted hashes in the database. The release decides which columns it reads.</summary>
internal sealed class Login(ShopDb db, ReleaseFile release, TimeProvider clock)
{
    public const int Rounds = 1000;
    private static readonly TimeSpan SessionLength = TimeSpan.FromMinutes(10);
    private readonly string sql =
        release.Has(Feature.CountryOfLastLogin) ? "SELECT id, salt, hash, last_login_country FROM users WHERE name = $1"
        : release.Has(Feature.PasswordColumns) ? "SELECT id, password_salt, password_hash FROM users WHERE name = $1"
        : "SELECT id, salt, hash FROM users WHERE name = $1";

    /// <summary>A session's token, or null when user or password is wrong.</summary>
    public async Task<string?> SignInAsync(string user, string password, CancellationToken cancellationToken)
    {
        var found = await FindAsync(sql, user, cancellationToken);
        if (found is not { } person || !CryptographicOperations.FixedTimeEquals(Hash(password, person.Salt), person.Hash)) return null;

        var token = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        await db.RunAsync("INSERT INTO sessions (token, user_id, expires_at) VALUES ($1, $2, $3)",
            command => command.ExecuteNonQueryAsync(cancellationToken), cancellationToken, token, person.Id, clock.GetUtcNow() + SessionLength);
        return token;
    }

    /// <summary>The name of the person whose session this is, or null when there is none or it has ended.</summary>
    public Task<string?> WhoAsync(string token, CancellationToken cancellationToken) =>
        db.RunAsync("SELECT u.name FROM sessions s JOIN users u ON u.id = s.user_id WHERE s.token = $1 AND s.expires_at > $2",
            async command => await command.ExecuteScalarAsync(cancellationToken) as string, cancellationToken, token, clock.GetUtcNow());

    public static byte[] Hash(string password, byte[] salt) => Rfc2898DeriveBytes.Pbkdf2(password, salt, Rounds, HashAlgorithmName.SHA256, 32);

    private Task<(int Id, byte[] Salt, byte[] Hash)?> FindAsync(string query, string user, CancellationToken cancellationToken) =>
        db.RunAsync(query, async command =>
        {
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            return await reader.ReadAsync(cancellationToken)
                ? (reader.GetInt32(0), (byte[])reader.GetValue(1), (byte[])reader.GetValue(2))
                : default((int, byte[], byte[])?);
        }, cancellationToken, user);
}
