using ChatOps.Slack.Interaction;
using ChatOps.Tests.Scenarios;
using ChatOps.Tests.Support;

namespace ChatOps.Tests.Capture;

/// <summary>What people say in an incident's channel becomes part of its record when somebody wants it there. Over both ways to Slack.</summary>
public abstract class CaptureTests(Bot bot)
{
    [Fact]
    public async Task A_message_that_is_pinned_marked_and_chosen_is_one_entry_at_the_time_it_was_written_with_its_author_and_its_address()
    {
        var incident = await bot.DeclareAsync("Wanted three times");
        var ts = await bot.SayAsync("ben", incident.Channel, "the pool is empty, @ana");
        await bot.ActAsync("pin", new { user = "ana", channel = incident.Channel, ts });
        await bot.ActAsync("react", new { user = "carla", channel = incident.Channel, ts, name = "memo" });
        await bot.ActAsync("react", new { user = "eve", channel = incident.Channel, ts, name = "memo" });
        await bot.ActAsync("shortcut", new { user = "ana", channel = incident.Channel, ts, callback_id = "timeline.add" });
        await bot.ToldAsync(incident.Channel, "ana", $"timeline of incident {incident.Number}");

        var entry = (await bot.UntilMessagesAsync(incident.Number, 1)).ShouldHaveSingleItem();
        entry.Text.ShouldBe("the pool is empty, @ana");
        entry.Actor.ShouldBe("U0BEN00001");
        entry.At.ShouldBe(Timestamps.ToTime(ts)!.Value, TimeSpan.FromMicroseconds(1));
        entry.RecordedAt.ShouldBeGreaterThanOrEqualTo(entry.At);
        entry.Json.GetProperty("link").GetString().ShouldBe($"{bot.Workspace.BaseUrl}/archives/{incident.Channel}/p{ts.Replace(".", "", StringComparison.Ordinal)}");
        (await bot.ValueAsync<int>("SELECT count(*) FROM channel_messages WHERE channel_id = @Channel AND ts = @ts", new { incident.Channel, ts })).ShouldBe(1);
    }

    [Fact]
    public async Task The_thread_of_a_wanted_message_is_wanted_too_what_was_said_before_and_what_comes_after()
    {
        var incident = await bot.DeclareAsync("A thread");
        var ts = await bot.SayAsync("ben", incident.Channel, "failing over?");
        await bot.SayAsync("carla", incident.Channel, "yes, go", ts);
        await bot.SayAsync("carla", incident.Channel, "outside the thread");
        await bot.IdleAsync();
        (await bot.MessagesAsync(incident.Number)).ShouldBeEmpty("nobody wanted it yet");

        await bot.ActAsync("react", new { user = "ana", channel = incident.Channel, ts, name = "memo" });
        await bot.UntilMessagesAsync(incident.Number, 2);
        await bot.SayAsync("ben", incident.Channel, "done", ts);
        (await bot.UntilMessagesAsync(incident.Number, 3)).Select(e => e.Text).ShouldBe(["failing over?", "yes, go", "done"]);
    }

    [Fact]
    public async Task An_edit_and_a_deletion_are_recorded_and_the_first_words_stay()
    {
        var incident = await bot.DeclareAsync("Second thoughts");
        var ts = await bot.SayAsync("ben", incident.Channel, "it was the deploy");
        await bot.ActAsync("pin", new { user = "ben", channel = incident.Channel, ts });
        await bot.UntilMessagesAsync(incident.Number, 1);
        var edited = (await bot.ActAsync("edit", new { user = "ben", channel = incident.Channel, ts, text = "it was the disk" })).GetProperty("edit_ts").GetString();
        await bot.UntilMessagesAsync(incident.Number, 2);
        await bot.ActAsync("delete", new { user = "ben", channel = incident.Channel, ts });
        var entries = await bot.UntilMessagesAsync(incident.Number, 3);
        entries.Select(e => (e.Kind, e.Text)).ShouldBe([("message", "it was the deploy"), ("message.edited", "Edited to: it was the disk"), ("message.deleted", "Was deleted: it was the disk")]);
        entries[1].At.ShouldBe(Timestamps.ToTime(edited)!.Value, TimeSpan.FromMicroseconds(1));
        entries[1].Actor.ShouldBe("U0BEN00001");
        entries[2].Actor.ShouldBe("chatops", "Slack does not say who deletes");
    }

    [Fact]
    public async Task What_was_edited_before_anybody_wanted_it_still_has_its_first_words()
    {
        var incident = await bot.DeclareAsync("Edited first");
        var ts = await bot.SayAsync("ben", incident.Channel, "first words");
        await bot.ActAsync("edit", new { user = "ben", channel = incident.Channel, ts, text = "second words" });
        await bot.ActAsync("react", new { user = "ana", channel = incident.Channel, ts, name = "memo" });
        (await bot.UntilMessagesAsync(incident.Number, 2)).Select(e => e.Text).ShouldBe(["first words", "Edited to: second words"]);
    }

