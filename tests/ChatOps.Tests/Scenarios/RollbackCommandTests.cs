using ChatOps.Sandbox.Demo;
using ChatOps.Tests.Support;

namespace ChatOps.Tests.Scenarios;

/// <summary>/rollback as people type it: the card, the choice of what is bad, the press, the record.</summary>
[Collection(nameof(BadDays))]
public sealed class RollbackCommandTests(Bot bot) : IAsyncLifetime
{
    /// <summary>What stood there before is none of this test's.</summary>
    private string since = "";

    public async ValueTask InitializeAsync()
    {
        await bot.IdleAsync();
        await bot.ForgetEverythingAsync();
        bot.Shop.Mend();
        bot.Shop.Deploy("search", "v41");
        since = await bot.SayAsync("ana", "general", "A new day.");
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task It_goes_to_the_last_good_version_and_writes_everything_down()
    {
        var card = await CardAsync("search --reason nothing is found any more");
        card.Shown.ShouldContain("Roll search back to v40 in production?");
        card.Shown.ShouldContain("*It undoes 1 release*");
        card.Shown.ShouldContain("v41 `9f3c2ab` by mei: Rank by sales");
        card.Shown.ShouldContain("*Why:* nothing is found any more");
        card.Shown.ShouldContain(":white_large_square: Stakeholders are told: here, and in #deploys when it has ended");
        var before = bot.Shop.Actions;

        await bot.PressAsync("ben", card.Button("action.confirm")!);
        var told = await SeeAsync("the outcome", m => m.Shown.Contains("The rollback of search in production is done", StringComparison.Ordinal));
        told.Shown.ShouldContain("<@U0BEN00001>");
        told.Shown.ShouldNotContain("Verify it now", customMessage: "no incident is worked on");
        await SeeAsync("word to the stakeholders", channel: "deploys", fits: m => m.Shown.Contains("search in production was rolled back from v41 to v40 by <@U0BEN00001>", StringComparison.Ordinal));
        var done = await SeeAsync("the card at its end", m => m.Ts == card.Ts && m.Shown.Contains("done, confirmed by", StringComparison.Ordinal));
        done.Shown.ShouldContain(":white_check_mark: The need is confirmed by <@U0BEN00001>");
        done.Shown.ShouldContain(":white_check_mark: Executed");
        done.Shown.ShouldContain(":white_check_mark: Recorded in timeline and history; v41 marked bad");

        bot.Shop.Actions.ShouldBe(before + 1);
        (await bot.RowAsync<Row>("SELECT kind, from_version, to_version, confirmed_by, outcome FROM deployments WHERE target = 'search@production'"))
            .ShouldBe(new Row { Kind = "rollback", FromVersion = "v41", ToVersion = "v40", ConfirmedBy = "U0BEN00001", Outcome = "succeeded" });
        (await bot.RowAsync<string>("SELECT version || ' ' || marked_by FROM bad_versions WHERE unmarked_at IS NULL")).ShouldBe("v41 U0BEN00001");
        (await bot.RowsAsync<string>("SELECT kind FROM timeline WHERE target = 'search@production' ORDER BY id")).ShouldBe(["action.proposed", "action.confirmed", "operation.started", "operation.finished", "version.marked"]);
    }

    [Fact]
    public async Task Who_presses_chooses_which_versions_are_bad()
    {
        var card = await CardAsync("search to v39");
        card.Shown.ShouldContain("*It undoes 2 releases*");
        // Only who may press chooses.
        await ChooseAsync("dmitri", card, "v40");
        await bot.ToldAsync("general", "dmitri", "The choice stays as it was");
        await ChooseAsync("ana", card, "v40");
        await Until.TrueAsync(async () => await bot.ValueAsync<string>("SELECT arguments->>'bad' FROM pending_actions") == """["v40"]""", "v40 alone is chosen");
        var redrawn = await SeeAsync("the card with its choice", m => m.Ts == card.Ts && m.Edits > 0);

        await bot.PressAsync("ben", redrawn.Button("action.confirm")!);
        await SeeAsync("the outcome", m => m.Shown.Contains("The rollback of search in production is done", StringComparison.Ordinal));
        (await bot.RowsAsync<string>("SELECT version FROM bad_versions")).ShouldBe(["v40"]);
        // Too late for another choice.
        await ChooseAsync("ana", card, "v41");
        await bot.ToldAsync("general", "ana", "pressed before you");
        (await bot.RowsAsync<string>("SELECT version FROM bad_versions")).ShouldBe(["v40"]);
    }

    [Fact]
    public async Task A_version_that_the_schema_no_longer_serves_is_refused_with_what_is_left()
    {
        await RollbackAsync("ana", "search to v38");
        var told = await bot.ToldAsync("general", "ana", "No way back to v38");
        told.Shown.ShouldContain("0009_drop_rank");
        told.Shown.ShouldContain("roll forward with a release that repairs it");
        (await bot.ValueAsync<int>("SELECT count(*) FROM pending_actions")).ShouldBe(0);
        (await bot.ValueAsync<int>("SELECT count(*) FROM timeline WHERE kind = 'action.refused' AND actor = 'U0ANA00001'")).ShouldBe(1);
    }

    [Fact]
    public async Task A_rollback_after_a_rollback_goes_further_back()
    {
        var first = await CardAsync("search");
        await bot.PressAsync("ana", first.Button("action.confirm")!);
        await SeeAsync("the outcome", m => m.Shown.Contains("The rollback of search in production is done", StringComparison.Ordinal));
        var second = await CardAsync("search", after: first.Ts);
        second.Shown.ShouldContain("Roll search back to v39 in production?");
        // What was left is no way back; going there is a deploy.
        await RollbackAsync("ana", "search to v41");
        await bot.ToldAsync("general", "ana", "v41 is newer than v40, which runs, so going there is a deploy");
    }

    [Fact]
    public async Task Without_words_a_form_asks_and_the_card_follows()
    {
        await RollbackAsync("ana", "");
        string? view = null;
        await Until.TrueAsync(async () => (view = ViewOf(await bot.GetAsync("views?user=ana"))) is not null, "the form is open");
        await bot.ActAsync("submit", new { user = "ana", view_id = view, values = new { service = new { value = "search" }, version = new { value = "v40" }, reason = new { value = "the form \"works\"" } } });
        var card = await SeeAsync("the card", m => m.Button("action.confirm") is not null);
        card.Shown.ShouldContain("Roll search back to v40 in production?");
        card.Shown.ShouldContain("the form 'works'");
    }

    [Fact]
    public async Task While_something_else_changes_the_target_it_says_what_and_offers_no_card()
    {
        var card = await CardAsync("search");
        bot.Shop.ActionsTakeLong = true;
        await bot.PressAsync("ana", card.Button("action.confirm")!);
        await Until.TrueAsync(async () => await bot.ValueAsync<int>("SELECT count(*) FROM operations WHERE state = 'running'") == 1, "the first is under way");
        await RollbackAsync("ben", "search");
        await bot.ToldAsync("general", "ben", "is being changed:* operation 1, a rollback that <@U0ANA00001> confirmed");
        bot.Shop.ActionsTakeLong = false;
        await SeeAsync("the outcome", m => m.Shown.Contains("The rollback of search in production is done", StringComparison.Ordinal));
        (await bot.ValueAsync<int>("SELECT count(*) FROM pending_actions")).ShouldBe(1);
    }

    [Fact]
    public async Task In_the_channel_of_an_incident_it_lands_in_that_timeline()
    {
        var incident = await bot.DeclareAsync("Search finds nothing", service: "search");
        await bot.ActAsync("command", new { user = "ana", channel = incident.Channel, command = "/rollback", text = "search" });
        var card = await bot.SeeAsync(incident.Channel, "the card", m => m.Button("action.confirm") is not null);
        card.Shown.ShouldContain($"Incident {incident.Number}: Roll search back to v40 in production?");
        await bot.PressAsync("ana", card.Button("action.confirm")!);
        await bot.SeeAsync(incident.Channel, "the outcome", m => m.Button("incident.verb:verify") is not null && m.Shown.Contains("the rollback of search is done", StringComparison.Ordinal));
        (await bot.RowsAsync<string>("SELECT kind FROM timeline WHERE incident = @Number AND kind IN ('action.confirmed', 'operation.finished', 'version.marked') ORDER BY id", incident))
            .ShouldBe(["action.confirmed", "operation.finished", "version.marked"]);
    }

    private async Task RollbackAsync(string user, string text) => await bot.ActAsync("command", new { user, channel = "general", command = "/rollback", text });

    private async Task<SeenMessage> CardAsync(string text, string after = "")
    {
        await RollbackAsync("ana", text);
        return await SeeAsync("a card", m => m.Button("action.confirm") is not null && string.CompareOrdinal(m.Ts, after) > 0);
    }

    private Task<SeenMessage> SeeAsync(string what, Func<SeenMessage, bool> fits, string channel = "general") =>
        bot.SeeAsync(channel, what, m => string.CompareOrdinal(m.Ts, since) > 0 && fits(m));

    private async Task ChooseAsync(string user, SeenMessage card, params string[] versions) =>
        await bot.ActAsync("click", new { user, channel = card.Channel, ts = card.Ts, action_id = $"rollback.bad:{card.Button("action.confirm")!.Value}", value = versions });

    private static string? ViewOf(System.Text.Json.JsonElement views) =>
        views.GetProperty("views").EnumerateArray().Select(v => v.GetProperty("id").GetString()).LastOrDefault();

    private sealed record Row
    {
        public string Kind { get; init; } = "";
        public string? FromVersion { get; init; }
        public string ToVersion { get; init; } = "";
        public string ConfirmedBy { get; init; } = "";
        public string? Outcome { get; init; }
    }
}
