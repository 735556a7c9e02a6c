using System.Text.Json.Nodes;
using ChatOps.Sandbox.Demo;
using ChatOps.Tests.Incidents;
using ChatOps.Tests.Scenarios;
using ChatOps.Tests.Support;

namespace ChatOps.Tests.Capture;

/// <summary>What happens to a private incident's channel is told to its people alone; into a private channel the bot cannot come by itself.</summary>
public sealed class PrivatePlacesTests(HttpBot bot) : IClassFixture<HttpBot>, IDisposable
{
    private const string Eve = "U0EVE00001";

    private readonly SignedEvents events = new(bot);

    public void Dispose() => events.Dispose();

    [Fact]
    public async Task Removed_from_a_private_channel_the_bot_tells_the_lead_alone_how_to_invite_it()
    {
        var incident = await bot.DeclareAsync("Private and removed");
        await bot.RowsAsync<int>("UPDATE incidents SET private = true WHERE number = @Number RETURNING 1", incident);
        await events.DeliverAndWaitAsync(new JsonObject { ["type"] = "group_left", ["channel"] = incident.Channel, ["actor_id"] = "U0CARLA001", ["event_ts"] = "1795000000.000100" });
        await bot.IdleAsync();
        var told = await bot.SeeAsync(Bot.DirectMessagesOf("ana"), "how to invite the bot", m => IsAbout(incident, m) && m.Shown.Contains("I was removed from its channel by <@U0CARLA001>", StringComparison.Ordinal));
        told.Shown.ShouldContain("type `/invite` and <@U0CHATOPS1> there");
        (await InIncidentsChannelAsync(incident)).ShouldBe(0);
        (await bot.ValueAsync<int>("SELECT count(*) FROM outbox WHERE destination = 'incident:' || @Number AND kind = 'join'", incident)).ShouldBe(0);
    }

    [Fact]
    public async Task A_private_channel_that_is_archived_is_not_told_in_the_incidents_channel()
    {
        var incident = await bot.DeclareAsync("Private and archived");
        await bot.RowsAsync<int>("UPDATE incidents SET private = true WHERE number = @Number RETURNING 1", incident);
        await events.DeliverAndWaitAsync(new JsonObject { ["type"] = "group_archive", ["channel"] = incident.Channel, ["user"] = "U0CARLA001", ["event_ts"] = "1795000000.000100" });
        await bot.IdleAsync();
        await bot.SeeAsync(Bot.DirectMessagesOf("ana"), "that it is archived", m => IsAbout(incident, m) && m.Shown.Contains("was archived", StringComparison.Ordinal));
        (await InIncidentsChannelAsync(incident)).ShouldBe(0);
    }

    [Fact]
    public async Task An_archive_that_is_heard_of_after_the_unarchive_that_followed_it_tells_nobody()
    {
        var incident = await bot.DeclareAsync("Archived for a moment");
        await events.DeliverAndWaitAsync(new JsonObject { ["type"] = "channel_unarchive", ["channel"] = incident.Channel, ["user"] = "U0CARLA001", ["event_ts"] = "1795000002.000100" });
        await events.DeliverAndWaitAsync(new JsonObject { ["type"] = "channel_archive", ["channel"] = incident.Channel, ["user"] = "U0CARLA001", ["event_ts"] = "1795000001.000100" });
        await bot.IdleAsync();
        (await InIncidentsChannelAsync(incident)).ShouldBe(0);
        (await bot.EntriesAsync(incident.Number, "channel.archived")).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Once_the_bot_is_back_in_a_private_channel_who_is_in_it_sees_the_incident_and_who_left_meanwhile_does_not()
    {
        await bot.CommandAsync("ana", "general", "start \"Private and left\" --service mailer --sev 3 --private --new");
        var incident = await bot.DeclaredAsync("Private and left");
        await bot.CommandAsync("ana", incident.Channel, "role scribe @eve");
        await Until.TrueAsync(() => bot.IsMemberAsync(incident, Eve), "eve is in the channel");
        await bot.IdleAsync();

        await bot.ActAsync("kick", new { user = "ana", channel = incident.Channel, whom = "chatops" });
        await bot.SeeAsync(Bot.DirectMessagesOf("ana"), "that the bot is out", m => IsAbout(incident, m) && m.Shown.Contains("I was removed from its channel", StringComparison.Ordinal));
        await bot.ActAsync("leave", new { user = "eve", channel = incident.Channel });
        await bot.ActAsync("invite", new { user = "ana", channel = incident.Channel, whom = "carla" });
        await bot.CommandAsync("ana", "general", $"role {incident.Number} comms @dmitri");
        await bot.UntilColumnAsync(incident, "comms", Colleagues.Dmitri);
        await bot.IdleAsync();

        // Whose invitation is on its way when Slack is asked counts as in.
        await bot.FaultAsync(new { method = "conversations.invite", hold = true });
        await bot.ActAsync("invite", new { user = "ana", channel = incident.Channel, whom = "chatops" });
        await Until.TrueAsync(async () => !(await MembersAsync(incident)).Contains(Eve), "eve is no member any more");
        (await MembersAsync(incident)).ShouldContain(Colleagues.Carla);
        (await MembersAsync(incident)).ShouldContain(Colleagues.Dmitri);
        await bot.ActAsync("faults/clear", new { });
        await bot.SeeAsync(incident.Channel, "that the bot is back", m => m.Shown.Contains("I can write here again", StringComparison.Ordinal));
        await bot.IdleAsync();

        await bot.CommandAsync("eve", "general", $"status {incident.Number}");
        await bot.ToldAsync("general", "eve", $"There is no incident {incident.Number}");
        foreach (var member in (string[])["carla", "dmitri"])
        {
            await bot.CommandAsync(member, "general", $"status {incident.Number}");
            await bot.ToldAsync("general", member, incident.Title);
        }
    }

    private Task<IReadOnlyList<string>> MembersAsync(Declared incident) => bot.RowsAsync<string>("SELECT user_id FROM incident_members WHERE incident = @Number", incident);

    private async Task<int> InIncidentsChannelAsync(Declared incident) =>
        (await bot.Control.MessagesAsync("incidents", TestContext.Current.CancellationToken)).Count(m => IsAbout(incident, m) && m.Shown.Contains("its channel", StringComparison.Ordinal));

    private static bool IsAbout(Declared incident, SeenMessage message) => message.Shown.Contains($"Incident {incident.Number} ·", StringComparison.Ordinal);
}
