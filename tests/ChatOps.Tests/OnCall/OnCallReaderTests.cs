using ChatOps.Configuration;
using ChatOps.Tests.Configuration;

namespace ChatOps.Tests.OnCall;

public sealed class OnCallReaderTests : IDisposable
{
    private const string Good =
        """
        oncall:
          escalate_after: 7m
          shop-team:
            people: [ana, "@ben", U0CARLA001]
            handover: monday 09:00
            every: 2w
            timezone: Europe/Vienna
            start: 2026-01-05
            services: [shop]
            backup: night
          night:
            people: [eve]
            handover: "21:30"
            timezone: America/New_York
            start: 2026-02-28
          there:
            pagerduty: PSCHED1
        pagerduty:
          routing_key: r0uting
          api_token: t0kt0k
          people: { eve: PEVE42 }
        """;

    private readonly ConfigFile file = new();

    public void Dispose() => file.Dispose();

    [Fact]
    public void Schedules_are_read_as_they_are_written()
    {
        var onCall = Read(Good).Config.ShouldNotBeNull().OnCall;
        onCall.EscalateAfter.ShouldBe(TimeSpan.FromMinutes(7));
        onCall.Schedules.Keys.ShouldBe(["shop-team", "night", "there"]);
        var team = onCall.Schedules["shop-team"];
        team.People.ShouldBe(["ana", "ben", "U0CARLA001"]);
        (team.Handover, team.Days, team.Zone.Id, team.Start, team.Backup).ShouldBe((new TimeOnly(9, 0), 14, "Europe/Vienna", new DateOnly(2026, 1, 5), "night"));
        team.Services.ShouldBe(["shop"]);
        (onCall.Schedules["night"].Days, onCall.Schedules["night"].Handover).ShouldBe((1, new TimeOnly(21, 30)));
        onCall.Schedules["there"].PagerDutySchedule.ShouldBe("PSCHED1");
        var pagerDuty = onCall.PagerDuty.ShouldNotBeNull();
        (pagerDuty.RoutingKey, pagerDuty.ApiToken, pagerDuty.People["eve"]).ShouldBe(("r0uting", "t0kt0k", "PEVE42"));
        pagerDuty.ToString().ShouldNotContain("r0uting");
    }

    [Theory]
    [InlineData("timezone: Europe/Vienna", "timezone: Europe/Viena", "unknown time zone 'Europe/Viena' in schedule 'shop-team'; did you mean 'Europe/Vienna'?")]
    [InlineData("timezone: Europe/Vienna", "timezone: CEST", "unknown time zone 'CEST' in schedule 'shop-team'; an IANA name, such as Europe/Vienna, America/New_York or UTC")]
    [InlineData("monday 09:00", "mondey 09:00", "unknown weekday 'mondey' in schedule 'shop-team'; did you mean 'monday'?")]
    [InlineData("monday 09:00", "monday 9", "'handover' is 'monday 9' in schedule 'shop-team'; a weekday and a local time, such as monday 09:00, or a time alone for every day")]
    [InlineData("monday 09:00", "monday 25:00", "'handover' is 'monday 25:00' in schedule 'shop-team'; a weekday and a local time, such as monday 09:00, or a time alone for every day")]
    [InlineData("every: 2w", "every: 3d", "'every' is '3d', and the handover is on one weekday in schedule 'shop-team'; whole weeks, such as 1w; or leave the weekday out of 'handover'")]
    [InlineData("every: 2w", "every: 0w", "'every' is '0w' in schedule 'shop-team'; days or weeks up to 52w, such as 1w or 1d")]
    [InlineData("start: 2026-01-05", "start: 2026-01-07", "'start' is a Wednesday, and the handover is on Mondays in schedule 'shop-team'; start: 2026-01-12")]
    [InlineData("start: 2026-01-05", "start: 2026-02-30", "'start' is '2026-02-30' in schedule 'shop-team'; a date from 2000 to 2100, such as 2026-01-05")]
    [InlineData("people: [eve]", "people: []", "'people' is empty in schedule 'night'; people: [ana, ben]")]
    [InlineData("\"@ben\"", "\"@ana\"", "'ana' stands twice in 'people' in schedule 'shop-team'; name everybody once; the order goes round by itself")]
    [InlineData("services: [shop]", "services: [shp]", "unknown service 'shp' in schedule 'shop-team'; did you mean 'shop'?")]
    [InlineData("backup: night", "backup: nigth", "unknown schedule 'nigth' in 'backup' of schedule 'shop-team'; did you mean 'night'?")]
    [InlineData("backup: night", "backup: shop-team", "schedule 'shop-team' is its own backup; name another schedule, or leave 'backup' out")]
    [InlineData("escalate_after: 7m", "escalate_afer: 7m", "'escalate_afer' is no schedule in oncall; did you mean 'escalate_after'?")]
    [InlineData("escalate_after: 7m", "escalate_after: 7", "'escalate_after' is '7' in oncall; a duration from 60 s to 2 h, such as 3s")]
    [InlineData("every: 2w", "evry: 2w", "unknown key 'evry' in schedule 'shop-team'; did you mean 'every'?")]
    [InlineData("  api_token: t0kt0k\n", "", "PagerDuty cannot be asked who is on call in schedule 'there'; add 'api_token: ${PAGERDUTY_API_TOKEN}' under 'pagerduty'")]
    [InlineData("PEVE42", "eve@shop", "'eve@shop' is no user id of PagerDuty in people of pagerduty; the id at the end of the address of the person's page there, such as PXPGF42")]
    public void A_mistake_is_told_in_one_line_with_what_would_be_right(string before, string after, string told)
    {
        Good.ShouldContain(before);
        var mistake = file.Mistake(Read(Good.Replace(before, after, StringComparison.Ordinal)));
        mistake.ShouldEndWith($": {told}");
        mistake.ShouldMatch("^chatops.yaml:[0-9]+: ");
    }

    [Fact]
    public void A_mistake_is_told_with_its_line() =>
        file.Mistake(Read(Good.Replace("people: [eve]", "people: []", StringComparison.Ordinal)))
            .ShouldStartWith($"chatops.yaml:{ConfigFile.LineOf(ConfigFile.Example + "\n" + Good, "people: [eve]")}:");

    private ConfigResult Read(string onCall) => file.Read(ConfigFile.Example + "\n" + onCall);
}
