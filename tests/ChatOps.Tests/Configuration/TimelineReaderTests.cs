using ChatOps.Configuration;

namespace ChatOps.Tests.Configuration;

public sealed class TimelineReaderTests
{
    [Fact]
    public void Without_a_word_it_is_memo() => Read("").Config!.Timeline.Reactions.ShouldBe(["memo"]);

    [Fact]
    public void An_empty_list_switches_it_off() => Read("timeline: { reaction: [] }").Config!.Timeline.Reactions.ShouldBeEmpty();

    [Fact]
    public void Several_are_taken_with_or_without_colons() => Read("timeline: { reaction: [':pushpin:', memo] }").Config!.Timeline.Reactions.ShouldBe(["pushpin", "memo"]);

    [Fact]
    public void What_is_no_emoji_name_is_a_mistake_with_its_line()
    {
        var mistake = Read("timeline:\n  reaction: [Memo!]").Mistakes.ShouldHaveSingleItem().ToString();
        mistake.ShouldContain("'Memo!' is no name of an emoji");
        mistake.ShouldContain(":2:");
    }

    private static ConfigResult Read(string timeline)
    {
        using var file = new ConfigFile();
        return file.Read($"{timeline}\n" + """
            environments: [production]
            platforms:
              p: { type: http, url: "http://127.0.0.1:1" }
            services:
              shop: { kind: web, tier: 1, environments: { production: { platform: p } } }
            """);
    }
}
