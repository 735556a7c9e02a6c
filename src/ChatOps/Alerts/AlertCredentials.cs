using System.Security.Cryptography;
using System.Text;
using ChatOps.Configuration;
using Microsoft.Extensions.Primitives;

namespace ChatOps.Alerts;

/// <summary>Whether a request carries what its source is known by. Both sides are hashed, so that the comparison takes the same time whatever differs.</summary>
internal sealed class AlertCredentials
{
    private const string Bearer = "Bearer ";
    private const string Basic = "Basic ";
    private readonly byte[] expected;
    private readonly string scheme;

    /// <exception cref="ArgumentException">The source has no credentials: then anybody could send.</exception>
    public AlertCredentials(AlertSource source)
    {
        if (source.Token is { Length: > 0 } token) (scheme, expected) = (Bearer, Hash(Encoding.UTF8.GetBytes(token)));
        else if (source is { Username: { Length: > 0 } name, Password: { Length: > 0 } password }) (scheme, expected) = (Basic, Hash(Encoding.UTF8.GetBytes($"{name}:{password}")));
        else throw new ArgumentException($"The alert source {source.Name} has no credentials.", nameof(source));
    }

    /// <summary>For the header <c>WWW-Authenticate</c>.</summary>
    public string Challenge => scheme == Bearer ? "Bearer" : "Basic realm=\"alerts\"";

    /// <param name="authorization">The header; more than one is none.</param>
    public bool Accept(StringValues authorization)
    {
        if (authorization is not [{ } header] || !header.StartsWith(scheme, StringComparison.OrdinalIgnoreCase)) return false;
        var given = header[scheme.Length..].Trim();
        if (scheme == Bearer) return CryptographicOperations.FixedTimeEquals(Hash(Encoding.UTF8.GetBytes(given)), expected);
        var decoded = new byte[given.Length];
        return Convert.TryFromBase64String(given, decoded, out var length) && CryptographicOperations.FixedTimeEquals(Hash(decoded.AsSpan(0, length)), expected);
    }

    private static byte[] Hash(ReadOnlySpan<byte> secret) => SHA256.HashData(secret);
}
