using System.Text.Json.Nodes;
using ChatOps.Sandbox.Control;

namespace ChatOps.Tests.Sandbox.Workspace;

/// <summary>What people and administrators do by hand, and what the app hears of it: what it subscribed to, may hear, and is there for.</summary>
public sealed class HousekeepingTests
{
    private const string Subscriptions =
        """
            bot_events:
              - message.channels
              - member_joined_channel
              - member_left_channel
              - channel_archive
              - channel_deleted
              - channel_left
              - channel_rename
              - channel_unarchive
              - group_archive
              - group_left
              - reaction_added
              - user_change
              - tokens_revoked
        """;

    private static readonly string Manifest = TestSandbox.ManifestWith(("    bot_events:\n", Subscriptions + "\n"), ("      - pins:write\n", "      - pins:write\n      - reactions:read\n"));

    [Fact]
    public async Task What_happens_to_a_channel_is_told_with_who_did_it()
    {
        await using var sandbox = await TestSandbox.StartAsync(new SandboxOptions { ManifestText = Manifest });
        await using var app = await SocketApp.ConnectAsync(sandbox);
        var channel = await sandbox.ChannelAsync();
        await ActAsync(sandbox, "rename", "ana", channel, ("name", "renamed"));
        await ActAsync(sandbox, "archive", "ana", channel);
        await ActAsync(sandbox, "archive", "ana", channel, ("remove", true));
        await ActAsync(sandbox, "kick", "ana", channel, ("whom", "chatops"));

        (await EventAsync(app, "channel_rename"))["channel"]!["name"]!.ToString().ShouldBe("renamed");
        (await EventAsync(app, "channel_archive"))["user"]!.ToString().ShouldBe("U0ANA00001");
        (await EventAsync(app, "channel_unarchive"))["channel"]!.ToString().ShouldBe(channel);
        (await EventAsync(app, "channel_left"))["actor_id"]!.ToString().ShouldBe("U0ANA00001");
    }

    [Fact]
    public async Task A_private_channel_has_events_of_its_own_names()
    {
        await using var sandbox = await TestSandbox.StartAsync(new SandboxOptions { ManifestText = Manifest });
        await using var app = await SocketApp.ConnectAsync(sandbox);
        var channel = await sandbox.ChannelAsync("inc-2", isPrivate: true);
        await sandbox.CallAsync("conversations.invite", new JsonObject { ["channel"] = channel, ["users"] = "U0ANA00001" });
        await ActAsync(sandbox, "archive", "ana", channel);
        await ActAsync(sandbox, "archive", "ana", channel, ("remove", true));
        await ActAsync(sandbox, "kick", "ana", channel, ("whom", "chatops"));
        await EventAsync(app, "group_archive");
        await EventAsync(app, "group_left");
        Types(app).ShouldNotContain("group_unarchive", "nobody subscribed to it");
    }

    [Fact]
    public async Task Of_a_channel_that_the_bot_is_not_in_it_hears_nothing()
    {
        await using var sandbox = await TestSandbox.StartAsync(new SandboxOptions { ManifestText = Manifest });
        await using var app = await SocketApp.ConnectAsync(sandbox);
        var said = await sandbox.PostAsync("message", new JsonObject { ["user"] = "ana", ["channel"] = "general", ["text"] = "hello" });
        await sandbox.PostAsync("react", new JsonObject { ["user"] = "ana", ["channel"] = "general", ["ts"] = (string)said["ts"]!, ["name"] = "memo" });
        await ActAsync(sandbox, "topic", "ana", "deploys", ("text", "t"));
        await ActAsync(sandbox, "archive", "ana", "deploys");
        await ActAsync(sandbox, "deactivate", "eve", "deploys");
        (await EventAsync(app, "user_change"))["user"]!["deleted"]!.GetValue<bool>().ShouldBeTrue();
        Types(app).ShouldBe(["user_change"]);
    }

