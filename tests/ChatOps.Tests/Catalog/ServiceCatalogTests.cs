using ChatOps.Catalog;

namespace ChatOps.Tests.Catalog;

public sealed class ServiceCatalogTests
{
    private static readonly ServiceCatalog Shop = Catalog(("shop", ["shop-db", "inventory"]), ("inventory", ["inventory-db"]), ("shop-db", []), ("inventory-db", []), ("mail", []));

    [Fact]
    public void Dependencies_stand_nearest_first() =>
        Shop.DependenciesOf("shop").Select(s => s.Name).ShouldBe(["shop-db", "inventory", "inventory-db"]);

    [Fact]
    public void Dependents_are_found_through_others() =>
        Shop.DependentsOf("inventory-db").Select(s => s.Name).ShouldBe(["shop", "inventory"], ignoreOrder: true);

    [Fact]
    public void A_service_is_found_whatever_the_case() => Shop.Find("SHOP-db").ShouldNotBeNull().Name.ShouldBe("shop-db");

    [Fact]
    public void A_target_reads_back_from_its_text()
    {
        Target.Parse(new Target("shop", "production").ToString()).ShouldBe(new Target("shop", "production"));
        Should.Throw<FormatException>(() => Target.Parse("shop"));
    }

    private static ServiceCatalog Catalog(params (string Name, string[] DependsOn)[] services) => new()
    {
        Environments = ["production"],
        Platforms = new Dictionary<string, PlatformDefinition>(),
        Services = services.ToDictionary(s => s.Name, s => new Service
        {
            Name = s.Name,
            Kind = ServiceKind.Web,
            Tier = 1,
            DependsOn = s.DependsOn,
            Environments = new Dictionary<string, ServiceEnvironment>(),
        }),
    };
}
