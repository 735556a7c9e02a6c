using ChatOps.Sandbox.Shop.Platform;
using ChatOps.Sandbox.Shop.Services;

namespace ChatOps.Sandbox.Shop;

/// <summary>The releases that the shop's platform knows when it starts, and how they came to run. All have been built in the last half hour but those that ran.</summary>
internal static class ShopReleases
{
    /// <summary>Every login fails.</summary>
    public const string Bad = "v42";

    /// <summary>Nothing is wrong with it.</summary>
    public const string Good = "v43";

    /// <summary>Works, slowly.</summary>
    public const string Slow = "v44";

    /// <summary>Leaks memory with every request.</summary>
    public const string Leaky = "v45";

    /// <summary>Its process ends at its start.</summary>
    public const string CrashOnStart = "v46";

    /// <summary>Adds a column: every earlier version works with its schema.</summary>
    public const string Expanding = "v47";

    /// <summary>Renames columns that earlier versions read: from it there is no way back by code alone.</summary>
    public const string Contracting = "v48";

    /// <summary>Needs a variable that nobody has set.</summary>
    public const string LacksVariable = "v49";

    /// <summary>The checks of its commit failed.</summary>
    public const string ChecksFailed = "v50";

    private const string FirstSchema = "2026-10-02";
    private static readonly IReadOnlyList<string> Variables = ["DATABASE_URL", "INVENTORY_URL"];

    public static void Seed(WebUnit staging, WebUnit shop, WebUnit inventory, ChangeHistory changes, string folder, DateTimeOffset now)
    {
        Directory.CreateDirectory(folder);
        foreach (var release in OfShop(now))
        {
            Add(staging, folder, release);
            Add(shop, folder, release);
        }
        Add(inventory, folder, new ReleaseFile("v17", "20ac5f4", "raj", "Stock: book deliveries in batches", now.AddDays(-21), []));
        Deploy(staging, "v40", null, "mei", now.AddDays(-9).AddHours(3), changes);
        Deploy(shop, "v40", null, "mei", now.AddDays(-8), changes);
        Deploy(staging, "v41", "v40", "mei", now.AddDays(-3).AddHours(-1), changes);
        Deploy(shop, "v41", "v40", "mei", now.AddDays(-3), changes);
        Deploy(inventory, "v17", null, "raj", now.AddDays(-20), changes);
    }

    private static IReadOnlyList<ReleaseFile> OfShop(DateTimeOffset now)
    {
        ReleaseFile Release(string version, string commit, string author, string message, DateTimeOffset built, params string[] features) =>
            new(version, commit, author, message, built, features) { SchemaVersion = FirstSchema, ServesBackTo = "v40", RequiredVariables = Variables };
        var expanded = new Migration("0007_cart_added_at", "ALTER TABLE carts ADD COLUMN added_at timestamptz NOT NULL DEFAULT now()");
        var contracted = new Migration("0008_password_columns", "ALTER TABLE users RENAME COLUMN salt TO password_salt; ALTER TABLE users RENAME COLUMN hash TO password_hash");
        return
        [
            Release("v40", "7b1d93e", "mei", "Cart: show the delivery date", now.AddDays(-9)),
            Release("v41", "9f3c2ab", "mei", "Products: cache the catalogue", now.AddDays(-3).AddHours(-2)),
            Release(Bad, "c41e7d0", "tom", "Login: remember the country of the last sign-in", now.AddMinutes(-25), Feature.CountryOfLastLogin),
            Release(Good, "51b8e6c", "mei", "Login: say which of user and password is missing", now.AddMinutes(-22)),
            Release(Slow, "e07f4d2", "raj", "Products: recommend what others bought", now.AddMinutes(-20), Feature.Recommendations),
            Release(Leaky, "8d26b11", "tom", "Support: replay the session of a customer who calls", now.AddMinutes(-18), Feature.SessionReplay),
            Release(CrashOnStart, "3ac95f7", "kim", "Prices: read the value-added tax of each country", now.AddMinutes(-16), Feature.PriceTable),
            Release(Expanding, "f6107ce", "raj", "Cart: remember when an article was put in", now.AddMinutes(-14), Feature.CartAddedAt)
                with { SchemaVersion = "2026-11-20", ServesBackTo = "v40", Migrations = [expanded] },
            Release(Contracting, "b93d84a", "kim", "Login: name the password's columns by what they hold", now.AddMinutes(-12), Feature.CartAddedAt, Feature.PasswordColumns)
                with { SchemaVersion = "2026-11-21", ServesBackTo = Contracting, Migrations = [contracted] },
            Release(LacksVariable, "2e5fa09", "mei", "Cart: collect loyalty points", now.AddMinutes(-10), Feature.CartAddedAt, Feature.PasswordColumns)
                with { SchemaVersion = "2026-11-21", ServesBackTo = Contracting, RequiredVariables = [.. Variables, "LOYALTY_URL"] },
            Release(ChecksFailed, "77c01d3", "tom", "Mail: new wording of the receipt", now.AddMinutes(-6), Feature.CartAddedAt, Feature.PasswordColumns)
                with { SchemaVersion = "2026-11-21", ServesBackTo = Contracting, ChecksPassed = false },
        ];
    }

    private static void Add(WebUnit unit, string folder, ReleaseFile release)
    {
        var path = Path.Combine(folder, $"{unit.Name}-{release.Version}.json");
        unit.Releases.Add(release, path, release.Write(path));
    }

    private static void Deploy(WebUnit unit, string version, string? from, string by, DateTimeOffset at, ChangeHistory changes)
    {
        var release = unit.Releases.Find(version)!;
        unit.Releases.MakeCurrent(release, by, at);
        changes.AddPast(unit, "deploy", by, release.Release.Message, from, version, at);
    }
}
