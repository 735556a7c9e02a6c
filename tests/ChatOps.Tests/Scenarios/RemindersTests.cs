using ChatOps.Tests.Support;

namespace ChatOps.Tests.Scenarios;

/// <summary>People are reminded of what they owe, once, and not after they did it. The clock is moved; nobody sleeps.</summary>
public sealed class RemindersTests(BotWithReports bot) : IClassFixture<BotWithReports>
{
    private const string UpdateDue = "an update is due";

    [Fact]
    public async Task An_update_is_asked_for_once_an_hour_in_a_SEV2_and_can_be_snoozed()
    {
        var incident = await bot.DeclareAsync("Nobody said anything");
        await bot.CommandAsync("ben", incident.Channel, "note chatter is no update");
        await bot.AdvanceAsync(TimeSpan.FromMinutes(58));
        await SweptAsync();
        (await bot.RemindersAsync(incident.Channel, UpdateDue)).ShouldBeEmpty();

        await bot.AdvanceAsync(TimeSpan.FromMinutes(3));
        var asked = await bot.SeeAsync(incident.Channel, "the reminder", m => m.Shown.Contains(UpdateDue, StringComparison.Ordinal));
        asked.Text.ShouldContain("<@U0ANA00001>");
        asked.Button("incident.verb:update").ShouldNotBeNull();
        await SweptAsync();
        (await bot.RemindersAsync(incident.Channel, UpdateDue)).Count.ShouldBe(1);

        await bot.PressAsync("ana", asked.Button("reminder.snooze:15m")!);
        await bot.SeeAsync(incident.Channel, "who snoozed it", m => m.Ts == asked.Ts && m.Shown.Contains("Snoozed by <@U0ANA00001>", StringComparison.Ordinal) && m.Buttons.Count == 0);
        await bot.AdvanceAsync(TimeSpan.FromMinutes(13));
        await SweptAsync();
        (await bot.RemindersAsync(incident.Channel, UpdateDue)).Count.ShouldBe(1);
        await bot.AdvanceAsync(TimeSpan.FromMinutes(3));
        await bot.SeeAsync(incident.Channel, "the reminder again", m => m.Ts != asked.Ts && m.Shown.Contains(UpdateDue, StringComparison.Ordinal));
        (await bot.ValueAsync<int>("SELECT count(*) FROM timeline WHERE incident = @Number AND kind = 'reminder.snoozed' AND actor = 'U0ANA00001'", incident)).ShouldBe(1);
    }

    [Fact]
    public async Task Two_people_who_snooze_at_once_move_it_once_and_the_second_is_told()
    {
        var incident = await bot.DeclareAsync("Two want to sleep");
        await bot.AdvanceAsync(TimeSpan.FromMinutes(61));
        var asked = await bot.SeeAsync(incident.Channel, "the reminder", m => m.Shown.Contains(UpdateDue, StringComparison.Ordinal));
        await bot.PressAsync("ana", asked.Button("reminder.snooze:1h")!);
        await bot.SeeAsync(incident.Channel, "who snoozed it", m => m.Ts == asked.Ts && m.Shown.Contains("Snoozed by", StringComparison.Ordinal));
        await bot.PressAsync("ben", asked.Button("reminder.snooze:15m")!);
        await bot.ToldAsync(incident.Channel, "ben", "<@U0ANA00001> snoozed it before you");
        (await bot.ValueAsync<int>("SELECT count(*) FROM timeline WHERE incident = @Number AND kind = 'reminder.snoozed'", incident)).ShouldBe(1);
    }

