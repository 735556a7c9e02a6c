using ChatOps.Configuration;
using FsCheck;
using FsCheck.Fluent;

namespace ChatOps.Tests.Configuration;

public sealed class NearestTests
{
    [Theory]
    [InlineData("deppends_on", "depends_on")]
    [InlineData("restrat", "restart")]
    [InlineData("ROLBACK", "rollback")]
    [InlineData("shopdb", "shop-db")]
    public void A_typing_error_finds_the_name(string word, string meant) =>
        Nearest.Of(word, ["restart", "rollback", "depends_on", "shop", "shop-db"]).ShouldBe(meant);

    [Theory]
    [InlineData("")]
    [InlineData("xyzzy")]
    [InlineData("a-word-that-is-far-longer-than-any-name-could-ever-be-and-therefore-none")]
    public void A_word_that_is_near_nothing_finds_nothing(string word) =>
        Nearest.Of(word, ["restart", "rollback"]).ShouldBeNull();

    [Fact]
    public void Swapped_neighbours_count_one() => Nearest.Distance("hsop", "shop").ShouldBe(1);

    [Fact]
    public void An_edit_between_swapped_letters_still_counts_the_swap() => Nearest.Distance("ca", "abc").ShouldBe(2);

    [Fact]
    public void The_distance_is_a_metric()
    {
        var word = Gen.Elements("abc".ToCharArray()).ArrayOf().Resize(6).Select(c => new string(c)).ToArbitrary();
        Prop.ForAll(word, word, word, (a, b, c) =>
            Nearest.Distance(a, b) == Nearest.Distance(b, a)
            && (Nearest.Distance(a, b) == 0) == (a == b)
            && Nearest.Distance(a, c) <= Nearest.Distance(a, b) + Nearest.Distance(b, c)).QuickCheckThrowOnFailure();
    }
}
