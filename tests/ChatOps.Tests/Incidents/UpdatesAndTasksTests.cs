using ChatOps.Tests.Scenarios;
using ChatOps.Tests.Support;
using static ChatOps.Tests.Incidents.Colleagues;

namespace ChatOps.Tests.Incidents;

/// <summary>What people are told, and what is to be done.</summary>
[Collection(nameof(Colleagues))]
public sealed class UpdatesAndTasksTests(Bot bot) : IAsyncLifetime
{
    public async ValueTask InitializeAsync() => await bot.SettleAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task An_update_stands_in_the_channel_with_the_stakeholders_and_in_the_summary_with_its_promise()
    {
        var incident = await bot.DeclareAsync("Told to people");
        await bot.CommandAsync("ana", incident.Channel, "update Logins fail; we restart the database --next 45m");
        await bot.SeeAsync(incident.Channel, "the update", m => m.Shown.Contains("Logins fail; we restart the database", StringComparison.Ordinal) && m.Shown.Contains("the next one comes by", StringComparison.Ordinal));
        await bot.SeeAsync("deploys", "the update for the stakeholders", m => m.Shown.Contains("Logins fail; we restart the database", StringComparison.Ordinal) && m.Shown.Contains("Told to people", StringComparison.Ordinal));
        (await bot.ValueAsync<double>("SELECT extract(epoch FROM update_due_at - last_update_at) / 60 FROM incidents WHERE number = @Number", incident)).ShouldBe(45, 0.01);
        (await bot.ColumnAsync(incident, "last_update_by")).ShouldBe(Ana);
        var summary = await bot.SummaryAsync(incident, "Logins fail; we restart the database");
        summary.Shown.ShouldContain("*Next update*\ndue <!date^");
    }

    [Fact]
    public async Task The_button_asks_what_is_affected_what_is_done_and_when_the_next_one_comes()
    {
        var incident = await bot.DeclareAsync("Told by a form");
        await bot.PressAsync("ana", (await bot.SummaryAsync(incident, "open")).Button("incident.verb:update")!);
        await bot.SubmitAsync("ana", new { affected = new { value = "Search" }, doing = new { value = "We rebuild the index" }, next = new { value = "none" } });
        await bot.UntilColumnAsync(incident, "last_update", "Affected: Search\nBeing done: We rebuild the index");
        (await bot.ColumnAsync(incident, "update_due_at")).ShouldBeNull("none was promised");
    }

    [Fact]
    public async Task A_time_that_is_none_posts_nothing()
    {
        var incident = await bot.DeclareAsync("Wrong time");
        await bot.CommandAsync("ana", incident.Channel, "update all is well --next soon");
        await bot.ToldAsync(incident.Channel, "ana", "`--next soon` is no time");
        (await bot.ColumnAsync(incident, "last_update")).ShouldBeNull();
    }

