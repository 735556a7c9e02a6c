using ChatOps.Catalog;
using ChatOps.Deployments;

namespace ChatOps.Tests.Deployments;

public sealed class TargetWordsTests
{
    private static readonly ServiceCatalog Catalog = new()
    {
        Environments = ["staging", "production"],
        Platforms = new Dictionary<string, PlatformDefinition>(),
        Services = new Dictionary<string, Service>
        {
            ["shop"] = TestFacts.Good.Service,
            ["mailer"] = TestFacts.Good.Service with { Name = "mailer", Environments = new Dictionary<string, ServiceEnvironment> { ["staging"] = new() { Platform = "p", PlatformName = "mailer" } } },
        },
    };

    [Theory]
    [InlineData("shop load test", "shop@production", "load test", false)]
    [InlineData("shop production load test", "shop@production", "load test", true)]
    [InlineData("SHOP in Staging load test", "shop@staging", "load test", true)]
    [InlineData("shop product launch", "shop@production", "product launch", false)]
    [InlineData("shop in the evening", "shop@production", "in the evening", false)]
    [InlineData("mailer", "mailer@staging", "", false)]
    public void A_target_is_read_as_people_write_it(string typed, string target, string rest, bool named)
    {
        var words = TargetWords.Read(Catalog, typed, "lock shop");
        words.Refusal.ShouldBeNull();
        (words.Target!.ToString(), words.Rest, words.Named).ShouldBe((target, rest, named));
    }

    [Theory]
    [InlineData("", "Which service?")]
    [InlineData("shpo", "did you mean shop?")]
    [InlineData("shop prodcution x", "did you mean production?")]
    [InlineData("mailer production x", "mailer does not run in production; it runs in staging.")]
    public void What_is_wrong_is_told_with_what_would_be_right(string typed, string told) => TargetWords.Read(Catalog, typed, "lock shop").Refusal.ShouldNotBeNull().ShouldContain(told);
}
