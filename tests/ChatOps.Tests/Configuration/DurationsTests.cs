using ChatOps.Configuration;

namespace ChatOps.Tests.Configuration;

public sealed class DurationsTests
{
    [Theory]
    [InlineData("3s", 3)]
    [InlineData("500ms", 0.5)]
    [InlineData("15m", 900)]
    [InlineData("1h30m", 5400)]
    [InlineData("2d", 172800)]
    public void People_write_durations_so(string text, double seconds)
    {
        Durations.TryParse(text, out var duration).ShouldBeTrue();
        duration.ShouldBe(TimeSpan.FromSeconds(seconds));
    }

    [Theory]
    [InlineData("")]
    [InlineData("3")]
    [InlineData("s")]
    [InlineData("-3s")]
    [InlineData("0s")]
    [InlineData("3 s")]
    [InlineData("999999999d")]
    [InlineData("3s\n")]
    public void Anything_else_is_none(string text) => Durations.TryParse(text, out _).ShouldBeFalse();
}