    [Fact]
    public async Task A_task_is_added_assigned_and_done_by_typing_and_by_buttons()
    {
        var incident = await bot.DeclareAsync("With tasks");
        await bot.CommandAsync("ana", incident.Channel, "task raise the memory limit @ben --due 3d");
        var line = await bot.SeeAsync(incident.Channel, "the task", m => m.VisibleTo is null && m.Shown.Contains($"raise the memory limit, <@{Ben}>, due", StringComparison.Ordinal));
        await bot.SummaryAsync(incident, "*Open tasks*\n1");
        var number = await bot.ValueAsync<long>("SELECT number FROM incident_tasks WHERE incident = @Number", incident);

        await bot.PressAsync("ana", line.Button("incident.verb:task", "assign")!);
        await Until.TrueAsync(async () => await OwnerAsync(number) == Ana, "ana took it");
        await bot.ChooseAsync("ana", line, $"incident.verb:task-{number}", $"task|{incident.Number}|assign {number}");
        await bot.SubmitAsync("ana", new { person = new { value = "carla" } });
        await Until.TrueAsync(async () => await OwnerAsync(number) == Carla, "the form gives it to carla");
        await bot.SeeAsync(incident.Channel, "the word to carla", m => m.Shown.Contains($"<@{Carla}>, task {number} is yours now", StringComparison.Ordinal));

        await Task.WhenAll(bot.PressAsync("ana", line.Button("incident.verb:task", "done")!), bot.PressAsync("ben", line.Button("incident.verb:task", "done")!));
        await bot.SeeAsync(incident.Channel, "the task as done", m => m.Ts == line.Ts && m.Shown.Contains("done: raise the memory limit", StringComparison.Ordinal));
        await bot.IdleAsync();
        (await bot.ValueAsync<int>("SELECT count(*) FROM timeline WHERE incident = @Number AND kind = 'task' AND text LIKE '% done:%'", incident)).ShouldBe(1);
        await bot.CommandAsync("ana", incident.Channel, $"task open {number}");
        await Until.TrueAsync(async () => await bot.ValueAsync<string>("SELECT state FROM incident_tasks WHERE number = @number", new { number }) == "open", "it is open again");
        await bot.CommandAsync("ana", incident.Channel, $"task drop {number}");
        await Until.TrueAsync(async () => await bot.ValueAsync<string>("SELECT state FROM incident_tasks WHERE number = @number", new { number }) == "dropped", "it is dropped");
    }

    [Fact]
    public async Task A_task_that_is_not_there_an_owner_who_is_not_and_a_day_that_is_over_are_refused()
    {
        var incident = await bot.DeclareAsync("Refused tasks");
        await bot.CommandAsync("ana", incident.Channel, "task done 99999");
        await bot.ToldAsync(incident.Channel, "ana", $"Incident {incident.Number} has no task 99999");
        await bot.CommandAsync("ana", incident.Channel, "task look into it @chatops");
        await bot.ToldAsync(incident.Channel, "ana", "is an app");
        await bot.CommandAsync("ana", incident.Channel, "task look into it --due 2020-01-01");
        await bot.ToldAsync(incident.Channel, "ana", "`--due 2020-01-01` is no time to come");
        await bot.IdleAsync();
        (await bot.ValueAsync<int>("SELECT count(*) FROM incident_tasks WHERE incident = @Number", incident)).ShouldBe(0);
    }

    [Fact]
    public async Task Three_hundred_tasks_are_listed_page_by_page_and_reach_the_post_mortem()
    {
        var incident = await bot.DeclareAsync("Three hundred tasks");
        await bot.ValueAsync<int>(
            """
            INSERT INTO incident_tasks (incident, text, created_by, created_at, request_id)
            SELECT @Number, repeat('<!channel> & more ', 160) || n, 'U0ANA00001', now(), -1000000 * @Number - n FROM generate_series(1, 300) AS n RETURNING 1
            """, incident);
        await bot.CommandAsync("ana", incident.Channel, "task");
        var list = await bot.ToldAsync(incident.Channel, "ana", "300 open of 300 tasks");
        await bot.PressAsync("ana", list.Button("incident.verb:task", "list")!);
        await bot.SeeAsync(incident.Channel, "the second page", m => m.VisibleTo == Ana && m.Buttons.Any(b => b.Label == "270 more"));
        await bot.CommandAsync("ana", incident.Channel, "status");
        await bot.ToldAsync(incident.Channel, "ana", "300 open tasks");
        await bot.CommandAsync("ana", incident.Channel, "handover @ben");
        await bot.CommandAsync("ana", incident.Channel, "resolve done");
        await Until.TrueAsync(async () => (await bot.ValueAsync<string>("SELECT markdown FROM post_mortems WHERE incident = @Number ORDER BY version DESC LIMIT 1", incident))?.Contains("more 300. Owner: nobody yet, open", StringComparison.Ordinal) == true, "the post-mortem lists them all");
        await bot.NothingWasRefusedAsync($"incident:{incident.Number}");
    }

