using ChatOps.Configuration;
using ChatOps.OnCall;

namespace ChatOps.Tests.OnCall;

public sealed class SwapTextTests
{
    // A Wednesday, ten in the morning in Vienna.
    private static readonly DateTimeOffset Now = new(2026, 3, 25, 9, 0, 0, TimeSpan.Zero);

    private static readonly Dictionary<string, Rotation> Schedules = new(StringComparer.Ordinal)
    {
        ["shop-team"] = new() { Name = "shop-team", People = ["ana"], Zone = TimeZoneInfo.FindSystemTimeZoneById("Europe/Vienna") },
        ["there"] = new() { Name = "there", PagerDutySchedule = "PSCHED1" },
    };

    [Theory]
    [InlineData("shop-team", null, "2026-03-25 09:00", null, "")]
    [InlineData("@ben shop-team --for 8h dentist at noon", "ben", "2026-03-25 09:00", "2026-03-25 17:00", "dentist at noon")]
    [InlineData("shop-team @ben --from 2026-03-29T02:30 --until 2026-03-29T09:00", "ben", "2026-03-29 01:00", "2026-03-29 07:00", "")]
    [InlineData("--until 09:30 --why \"I am @home\"", null, "2026-03-25 09:00", "2026-03-26 08:30", "I am @home")]
    [InlineData("--until 1774450800", null, "2026-03-25 09:00", "2026-03-25 15:00", "")]
    [InlineData("shop-team my shop-team colleague @ben is ill", null, "2026-03-25 09:00", null, "my shop-team colleague @ben is ill")]
    public void Times_are_those_of_the_schedule_s_own_zone(string text, string? person, string from, string? until, string why)
    {
        var (swap, refusal) = SwapText.Read(text, Schedules, "shop-team", Now);
        refusal.ShouldBeNull();
        (swap!.Schedule, swap.Person, swap.Why).ShouldBe(("shop-team", person, why));
        swap.From.ShouldBe(Utc(from));
        swap.Until.ShouldBe(until is null ? null : Utc(until));
    }

    [Theory]
    [InlineData("there", "PagerDuty keeps there: make the override there.")]
    [InlineData("--until 2026-03-25T09:59", "It would end before it begins.")]
    [InlineData("--for 100d", "That is longer than")]
    [InlineData("--for ever", "is no duration")]
    [InlineData("--from tomorrow", "is no time")]
    [InlineData("--til 09:00", "I do not know the option `--til`")]
    public void A_refusal_says_what_to_do(string text, string sentence) => SwapText.Read(text, Schedules, "shop-team", Now).Refusal.ShouldNotBeNull().ShouldContain(sentence);

    [Fact]
    public void Where_several_schedules_could_be_meant_the_answer_lists_them() =>
        SwapText.Read("@ben", Schedules, here: null, Now).Refusal.ShouldBe("Which schedule? There is shop-team, there.");

    private static DateTimeOffset Utc(string text) => DateTimeOffset.Parse(text + "Z", System.Globalization.CultureInfo.InvariantCulture);
}