    [Fact]
    public async Task The_first_message_of_a_thread_that_is_deleted_leaves_its_words_and_the_thread()
    {
        var incident = await bot.DeclareAsync("A tombstone");
        var ts = await bot.SayAsync("ben", incident.Channel, "a plan");
        await bot.SayAsync("carla", incident.Channel, "a better plan", ts);
        await bot.ActAsync("pin", new { user = "ana", channel = incident.Channel, ts });
        await bot.UntilMessagesAsync(incident.Number, 2);
        await bot.ActAsync("delete", new { user = "ben", channel = incident.Channel, ts });
        (await bot.UntilMessagesAsync(incident.Number, 3)).Select(e => e.Text).ShouldBe(["a plan", "a better plan", "Was deleted: a plan"]);
    }

    [Fact]
    public async Task A_file_is_a_link()
    {
        var incident = await bot.DeclareAsync("With a graph");
        var shared = await bot.ActAsync("share", new { user = "carla", channel = incident.Channel, name = "graph.txt", content = "0 1 2", text = "look" });
        await bot.ActAsync("pin", new { user = "ana", channel = incident.Channel, ts = shared.GetProperty("ts").GetString() });
        var entry = (await bot.UntilMessagesAsync(incident.Number, 1)).ShouldHaveSingleItem();
        entry.Text.ShouldBe($"look [graph.txt {bot.Workspace.BaseUrl}/control/files/{shared.GetProperty("file").GetString()}]");
    }

    [Fact]
    public async Task A_secret_that_somebody_pinned_is_not_in_the_record()
    {
        var incident = await bot.DeclareAsync("A slip");
        var ts = await bot.SayAsync("ben", incident.Channel, "use password=hunter2secret <!channel> & <b>");
        await bot.ActAsync("pin", new { user = "ben", channel = incident.Channel, ts });
        (await bot.UntilMessagesAsync(incident.Number, 1)).ShouldHaveSingleItem().Text.ShouldNotContain("hunter2secret");
        (await bot.ValueAsync<int>("SELECT count(*) FROM channel_message_versions WHERE text LIKE '%hunter2secret%'")).ShouldBe(0);
    }

    [Fact]
    public async Task Another_emoji_and_what_the_bot_said_are_no_entries_and_the_menu_says_so_kindly()
    {
        var incident = await bot.DeclareAsync("Not these");
        var ts = await bot.SayAsync("ben", incident.Channel, "thanks all");
        var summary = await bot.SeeAsync(incident.Channel, "the summary", m => m.Button("incident.verb") is not null);
        await bot.ActAsync("react", new { user = "ana", channel = incident.Channel, ts, name = "tada" });
        foreach (var user in (string[])["ana", "ben", "carla", "eve"]) await bot.ActAsync("react", new { user, channel = incident.Channel, ts = summary.Ts, name = "memo" });
        await bot.ActAsync("shortcut", new { user = "ana", channel = incident.Channel, ts = summary.Ts, callback_id = "timeline.add" });
        await bot.ToldAsync(incident.Channel, "ana", "That is a message of mine");
        await bot.IdleAsync();
        (await bot.MessagesAsync(incident.Number)).ShouldBeEmpty();
    }

    [Fact]
    public async Task In_another_channel_pins_and_marks_are_nobodys_business_and_the_menu_asks_which_incident_is_meant()
    {
        var incident = await bot.DeclareAsync("Meant from afar");
        var ts = await bot.SayAsync("ben", "general", "customers cannot pay");
        await bot.ActAsync("invite", new { user = "ana", channel = "deploys", whom = "chatops" });
        var heard = await bot.SayAsync("ben", "deploys", "shipping v42");
        await bot.ActAsync("pin", new { user = "ben", channel = "deploys", ts = heard });
        await bot.ActAsync("react", new { user = "ben", channel = "deploys", ts = heard, name = "memo" });
        await bot.ActAsync("shortcut", new { user = "ana", channel = "general", ts, callback_id = "timeline.add" });
        var asked = await bot.ToldAsync("general", "ana", "Into the timeline of which incident");
        await bot.PressAsync("ana", asked.Button($"timeline.choose:{incident.Number}")!);

        var entry = (await bot.UntilMessagesAsync(incident.Number, 1)).ShouldHaveSingleItem();
        (entry.Text, entry.Actor).ShouldBe(("customers cannot pay", "U0BEN00001"));
        await bot.ToldAsync("general", "ana", $"Added to the timeline of incident {incident.Number}");
        (await bot.ValueAsync<int>("SELECT count(*) FROM channel_messages WHERE ts = @heard", new { heard })).ShouldBe(0, "nothing of other channels is kept");
        await bot.ActAsync("shortcut", new { user = "carla", channel = "general", ts, callback_id = "timeline.add" });
        await bot.ToldAsync("general", "carla", "already");
        await bot.ActAsync("kick", new { user = "ana", channel = "deploys", whom = "chatops" });
    }

