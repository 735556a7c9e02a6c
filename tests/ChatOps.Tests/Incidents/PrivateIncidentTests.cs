using ChatOps.Tests.Scenarios;
using ChatOps.Tests.Support;
using static ChatOps.Tests.Incidents.Colleagues;

namespace ChatOps.Tests.Incidents;

/// <summary>A private incident does not exist for those outside; a drill is marked wherever it shows.</summary>
[Collection(nameof(Colleagues))]
public sealed class PrivateIncidentTests(Bot bot) : IAsyncLifetime
{
    private const string Secret = "Key of the vault is out";

    public async ValueTask InitializeAsync() => await bot.SettleAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Nothing_outside_its_channel_shows_a_private_incident_to_others()
    {
        var incident = await PrivateAsync(Secret);
        (await bot.ChannelOfAsync(incident)).GetProperty("is_private").GetBoolean().ShouldBeTrue();
        await bot.CommandAsync("ana", incident.Channel, "update rotating the keys --next 30m");
        await bot.ToldAsync(incident.Channel, "ana", "is private, so nothing of it goes to the stakeholders");
        await bot.SeeAsync(incident.Channel, "the update", m => m.Shown.Contains("rotating the keys", StringComparison.Ordinal));

        // Everything that lists, picks, offers or answers by number, as somebody who is not in it.
        foreach (var text in (string[])
            [
                "", "list", "help", "start \"shop again\" --service shop", "note", "status", "resolve x", "reopen", "menu", $"{incident.Number}", $"menu {incident.Number}", $"status {incident.Number}", $"note {incident.Number} hello",
                $"timeline {incident.Number}", $"task {incident.Number}", $"join {incident.Number}", $"role {incident.Number} lead @dmitri", $"handover {incident.Number} accept", $"update {incident.Number} hello", $"resolve {incident.Number}",
                $"merge {incident.Number} 1", $"assess {incident.Number}", $"postmortem {incident.Number}",
            ])
        {
            await bot.CommandAsync("dmitri", "general", text);
            await bot.IdleAsync();
        }
        var other = await bot.DeclareAsync("Merged into what one cannot see");
        await bot.CommandAsync("dmitri", other.Channel, $"merge {incident.Number}");
        await bot.ToldAsync(other.Channel, "dmitri", $"There is no incident {incident.Number}");
        await bot.IdleAsync();

        foreach (var channel in (string[])["general", "incidents", "deploys", "leads", other.Channel, Bot.DirectMessagesOf("dmitri")])
        {
            foreach (var message in await bot.Control.MessagesAsync(channel, TestContext.Current.CancellationToken))
            {
                var seen = message.Shown + message.Text;
                // Ana herself is told in the channel where she declared it; that she alone sees.
                if (message.VisibleTo is { } only && only != Dmitri) continue;
                seen.ShouldNotContain(Secret);
                seen.ShouldNotContain("rotating the keys");
                seen.ShouldNotContain(incident.Channel);
                message.Buttons.ShouldAllBe(b => !(b.Value ?? "").Contains($"|{incident.Number}|", StringComparison.Ordinal));
            }
        }
        (await bot.IsMemberAsync(incident, Dmitri)).ShouldBeFalse();
        (await bot.ColumnAsync(incident, "status")).ShouldBe("open");
        (await bot.ValueAsync<int>("SELECT count(*) FROM timeline WHERE incident = @Number AND actor = 'U0DMITRI01'", incident)).ShouldBe(0);
    }

    [Fact]
    public async Task A_member_sees_it_everywhere_and_whoever_gets_a_role_becomes_one()
    {
        var incident = await PrivateAsync("Seen by members");
        await bot.CommandAsync("ana", "general", "list");
        await bot.ToldAsync("general", "ana", "Seen by members");
        await bot.CommandAsync("ben", "general", $"status {incident.Number}");
        await bot.ToldAsync("general", "ben", $"There is no incident {incident.Number}");
        await bot.CommandAsync("ana", incident.Channel, "role scribe @ben");
        await bot.UntilColumnAsync(incident, "scribe", Ben);
        await Until.TrueAsync(() => bot.IsMemberAsync(incident, Ben), "ben is in the channel");
        await bot.CommandAsync("ben", "general", $"status {incident.Number}");
        await bot.ToldAsync("general", "ben", "Seen by members");
        // Outside Slack's own picker nothing about it is told to the incidents channel.
        (await bot.ValueAsync<int>("SELECT count(*) FROM outbox_messages WHERE key = @key", new { key = $"incident {incident.Number} announcement" })).ShouldBe(0);
    }

