using ChatOps.Sandbox.Demo;
using ChatOps.Tests.Support;

namespace ChatOps.Tests.Scenarios;

/// <summary>What people type wrong at night, and what they type that nobody thought of.</summary>
[Collection(nameof(BadDays))]
public sealed class BadInputTests(Bot bot) : IAsyncLifetime
{
    public async ValueTask InitializeAsync() => await bot.SettleAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task An_unknown_verb_is_answered_with_the_nearest_one_as_a_button()
    {
        await bot.CommandAsync("ben", "deploys", "lst");
        var told = await bot.ToldAsync("deploys", "ben", "I do not know `lst`. Did you mean `list`?");
        await bot.PressAsync("ben", told.Button("incident.verb", "list|")!);
        await bot.SeeAsync("deploys", "the list", m => m.Shown.Contains("open", StringComparison.Ordinal) && m.VisibleTo is not null && string.CompareOrdinal(m.Ts, told.Ts) > 0);
    }

    [Fact]
    public async Task The_nearest_service_is_offered_as_a_button_that_starts_the_incident_with_it()
    {
        await bot.CommandAsync("ana", "general", "start \"Nothing is found\" --service serch --sev 3");
        var told = await bot.ToldAsync("general", "ana", "I do not know a service `serch`. Did you mean `search`?");
        (await CountAsync("Nothing is found")).ShouldBe(0);
        await bot.PressAsync("ana", told.Button("incident.verb:start")!);
        var incident = await bot.DeclaredAsync("Nothing is found");
        (await bot.RowAsync<string>("SELECT service || severity FROM incidents WHERE number = @Number", incident)).ShouldBe("search3");
    }

    [Fact]
    public async Task There_is_no_severity_9_and_nothing_is_started_with_it()
    {
        await bot.CommandAsync("ana", "general", "start \"Severity nine\" --service mailer --sev 9");
        await bot.ToldAsync("general", "ana", "There is no severity `9`: it is 1");
        await bot.IdleAsync();
        (await CountAsync("Severity nine")).ShouldBe(0);
    }

    [Fact]
    public async Task A_severity_that_does_not_exist_changes_nothing_and_offers_those_that_do()
    {
        var incident = await bot.DeclareAsync("Which severity");
        await bot.CommandAsync("ana", incident.Channel, "severity 9");
        var told = await bot.ToldAsync(incident.Channel, "ana", "There is no severity `9`");
        (await bot.ValueAsync<int>("SELECT severity FROM incidents WHERE number = @Number", incident)).ShouldBe(2);
        await bot.PressAsync("ana", told.Button("incident.verb:severity-1")!);
        await Until.TrueAsync(async () => await bot.ValueAsync<int>("SELECT severity FROM incidents WHERE number = @Number", incident) == 1, "the button sets the severity");
    }

    [Fact]
    public async Task A_title_of_500_characters_makes_a_channel_and_a_valid_summary_and_is_kept_whole()
    {
        var title = string.Join(' ', Enumerable.Repeat("everything is slow", 40))[..500];
        await bot.CommandAsync("ana", "general", $"start \"{title}\" --service mailer --sev 4 --new");
        await Until.TrueAsync(async () => await bot.ValueAsync<int>("SELECT count(*) FROM incidents WHERE title LIKE 'everything is slow%'") == 1, "it is declared");
        var incident = await bot.DeclaredAsync((await bot.RowAsync<string>("SELECT title FROM incidents WHERE title LIKE 'everything is slow%'"))!);
        incident.Title.Length.ShouldBeLessThanOrEqualTo(150);
        (await ChannelNameAsync(incident)).Length.ShouldBeLessThanOrEqualTo(80);
        (await SummaryAsync(incident)).Shown.ShouldContain("everything is slow");
        (await bot.ValueAsync<string>("SELECT text FROM timeline WHERE incident = @Number AND kind = 'incident.declared'", incident))!.ShouldContain(title);
    }

    [Fact]
    public async Task A_title_in_Japanese_makes_a_channel_and_stands_in_the_summary()
    {
        var incident = await bot.DeclareAsync("決済ができない", "mailer");
        (await ChannelNameAsync(incident)).ShouldMatch("^inc-[0-9]+-[0-9a-f]{8}$");
        (await SummaryAsync(incident)).Shown.ShouldContain("決済ができない");
    }