    [Fact]
    public async Task Coming_and_going_topics_and_names_are_recorded_once_each_and_the_members_follow()
    {
        var incident = await bot.DeclareAsync("Comings");
        await bot.FaultAsync(new { method = "delivery", duplicate = true, times = 4 });
        await bot.ActAsync("join", new { user = "dmitri", channel = incident.Channel });
        await Until.TrueAsync(async () => await MemberAsync(incident, "U0DMITRI01"), "dmitri is a member");
        await bot.ActAsync("leave", new { user = "dmitri", channel = incident.Channel });
        await Until.TrueAsync(async () => !await MemberAsync(incident, "U0DMITRI01"), "dmitri is no member");
        await bot.ActAsync("topic", new { user = "ana", channel = incident.Channel, text = "watching <the> disk" });
        await bot.ActAsync("rename", new { user = "ana", channel = incident.Channel, name = $"renamed-{incident.Number}-{bot.Workspace.Transport.ToString().ToLowerInvariant()}" });
        await Until.TrueAsync(async () => (await bot.EntriesAsync(incident.Number, "channel.renamed")).Count > 0, "the new name is recorded");
        await bot.IdleAsync();

        (await bot.EntriesAsync(incident.Number, "incident.joined")).Count(e => e.Actor == "U0DMITRI01").ShouldBe(1);
        (await bot.EntriesAsync(incident.Number, "incident.left")).ShouldHaveSingleItem().Actor.ShouldBe("U0DMITRI01");
        (await bot.EntriesAsync(incident.Number, "channel.topic")).ShouldHaveSingleItem().Text.ShouldBe("Set the channel's topic: watching <the> disk");
        (await bot.EntriesAsync(incident.Number, "channel.renamed")).ShouldHaveSingleItem().Actor.ShouldBe("U0ANA00001");
        await bot.ActAsync("faults/clear", new { });
        // Nothing breaks by it: everything goes by the channel's id.
        await bot.CommandAsync("ana", incident.Channel, "note after the new name");
        await bot.SeeAsync(incident.Channel, "the note", m => m.Shown.Contains("after the new name", StringComparison.Ordinal));
        (await bot.ValueAsync<string>("SELECT channel_name FROM outbox_destinations WHERE key = 'incident:' || @Number", incident)).ShouldStartWith("renamed-");
    }

    [Fact]
    public async Task Who_invites_is_who_did_it_and_who_is_invited_did_nothing_yet()
    {
        var incident = await bot.DeclareAsync("Invitations");
        await bot.ActAsync("invite", new { user = "ana", channel = incident.Channel, whom = "eve" });
        await bot.ActAsync("join", new { user = "dmitri", channel = incident.Channel });
        await Until.TrueAsync(async () => await MemberAsync(incident, "U0EVE00001") && await MemberAsync(incident, "U0DMITRI01"), "both are members");
        var came = await bot.EntriesAsync(incident.Number, "incident.joined");
        came.ShouldContain(e => e.Actor == "chatops" && e.Text == "Invited <@U0ANA00001>");
        came.Where(e => e.Actor != "chatops").Select(e => (e.Actor, e.Text)).ShouldBe([("U0ANA00001", "Invited <@U0EVE00001>"), ("U0DMITRI01", "Joined")], ignoreOrder: true);
    }

    [Fact]
    public async Task A_message_that_the_bot_never_heard_is_asked_for()
    {
        var incident = await bot.DeclareAsync("Not heard");
        await bot.FaultAsync(new { method = "delivery", status = 404, times = 1 });
        var ts = await bot.SayAsync("ben", incident.Channel, "lost on the way");
        await Until.TrueAsync(async () => (await bot.GetAsync("faults")).GetProperty("faults").GetArrayLength() == 0, "the delivery is lost");
        await bot.ActAsync("react", new { user = "ana", channel = incident.Channel, ts, name = "memo" });
        (await bot.UntilMessagesAsync(incident.Number, 1)).ShouldHaveSingleItem().Text.ShouldBe("lost on the way");
    }

    private Task<bool> MemberAsync(Declared incident, string user) =>
        bot.ValueAsync<bool>("SELECT EXISTS (SELECT 1 FROM incident_members WHERE incident = @Number AND user_id = @user)", new { incident.Number, user });
}

public sealed class SocketCaptureTests(Bot bot) : CaptureTests(bot), IClassFixture<Bot>;

public sealed class HttpCaptureTests(HttpBot bot) : CaptureTests(bot), IClassFixture<HttpBot>;
