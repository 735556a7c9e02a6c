namespace ChatOps.Tests;

public sealed class SolutionTests
{
    [Fact]
    public void Only_the_invariant_rules_of_text_are_used_whatever_the_machine_speaks() =>
        1.5.ToString(System.Globalization.CultureInfo.InvariantCulture).ShouldBe("1.5");
}