    [Fact]
    public async Task A_snoozed_reminder_that_comes_as_the_next_is_due_is_said_once()
    {
        var incident = await bot.DeclareAsync("Snoozed for an hour");
        await bot.AdvanceAsync(TimeSpan.FromMinutes(61));
        var asked = await bot.SeeAsync(incident.Channel, "the reminder", m => m.Shown.Contains(UpdateDue, StringComparison.Ordinal));
        await bot.PressAsync("ana", asked.Button("reminder.snooze:1h")!);
        await bot.SeeAsync(incident.Channel, "who snoozed it", m => m.Ts == asked.Ts && m.Shown.Contains("Snoozed by", StringComparison.Ordinal));

        await bot.AdvanceAsync(TimeSpan.FromMinutes(61));
        await bot.SeeAsync(incident.Channel, "the reminder again", m => m.Ts != asked.Ts && m.Shown.Contains(UpdateDue, StringComparison.Ordinal));
        // Two looks: when the second begins, what the first found is sent.
        for (var look = 1; look <= 2; look++)
        {
            await bot.AdvanceAsync(TimeSpan.FromSeconds(20));
            await SweptAsync();
        }
        (await bot.RemindersAsync(incident.Channel, UpdateDue)).Count.ShouldBe(2);
    }

    [Fact]
    public async Task An_overdue_task_that_was_snoozed_comes_again_in_the_incident_that_took_it_over()
    {
        var into = await bot.DeclareAsync("Takes the task over");
        var from = await bot.DeclareAsync("Is merged while a task sleeps", "mailer");
        var task = await TaskAsync(from, "call the bank", owner: null, bot.Now.AddHours(1));
        await bot.AdvanceAsync(TimeSpan.FromMinutes(61));
        var overdue = $"task {task} is overdue";
        var asked = await bot.SeeAsync(from.Channel, "the reminder", m => m.Shown.Contains(overdue, StringComparison.Ordinal));
        await bot.PressAsync("ana", asked.Button("reminder.snooze:1h")!);
        await bot.SeeAsync(from.Channel, "who snoozed it", m => m.Ts == asked.Ts && m.Shown.Contains("Snoozed by", StringComparison.Ordinal));
        await bot.CommandAsync("ana", from.Channel, $"merge {into.Number}");
        await Until.TrueAsync(async () => await bot.ValueAsync<int>("SELECT incident FROM incident_tasks WHERE number = @task", new { task }) == into.Number, "the task is moved");

        await bot.AdvanceAsync(TimeSpan.FromMinutes(61));
        await bot.SeeAsync(into.Channel, "the reminder again", m => m.Shown.Contains(overdue, StringComparison.Ordinal));
        await SweptAsync();
        (await bot.RowAsync<(int Incident, string State)>("SELECT incident, state FROM reminders WHERE kind = 'task' AND task = @task", new { task })).ShouldBe((into.Number, "sent"));
    }

    [Fact]
    public async Task Who_acted_in_time_is_not_reminded()
    {
        var incident = await bot.DeclareAsync("Somebody did");
        await bot.AdvanceAsync(TimeSpan.FromMinutes(61));
        var asked = await bot.SeeAsync(incident.Channel, "the reminder", m => m.Shown.Contains(UpdateDue, StringComparison.Ordinal));
        await bot.PressAsync("ana", asked.Button("reminder.snooze:15m")!);
        await bot.SeeAsync(incident.Channel, "who snoozed it", m => m.Ts == asked.Ts && m.Shown.Contains("Snoozed by", StringComparison.Ordinal));
        await bot.ValueAsync<int>("UPDATE incidents SET last_update = 'we know more', last_update_by = 'U0ANA00001', last_update_at = @Now WHERE number = @Number RETURNING 1", new { bot.Now, incident.Number });
        await bot.AdvanceAsync(TimeSpan.FromMinutes(16));
        await Until.TrueAsync(async () => await bot.ValueAsync<string>("SELECT state FROM reminders WHERE kind = 'update' AND incident = @Number", incident) == "dropped", "the reminder is dropped");
        (await bot.RemindersAsync(incident.Channel, UpdateDue)).Count.ShouldBe(1);
    }

