using ChatOps.Catalog;
using ChatOps.Permissions;
using ChatOps.Slack;
using ChatOps.Slack.WebApi;
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

    [Fact]
    public async Task Reading_a_large_workspace_goes_on_where_Slack_asked_to_wait()
    {
        People(25);
        LimitTo20PagesAMinute();
        User? found = null;
        for (var i = 0; i < 20 && found is null; i++)
        {
            found = await FindOrNothingAsync("person22");
            clock.Advance(TimeSpan.FromSeconds(15));
        }
        found.ShouldNotBeNull().Id.ShouldBe("U22");
    }

    [Fact]
    public async Task Whoever_stands_on_a_page_that_was_read_is_found_while_the_rest_is_not()
    {
        People(25);
        LimitTo20PagesAMinute();
        (await FindOrNothingAsync("person20")).ShouldNotBeNull().Id.ShouldBe("U20");
        (await FindOrNothingAsync("person21")).ShouldBeNull();
    }

    [Fact]
    public async Task A_handle_is_confirmed_after_a_minute_without_reading_the_list_again()
    {
        People(25);
        await directory.FindAccountAsync("person3", Cancel);
        clock.Advance(TimeSpan.FromMinutes(5));
        var calls = slack.Calls;
        (await directory.FindAccountAsync("person3", Cancel)).ShouldNotBeNull();
        slack.Calls.ShouldBe(calls + 1);
    }

    [Fact]
    public async Task A_deactivated_account_loses_its_handle_within_a_minute_and_keeps_its_id()
    {
        People(3);
        (await directory.FindAccountAsync("person2", Cancel)).ShouldNotBeNull();
        slack.People[1] = slack.People[1] with { Deleted = true };
        clock.Advance(TimeSpan.FromMinutes(1));
        (await directory.FindAccountAsync("person2", Cancel)).ShouldBeNull();
        (await directory.FindAccountAsync("U2", Cancel)).ShouldNotBeNull().Deleted.ShouldBeTrue();
    }

    [Fact]
    public async Task A_handle_that_somebody_else_took_means_them_within_a_minute()
    {
        People(3);
        (await directory.FindAccountAsync("person1", Cancel)).ShouldNotBeNull().Id.ShouldBe("U1");
        slack.People[0] = slack.People[0] with { Name = "renamed" };
        slack.People[2] = slack.People[2] with { Name = "person1" };
        clock.Advance(TimeSpan.FromMinutes(1));
        (await directory.FindAccountAsync("person1", Cancel)).ShouldNotBeNull().Id.ShouldBe("U3");
    }

    [Fact]
    public async Task Of_a_handle_that_changed_hands_nothing_is_said_while_Slack_does_not_list()
    {
        People(3);
        await directory.FindAccountAsync("person1", Cancel);
        slack.People[0] = slack.People[0] with { Name = "renamed" };
        slack.Before = method => method == "users.list" ? throw new SlackRateLimitedException(method, TimeSpan.FromMinutes(1)) : Task.CompletedTask;
        clock.Advance(TimeSpan.FromMinutes(11));
        await Should.ThrowAsync<SlackDirectoryException>(directory.FindAccountAsync("person1", Cancel));
    }

    [Fact]
    public async Task An_id_needs_no_list()
    {
        People(25);
        (await directory.FindAccountAsync("U22", Cancel)).ShouldNotBeNull().Name.ShouldBe("person22");
        (await directory.DisplayNameAsync("U22", Cancel)).ShouldBe("person22");
        slack.Calls.ShouldBe(1);
    }

    [Fact]
    public async Task A_workspace_that_is_too_large_to_read_is_said_to_be()
    {
        People(101);
        (await Should.ThrowAsync<SlackDirectoryException>(directory.FindAccountAsync("person101", Cancel))).Message.ShouldStartWith("The workspace has more accounts than I read");
        (await directory.FindAccountAsync("person100", Cancel)).ShouldNotBeNull();
    }

    [Fact]
    public async Task Groups_do_not_wait_for_the_list_of_people()
    {
        var hangs = new TaskCompletionSource();
        slack.Before = method => method == "users.list" ? hangs.Task : Task.CompletedTask;
        var asked = directory.FindAccountAsync("ana", Cancel);
        (await directory.MembersOfAsync("oncall", Cancel).WaitAsync(TimeSpan.FromSeconds(30), Cancel)).ShouldBe(["U0BEN"]);
        await Should.ThrowAsync<SlackDirectoryException>(asked);
    }

    private void People(int count) => slack.People.AddRange(Enumerable.Range(1, count).Select(n => new User { Id = $"U{n}", Name = $"person{n}" }));

    /// <summary>As Slack does with <c>users.list</c>.</summary>
    private void LimitTo20PagesAMinute()
    {
        var (minute, pages) = (clock.GetUtcNow(), 0);
        slack.Before = method =>
        {
            if (method != "users.list") return Task.CompletedTask;
            if (clock.GetUtcNow() - minute >= TimeSpan.FromMinutes(1)) (minute, pages) = (clock.GetUtcNow(), 0);
            return ++pages > 20 ? throw new SlackRateLimitedException(method, TimeSpan.FromSeconds(60)) : Task.CompletedTask;
        };
    }

    private async Task<User?> FindOrNothingAsync(string handle)
    {
        try
        {
            return await directory.FindAccountAsync(handle, Cancel);
        }
        catch (SlackDirectoryException)
        {
            return null;
        }
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
