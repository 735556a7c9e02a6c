using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace ChatOps.Sandbox.Shop.Services;

/// <summary>
/// The artifact of a release: what the platform hands to a new process, and what decides which code that process runs.
/// Its SHA-256 is the release's digest.
/// </summary>
internal sealed record ReleaseFile(string Version, string Commit, string Author, string Message, DateTimeOffset CreatedAt, IReadOnlyList<string> Features)
{
    /// <summary>The login reads the column <c>last_login_country</c>, which no migration has made: this release is broken.</summary>
    public const string CountryOfLastLogin = "country-of-last-login";

    public bool Has(string feature) => Features.Contains(feature, StringComparer.Ordinal);

    public static ReleaseFile Read(string path) =>
        JsonSerializer.Deserialize(File.ReadAllBytes(path), ReleaseJson.Default.ReleaseFile) ?? throw new InvalidDataException($"{path} is not a release.");

    /// <summary>Writes the artifact and answers its digest.</summary>
    public string Write(string path)
    {
        var bytes = JsonSerializer.SerializeToUtf8Bytes(this, ReleaseJson.Default.ReleaseFile);
        File.WriteAllBytes(path, bytes);
        return "sha256:" + Convert.ToHexStringLower(SHA256.HashData(bytes));
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true)]
[JsonSerializable(typeof(ReleaseFile))]
internal sealed partial class ReleaseJson : JsonSerializerContext;
