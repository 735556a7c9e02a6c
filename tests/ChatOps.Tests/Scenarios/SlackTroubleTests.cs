using ChatOps.Tests.Incidents;
using ChatOps.Tests.Support;

namespace ChatOps.Tests.Scenarios;

/// <summary>Slack, or a source of facts, has a bad day itself.</summary>
[Collection(nameof(BadDays))]
public sealed class SlackTroubleTests(Bot bot) : IAsyncLifetime
{
    public async ValueTask InitializeAsync() => await bot.SettleAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public Task Too_many_posts_lose_nothing_and_change_no_order() => NotesArriveAsync("slowed down", new { method = "chat.postMessage", retry_after = 1, times = 3 });

    [Fact]
    public Task An_error_of_Slack_loses_nothing_and_changes_no_order() => NotesArriveAsync("broken", new { method = "chat.postMessage", status = 500, times = 2 });

    [Fact]
    public Task A_lost_connection_loses_nothing_and_changes_no_order() => NotesArriveAsync("cut off", new { method = "chat.postMessage", disconnect = true, times = 1 });

    [Fact]
    public Task A_post_that_was_made_and_whose_answer_was_lost_is_not_made_again() => NotesArriveAsync("answer lost", new { method = "chat.postMessage", status = 500, when = "after", times = 1 });

    [Fact]
    public Task A_post_that_is_never_answered_loses_nothing_and_changes_no_order() => NotesArriveAsync("silent", new { method = "chat.postMessage", hold = true, times = 1 });

    [Fact]
    public async Task A_command_that_is_delivered_twice_has_one_effect()
    {
        var incident = await bot.DeclareAsync("Delivered twice");
        await bot.FaultAsync(new { method = "delivery", duplicate = true, times = 1 });
        await bot.CommandAsync("ana", incident.Channel, "note only once");
        await bot.SeeAsync(incident.Channel, "the note", m => m.Shown.Contains("only once", StringComparison.Ordinal));
        await bot.IdleAsync();
        (await NotesAsync(incident)).Count(n => n.Contains("only once", StringComparison.Ordinal)).ShouldBe(1);
        (await bot.ValueAsync<int>("SELECT count(*) FROM timeline WHERE incident = @Number AND text = 'only once'", incident)).ShouldBe(1);
    }

    [Fact]
    public async Task A_click_that_is_delivered_twice_has_one_effect()
    {
        var incident = await bot.DeclareAsync("Clicked twice by the network");
        var card = await bot.CardAsync(incident);
        var before = bot.Shop.Actions;
        await bot.FaultAsync(new { method = "delivery", duplicate = true, times = 1 });
        await bot.PressAsync("ana", card.Button("action.confirm")!);
        await Until.TrueAsync(async () => await bot.ValueAsync<int>("SELECT count(*) FROM operations WHERE incident = @Number AND state = 'succeeded'", incident) == 1, "the operation has succeeded");
        await bot.IdleAsync();
        bot.Shop.Actions.ShouldBe(before + 1);
    }

    [Fact]
    public async Task A_form_that_Slack_does_not_open_is_offered_by_a_button_and_is_no_failure()
    {
        var incident = await bot.DeclareAsync("A form that does not open");
        var failures = await bot.ValueAsync<int>("SELECT coalesce(sum(failures), 0) FROM inbox");
        await bot.FaultAsync(new { method = "views.open", status = 500, times = 1 });
        await bot.CommandAsync("ana", incident.Channel, "update");
        await bot.SeeAsync(incident.Channel, "the button that opens it", m => m.Buttons.Any(b => b.Label == "Open the form"));
        await bot.IdleAsync();
        (await bot.ValueAsync<int>("SELECT coalesce(sum(failures), 0) FROM inbox")).ShouldBe(failures);
    }

    [Theory]
    [InlineData("postmortem.edit")]
    [InlineData("postmortem.confirm_cause")]
    public async Task A_form_of_the_post_mortem_that_Slack_never_opens_is_offered_by_a_button_and_is_no_failure(string button)
    {
        var incident = await bot.DeclareAsync($"No form for {button}");
        await bot.CommandAsync("ana", incident.Channel, "resolve it went away");
        var postMortem = await bot.SeeAsync(incident.Channel, "the post-mortem", m => m.Button(button) is not null);
        var failures = await bot.ValueAsync<int>("SELECT coalesce(sum(failures), 0) FROM inbox");
        await bot.FaultAsync(new { method = "views.open", status = 503, times = 1 });
        await bot.PressAsync("ana", postMortem.Button(button)!);
        await bot.SeeAsync(incident.Channel, "the button that opens it", m => m.Buttons.Any(b => b.Label == "Open the form"));
        await bot.IdleAsync();
        (await bot.ValueAsync<int>("SELECT coalesce(sum(failures), 0) FROM inbox")).ShouldBe(failures);
    }

