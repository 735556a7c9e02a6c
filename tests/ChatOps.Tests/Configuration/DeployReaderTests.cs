using ChatOps.Catalog;
using ChatOps.Configuration;

namespace ChatOps.Tests.Configuration;

public sealed class DeployReaderTests : IDisposable
{
    private const string Rules = "    deploy:                       # all of it may be left out\n";

    private readonly ConfigFile file = new();

    public void Dispose() => file.Dispose();

    /// <summary>The example with other rules for deploying shop, or with more at its end.</summary>
    private ConfigResult With(string? rules, string more = "")
    {
        var lines = ConfigFile.Example.Split('\n').ToList();
        var from = lines.FindIndex(l => l.StartsWith("    deploy:", StringComparison.Ordinal));
        var to = lines.FindIndex(from + 1, l => l.StartsWith("    environments:", StringComparison.Ordinal));
        lines.RemoveRange(from, to - from);
        if (rules is not null) lines.Insert(from, $"    deploy: {rules}");
        return file.Read(string.Join('\n', lines) + "\n" + more);
    }

    private DeployRules Of(string? rules) => With(rules).Config.ShouldNotBeNull().Catalog.Services["shop"].Deploy;

    [Fact]
    public void Left_out_all_is_as_the_readme_says()
    {
        var rules = Of(null);
        (rules.Strategy, rules.Backup, rules.ChecksRequired, rules.ApprovalIn("production"), rules.Watch).ShouldBe((null, false, true, Approval.Anyone, TimeSpan.FromMinutes(15)));
        rules.Steps.ShouldBe([5, 25, 50, 100]);
        (rules.Limits.MinRequests, rules.Limits.StepTime, rules.Limits.GiveUpAfter, rules.Limits.ErrorRate).ShouldBe((500, TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(15), 0.05));
        var config = With(null).Config!;
        config.Deploy.Freezes.ShouldBeEmpty();
        config.Deploy.Friday.ShouldNotBeNull().After.ShouldBe(default);
        config.Slack.DeployCommand.ShouldBe("/deploy");
    }

    [Fact]
    public void What_is_written_counts()
    {
        var rules = Of("{ strategy: blue-green, stateless: true, downtime_allowed: true, approvals: { staging: none, production: second-person }, backup: true, checks: none, business_metric: { name: refunds, query: sum(x), better: lower }, steps: [10, 100], watch: 5m, limits: { min_requests: 50, step: 30s, error_rate: off, error_rate_times: 1.5, p99: 300ms, business_worse: 10% } }");

        (rules.Strategy, rules.Stateless, rules.DowntimeAllowed, rules.Backup, rules.ChecksRequired, rules.Watch).ShouldBe((DeployStrategy.BlueGreen, true, true, true, false, TimeSpan.FromMinutes(5)));
        (rules.ApprovalIn("staging"), rules.ApprovalIn("production")).ShouldBe((Approval.None, Approval.SecondPerson));
        rules.BusinessMetric.ShouldBe(new BusinessMetric("refunds", "sum(x)", LowerIsBetter: true));
        rules.Steps.ShouldBe([10, 100]);
        (rules.Limits.MinRequests, rules.Limits.MinRequestsToBreak, rules.Limits.ErrorRate, rules.Limits.ErrorRateTimes, rules.Limits.P99Ms, rules.Limits.BusinessWorse).ShouldBe((50, 50, null, 1.5, 300, 0.1));
    }

    [Fact]
    public void Freezes_are_weekly_or_dated()
    {
        var config = With(null, """
            freezes:
              - { reason: weekend, from: friday 16:00, to: mon 8:00, timezone: Europe/Vienna, environments: [production] }
              - { reason: the sale, from: 2026-11-24, to: 2026-11-30, services: [shop] }
              - { reason: the audit, from: "2026-12-01 08:00", to: 2026-12-01 12:30 }
            friday: { after: "12:00", timezone: Europe/Vienna, environments: [staging] }
            """).Config.ShouldNotBeNull();

        config.Deploy.Freezes.Select(f => (f.From?.Day, f.To?.Day, f.Begins, f.Ends)).ShouldBe(
        [
            (DayOfWeek.Friday, DayOfWeek.Monday, null, null),
            (null, null, new DateTime(2026, 11, 24), new DateTime(2026, 12, 1)),
            (null, null, new DateTime(2026, 12, 1, 8, 0, 0), new DateTime(2026, 12, 1, 12, 30, 0)),
        ]);
        (config.Deploy.Friday!.After, config.Deploy.Friday.TimeZone.Id, config.Deploy.Friday.Environments.Single()).ShouldBe((new TimeOnly(12, 0), "Europe/Vienna", "staging"));
        With(null, "friday: off").Config.ShouldNotBeNull().Deploy.Friday.ShouldBeNull();
    }