    [Fact]
    public async Task People_change_only_what_they_wrote_and_the_app_hears_what_it_was_before()
    {
        await using var sandbox = await TestSandbox.StartAsync(new SandboxOptions { ManifestText = Manifest });
        await using var app = await SocketApp.ConnectAsync(sandbox);
        var channel = await sandbox.ChannelAsync();
        var ts = (string)(await sandbox.PostAsync("message", new JsonObject { ["user"] = "ana", ["channel"] = channel, ["text"] = "one" }))["ts"]!;
        (await sandbox.PostAsync("edit", new JsonObject { ["user"] = "ben", ["channel"] = channel, ["ts"] = ts, ["text"] = "two" })).ShouldFail("not_yours");
        (await sandbox.PostAsync("edit", new JsonObject { ["user"] = "ana", ["channel"] = channel, ["ts"] = ts, ["text"] = "two" })).ShouldBeOk();
        (await sandbox.PostAsync("delete", new JsonObject { ["user"] = "ana", ["channel"] = channel, ["ts"] = ts })).ShouldBeOk();
        var changed = await MessageAsync(app, "message_changed");
        (changed["message"]!["text"]!.ToString(), changed["previous_message"]!["text"]!.ToString()).ShouldBe(("two", "one"));
        changed["message"]!["edited"]!["user"]!.ToString().ShouldBe("U0ANA00001");
        (await MessageAsync(app, "message_deleted"))["deleted_ts"]!.ToString().ShouldBe(ts);
    }

    [Fact]
    public async Task The_first_message_of_a_thread_becomes_a_tombstone()
    {
        await using var sandbox = await TestSandbox.StartAsync(new SandboxOptions { ManifestText = Manifest });
        await using var app = await SocketApp.ConnectAsync(sandbox);
        var channel = await sandbox.ChannelAsync();
        var ts = (string)(await sandbox.PostAsync("message", new JsonObject { ["user"] = "ana", ["channel"] = channel, ["text"] = "one" }))["ts"]!;
        await sandbox.PostAsync("message", new JsonObject { ["user"] = "ben", ["channel"] = channel, ["text"] = "reply", ["thread_ts"] = ts });
        (await sandbox.PostAsync("delete", new JsonObject { ["user"] = "ana", ["channel"] = channel, ["ts"] = ts })).ShouldBeOk();
        var changed = await MessageAsync(app, "message_changed");
        (changed["message"]!["subtype"]!.ToString(), changed["previous_message"]!["text"]!.ToString()).ShouldBe(("tombstone", "one"));
    }

    [Theory]
    [InlineData("token_revoked")]
    [InlineData("invalid_auth")]
    public async Task A_token_that_is_taken_back_is_refused_until_it_is_good_again(string error)
    {
        await using var sandbox = await TestSandbox.StartAsync(new SandboxOptions { ManifestText = Manifest });
        (await sandbox.PostAsync("revoke", new JsonObject { ["error"] = error })).ShouldBeOk();
        (await sandbox.CallAsync("auth.test", [])).ShouldFail(error);
        (await sandbox.CallAsync("apps.connections.open", [], sandbox.Host.AppToken)).ShouldBeOk();
        (await sandbox.PostAsync("revoke", new JsonObject { ["remove"] = true })).ShouldBeOk();
        (await sandbox.CallAsync("auth.test", [])).ShouldBeOk();
    }

    private static async Task ActAsync(TestSandbox sandbox, string call, string user, string channel, params (string Name, JsonNode Value)[] more)
    {
        var body = new JsonObject { ["user"] = user, ["channel"] = channel };
        foreach (var (name, value) in more) body[name] = value;
        (await sandbox.PostAsync(call, body)).ShouldBeOk();
    }

    private static IReadOnlyList<string> Types(SocketApp app) => [.. Events(app).Select(e => e["type"]!.ToString())];

    private static IEnumerable<JsonObject> Events(SocketApp app) => app.Received.Where(f => (string?)f["type"] == "events_api").Select(f => f["payload"]!["event"]!.AsObject());

    private static Task<JsonObject> EventAsync(SocketApp app, string type) => FindAsync(app, e => e["type"]!.ToString() == type);

    private static Task<JsonObject> MessageAsync(SocketApp app, string subtype) => FindAsync(app, e => e["type"]!.ToString() == "message" && e["subtype"]?.ToString() == subtype);

    private static async Task<JsonObject> FindAsync(SocketApp app, Func<JsonObject, bool> isIt)
    {
        await TestSandbox.UntilAsync(() => Task.FromResult(Events(app).Any(isIt)));
        return Events(app).First(isIt);
    }
}
