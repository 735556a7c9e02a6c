using ChatOps.Sandbox.Shop.Platform;
using ChatOps.Sandbox.Shop.Services;

namespace ChatOps.Sandbox.Shop;

/// <summary>The releases that the shop's platform knows when it starts, and how they came to run.</summary>
internal static class ShopReleases
{
    public const string Bad = "v42";

    public static void Seed(WebUnit shop, WebUnit inventory, ChangeHistory changes, string folder, DateTimeOffset now)
    {
        Directory.CreateDirectory(folder);
        var v40 = Add(shop, folder, new ReleaseFile("v40", "7b1d93e", "mei", "Cart: show the delivery date", now.AddDays(-9), []));
        var v41 = Add(shop, folder, new ReleaseFile("v41", "9f3c2ab", "mei", "Products: cache the catalogue", now.AddDays(-3).AddHours(-2), []));
        Add(shop, folder, new ReleaseFile(Bad, "c41e7d0", "tom", "Login: remember the country of the last sign-in", now.AddMinutes(-25), [ReleaseFile.CountryOfLastLogin]));
        var v17 = Add(inventory, folder, new ReleaseFile("v17", "20ac5f4", "raj", "Stock: book deliveries in batches", now.AddDays(-21), []));
        Deploy(shop, v40, null, "mei", now.AddDays(-8), changes);
        Deploy(shop, v41, "v40", "mei", now.AddDays(-3), changes);
        Deploy(inventory, v17, null, "raj", now.AddDays(-20), changes);
    }

    private static ReleaseHistory.Deployed Add(WebUnit unit, string folder, ReleaseFile release)
    {
        var path = Path.Combine(folder, $"{unit.Name}-{release.Version}.json");
        return unit.Releases.Add(release, path, release.Write(path));
    }

    private static void Deploy(WebUnit unit, ReleaseHistory.Deployed release, string? from, string by, DateTimeOffset at, ChangeHistory changes)
    {
        unit.Releases.MakeCurrent(release, by, at);
        changes.AddPast(unit, "deploy", by, release.Release.Message, from, release.Release.Version, at);
    }
}
