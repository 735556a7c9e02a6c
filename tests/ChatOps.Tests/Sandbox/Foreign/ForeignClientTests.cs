using System.Text.Json.Nodes;
using ChatOps.Sandbox.Control;
using ChatOps.Tests.Sandbox.Workspace;
using ChatOps.Tests.Support;

namespace ChatOps.Tests.Sandbox.Foreign;

/// <summary>An app on <c>@slack/bolt</c>, which knows Slack and not this sandbox, works in it as it works in Slack, by both ways in.</summary>
public sealed class ForeignClientTests
{
    [Theory]
    [InlineData(SlackTransport.SocketMode)]
    [InlineData(SlackTransport.SignedHttp)]
    public async Task An_app_on_Slacks_own_SDK_hears_a_command_a_button_a_form_and_an_event(SlackTransport transport)
    {
        Directory.Exists(Path.Combine(ForeignApp.Folder, "node_modules")).ShouldBeTrue("`./chatops test` installs what the foreign app needs: npm ci in tests/foreign-client");
        await using var sandbox = await TestSandbox.StartAsync(new SandboxOptions { ManifestText = TestSandbox.Manifest, Transport = transport });
        await using var app = await ForeignApp.StartAsync(sandbox, transport);

        // A command: answered in the acknowledgement, at its response URL and by a post.
        var typed = await sandbox.PostAsync("command", new JsonObject { ["user"] = "ana", ["channel"] = "general", ["command"] = "/incident", ["text"] = "hello" });
        ((int)typed["ack"]!["status"]!).ShouldBe(200, typed.ToJsonString());
        (await app.HeardAsync("command")).GetProperty("user").GetString().ShouldBe("U0ANA00001");
        var asked = await MessageAsync("Press it");
        (await MessageAsync("I heard hello"))["visible_to"]!.GetValue<string>().ShouldBe("U0ANA00001");
        await MessageAsync("hello, said by <@U0ANA00001>");

        // A button: the message is replaced by what came of it.
        var pressed = await sandbox.PostAsync("click", new JsonObject { ["user"] = "ben", ["channel"] = "general", ["ts"] = asked["ts"]!.DeepClone(), ["action_id"] = "press_me" });
        ((int)pressed["ack"]!["status"]!).ShouldBe(200, pressed.ToJsonString());
        (await app.HeardAsync("pressed")).GetProperty("value").GetString().ShouldBe("hello");
        (await MessageAsync("Pressed by <@U0BEN00001>"))["ts"]!.GetValue<string>().ShouldBe(asked["ts"]!.GetValue<string>());

        // A form: refused with the field's own error, then taken.
        await sandbox.PostAsync("command", new JsonObject { ["user"] = "ana", ["channel"] = "general", ["command"] = "/incident", ["text"] = "form" });
        var view = (await app.HeardAsync("opened")).GetProperty("view").GetString()!;
        await SubmitAsync("nonsense");
        (await sandbox.GetAsync("views?user=ana"))["views"]![0]!["errors"]!["word"]!.GetValue<string>().ShouldBe("Say something else");
        await SubmitAsync("better");
        (await app.HeardAsync("submitted")).GetProperty("said").GetString().ShouldBe("better");
        await MessageAsync("Written in the form: better");
        (await sandbox.GetAsync("views?user=ana"))["views"]!.AsArray().Count.ShouldBe(0);

        // An event: the app is spoken to, and answers in the thread. It hears events only where it is a member.
        (await sandbox.CallAsync("conversations.join", new JsonObject { ["channel"] = asked["channel"]!.DeepClone() })).ShouldBeOk();
        await sandbox.PostAsync("message", new JsonObject { ["user"] = "carla", ["channel"] = "general", ["text"] = "@chatops are you there?" });
        var heard = await app.HeardAsync("event");
        heard.GetProperty("type").GetString().ShouldBe("app_mention");
        (await MessageAsync("At your service"))["thread_ts"]!.GetValue<string>().ShouldBe(heard.GetProperty("ts").GetString());

        app.Complaints.ShouldBeEmpty();

        async Task<JsonObject> MessageAsync(string text)
        {
            JsonObject? found = null;
            await Until.TrueAsync(async () => (found = (await sandbox.MessagesAsync("general")).LastOrDefault(m => (string?)m["text"] == text)) is not null, $"\"{text}\" stands in the channel; the app said {string.Join(" | ", app.Complaints)}");
            return found!;
        }

        Task<JsonObject> SubmitAsync(string word) => sandbox.PostAsync("submit", new JsonObject
        {
            ["user"] = "ana", ["view_id"] = view, ["values"] = new JsonObject { ["word"] = new JsonObject { ["said"] = word } },
        });
    }

    [Fact]
    public void The_foreign_app_is_pinned_without_naming_a_registry() =>
        File.ReadAllText(Path.Combine(ForeignApp.Folder, "package-lock.json")).ShouldNotContain("\"resolved\"");
}
