using System.Text.RegularExpressions;
using ChatOps.Outbox;
using FsCheck;
using FsCheck.Fluent;

namespace ChatOps.Tests.Outbox;

public sealed partial class ChannelNameTests
{
    private const string ShortId = "4f2a9c1e";

    [Theory]
    [InlineData("Login is down", "inc-7-login-is-down-4f2a9c1e")]
    [InlineData("ログインできません", "inc-7-4f2a9c1e")]
    [InlineData("<!channel>", "inc-7-channel-4f2a9c1e")]
    [InlineData("Café brûlé: 100 %", "inc-7-cafe-brule-100-4f2a9c1e")]
    [InlineData("", "inc-7-4f2a9c1e")]
    public void A_title_becomes_a_name_that_Slack_takes(string title, string name) => ChannelName.For(7, title, ShortId).ShouldBe(name);

    [Fact]
    public void Any_title_gives_a_name_that_Slack_takes_and_that_carries_the_short_id() => Check.QuickThrowOnFailure(Prop.ForAll<string?, PositiveInt, PositiveInt>((title, number, attempt) =>
    {
        var name = ChannelName.Attempt(ChannelName.For(number.Get, title ?? "", ShortId), Math.Min(attempt.Get, 99));
        return Valid().IsMatch(name) && name.Contains(ShortId, StringComparison.Ordinal);
    }));

    [Fact]
    public void A_title_of_five_hundred_characters_fits_with_its_second_name()
    {
        var name = ChannelName.For(12345, new string('x', 500), ShortId);
        name.Length.ShouldBe(80);
        var second = ChannelName.Attempt(name, 2);
        second.Length.ShouldBe(80);
        second.ShouldEndWith($"-{ShortId}-2");
    }

    [GeneratedRegex("^[a-z0-9_-]{1,80}$")]
    private static partial Regex Valid();
}