    [Fact]
    public async Task Silence_is_asked_about_and_the_button_is_the_next_step()
    {
        var incident = await bot.DeclareAsync("Nothing happens");
        await bot.AdvanceAsync(TimeSpan.FromMinutes(21));
        var asked = await bot.SeeAsync(incident.Channel, "the reminder", m => m.Shown.Contains("no step for 20 min", StringComparison.Ordinal));
        await bot.PressAsync("ana", asked.Button("incident.verb:assess")!);
        await Until.TrueAsync(async () => await bot.ValueAsync<int>("SELECT count(*) FROM incident_steps WHERE incident = @Number AND step = 'assess' AND finished_at IS NOT NULL", incident) == 2, "it was assessed again");
    }

    [Fact]
    public async Task A_triage_that_nobody_takes_reminds_who_declared_it_and_pages_nobody()
    {
        await bot.CommandAsync("ben", "general", "start \"Is this real\" --service shop --new");
        var incident = await bot.DeclaredAsync("Is this real");
        await bot.AdvanceAsync(TimeSpan.FromMinutes(6));
        var asked = await bot.SeeAsync(incident.Channel, "the reminder", m => m.Shown.Contains("nobody has accepted it yet", StringComparison.Ordinal));
        asked.Text.ShouldContain("<@U0BEN00001>");
        (await PagesAsync(incident)).ShouldBe(0);
        await bot.PressAsync("ben", asked.Button("incident.verb:accept")!);
        await Until.TrueAsync(async () => await bot.ValueAsync<string>("SELECT lead FROM incidents WHERE number = @Number", incident) == "U0BEN00001", "ben leads");
    }

    [Fact]
    public async Task An_open_incident_without_a_lead_pages_once()
    {
        var incident = await bot.DeclareAsync("The lead left");
        await bot.ValueAsync<int>("UPDATE incidents SET lead = NULL WHERE number = @Number RETURNING 1", incident);
        await bot.AdvanceAsync(TimeSpan.FromMinutes(6));
        await bot.SeeAsync(incident.Channel, "the reminder", m => m.Shown.Contains("nobody leads it", StringComparison.Ordinal));
        await SweptAsync();
        (await PagesAsync(incident)).ShouldBe(1);
        (await bot.RemindersAsync(incident.Channel, "nobody leads it")).Count.ShouldBe(1);
    }

    [Fact]
    public async Task An_overdue_task_reaches_its_owner_and_is_done_by_the_button()
    {
        var incident = await bot.DeclareAsync("Something is to be done");
        var task = await TaskAsync(incident, "raise the limit", "U0BEN00001", bot.Now.AddHours(1));
        var nobodys = await TaskAsync(incident, "tell support", owner: null, bot.Now.AddHours(1));
        await bot.AdvanceAsync(TimeSpan.FromMinutes(61));
        var asked = await bot.SeeAsync(Bot.DirectMessagesOf("ben"), "the reminder", m => m.Shown.Contains($"task {task} is overdue", StringComparison.Ordinal));
        await bot.SeeAsync(incident.Channel, "that of nobody's task", m => m.Shown.Contains($"task {nobodys} is overdue", StringComparison.Ordinal));
        await bot.PressAsync("ben", asked.Buttons[0]);
        await Until.TrueAsync(async () => await bot.ValueAsync<string>("SELECT state FROM incident_tasks WHERE number = @task", new { task }) == "done", "the task is done");
        await bot.SeeAsync(incident.Channel, "that it is done", m => m.Shown.Contains("raise the limit", StringComparison.Ordinal) && m.Shown.Contains(":white_check_mark:", StringComparison.Ordinal));
    }