    [Theory]
    [InlineData("views.update answers 503")]
    [InlineData("views.update answers 429")]
    public async Task A_section_that_Slack_does_not_show_is_chosen_again_and_is_no_failure(string trouble)
    {
        var incident = await bot.DeclareAsync($"No section, {trouble}");
        await bot.CommandAsync("ana", incident.Channel, "resolve it went away");
        var postMortem = await bot.SeeAsync(incident.Channel, "the post-mortem", m => m.Button("postmortem.edit") is not null);
        await bot.PressAsync("ana", postMortem.Button("postmortem.edit")!);
        var form = await bot.FormAsync("ana");
        var failures = await bot.ValueAsync<int>("SELECT coalesce(sum(failures), 0) FROM inbox");
        await bot.FaultAsync(trouble.EndsWith("429", StringComparison.Ordinal) ? new { method = "views.update", retry_after = 1, times = 1 } : new { method = "views.update", status = 503, times = 1 });

        await bot.ActAsync("click", new { user = "ana", view_id = form, action_id = "postmortem.section", value = "impact:0" });
        await bot.IdleAsync();
        (await bot.ValueAsync<int>("SELECT coalesce(sum(failures), 0) FROM inbox")).ShouldBe(failures);
        await Until.TrueAsync(
            async () =>
            {
                await bot.ActAsync("click", new { user = "ana", view_id = form, action_id = "postmortem.section", value = "impact:0" });
                await bot.IdleAsync();
                return (await bot.GetAsync("views?user=ana")).GetRawText().Contains("text:impact:0", StringComparison.Ordinal);
            },
            "the form shows the section");
        await bot.ActAsync("close_view", new { user = "ana", view_id = form });
    }

    [Fact]
    public async Task A_log_source_that_hangs_is_named_and_the_rest_of_the_step_stands()
    {
        var incident = await bot.DeclareAsync("A log that hangs");
        bot.Shop.SilentLog = "shop-db";
        await bot.CommandAsync("ana", incident.Channel, "logs");
        var step = await bot.SeeAsync(incident.Channel, "the logs with their next step", m => m.Shown.Contains("· logs", StringComparison.Ordinal) && m.Button("incident.verb:resources") is not null);
        step.Shown.ShouldContain("ECONNREFUSED");
        step.Shown.ShouldMatch("no answer from .*shop-db|shop-platform \\(logs of shop-db\\).*did not answer");
        (await bot.ValueAsync<int>("SELECT count(*) FROM incident_steps WHERE incident = @Number AND step = 'logs' AND finished_at IS NOT NULL", incident)).ShouldBe(1);
    }

    private async Task NotesArriveAsync(string word, object fault)
    {
        var incident = await bot.DeclareAsync($"Slack is {word}");
        await bot.FaultAsync(fault);
        string[] notes = [.. Enumerable.Range(1, 5).Select(i => $"{word} number {i}")];
        foreach (var note in notes)
        {
            await bot.CommandAsync("ana", incident.Channel, $"note {note}");
            await Until.TrueAsync(async () => await bot.ValueAsync<int>("SELECT count(*) FROM timeline WHERE incident = @Number AND text = @note", new { incident.Number, note }) == 1, "the note is recorded");
        }
        await Until.TrueAsync(async () => (await NotesAsync(incident)).Any(n => n.EndsWith(notes[^1], StringComparison.Ordinal)), "the last note is there");
        await bot.IdleAsync();
        (await NotesAsync(incident)).Select(n => n[n.IndexOf(word, StringComparison.Ordinal)..]).ShouldBe(notes);
        // It did go wrong.
        (await bot.GetAsync("faults")).GetProperty("faults").EnumerateArray().Count(f => f.GetProperty("hits").GetInt32() == 0).ShouldBe(0);
    }

    private async Task<IReadOnlyList<string>> NotesAsync(Declared incident) =>
        [.. (await bot.Control.MessagesAsync(incident.Channel, TestContext.Current.CancellationToken)).Where(m => m.Shown.StartsWith(":memo:", StringComparison.Ordinal)).Select(m => m.Shown.TrimEnd())];
}
