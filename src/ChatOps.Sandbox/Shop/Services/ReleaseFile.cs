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
    /// <summary>The database schema that it needs.</summary>
    public string? SchemaVersion { get; init; }

    /// <summary>The oldest version that this schema still serves.</summary>
    public string? ServesBackTo { get; init; }

    /// <summary>What it does to the schema beyond the release before it.</summary>
    public IReadOnlyList<Migration> Migrations { get; init; } = [];

    /// <summary>Environment variables without which it does not start.</summary>
    public IReadOnlyList<string> RequiredVariables { get; init; } = [];

    /// <summary>What the checks of its commit came to.</summary>
    public bool ChecksPassed { get; init; } = true;

    public bool Has(string feature) => Features.Contains(feature, StringComparer.Ordinal);

    /// <summary>It breaks something for the shop's users.</summary>
    [JsonIgnore]
    public bool IsFaulty => Features.Any(Feature.Faulty.Contains);

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

/// <summary>A step of the schema, applied once and in one transaction.</summary>
internal sealed record Migration(string Name, string Sql);

/// <summary>Code that a release has and others have not.</summary>
internal static class Feature
{
    /// <summary>The login reads the column <c>last_login_country</c>, which no migration has made: every login fails.</summary>
    public const string CountryOfLastLogin = "country-of-last-login";

    /// <summary>Products and cart wait for a query of a third of a second: everything works, slowly.</summary>
    public const string Recommendations = "recommendations";

    /// <summary>Half a megabyte of every request is kept for ever: it leaks as fast as it is used.</summary>
    public const string SessionReplay = "session-replay";

    /// <summary>It reads a table of prices at its start that no release has: its process ends before it listens.</summary>
    public const string PriceTable = "price-table";

    /// <summary>The cart reads when an article was put into it.</summary>
    public const string CartAddedAt = "cart-added-at";

    /// <summary>The login reads the password from the columns' new names.</summary>
    public const string PasswordColumns = "password-columns";

    public static readonly IReadOnlySet<string> Faulty = new HashSet<string>([CountryOfLastLogin, Recommendations, SessionReplay, PriceTable], StringComparer.Ordinal);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true)]
[JsonSerializable(typeof(ReleaseFile))]
internal sealed partial class ReleaseJson : JsonSerializerContext;
