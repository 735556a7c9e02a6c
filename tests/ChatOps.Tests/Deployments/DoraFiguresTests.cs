using ChatOps.Catalog;
using ChatOps.Deployments;
using ChatOps.Slack.Blocks;

namespace ChatOps.Tests.Deployments;

public sealed class DoraFiguresTests
{
    private static readonly DateTimeOffset To = new(2026, 11, 30, 0, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset From = To.AddDays(-30);

    private static Deployment Deploy(int day, string version, DeploymentOutcome? outcome = DeploymentOutcome.Succeeded, params double[] commitHoursBefore) => new()
    {
        Id = Guid.NewGuid(), Target = new("shop", "production"), FromVersion = "before", ToVersion = version, Strategy = DeployStrategy.Rolling, RequestedBy = "U0ANA", ConfirmedBy = "U0ANA",
        StartedAt = From.AddDays(day), FinishedAt = outcome is null ? null : From.AddDays(day).AddMinutes(10), Outcome = outcome,
        Commits = [.. commitHoursBefore.Select(h => new DeployedCommit(version, "c", "ana", "m", double.IsNaN(h) ? null : From.AddDays(day).AddMinutes(10).AddHours(-h)))],
    };

    private static Deployment Rollback(int day, string from, string to) => Deploy(day, to) with { IsRollback = true, FromVersion = from };

    private static DoraFigures Of(params Deployment[] all) => DoraFigures.Of(all, [], From, To);

    [Fact]
    public void A_deploy_counts_when_it_reached_the_environment_and_a_rollback_is_none()
    {
        var figures = Of(Deploy(1, "v1"), Deploy(2, "v2", DeploymentOutcome.NotDone), Deploy(3, "v3", DeploymentOutcome.Unknown), Deploy(4, "v4", null), Deploy(5, "v5", DeploymentOutcome.Failed), Deploy(6, "v6"), Rollback(7, "v6", "v1"), Deploy(-1, "v0"), Deploy(30, "v9"));

        figures.Deploys.ShouldBe(3);
        figures.PerDay.ShouldBe(0.1, 0.001);
    }

    [Fact]
    public void Lead_time_is_the_median_from_commit_to_live_of_those_that_have_a_time()
    {
        var figures = Of(Deploy(1, "v1", DeploymentOutcome.Succeeded, 1, 5, double.NaN), Deploy(2, "v2", DeploymentOutcome.Succeeded, 9, -3));

        figures.LeadTime.ShouldBe(TimeSpan.FromHours(5));
        (figures.CommitsWithTime, figures.Commits).ShouldBe((3, 5));
    }

    [Fact]
    public void What_failed_was_taken_back_or_broke_something_is_a_failure_once()
    {
        var figures = DoraFigures.Of(
            [Deploy(1, "v1"), Deploy(2, "v2", DeploymentOutcome.Failed), Deploy(3, "v3", DeploymentOutcome.RolledBack), Deploy(4, "v4") with { Caused = 7 }, Deploy(5, "v5") with { Caused = 7 }, Rollback(6, "v5", "v4"), Deploy(7, "v6") with { Caused = 99 }],
            [new(7, From.AddDays(4), From.AddDays(4).AddHours(1))], From, To);

        figures.Failures.ShouldBe(4, "incident 99 was a false alarm or a drill");
        figures.FailureRate.ShouldBe(4 / 6.0);
    }

    [Fact]
    public void Without_a_deploy_there_is_no_rate() => Of().FailureRate.ShouldBeNull();

    [Fact]
    public void A_rollback_of_another_version_says_nothing_of_this_one() =>
        // v9 was deployed past the bot, and taken back.
        (Of(Deploy(1, "v1"), Deploy(2, "v2"), Rollback(3, "v2", "v1")).Failures, Of(Deploy(1, "v1"), Rollback(2, "v9", "v1")).Failures).ShouldBe((1, 0));

    [Fact]
    public void Time_to_restore_goes_by_the_incident_and_else_by_the_way_back()
    {
        var incident = new DoraIncident(7, From.AddDays(1), From.AddDays(1).AddHours(3));
        DoraFigures.Of([Deploy(1, "v1") with { Caused = 7 }], [incident], From, To).TimeToRestore.ShouldBe(TimeSpan.FromHours(3));
        Of(Deploy(1, "v1"), Rollback(2, "v1", "v0")).TimeToRestore.ShouldBe(TimeSpan.FromDays(1) + TimeSpan.FromMinutes(10));
        Of(Deploy(1, "v1", DeploymentOutcome.RolledBack)).TimeToRestore.ShouldBe(TimeSpan.FromMinutes(10));
        Of(Deploy(1, "v1", DeploymentOutcome.Failed), Deploy(3, "v2")).TimeToRestore.ShouldBe(TimeSpan.FromDays(2) + TimeSpan.FromMinutes(10));
        var open = DoraFigures.Of([Deploy(1, "v1") with { Caused = 7 }], [incident with { Restored = null }], From, To);
        (open.TimeToRestore, open.NotRestored).ShouldBe((null, 1));
    }

    [Fact]
    public void The_figures_are_a_valid_message_with_their_sparklines_and_how_they_were_computed()
    {
        var figures = Of(Deploy(1, "v1", DeploymentOutcome.Succeeded, 5), Deploy(3, "v2", DeploymentOutcome.RolledBack));
        var report = new DoraReport("shop <!channel>", "production", figures, figures, [.. Enumerable.Repeat(figures, 12), Of()]);

        var message = DoraMessages.Figures([.. Enumerable.Repeat(report, 8)]);

        BlockValidation.Check(message).ShouldBeEmpty();
        var text = message.Blocks!.OfType<SectionBlock>().First().Text!.Text;
        text.ShouldContain("2 (0.5 a week)");
        text.ShouldContain("50 % (1 of 2)");
        text.ShouldContain("████████████▁");
        text.ShouldNotContain("<!channel>");
        message.Blocks!.OfType<ContextBlock>().Single().Elements.OfType<Markdown>().Single().Text.ShouldContain("median from commit");
    }
}
