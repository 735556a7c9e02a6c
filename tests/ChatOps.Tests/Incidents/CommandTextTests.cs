using ChatOps.Incidents;
using FsCheck;
using FsCheck.Fluent;

namespace ChatOps.Tests.Incidents;

public sealed class CommandTextTests
{
    [Theory]
    [InlineData("\"Nobody can log in\" --service shop --sev 1", "Nobody can log in", "shop")]
    [InlineData("Nobody can log in --service=shop --sev 1", "Nobody can log in", "shop")]
    [InlineData("--service shop --sev 1 Nobody can log in", "Nobody can log in", "shop")]
    [InlineData("“Nobody can log in” —service shop —sev 1", "Nobody can log in", "shop")]
    [InlineData("«Nobody can log in» –service shop –sev 1", "Nobody can log in", "shop")]
    public void Words_and_options_are_read_as_people_and_phones_write_them(string typed, string words, string service)
    {
        var text = CommandText.Parse(typed);
        text.Text.ShouldBe(words);
        text.Options["service"].ShouldBe(service);
        text.Options["sev"].ShouldBe("1");
    }

    [Fact]
    public void A_switch_takes_no_value()
    {
        var text = CommandText.Parse("--new shop is slow", "new");
        text.Options.ContainsKey("new").ShouldBeTrue();
        text.Text.ShouldBe("shop is slow");
    }

    [Fact]
    public void A_quoted_option_is_a_word() => CommandText.Parse("\"--service\" shop").Words.ShouldBe(["--service", "shop"]);

    [Theory]
    [InlineData("a - b")]
    [InlineData("--")]
    [InlineData("—")]
    [InlineData("\"never closed")]
    public void Odd_punctuation_stays_text(string typed) => CommandText.Parse(typed).Options.ShouldBeEmpty();

    [Fact]
    public void Nothing_that_can_be_typed_breaks_it() => Prop.ForAll<NonNull<string>>(typed =>
    {
        var text = CommandText.Parse(typed.Get);
        return text.Words.All(w => typed.Get.Contains(w[..Math.Min(1, w.Length)], StringComparison.Ordinal));
    }).QuickCheckThrowOnFailure();
}

public sealed class TypedTextTests
{
    [Theory]
    [InlineData("&lt;!channel&gt; is down", "<!channel> is down")]
    [InlineData("<@U1|ana> saw it in <#C1|general>", "@ana saw it in #general")]
    [InlineData("see <https://x.example/a?b=1|x.example>", "see https://x.example/a?b=1")]
    [InlineData("a &amp;lt; b", "a &lt; b")]
    [InlineData("plain", "plain")]
    public void What_slack_escapes_is_read_as_it_was_typed(string sent, string typed) => TypedText.Read(sent).ShouldBe(typed);
}