    [Fact]
    public async Task Twenty_thousand_characters_are_shown_in_part_and_kept_whole_in_a_file()
    {
        var incident = await bot.DeclareAsync("Very long texts");
        // Two characters of UTF-16 each: nothing may be cut in the middle of one.
        var text = string.Concat(Enumerable.Repeat("🔥 <!channel> & ", 1_250));
        await bot.CommandAsync("ana", incident.Channel, "note " + text);
        await bot.CommandAsync("ana", incident.Channel, "update " + text);
        await bot.CommandAsync("ana", incident.Channel, "task " + text);
        await bot.ToldAsync(incident.Channel, "ana", "A task has at most");
        var note = await bot.SeeAsync(incident.Channel, "the note", m => m.Shown.Contains($"note-incident-{incident.Number}.txt", StringComparison.Ordinal));
        await bot.SeeAsync("deploys", "the update", m => m.Shown.Contains($"update-incident-{incident.Number}.txt", StringComparison.Ordinal));
        foreach (var shown in (string[])[note.Shown, (await bot.SummaryAsync(incident, "*Last update*")).Shown])
        {
            shown.ShouldNotContain("<!channel>");
            shown.ShouldNotContain('\uFFFD');
        }
        await bot.CommandAsync("ana", incident.Channel, "timeline");
        await bot.ToldAsync(incident.Channel, "ana", "timeline");
        await bot.NothingWasRefusedAsync($"incident:{incident.Number}", "#deploys");
        (await bot.ValueAsync<int>("SELECT length(text) FROM timeline WHERE incident = @Number AND kind = 'note'", incident)).ShouldBeGreaterThan(15_000);
        (await bot.ValueAsync<int>("SELECT count(*) FROM outbox WHERE destination = 'incident:' || @Number AND kind = 'upload' AND state = 'sent'", incident)).ShouldBeGreaterThanOrEqualTo(2);
    }

    [Fact]
    public async Task Eighty_services_and_every_mark_of_mrkdwn_in_the_title_make_a_valid_summary_and_topic()
    {
        var title = "<!here> *b* _i_ ~s~ `c` ```x``` > & &lt; <@U0EVE00001> <https://x.example|y> :fire: 決済";
        await bot.CommandAsync("ana", "general", "start");
        await bot.SubmitAsync("ana", new { title = new { text = title }, service = new { choice = "mailer" }, severity = new { choice = "2" } });
        var incident = await bot.DeclaredAsync(title);
        await bot.ValueAsync<int>(
            """
            INSERT INTO evidence (incident, sign, service, text, weight, at, recorded_at, source)
            SELECT @Number, 'target.down', 'service-' || n, 'down', 'Bad', now(), now(), 'test' FROM generate_series(1, 80) AS n RETURNING 1
            """, incident);
        await bot.CommandAsync("ana", incident.Channel, "role scribe @ana");
        await bot.SummaryAsync(incident, "and 75 more in production");
        var topic = await bot.TopicAsync(incident, "決済");
        topic.Length.ShouldBeLessThanOrEqualTo(250);
        topic.IndexOfAny(['<', '>', '&']).ShouldBe(-1, topic);
        await bot.NothingWasRefusedAsync($"incident:{incident.Number}", "#incidents");
    }

    [Fact]
    public async Task A_topic_that_did_not_change_is_not_set_again()
    {
        var incident = await bot.DeclareAsync("One topic");
        await bot.TopicAsync(incident, "One topic");
        var before = await TopicsAsync(incident);
        foreach (var text in (string[])["note one", "update two", "task three", "role comms @ben", "assess"]) await bot.CommandAsync("ana", incident.Channel, text);
        await bot.IdleAsync();
        (await TopicsAsync(incident)).ShouldBe(before);
        await bot.CommandAsync("ana", incident.Channel, "severity 1");
        await bot.TopicAsync(incident, "SEV1");
        (await TopicsAsync(incident)).ShouldBe(before + 1);
    }

    private Task<int> TopicsAsync(Declared incident) => bot.ValueAsync<int>("SELECT count(*) FROM outbox WHERE destination = 'incident:' || @Number AND kind = 'topic'", incident);

    private Task<string?> OwnerAsync(long number) => bot.ValueAsync<string>("SELECT owner FROM incident_tasks WHERE number = @number", new { number });
}
