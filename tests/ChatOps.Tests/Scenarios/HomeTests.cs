using ChatOps.Tests.Support;

namespace ChatOps.Tests.Scenarios;

/// <summary>The Home tab shows each person what is theirs, follows what changes, and Slack takes it however much there is.</summary>
public sealed class HomeTests(BotWithReports bot) : IClassFixture<BotWithReports>
{
    [Fact]
    public async Task It_shows_what_is_open_and_what_is_mine_and_follows_without_being_opened_again()
    {
        await bot.OpenHomeAsync("ana");
        await bot.SeeHomeAsync("ana", "follows what changes");
        var incident = await bot.DeclareAsync("Shown at home");
        var home = await bot.SeeHomeAsync("ana", "Shown at home");
        home.Shown.ShouldContain("You have a role in");
        home.Shown.ShouldContain("you: lead");
        home.Shown.ShouldContain($"<#{incident.Channel}>");
        home.Button("incident.verb:status", $"|{incident.Number}|").ShouldNotBeNull();

        await bot.PressHomeAsync("ana", home.Button("incident.verb:status", $"|{incident.Number}|")!);
        await bot.SeeAsync(Bot.DirectMessagesOf("ana"), "where it stands", m => m.Shown.Contains("Shown at home", StringComparison.Ordinal));

        await bot.OpenHomeAsync("carla");
        (await bot.SeeHomeAsync("carla", "Shown at home")).Button("incident.verb:join", $"|{incident.Number}|").ShouldNotBeNull("who is not on call is not in its channel yet");
        await bot.CommandAsync("ana", incident.Channel, "cancel over");
        await Until.TrueAsync(async () => !(await bot.HomeAsync("ana"))!.Value.Seen.Shown.Contains("Shown at home", StringComparison.Ordinal), "it is gone from the Home tab");
    }

    [Fact]
    public async Task A_private_incident_is_at_home_with_its_members_alone()
    {
        var incident = await bot.DeclareAsync("Nobody may know");
        await bot.ValueAsync<int>("UPDATE incidents SET private = true WHERE number = @Number RETURNING 1", incident);
        await TaskAsync(incident, "a secret task", "U0CARLA001", bot.Now.AddDays(-1));
        await bot.OpenHomeAsync("ana");
        (await bot.SeeHomeAsync("ana", "Nobody may know")).Shown.ShouldContain("private");
        var marker = await bot.DeclareAsync("Everybody may know");
        await bot.OpenHomeAsync("carla");
        var home = await bot.SeeHomeAsync("carla", marker.Title);
        home.Shown.ShouldNotContain("Nobody may know");
        home.Shown.ShouldNotContain("a secret task");
    }

    [Fact]
    public async Task An_incident_can_be_started_from_it()
    {
        await bot.OpenHomeAsync("carla");
        var home = await bot.SeeHomeAsync("carla", "follows what changes");
        await bot.PressHomeAsync("carla", home.Button("incident.verb:start")!);
        var cancelled = TestContext.Current.CancellationToken;
        string? view = null;
        await Until.TrueAsync(async () => (view = (await bot.Control.ViewsAsync("carla", cancelled)).Select(v => v.GetProperty("id").GetString()).FirstOrDefault()) is not null, "the form opens");
        await bot.Control.SubmitAsync("carla", view!, new { title = new { text = "Started at home" }, severity = new { choice = "3" } }, cancelled);
        await bot.DeclaredAsync("Started at home");
        await bot.SeeHomeAsync("carla", "Started at home");
    }

    [Fact]
    public async Task A_task_is_done_from_it_and_leaves_it()
    {
        var incident = await bot.DeclareAsync("Tasks at home");
        var task = await TaskAsync(incident, "raise the limit at home", "U0EVE00001", bot.Now.AddDays(1));
        await bot.OpenHomeAsync("eve");
        var home = await bot.SeeHomeAsync("eve", "raise the limit at home");
        await bot.PressHomeAsync("eve", home.Buttons.First(b => b.Label == "Done"));
        await Until.TrueAsync(async () => await bot.ValueAsync<string>("SELECT state FROM incident_tasks WHERE number = @task", new { task }) == "done", "the task is done");
        await Until.TrueAsync(async () => !(await bot.HomeAsync("eve"))!.Value.Seen.Shown.Contains("raise the limit at home", StringComparison.Ordinal), "it is gone from the Home tab");
    }

