using ChatOps.Catalog;
using ChatOps.Deployments;

namespace ChatOps.Tests.Deployments;

public sealed class DeployArgumentsTests
{
    private static readonly ServiceCatalog Catalog = new()
    {
        Services = new Dictionary<string, Service>
        {
            ["shop"] = Runs("shop", "staging", "production"),
            ["mailer"] = Runs("mailer", "production"),
        },
        Environments = ["staging", "production"],
        Platforms = new Dictionary<string, PlatformDefinition>(),
    };

    [Theory]
    [InlineData("shop v43", "shop@staging", "v43")]
    [InlineData("Shop v43 to Production", "shop@production", "v43")]
    [InlineData("shop v43 in production", "shop@production", "v43")]
    [InlineData("shop to production v43", "shop@production", "v43")]
    [InlineData("shop", "shop@staging", null)]
    [InlineData("mailer v1 to production", "mailer@production", "v1")]
    [InlineData("shop --plan v43", "shop@staging", "v43")]
    [InlineData("shop v43 --reason the sale begins --plan", "shop@staging", "v43")]
    public void It_is_read_as_people_write_it(string typed, string target, string? version)
    {
        var (arguments, refusal) = DeployArguments.Read(typed, Catalog);
        refusal.ShouldBeNull();
        arguments!.Target.ToString().ShouldBe(target);
        arguments.Version.ShouldBe(version);
    }

    [Theory]
    [InlineData("shop v43 --reason login is broken for all --force friday,freeze --strategy blue-green --plan")]
    [InlineData("shop v43 —reason login is broken for all —force friday,freeze —strategy BlueGreen —plan")]
    [InlineData("shop v43 --plan --strategy blue-green --force friday,freeze --reason \"login is broken for all\"")]
    public void Options_are_read_in_any_order_with_any_dashes_and_a_reason_needs_no_quotes(string typed)
    {
        var (arguments, refusal) = DeployArguments.Read(typed, Catalog);
        refusal.ShouldBeNull();
        arguments!.Reason.ShouldBe("login is broken for all");
        arguments.Forced.ShouldBe(["friday", "freeze"]);
        arguments.Strategy.ShouldBe(DeployStrategy.BlueGreen);
        arguments.PlanOnly.ShouldBeTrue();
    }

    [Theory]
    [InlineData("", "Which service?")]
    [InlineData("shpo v43", "Did you mean shop?")]
    [InlineData("shop v43 to prodcution", "Did you mean production?")]
    [InlineData("mailer v1", "/deploy mailer v1 to production")]
    [InlineData("shop v43 v44", "'v44'")]
    [InlineData("shop v43 --stratgy canary", "Did you mean --strategy?")]
    [InlineData("shop v43 --strategy canari", "Did you mean canary?")]
    [InlineData("shop v43 --strategy", "--strategy needs one of")]
    [InlineData("shop v43 --force", "--force needs the names of the gates")]
    [InlineData("shop v43 --reason", "--reason needs some words")]
    [InlineData("shop v43 --reason --plan", "--reason needs some words")]
    public void What_is_wrong_is_told_with_what_would_be_right(string typed, string told)
    {
        var (arguments, refusal) = DeployArguments.Read(typed, Catalog);
        arguments.ShouldBeNull();
        refusal.ShouldNotBeNull().ShouldContain(told);
    }

    private static Service Runs(string name, params string[] environments) => new()
    {
        Name = name, Kind = ServiceKind.Web, Tier = 2,
        Environments = environments.ToDictionary(e => e, _ => new ServiceEnvironment { Platform = "p", PlatformName = name }),
    };
}