    [Fact]
    public async Task A_title_that_is_a_channel_mention_notifies_nobody()
    {
        await StartByFormAsync("<!channel> <@U0EVE00001> &lt;!here&gt; *bold* all is lost");
        var incident = await bot.DeclaredAsync("<!channel> <@U0EVE00001> &lt;!here&gt; *bold* all is lost");
        (await SummaryAsync(incident)).Shown.ShouldContain("all is lost");
        await bot.CommandAsync("ana", incident.Channel, "note <!channel> look at this, @here");
        await bot.SeeAsync(incident.Channel, "the note", m => m.Shown.Contains("look at this", StringComparison.Ordinal));
        await bot.IdleAsync();
        await NobodyIsNotifiedAsync(incident.Channel, incident);
        await NobodyIsNotifiedAsync("incidents", incident);
        await NobodyIsNotifiedAsync("general", incident);
    }

    [Fact]
    public async Task A_typed_channel_mention_as_a_title_notifies_nobody()
    {
        await bot.CommandAsync("ana", "general", "start \"<!channel>\" --service mailer --sev 2 --new");
        var incident = await bot.DeclaredAsync("!channel");
        await SummaryAsync(incident);
        await NobodyIsNotifiedAsync(incident.Channel, incident);
        await NobodyIsNotifiedAsync("incidents", incident);
    }

    [Fact]
    public async Task A_channel_name_that_is_taken_is_not_the_end_of_it()
    {
        await bot.FaultAsync(new { method = "conversations.create", error = "name_taken", times = 1 });
        var incident = await bot.DeclareAsync("The name is taken");
        (await ChannelNameAsync(incident)).ShouldMatch("^inc-[0-9]+-the-name-is-taken-[0-9a-f]{8}-2$");
        await SummaryAsync(incident);
    }

    [Fact]
    public async Task A_form_that_is_submitted_twice_starts_one_incident()
    {
        await StartByFormAsync("Submitted twice", twice: true);
        await bot.DeclaredAsync("Submitted twice");
        await bot.IdleAsync();
        (await CountAsync("Submitted twice")).ShouldBe(1);
        var channels = await bot.Control.ChannelsAsync(TestContext.Current.CancellationToken);
        channels.Count(c => c.GetProperty("name").GetString()!.Contains("submitted-twice", StringComparison.Ordinal)).ShouldBe(1);
    }

    [Fact]
    public async Task An_incident_is_started_from_help_by_buttons_alone()
    {
        await bot.CommandAsync("eve", "deploys", "help");
        var help = await bot.ToldAsync("deploys", "eve", "What I can do");
        await bot.PressAsync("eve", help.Button("incident.verb:start")!);
        var incident = await SubmitAsync("eve", "By buttons alone");
        var assessed = await bot.SeeAsync(incident.Channel, "the assessment with its next step", m => m.Shown.Contains("· assess", StringComparison.Ordinal) && m.Button("incident.verb:logs") is not null);
        await bot.PressAsync("eve", assessed.Button("incident.verb:logs")!);
        await bot.SeeAsync(incident.Channel, "the logs with their next step", m => m.Shown.Contains("· logs", StringComparison.Ordinal) && m.Button("incident.verb:resources") is not null);
    }

    [Fact]
    public async Task Join_is_offered_when_an_open_incident_touches_a_dependency()
    {
        var open = await bot.DeclareAsync("Already known");
        await bot.CommandAsync("dmitri", "general", "start \"The database is gone\" --service shop-db");
        var offer = await bot.ToldAsync("general", "dmitri", $"Incident {open.Number}");
        (await CountAsync("The database is gone")).ShouldBe(0);
        await bot.PressAsync("dmitri", offer.Buttons.First(b => b.Label == "Join" && b.Value!.StartsWith($"join|{open.Number}|", StringComparison.Ordinal)));
        await Until.TrueAsync(async () => (await ChannelAsync(open)).GetProperty("members").EnumerateArray().Any(m => m.GetString() == "U0DMITRI01"), "dmitri is in the channel");
    }

