using ChatOps.Catalog;
using ChatOps.Permissions;
using ChatOps.Slack.WebApi;
using ChatOps.Timeline;

namespace ChatOps.Tests.Permissions;

public sealed class PermissionCheckTests : IDisposable
{
    private const string Ana = "U0ANA", Ben = "U0BEN", Mallory = "U0MAL";
    private static readonly Target Production = new("shop", "production");
    private static readonly CancellationToken None = CancellationToken.None;

    private readonly StandingClock clock = new();
    private readonly DirectorySlack slack = new()
    {
        People =
        {
            new User { Id = Ana, Name = "ana", Profile = new UserProfile { DisplayName = "Ana M." } },
            new User { Id = Ben, Name = "ben", Profile = new UserProfile { DisplayName = "Ben" } },
            new User { Id = Mallory, Name = "mallory", Profile = new UserProfile { DisplayName = "ana" } },
        },
        Groups = { ["S0ONCALL"] = ("oncall", [Ben]) },
    };
    private readonly SlackDirectory directory;
    private readonly PermissionCheck check;

    public PermissionCheckTests()
    {
        directory = new(slack, clock);
        check = new(new(
        [
            new() { Allow = ["restart", "rollback"], Groups = ["oncall"] },
            new() { Allow = ["all"], Environments = ["staging"], Users = ["ana"] },
            new() { Allow = ["restart"], Services = ["inventory"], Users = [Mallory] },
        ]), directory);
    }

    public void Dispose() => directory.Dispose();

    [Fact]
    public async Task Who_is_in_the_group_may()
    {
        var may = await check.CheckAsync(Ben, "restart", Production, None);
        may.ShouldBe(new Permission(true, "You are in @oncall, which may restart shop in production.", "@oncall"));
    }

    [Fact]
    public async Task Who_is_not_may_not_and_is_told_who_may()
    {
        var may = await check.CheckAsync(Ana, "restart", Production, None);
        may.ShouldBe(new Permission(false, "Only @oncall may restart shop in production.", "@oncall"));
    }

    [Fact]
    public async Task A_group_that_Slack_does_not_have_is_named_with_what_to_do()
    {
        var may = await new PermissionCheck(new([new() { Allow = ["restart"], Groups = ["onkall"] }]), directory).CheckAsync(Ben, "restart", Production, None);
        may.ShouldBe(new Permission(false, "Only @onkall may restart shop in production. In Slack there is no user group @onkall: create it, or name another in chatops.yaml.", "@onkall"));
    }

    [Fact]
    public async Task What_no_rule_allows_nobody_may()
    {
        var may = await check.CheckAsync(Ben, "deploy", Production, None);
        may.ShouldBe(new Permission(false, "No permission in chatops.yaml lets anybody deploy shop in production.", "nobody"));
        slack.Calls.ShouldBe(0);
    }

    [Fact]
    public async Task A_rule_for_one_environment_counts_there_alone()
    {
        (await check.CheckAsync(Ana, "deploy", new("shop", "staging"), None)).Allowed.ShouldBeTrue();
        (await check.CheckAsync(Ana, "deploy", Production, None)).Allowed.ShouldBeFalse();
    }

    [Fact]
    public async Task A_display_name_that_somebody_took_opens_nothing() =>
        (await check.CheckAsync(Mallory, "deploy", new("shop", "staging"), None)).Allowed.ShouldBeFalse();

    [Fact]
    public async Task An_id_in_the_rules_needs_no_answer_of_Slack()
    {
        slack.Away = true;
        (await check.CheckAsync(Mallory, "restart", new("inventory", "production"), None)).Allowed.ShouldBeTrue();
    }

    [Fact]
    public async Task What_Slack_said_counts_for_a_minute_without_asking()
    {
        await check.CheckAsync(Ben, "restart", Production, None);
        var calls = slack.Calls;
        clock.Advance(TimeSpan.FromSeconds(59));
        (await check.CheckAsync(Ben, "restart", Production, None)).Allowed.ShouldBeTrue();
        slack.Calls.ShouldBe(calls);
        slack.Groups["S0ONCALL"] = ("oncall", [Ana]);
        clock.Advance(TimeSpan.FromSeconds(2));
        (await check.CheckAsync(Ben, "restart", Production, None)).Allowed.ShouldBeFalse();
    }

    [Fact]
    public async Task Without_Slack_the_last_answer_counts_for_ten_minutes_and_then_nothing_is_allowed()
    {
        (await check.CheckAsync(Ben, "restart", Production, None)).Allowed.ShouldBeTrue();
        slack.Away = true;
        clock.Advance(TimeSpan.FromMinutes(10));
        (await check.CheckAsync(Ben, "restart", Production, None)).Allowed.ShouldBeTrue();
        clock.Advance(TimeSpan.FromSeconds(1));
        (await check.CheckAsync(Ben, "restart", Production, None)).ShouldBe(new Permission(false,
            "Slack has not told for over 10 minutes who is in which group, so it is not known whether you may restart shop in production; @oncall may.", "@oncall"));
    }

    [Fact]
    public async Task Slack_that_never_answered_allows_nothing()
    {
        slack.Away = true;
        (await check.CheckAsync(Ben, "restart", Production, None)).Reason.ShouldStartWith("Slack did not tell who is in which group, so it is not known");
    }

    [Fact]
    public async Task While_Slack_is_away_it_is_not_asked_at_every_click()
    {
        slack.Away = true;
        for (var i = 0; i < 5; i++) await check.CheckAsync(Ben, "restart", Production, None);
        slack.Calls.ShouldBe(1);
    }

    [Fact]
    public async Task Several_people_of_one_display_name_are_nobody_and_a_name_is_shown()
    {
        slack.People.Add(new User { Id = "U0BEN2", Name = "ben2", Profile = new UserProfile { DisplayName = "twin" } });
        slack.People.Add(new User { Id = "U0BEN3", Name = "ben3", Profile = new UserProfile { DisplayName = "twin" } });
        (await directory.FindUserAsync("twin", None)).ShouldBeNull();
        (await directory.DisplayNameAsync(Ana, None)).ShouldBe("Ana M.");
        (await directory.DisplayNameAsync("U0GONE", None)).ShouldBe("U0GONE");
    }
}