    [Theory]
    [InlineData("{ strategy: canery }", "unknown strategy 'canery' in deploy of service 'shop'; did you mean 'canary'?")]
    [InlineData("{ strategy: recreate }", "'recreate' means downtime")]
    [InlineData("{ facing_user: true }", "unknown key 'facing_user' in deploy of service 'shop'; did you mean 'facing_users'?")]
    [InlineData("{ approvals: { producton: anyone } }", "did you mean 'production'?")]
    [InlineData("{ approvals: { production: none } }", "nothing changes production without a press")]
    [InlineData("{ approvals: { production: two } }", "unknown production 'two'")]
    [InlineData("{ steps: [5, 25, 25, 100] }", "'25' does not follow 25")]
    [InlineData("{ steps: [5, 25] }", "does not end with all traffic")]
    [InlineData("{ steps: [0, 100] }", "'0' is no share of the traffic")]
    [InlineData("{ limits: { error_rate: 5 } }", "percents with their sign such as 5%")]
    [InlineData("{ limits: { error_rate: 500% } }", "'error_rate' is '500%'")]
    [InlineData("{ limits: { p99_times: 0.5 } }", "a number from 1 to")]
    [InlineData("{ limits: { step: 20m } }", "given up before it can pass")]
    [InlineData("{ limits: { min_requests: 50, min_requests_to_break: 60 } }", "'min_requests_to_break' is more")]
    [InlineData("{ business_metric: { better: lower } }", "'name' is missing")]
    [InlineData("{ checks: all }", "unknown checks 'all'")]
    public void A_mistake_in_the_rules_is_told_with_its_line(string rules, string mistake)
    {
        var told = file.Mistake(With(rules));
        told.ShouldContain(mistake);
        told.ShouldStartWith("chatops.yaml:");
    }

    [Theory]
    [InlineData("freezes:\n  - { reason: x, from: firday 16:00, to: monday 08:00 }", "did you mean 'friday'?")]
    [InlineData("freezes:\n  - { reason: x, from: soon, to: monday 08:00 }", "'from' is 'soon'")]
    [InlineData("freezes:\n  - { reason: x, from: friday 16:00, to: 2026-11-30 }", "two weekdays for every week, or two dates for once")]
    [InlineData("freezes:\n  - { reason: x, from: friday 16:00, to: fri 16:00 }", "the same moment")]
    [InlineData("freezes:\n  - { reason: x, from: 2026-11-30, to: 2026-11-24 }", "'to' is not after 'from'")]
    [InlineData("freezes:\n  - { from: 2026-11-24, to: 2026-11-30 }", "'reason' is missing")]
    [InlineData("freezes:\n  - { reason: x, from: 2026-11-24, to: 2026-11-30, timezone: Europe/Wien }", "unknown time zone")]
    [InlineData("freezes:\n  - { reason: x, from: 2026-11-24, to: 2026-11-30, environments: [prod] }", "unknown environment 'prod'")]
    [InlineData("friday: { after: noon }", "'after' is 'noon'")]
    [InlineData("friday: yes please", "friday must hold 'name: value' lines")]
    public void A_mistake_in_a_freeze_is_told_with_its_line(string more, string mistake) => file.Mistake(With(null, more)).ShouldContain(mistake);

    [Fact]
    public void Two_commands_have_two_names() => file.Mistake(file.ReadExampleWith("deploy_command: /deploy", "deploy_command: /incident")).ShouldContain("two commands have the name /incident");

    [Fact]
    public void The_example_has_rules_to_copy() => ConfigFile.Example.ShouldContain(Rules);
}