    private async Task StartByFormAsync(string title, bool twice = false)
    {
        await bot.CommandAsync("ana", "general", "start");
        if (twice) await UntilFormAsync("ana");
        if (twice) await bot.FaultAsync(new { method = "delivery", duplicate = true, times = 1 });
        await SubmitAsync("ana", title);
    }

    private async Task<Declared> SubmitAsync(string user, string title)
    {
        await bot.Control.SubmitAsync(user, await UntilFormAsync(user), new { title = new { text = title }, service = new { choice = "mailer" }, severity = new { choice = "2" } }, TestContext.Current.CancellationToken);
        return await bot.DeclaredAsync(title);
    }

    private async Task<string> UntilFormAsync(string user)
    {
        string? view = null;
        await Until.TrueAsync(async () => (view = (await bot.Control.ViewsAsync(user, TestContext.Current.CancellationToken)).Select(v => v.GetProperty("id").GetString()).LastOrDefault()) is not null, "the form is open");
        return view!;
    }

    private Task<int> CountAsync(string title) => bot.ValueAsync<int>("SELECT count(*) FROM incidents WHERE title = @title", new { title });

    private async Task<System.Text.Json.JsonElement> ChannelAsync(Declared incident) =>
        (await bot.Control.ChannelsAsync(TestContext.Current.CancellationToken)).First(c => c.GetProperty("id").GetString() == incident.Channel);

    private async Task<string> ChannelNameAsync(Declared incident) => (await ChannelAsync(incident)).GetProperty("name").GetString()!;

    /// <summary>The pinned one, drawn as it was meant: nothing of it was refused.</summary>
    private async Task<SeenMessage> SummaryAsync(Declared incident)
    {
        await Until.TrueAsync(async () => (await ChannelAsync(incident)).GetProperty("pins").GetArrayLength() == 1, "the summary is pinned");
        var pinned = (await ChannelAsync(incident)).GetProperty("pins")[0].GetString();
        (await bot.ValueAsync<int>("SELECT count(*) FROM outbox WHERE destination = 'incident:' || @Number AND (state = 'dead' OR error IS NOT NULL)", incident)).ShouldBe(0);
        var summary = await bot.SeeAsync(incident.Channel, "the summary", m => m.Ts == pinned);
        summary.Button("incident.verb:assess").ShouldNotBeNull();
        return summary;
    }

    /// <summary>In no text that Slack reads for mentions stands one that calls many, or somebody who has nothing to do with it.</summary>
    private async Task NobodyIsNotifiedAsync(string channel, Declared about)
    {
        foreach (var message in (await bot.GetAsync($"messages?channel={channel}")).GetProperty("messages").EnumerateArray())
        {
            // What people write themselves is theirs.
            if (message.GetProperty("user_name").GetString() is not "chatops") continue;
            // A topic is no text with references: https://docs.slack.dev/reference/methods/conversations.setTopic
            if (message.TryGetProperty("subtype", out var subtype) && subtype.ValueEquals("channel_topic")) continue;
            // Channels that all incidents share also hold what is said of others, whose leads are rightly mentioned.
            if (channel != about.Channel && !message.GetRawText().Contains($"Incident {about.Number} ", StringComparison.Ordinal)) continue;
            foreach (var text in Marked(message)) text.ShouldNotMatch("<!(channel|here|everyone)|<@U0EVE", $"In {channel}: {message.GetRawText()}");
        }
    }

    private static IEnumerable<string> Marked(System.Text.Json.JsonElement element) => element.ValueKind switch
    {
        System.Text.Json.JsonValueKind.Array => element.EnumerateArray().SelectMany(Marked),
        System.Text.Json.JsonValueKind.Object when element.TryGetProperty("type", out var type) && type.ValueEquals("plain_text") => [],
        System.Text.Json.JsonValueKind.Object => element.EnumerateObject().Where(p => p.Name is not ("value" or "metadata")).SelectMany(p => Marked(p.Value)),
        System.Text.Json.JsonValueKind.String => [element.GetString()!],
        _ => [],
    };
}