    [Fact]
    public async Task After_the_end_a_post_mortem_that_nobody_reads_and_a_quiet_channel_are_asked_about()
    {
        var incident = await bot.DeclareAsync("Over and forgotten");
        await bot.CommandAsync("ana", incident.Channel, "resolve it went away");
        await bot.SeeAsync(incident.Channel, "the post-mortem", m => m.Button("postmortem.review") is not null);
        await bot.AdvanceAsync(TimeSpan.FromHours(49));
        var unread = await bot.SeeAsync(incident.Channel, "the reminder", m => m.Shown.Contains("its post-mortem is not reviewed", StringComparison.Ordinal));
        await bot.PressAsync("ana", unread.Button("postmortem.review")!);
        await Until.TrueAsync(async () => await bot.ValueAsync<int>("SELECT count(*) FROM post_mortems WHERE incident = @Number AND state = 'reviewed'", incident) == 1, "it is reviewed");

        await bot.AdvanceAsync(TimeSpan.FromDays(8));
        var quiet = await bot.SeeAsync(incident.Channel, "the question", m => m.Shown.Contains("may I archive this channel?", StringComparison.Ordinal));
        (await ArchivedAsync(incident)).ShouldBeFalse("nobody has pressed yet");
        await bot.PressAsync("ben", quiet.Button("reminder.archive")!);
        await Until.TrueAsync(() => ArchivedAsync(incident), "the channel is archived");
        (await bot.SeeAsync(incident.Channel, "who pressed", m => m.Ts == quiet.Ts)).Shown.ShouldContain("<@U0BEN00001> had it archived");
    }

    [Fact]
    public async Task A_channel_that_is_kept_is_not_asked_about_again()
    {
        var incident = await bot.DeclareAsync("Keep this one");
        await bot.CommandAsync("ana", incident.Channel, "cancel only a test");
        await bot.SeeAsync(incident.Channel, "the end", m => m.Shown.Contains("is cancelled by", StringComparison.Ordinal));
        await bot.AdvanceAsync(TimeSpan.FromDays(8));
        var quiet = await bot.SeeAsync(incident.Channel, "the question", m => m.Shown.Contains("may I archive this channel?", StringComparison.Ordinal));
        await bot.PressAsync("ana", quiet.Button("reminder.keep")!);
        await bot.SeeAsync(incident.Channel, "that it is kept", m => m.Ts == quiet.Ts && m.Shown.Contains("keeps the channel", StringComparison.Ordinal));
        await bot.AdvanceAsync(TimeSpan.FromDays(30));
        await SweptAsync();
        (await bot.RemindersAsync(incident.Channel, "may I archive")).Count.ShouldBe(1);
        (await ArchivedAsync(incident)).ShouldBeFalse();
    }

    /// <summary>Everything that is due now has been looked at, and sent.</summary>
    private async Task SweptAsync()
    {
        var now = bot.Now;
        await Until.TrueAsync(
            async () => await bot.ValueAsync<int>("SELECT (SELECT count(*) FROM incidents WHERE remind_due_at <= @now) + (SELECT count(*) FROM reminders WHERE state = 'waiting' AND due_at <= @now)", new { now }) == 0,
            "no reminder is due");
        await bot.IdleAsync();
    }

    private Task<int> PagesAsync(Declared incident) => bot.ValueAsync<int>("SELECT count(*) FROM inbox WHERE source = 'internal' AND key LIKE 'page ' || @Number || ' nobody leads%'", incident);

    private async Task<long> TaskAsync(Declared incident, string text, string? owner, DateTimeOffset due) => await bot.ValueAsync<long>(
        "INSERT INTO incident_tasks (incident, text, owner, created_by, created_at, due_at, request_id) VALUES (@Number, @text, @owner, 'U0ANA00001', @Now, @due, @request) RETURNING number",
        new { incident.Number, text, owner, bot.Now, due, request = Random.Shared.NextInt64(1, long.MaxValue) });

    private async Task<bool> ArchivedAsync(Declared incident) =>
        (await bot.Control.ChannelsAsync(TestContext.Current.CancellationToken)).First(c => c.GetProperty("id").GetString() == incident.Channel).GetProperty("is_archived").GetBoolean();
}
