using ChatOps.Catalog;
using ChatOps.Permissions;
using ChatOps.Tests.Permissions;
using ChatOps.Timeline;

namespace ChatOps.Tests.Timeline;

public sealed class SlackDirectoryTests : IDisposable
{
    private static readonly Target Production = new("shop", "production");

    private readonly ImpatientClock clock = new();
    private readonly DirectorySlack slack = new() { Groups = { ["S0ONCALL"] = ("oncall", ["U0BEN"]) } };
    private readonly SlackDirectory directory;
    private readonly PermissionCheck check;

    public SlackDirectoryTests()
    {
        directory = new(slack, clock);
        check = new(new([new() { Allow = ["restart"], Groups = ["oncall"] }]), directory);
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => directory.Dispose();

    [Fact]
    public async Task A_call_that_took_long_to_fail_is_not_made_again_by_the_next_press()
    {
        slack.Away = true;
        slack.Before = _ =>
        {
            clock.Advance(TimeSpan.FromSeconds(31));
            return Task.CompletedTask;
        };
        for (var i = 0; i < 2; i++) (await check.CheckAsync("U0BEN", "restart", Production, Cancel)).Reason.ShouldStartWith("Slack did not tell");
        slack.Calls.ShouldBe(1);
    }

    [Fact]
    public async Task While_Slack_hangs_presses_go_by_its_last_answer_and_it_is_asked_once()
    {
        (await check.CheckAsync("U0BEN", "restart", Production, Cancel)).Allowed.ShouldBeTrue();
        var calls = slack.Calls;
        clock.Advance(TimeSpan.FromMinutes(2));
        var hangs = new TaskCompletionSource();
        slack.Before = method => method == "usergroups.list" ? hangs.Task : Task.CompletedTask;

        var presses = new[] { check.CheckAsync("U0BEN", "restart", Production, Cancel), check.CheckAsync("U0BEN", "restart", Production, Cancel) };
        foreach (var press in presses) (await press.WaitAsync(TimeSpan.FromSeconds(30), Cancel)).Allowed.ShouldBeTrue();

        // The list of groups, once, and the members of the group.
        slack.Calls.ShouldBe(calls + 2);
    }

    [Fact]
    public async Task An_answer_that_came_too_late_for_one_press_is_there_for_the_next()
    {
        var slow = new TaskCompletionSource();
        slack.Before = method => method == "usergroups.list" ? slow.Task : Task.CompletedTask;
        (await check.CheckAsync("U0BEN", "restart", Production, Cancel).WaitAsync(TimeSpan.FromSeconds(30), Cancel)).Reason.ShouldStartWith("Slack did not tell");
        slow.SetResult();
        (await check.CheckAsync("U0BEN", "restart", Production, Cancel)).Allowed.ShouldBeTrue();
    }

    /// <summary>A time of day that is moved by the test, and on which every wait is over at once.</summary>
    private sealed class ImpatientClock : TimeProvider
    {
        private DateTimeOffset now = new(2026, 11, 21, 9, 0, 0, TimeSpan.Zero);

        public override DateTimeOffset GetUtcNow() => now;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => base.CreateTimer(callback, state, TimeSpan.Zero, period);

        public void Advance(TimeSpan by) => now += by;
    }
}
