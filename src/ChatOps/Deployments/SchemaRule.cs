using ChatOps.Platforms;

namespace ChatOps.Deployments;

public enum SchemaAnswer
{
    /// <summary>The schema serves that version.</summary>
    Serves,

    /// <summary>It does not: the version would read and write what is not there any more.</summary>
    Refuses,

    /// <summary>Nobody declared it: a person must know.</summary>
    Undeclared,
}

/// <summary>Whether a version may run on a schema. Pure.</summary>
/// <param name="Sentence">For people: what the schema serves, or why that is not known, and what is left.</param>
/// <param name="Migrations">What stands in the way: names of the migrations since that version.</param>
public sealed record SchemaVerdict(SchemaAnswer Answer, string Sentence, IReadOnlyList<string> Migrations)
{
    /// <summary>What can be done where the schema refuses; empty elsewhere.</summary>
    public IReadOnlyList<string> Left { get; init; } = [];
}

/// <summary>
/// May a version run on the schema that is now in place? Every release declares its schema and the oldest version of the application
/// that this schema still serves. A migration is never undone: the schema in place is the one of the newest release that ever ran.
/// </summary>
public static class SchemaRule
{
    /// <summary>What can be done instead of going back.</summary>
    public static IReadOnlyList<string> WaysLeft { get; } =
    [
        "roll forward with a release that repairs it",
        "switch the new behaviour off by its flag, where it has one",
        "restore the database from a backup, which loses what was written since",
    ];

    /// <summary>The release whose schema is in place; null where none ran that is listed.</summary>
    /// <param name="releases">Newest first.</param>
    /// <param name="running">The version that runs; counts where the platform does not say which ones ran.</param>
    public static Release? InPlace(IReadOnlyList<Release> releases, string? running) =>
        releases.FirstOrDefault(r => r.DeployedAt is not null || r.Current || (running is not null && r.Version == running));

    /// <summary>Whether the version may run on the schema that is in place now.</summary>
    /// <param name="releases">Newest first.</param>
    public static SchemaVerdict MayRun(IReadOnlyList<Release> releases, string? running, string version) => MayRunOn(InPlace(releases, running), releases, version);

    /// <summary>Whether the version may run on the schema of that release, as after it was deployed.</summary>
    /// <param name="schema">The release whose schema is in place.</param>
    /// <param name="releases">Newest first.</param>
    public static SchemaVerdict MayRunOn(Release? schema, IReadOnlyList<Release> releases, string version)
    {
        if (schema is null) return new(SchemaAnswer.Serves, "No release ran here before, so no schema stands in the way.", []);
        var wanted = IndexOf(releases, version);
        var now = IndexOf(releases, schema.Version);
        if (wanted < 0) return new(SchemaAnswer.Undeclared, $"The platform does not list {version}, so it is not known whether the schema of {schema.Version} serves it.", []);
        // A newer release brings the schema that it needs.
        if (wanted <= now) return new(SchemaAnswer.Serves, $"{version} is not older than the schema in place, which {schema.Version} brought.", []);
        if (schema.SchemaVersion is null || schema.ServesBackTo is not { } oldest)
            return new(SchemaAnswer.Undeclared, $"{schema.Version} does not declare which versions its schema still serves. Look before you go back to {version}.", Between(releases, now, wanted));
        var limit = IndexOf(releases, oldest);
        if (limit < 0) return new(SchemaAnswer.Undeclared, $"{schema.Version} declares that its schema serves versions from {oldest} on, which the platform does not list. Look before you go back to {version}.", Between(releases, now, wanted));
        if (wanted <= limit) return new(SchemaAnswer.Serves, $"The schema {schema.SchemaVersion} of {schema.Version} serves versions from {oldest} on.", []);

        var migrations = Between(releases, now, wanted);
        var named = migrations.Count == 0 ? "" : $" after {(migrations.Count == 1 ? "the migration" : "the migrations")} {string.Join(", ", migrations)}";
        return new(SchemaAnswer.Refuses, $"The schema {schema.SchemaVersion} of {schema.Version} serves versions from {oldest} on{named}; {version} is older. What is left: {string.Join("; ", WaysLeft)}.", migrations) { Left = WaysLeft };
    }

    /// <summary>
    /// Whether old and new version can run at the same time while the release comes in: its schema still serves what runs now (expand/contract).
    /// Null: it declares nothing and may bring a migration.
    /// </summary>
    public static bool? RunsBeside(Release wanted, IReadOnlyList<Release> releases, string? running)
    {
        if (running is null || InPlace(releases, running) is not { } now) return true;
        // What is not newer than the schema in place changes nothing in it.
        if (IndexOf(releases, wanted.Version) >= IndexOf(releases, now.Version)) return true;
        if (Migrations(wanted, releases, now).Count == 0 && wanted.SchemaVersion is not null && wanted.SchemaVersion == now.SchemaVersion) return true;
        return MayRunOn(wanted, releases, running).Answer switch
        {
            SchemaAnswer.Serves => true,
            SchemaAnswer.Refuses => false,
            _ => null,
        };
    }

    /// <summary>The migrations that come in with the release, its own and those of the releases that it skips, oldest first.</summary>
    public static IReadOnlyList<string> Migrations(Release wanted, IReadOnlyList<Release> releases, Release? inPlace) =>
        Between(releases, IndexOf(releases, wanted.Version), inPlace is null ? releases.Count : IndexOf(releases, inPlace.Version));

    /// <summary>Oldest first: of the newer release and of those before the older one.</summary>
    private static List<string> Between(IReadOnlyList<Release> releases, int newer, int older) =>
        newer < 0 ? [] : [.. releases.Take(older < 0 ? releases.Count : older).Skip(newer).Reverse().SelectMany(r => r.Migrations).Distinct(StringComparer.Ordinal)];

    private static int IndexOf(IReadOnlyList<Release> releases, string version)
    {
        for (var i = 0; i < releases.Count; i++)
        {
            if (releases[i].Version == version) return i;
        }
        return -1;
    }
}
