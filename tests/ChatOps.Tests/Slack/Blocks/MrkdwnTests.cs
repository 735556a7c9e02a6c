using System.Globalization;
using ChatOps.Slack.Blocks;
using FsCheck;
using FsCheck.Fluent;

namespace ChatOps.Tests.Slack.Blocks;

public sealed class MrkdwnTests
{
    /// <summary>Text made of what could do harm, and of what is hard to cut.</summary>
    private static readonly Arbitrary<string> Nasty = Gen.Elements("<", ">", "&", "!channel", "@U1", "|", "`", "```", "\n", "\r\n", "a", " ", "👩‍👩‍👧", "é", "日本", "🔥", "&amp;", "\u0000")
        .ListOf().Select(string.Concat).ToArbitrary();

    [Fact]
    public void No_markup_survives_escaping() =>
        Prop.ForAll(Nasty, text => !Mrkdwn.Escape(text).AsSpan().ContainsAny('<', '>')).QuickCheckThrowOnFailure();

    [Fact]
    public void Escaped_text_reads_as_it_was_written() =>
        Prop.ForAll(Nasty, text => Mrkdwn.Escape(text).Replace("&lt;", "<", StringComparison.Ordinal).Replace("&gt;", ">", StringComparison.Ordinal).Replace("&amp;", "&", StringComparison.Ordinal) == text)
            .QuickCheckThrowOnFailure();

    [Fact]
    public void Channels_cannot_be_notified_by_what_is_escaped_coded_or_linked()
    {
        foreach (var written in new[] { Mrkdwn.Escape("<!channel>"), Mrkdwn.Code("<!channel>"), Mrkdwn.CodeBlock("<!channel>"), Mrkdwn.Link("https://a.example/", "<!channel>"), Mrkdwn.Link("<!channel>", "x"), Mrkdwn.User("!channel><!here") })
            written.ShouldNotContain("<!");
    }

    [Fact]
    public void Cutting_never_breaks_what_a_reader_sees_as_one_character() =>
        Prop.ForAll(Nasty, Gen.Choose(0, 40).ToArbitrary(), (text, max) =>
        {
            var cut = Mrkdwn.Cut(text, max);
            if (text.Length <= max)
                return cut == text;
            if (max == 0)
                return cut.Length == 0;
            var kept = cut[..^1];
            return cut.Length <= max && cut[^1] == '…' && text.StartsWith(kept, StringComparison.Ordinal)
                && (kept.Length == 0 || StringInfo.ParseCombiningCharacters(text).Contains(kept.Length));
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Escaping_with_a_limit_stays_within_it_and_tears_no_escape() =>
        Prop.ForAll(Nasty, Gen.Choose(0, 40).ToArbitrary(), (text, max) =>
        {
            var written = Mrkdwn.Escape(text, max);
            var bare = written.Replace("&lt;", "", StringComparison.Ordinal).Replace("&gt;", "", StringComparison.Ordinal).Replace("&amp;", "", StringComparison.Ordinal);
            return written.Length <= max && !bare.AsSpan().ContainsAny('&', '<', '>');
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Code_cannot_be_ended_by_its_own_text() =>
        Prop.ForAll(Nasty, text =>
        {
            var inline = Mrkdwn.Code(text);
            var block = Mrkdwn.CodeBlock(text);
            return inline.Length > 2 && !inline[1..^1].AsSpan().ContainsAny('`', '\n') && !block[3..^3].Contains("``", StringComparison.Ordinal);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_date_is_drawn_in_each_readers_zone_and_says_UTC_to_those_who_cannot() =>
        Mrkdwn.Date(new DateTimeOffset(2023, 11, 14, 23, 13, 20, TimeSpan.FromHours(1)), "{date_short_pretty} {time_secs}")
            .ShouldBe("<!date^1700000000^{date_short_pretty} {time_secs}|2023-11-14 22:13:20 UTC>");

    [Theory]
    [InlineData("javascript:alert(1)", "click", "click")]
    [InlineData("not a url", "<b>", "&lt;b&gt;")]
    [InlineData("https://a.example/x|y?q=1&r=2", "a\nb", "<https://a.example/x%7Cy?q=1&amp;r=2|a b>")]
    public void A_link_leads_to_a_web_page_or_is_plain_text(string url, string text, string expected) => Mrkdwn.Link(url, text).ShouldBe(expected);
}
