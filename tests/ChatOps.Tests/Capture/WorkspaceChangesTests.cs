using ChatOps.Tests.Scenarios;
using ChatOps.Tests.Support;

namespace ChatOps.Tests.Capture;

/// <summary>The workspace changes by hand under an open incident: those concerned are told, once per cause, and work goes on.</summary>
public sealed class WorkspaceChangesTests(Bot bot) : IClassFixture<Bot>
{
    [Fact]
    public async Task An_archived_channel_is_told_once_to_the_lead_and_in_the_incidents_channel_and_after_unarchiving_nothing_is_lost()
    {
        var incident = await bot.DeclareAsync("Archived by hand");
        await bot.ActAsync("archive", new { user = "carla", channel = incident.Channel });
        var lead = await SeeLostAsync(Bot.DirectMessagesOf("ana"), incident, "was archived by <@U0CARLA001>");
        lead.Text.Length.ShouldBeLessThan(200);
        await SeeLostAsync("incidents", incident, "was archived by <@U0CARLA001>");
        foreach (var word in (string[])["one", "two", "three"])
        {
            await bot.CommandAsync("ana", "general", $"note {incident.Number} said meanwhile {word}");
            await Until.TrueAsync(async () => (await bot.EntriesAsync(incident.Number, "note")).Any(e => e.Text.EndsWith(word, StringComparison.Ordinal)), "the note is recorded");
        }
        await Until.TrueAsync(async () => await bot.ValueAsync<int>("SELECT count(*) FROM outbox WHERE destination = 'incident:' || @Number AND state = 'dead' AND content::text LIKE '%said meanwhile%'", incident) == 3, "Slack refuses the notes");
        await bot.IdleAsync();
        (await LostAsync(Bot.DirectMessagesOf("ana"), incident)).ShouldBe(1, "once per cause, not per message");
        (await LostAsync("incidents", incident)).ShouldBe(1);

        await bot.ActAsync("archive", new { user = "carla", channel = incident.Channel, remove = true });
        await bot.SeeAsync(incident.Channel, "that the bot is back", m => m.Shown.Contains("I can write here again", StringComparison.Ordinal));
        await bot.IdleAsync();
        (await bot.Control.MessagesAsync(incident.Channel, TestContext.Current.CancellationToken)).Where(m => m.Shown.Contains("said meanwhile", StringComparison.Ordinal)).Select(m => m.Shown.TrimEnd().Split(' ')[^1])
            .ShouldBe(["one", "two", "three"], "everything, once and in order");
        (await bot.EntriesAsync(incident.Number, "channel.archived")).ShouldHaveSingleItem().Actor.ShouldBe("U0CARLA001");
        (await bot.EntriesAsync(incident.Number, "channel.unarchived")).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task A_refusal_tells_of_a_lost_channel_where_no_event_did_and_carries_what_could_not_be_said()
    {
        var incident = await bot.DeclareAsync("Archived unheard");
        await bot.FaultAsync(new { method = "chat.postMessage", error = "is_archived", times = 1 });
        await bot.CommandAsync("ana", incident.Channel, "note the words that never came");
        var told = await SeeLostAsync(Bot.DirectMessagesOf("ana"), incident, "its channel was archived");
        told.Shown.ShouldContain("the words that never came");
        (await bot.EntriesAsync(incident.Number, "channel.lost")).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task A_closed_incident_whose_channel_is_archived_bothers_nobody()
    {
        var incident = await bot.DeclareAsync("Over and archived");
        await bot.CommandAsync("ana", incident.Channel, "cancel a false alarm");
        await bot.SeeAsync(incident.Channel, "the end", m => m.Shown.Contains("is cancelled", StringComparison.Ordinal));
        await bot.IdleAsync();
        await bot.ActAsync("archive", new { user = "carla", channel = incident.Channel });
        await Until.TrueAsync(async () => (await bot.EntriesAsync(incident.Number, "channel.archived")).Count == 1, "it is recorded");
        await bot.IdleAsync();
        (await LostAsync("incidents", incident)).ShouldBe(0);
    }

    [Fact]
    public async Task Removed_from_a_public_channel_the_bot_comes_back_once_and_the_second_time_says_how_to_invite_it()
    {
        var incident = await bot.DeclareAsync("Removed by hand");
        await bot.ActAsync("kick", new { user = "carla", channel = incident.Channel, whom = "chatops" });
        await bot.SeeAsync(incident.Channel, "that it came back", m => m.Shown.Contains("came back", StringComparison.Ordinal));
        await Until.TrueAsync(() => MemberAsync(incident), "the bot is in the channel");
        await bot.IdleAsync();

        await bot.ActAsync("kick", new { user = "carla", channel = incident.Channel, whom = "chatops" });
        var told = await SeeLostAsync(Bot.DirectMessagesOf("ana"), incident, "I was removed from its channel by <@U0CARLA001>");
        told.Shown.ShouldContain("/invite");
        (await MemberAsync(incident)).ShouldBeFalse("whoever removes it twice means it");

        await bot.ActAsync("invite", new { user = "ana", channel = incident.Channel, whom = "chatops" });
        await bot.SeeAsync(incident.Channel, "that the bot is back", m => m.Shown.Contains("I can write here again", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_deleted_channel_is_told_and_the_incident_can_be_ended_elsewhere()
    {
        var incident = await bot.DeclareAsync("Deleted by hand");
        await bot.ActAsync("delete_channel", new { user = "eve", channel = incident.Channel });
        var told = await SeeLostAsync(Bot.DirectMessagesOf("ana"), incident, "its channel was deleted");
        await SeeLostAsync("incidents", incident, "its channel was deleted");
        await bot.PressAsync("ana", told.Button("incident.verb:status")!);
        await bot.CommandAsync("ana", "general", $"cancel {incident.Number} its channel is gone");
        await Until.TrueAsync(async () => await bot.ValueAsync<string>("SELECT status FROM incidents WHERE number = @Number", incident) == "cancelled", "it is cancelled");
        await bot.IdleAsync();
        (await LostAsync(Bot.DirectMessagesOf("ana"), incident)).ShouldBe(1);
    }

    [Fact]
    public async Task A_lead_whose_account_is_closed_leads_no_more_and_the_channel_is_told()
    {
        await bot.CommandAsync("eve", "general", "start \"Led by nobody\" --service mailer --sev 2 --new");
        var incident = await bot.DeclaredAsync("Led by nobody");
        await bot.ActAsync("deactivate", new { user = "eve" });
        var told = await bot.SeeAsync(incident.Channel, "that nobody leads", m => m.Shown.Contains("nobody has the role lead now", StringComparison.Ordinal));
        told.Shown.ShouldContain("<@U0EVE00001> had it");
        await bot.SeeAsync("incidents", "that nobody leads", m => m.Shown.Contains($"Incident {incident.Number}", StringComparison.Ordinal) && m.Shown.Contains("nobody has the role lead now", StringComparison.Ordinal));
        (await bot.ValueAsync<string?>("SELECT lead FROM incidents WHERE number = @Number", incident)).ShouldBeNull();
        (await bot.EntriesAsync(incident.Number, "role.lost")).ShouldHaveSingleItem().Text.ShouldBe("@eve, lead, was deactivated in Slack");
        await bot.ActAsync("deactivate", new { user = "eve", remove = true });
    }

    [Theory]
    [InlineData("token_revoked")]
    [InlineData("account_inactive")]
    [InlineData("invalid_auth")]
    public async Task While_Slack_refuses_the_token_messages_wait_the_health_page_says_so_and_afterwards_they_arrive(string error)
    {
        var incident = await bot.DeclareAsync($"Without a token {error}");
        (await bot.PageAsync("/health/slack")).ShouldBe((200, "ok"));
        await bot.ActAsync("revoke", new { error });
        foreach (var word in (string[])["one", "two"]) await bot.CommandAsync("ana", incident.Channel, $"note kept {error} {word}");
        await Until.TrueAsync(async () => (await bot.PageAsync("/health/slack")) is (503, var text) && text.Contains(error, StringComparison.Ordinal), "the health page says so");
        (await bot.PageAsync("/health/ready")).ShouldBe((200, "ready, but: " + (await bot.PageAsync("/health/slack")).Text), "it still takes requests");
        await Until.TrueAsync(async () => await bot.ValueAsync<int>("SELECT count(*) FROM outbox WHERE destination = 'incident:' || @Number AND state <> 'sent' AND state <> 'dead'", incident) >= 2, "the notes wait");

        await bot.ActAsync("revoke", new { remove = true });
        await bot.SeeAsync(incident.Channel, "the last note", m => m.Shown.Contains($"kept {error} two", StringComparison.Ordinal));
        await bot.IdleAsync();
        (await bot.Control.MessagesAsync(incident.Channel, TestContext.Current.CancellationToken)).Count(m => m.Shown.Contains($"kept {error}", StringComparison.Ordinal)).ShouldBe(2);
        (await bot.PageAsync("/health/slack")).ShouldBe((200, "ok"));
    }

    private Task<ChatOps.Sandbox.Demo.SeenMessage> SeeLostAsync(string where, Declared incident, string part) =>
        bot.SeeAsync(where, $"\"{part}\" of incident {incident.Number}", m => m.Shown.Contains($"Incident {incident.Number} ·", StringComparison.Ordinal) && m.Shown.Contains(part, StringComparison.Ordinal));

    private async Task<int> LostAsync(string where, Declared incident) =>
        (await bot.Control.MessagesAsync(where, TestContext.Current.CancellationToken)).Count(m => m.Shown.Contains($"Incident {incident.Number} ·", StringComparison.Ordinal) && m.Shown.Contains("channel was", StringComparison.Ordinal));

    private async Task<bool> MemberAsync(Declared incident) =>
        (await bot.Control.ChannelsAsync(TestContext.Current.CancellationToken)).First(c => c.GetProperty("id").GetString() == incident.Channel).GetProperty("members").EnumerateArray().Any(m => m.GetString() == "U0CHATOPS1");
}
