using ChatOps.Cli.Doctor;
using ChatOps.Configuration;
using ChatOps.OnCall.PagerDuty;
using ChatOps.Slack.WebApi;
using ChatOps.Tests.Configuration;
using ChatOps.Tests.Permissions;
using ChatOps.Timeline;

namespace ChatOps.Tests.OnCall;

/// <summary>What the doctor says of schedules and of the pager.</summary>
public sealed class OnCallDoctorTests : IDisposable
{
    private readonly ConfigFile file = new();

    public void Dispose() => file.Dispose();

    [Fact]
    public async Task That_nothing_can_ring_a_phone_is_a_warning()
    {
        var findings = await LookAsync("", (checks, token) => checks.PagerAsync(token));
        findings.ShouldHaveSingleItem().ShouldStartWith("warn  pager: nothing can ring a phone");
    }

    [Fact]
    public async Task PagerDuty_is_looked_for_without_an_event()
    {
        await using var stub = await StubPagerDuty.StartAsync();
        (await LookAsync(PagerDuty(stub.Url), (checks, token) => checks.PagerAsync(token))).ShouldHaveSingleItem().ShouldStartWith("ok    pager: 127.0.0.1 answers");
        stub.Tried.ShouldBeEmpty();
        (await LookAsync(PagerDuty("http://127.0.0.1:1"), (checks, token) => checks.PagerAsync(token))).ShouldHaveSingleItem().ShouldStartWith("FAIL  pager: 127.0.0.1 was not reached, so no phone rings.");
    }

    [Fact]
    public async Task Everybody_of_a_schedule_must_be_in_the_workspace()
    {
        const string schedule = "oncall: { team: { people: [ana, gone, nobody], handover: \"09:00\", timezone: UTC, start: 2026-01-05 } }";
        (await LookAsync(schedule, (checks, token) => checks.ScheduleAsync(Team(schedule), token))).Select(f => f.Split(". ")[0]).ShouldBe(
            ["FAIL  schedule team: nobody in the workspace is @gone, or the account is deactivated", "FAIL  schedule team: nobody in the workspace is @nobody, or the account is deactivated"]);
        var good = schedule.Replace(", gone, nobody", "", StringComparison.Ordinal);
        (await LookAsync(good, (checks, token) => checks.ScheduleAsync(Team(good), token))).ShouldHaveSingleItem().ShouldStartWith("ok    schedule team: @ana until 2026-11-22 09:00 UTC");
    }

    [Theory]
    [InlineData("PNAMED", "ok    schedule team: Eve, as PagerDuty says.")]
    [InlineData("PSTRANGER", "FAIL  schedule team: PagerDuty's Xaver is nobody in Slack.")]
    [InlineData("PEMPTY", "FAIL  schedule team: PagerDuty says that nobody is on call in PEMPTY now.")]
    public async Task A_schedule_that_PagerDuty_keeps_must_have_somebody_on_call_whom_Slack_knows(string id, string line)
    {
        await using var stub = await StubPagerDuty.StartAsync();
        var yaml = $"oncall: {{ team: {{ pagerduty: {id} }} }}\n{PagerDuty(stub.Url)}";
        (await LookAsync(yaml, (checks, token) => checks.ScheduleAsync(Team(yaml), token))).ShouldHaveSingleItem().ShouldStartWith(line);
        var wrong = yaml.Replace(StubPagerDuty.ApiToken, "wrong", StringComparison.Ordinal);
        (await LookAsync(wrong, (checks, token) => checks.ScheduleAsync(Team(wrong), token))).ShouldHaveSingleItem().ShouldStartWith("FAIL  schedule team: PagerDuty answered 401: Unauthorized.");
    }

    private static string PagerDuty(string url) => $"pagerduty: {{ routing_key: {StubPagerDuty.RoutingKey}, api_token: {StubPagerDuty.ApiToken}, events_url: \"{url}\", api_url: \"{url}\", people: {{ ana: PEVE01 }} }}";

    private ChatOpsConfig Config(string yaml) => file.Read(ConfigFile.Example + "\n" + yaml) is { IsValid: true, Config: { } config } ? config : throw new InvalidOperationException(string.Join('\n', file.Read(ConfigFile.Example + "\n" + yaml).Mistakes));

    private Rotation Team(string yaml) => Config(yaml).OnCall.Schedules["team"];

    private async Task<IReadOnlyList<string>> LookAsync(string yaml, Func<OnCallChecks, CancellationToken, Task<IReadOnlyList<Finding>>> look)
    {
        var config = Config(yaml);
        var clock = new StandingClock();
        var slack = new DirectorySlack();
        slack.People.Add(new User { Id = "U1", Name = "ana" });
        slack.People.Add(new User { Id = "U2", Name = "gone", Deleted = true });
        using var directory = new SlackDirectory(slack, clock);
        using var pagerDuty = new PagerDutyClient(config.OnCall);
        return [.. (await look(new OnCallChecks(config, directory, pagerDuty, clock), TestContext.Current.CancellationToken)).Select(f => f.ToString())];
    }
}