    [Fact]
    public async Task A_private_incident_is_not_united_with_one_that_everybody_sees()
    {
        var hidden = await PrivateAsync("Hidden from others");
        var open = await bot.DeclareAsync("Seen by everybody");
        await bot.CommandAsync("ana", hidden.Channel, $"merge {open.Number}");
        await bot.ToldAsync(hidden.Channel, "ana", $"Incident {hidden.Number} is private and incident {open.Number} is not");
        await bot.CommandAsync("ana", open.Channel, $"merge {hidden.Number}");
        await bot.ToldAsync(open.Channel, "ana", "is private: everybody who is in incident");
        (await bot.ColumnAsync(hidden, "status")).ShouldBe("open");
        (await bot.ColumnAsync(open, "status")).ShouldBe("open");
    }

    [Fact]
    public async Task A_refusal_does_not_name_the_private_incident_that_holds_the_target()
    {
        var hidden = await PrivateAsync("Holds the target");
        var open = await bot.DeclareAsync("Wants the target");
        var held = await bot.CardAsync(hidden);
        var waiting = await bot.CardAsync(open, "ben");
        bot.Shop.ActionsTakeLong = true;
        await bot.PressAsync("ana", held.Button("action.confirm")!);
        await Until.TrueAsync(async () => await bot.ValueAsync<int>("SELECT count(*) FROM operations WHERE incident = @Number AND called_at IS NOT NULL", hidden) == 1, "the first restart is under way");
        await bot.PressAsync("ben", waiting.Button("action.confirm")!);
        var told = await bot.ToldAsync(open.Channel, "ben", "is held by operation");
        told.Shown.ShouldContain($"(restart, confirmed by <@{Ana}>)");
        bot.Shop.ActionsTakeLong = false;
        await bot.SeeAsync(hidden.Channel, "that the restart is done", m => m.Shown.Contains("the restart of shop-db is done", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_form_starts_a_private_drill()
    {
        await bot.CommandAsync("ana", "general", "start");
        await bot.SubmitAsync("ana", new { title = new { text = "A private drill" }, service = new { choice = "mailer" }, severity = new { choice = "3" }, kind = new { choice = new[] { "private", "drill" } } });
        var incident = await bot.DeclaredAsync("A private drill");
        (await bot.ChannelOfAsync(incident)).GetProperty("is_private").GetBoolean().ShouldBeTrue();
        (await bot.ValueAsync<bool>("SELECT private AND drill FROM incidents WHERE number = @Number", incident)).ShouldBeTrue();
    }

    [Fact]
    public async Task A_drill_is_marked_wherever_it_shows_and_proves_nothing_of_other_incidents()
    {
        await bot.CommandAsync("ana", "general", "start \"Practice of a failover\" --service shop --sev 2 --drill --new");
        var drill = await bot.DeclaredAsync("Practice of a failover");
        var channel = await bot.ChannelOfAsync(drill);
        channel.GetProperty("name").GetString()!.ShouldStartWith($"inc-{drill.Number}-drill-");
        await bot.TopicAsync(drill, "DRILL");
        await bot.SummaryAsync(drill, "a drill");
        await bot.SeeAsync("incidents", "the announcement", m => m.Shown.Contains($"Incident {drill.Number} · SEV2 · open · DRILL", StringComparison.Ordinal));

        // Nobody is sent from a real incident into a drill.
        await bot.CommandAsync("dmitri", "general", "start \"Real trouble of the shop\" --service shop --sev 2");
        await bot.IdleAsync();
        var offered = (await bot.Control.MessagesAsync("general", TestContext.Current.CancellationToken)).Where(m => m.VisibleTo == Dmitri).SelectMany(m => m.Buttons);
        offered.ShouldAllBe(b => !(b.Value ?? "").StartsWith($"join|{drill.Number}|", StringComparison.Ordinal));

        await bot.CommandAsync("ana", drill.Channel, "resolve practised");
        await Until.TrueAsync(async () => (await bot.ValueAsync<string>("SELECT markdown FROM post_mortems WHERE incident = @Number LIMIT 1", drill))?.Contains("This was a drill", StringComparison.Ordinal) == true, "the post-mortem says so");
        var real = await bot.DeclareAsync("After the drill");
        (await bot.Control.MessagesAsync(real.Channel, TestContext.Current.CancellationToken)).ShouldAllBe(m => !m.Shown.Contains("Practice of a failover", StringComparison.Ordinal));
        (await bot.ValueAsync<int>("SELECT count(*) FROM evidence WHERE incident = @Number AND text LIKE '%Practice of a failover%'", real)).ShouldBe(0);
    }

    private async Task<Declared> PrivateAsync(string title)
    {
        await bot.CommandAsync("ana", "general", $"start \"{title}\" --service shop --sev 1 --private --new");
        return await bot.DeclaredAsync(title);
    }
}
