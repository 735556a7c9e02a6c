using ChatOps.Catalog;
using ChatOps.Platforms.Pipelines;

namespace ChatOps.Tests.Platforms.Pipelines;

public sealed class PlaceholderTests
{
    private static readonly Target Shop = new("shop", "production");

    [Fact]
    public void What_was_filled_in_is_read_back()
    {
        const string template = "{action} {service} {version} to {environment} by {actor} ({operation_id})";
        var words = new PipelineWords { Version = "v1.2.3-rc.1+5", OperationId = "0b1c:deploy", Action = "deploy", Actor = "U0ANA" };
        var text = Placeholders.Fill(template, Shop, words);
        text.ShouldBe("deploy shop v1.2.3-rc.1+5 to production by U0ANA (0b1c:deploy)");
        Placeholders.Reader(template, Shop)(text).ShouldBe(words);
    }

    [Theory]
    [InlineData("Deploy v42 to staging (op)")]
    [InlineData("Deploy v42 to production (op) again")]
    [InlineData("Deploy v 42 to production (op)")]
    [InlineData("Merge pull request #7")]
    public void A_title_of_something_else_is_none(string title) =>
        Placeholders.Reader("Deploy {version} to {environment} ({operation_id})", Shop)(title).ShouldBeNull();

    [Fact]
    public void Who_starts_it_by_hand_gives_no_operation_and_is_read_all_the_same() =>
        Placeholders.Reader("Deploy {version} to {environment} ({operation_id})", Shop)("Deploy v42 to production ()").ShouldBe(new PipelineWords { Version = "v42" });

    [Fact]
    public void What_stands_twice_must_be_the_same_twice()
    {
        var read = Placeholders.Reader("{version} {version}", Shop);
        read("v1 v1").ShouldNotBeNull().Version.ShouldBe("v1");
        read("v1 v2").ShouldBeNull();
    }

    [Fact]
    public void Signs_of_the_template_stand_for_themselves() => Placeholders.Reader("[{version}] a.c*", Shop)("[v1] abcc").ShouldBeNull();

    [Fact]
    public void A_persons_name_is_given_to_a_script_without_signs() => Placeholders.Plain("ana'; rm -rf $(x)").ShouldBe("anarm-rfx");
}