    [Fact]
    public async Task Leads_see_the_month_s_numbers_and_others_do_not()
    {
        await bot.OpenHomeAsync("eve");
        await bot.SeeHomeAsync("eve", "Mean time to acknowledge");
        await bot.OpenHomeAsync("dmitri");
        (await bot.SeeHomeAsync("dmitri", "follows what changes")).Shown.ShouldNotContain("Mean time");
    }

    [Fact]
    public async Task A_conflict_is_tried_again_and_what_Slack_refuses_becomes_a_sentence()
    {
        await bot.FaultAsync(new { method = "views.publish", error = "hash_conflict", times = 2 });
        await bot.OpenHomeAsync("ben");
        await bot.SeeHomeAsync("ben", "follows what changes");

        // Nobody's page is drawn but by who opens it: the fault is for that.
        await bot.ValueAsync<int>("UPDATE home_views SET look_due_at = NULL RETURNING 1");
        await bot.IdleAsync();
        await bot.FaultAsync(new { method = "views.publish", error = "invalid_arguments", times = 1 });
        await bot.OpenHomeAsync("ben");
        await bot.SeeHomeAsync("ben", "Slack did not take what I wanted to show here");
        await bot.OpenHomeAsync("ben");
        await bot.SeeHomeAsync("ben", "follows what changes");
    }

    [Fact]
    public async Task Eighty_incidents_and_three_hundred_tasks_with_every_character_are_taken()
    {
        await bot.ValueAsync<int>(
            """
            WITH made AS (
                INSERT INTO incidents (short_id, title, severity, status, environment, declared_by, declared_at, declared_in, lead, request_id, remind_due_at)
                SELECT 'many' || n, '*_~`<!channel> & <@U0BEN00001> 決済が失敗する ' || n, 4, 'open', 'production', 'U0CARLA001', @Now, 'C0GENERAL', 'U0CARLA001', 900000 + n, @Now + interval '1 year'
                FROM generate_series(1, 80) n RETURNING number)
            INSERT INTO incident_tasks (incident, text, owner, created_by, created_at, due_at, request_id)
            SELECT (SELECT min(number) FROM made), repeat('*_~`<!channel> & 決済が失敗する ', 50), 'U0DMITRI01', 'U0ANA00001', @Now, @Now + interval '1 day' * n, 910000 + n FROM generate_series(1, 300) n
            RETURNING 1
            """, new { bot.Now });
        await bot.OpenHomeAsync("dmitri");
        var home = await bot.SeeHomeAsync("dmitri", "and 280 more");
        home.Shown.ShouldNotContain("<!channel>");
        await bot.OpenHomeAsync("carla");
        (await bot.SeeHomeAsync("carla", "and 7")).Shown.ShouldContain("more: `/incident list`");
        (await bot.ValueAsync<int>("SELECT count(*) FROM outbox WHERE kind = 'home' AND state = 'dead'")).ShouldBe(0);
        await bot.ValueAsync<int>("UPDATE incidents SET status = 'cancelled', remind_due_at = @Now + interval '1 year' WHERE short_id LIKE 'many%' RETURNING 1", new { bot.Now });
    }

    private async Task<long> TaskAsync(Declared incident, string text, string? owner, DateTimeOffset due) => await bot.ValueAsync<long>(
        "INSERT INTO incident_tasks (incident, text, owner, created_by, created_at, due_at, request_id) VALUES (@Number, @text, @owner, 'U0ANA00001', @Now, @due, @request) RETURNING number",
        new { incident.Number, text, owner, bot.Now, due, request = Random.Shared.NextInt64(1, long.MaxValue) });
}
