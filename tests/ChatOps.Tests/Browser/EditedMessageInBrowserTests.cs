using System.Text.Json.Nodes;
using ChatOps.Sandbox.Control;
using ChatOps.Tests.Sandbox.Workspace;
using Microsoft.Playwright;

namespace ChatOps.Tests.Browser;

/// <summary>A message, or the Home tab, that changes while a person is about to press what it offers.</summary>
public sealed class EditedMessageInBrowserTests : IAsyncLifetime
{
    private TestSandbox sandbox = null!;
    private SocketApp app = null!;
    private Chromium chromium = null!;
    private string channel = "";
    private string ts = "";
    private IPage page = null!;

    public async ValueTask InitializeAsync()
    {
        sandbox = await TestSandbox.StartAsync(new SandboxOptions { ManifestText = TestSandbox.Manifest, PageFolder = Path.Combine(AppContext.BaseDirectory, "page") });
        app = await SocketApp.ConnectAsync(sandbox);
        channel = await sandbox.ChannelAsync();
        (await sandbox.CallAsync("conversations.invite", new JsonObject { ["channel"] = channel, ["users"] = "U0ANA00001" })).ShouldBeOk();
        ts = await sandbox.SayAsync(channel, Progress(10, "accept", "logs"));
        chromium = await Chromium.StartAsync();
        page = await chromium.OpenAsync($"{sandbox.Host.BaseUrl}/#/{channel}", 1280, 800);
        await SeeAsync(10);
    }

    public async ValueTask DisposeAsync()
    {
        await chromium.DisposeAsync();
        await app.DisposeAsync();
        await sandbox.DisposeAsync();
    }

    [Fact]
    public async Task A_press_does_what_it_began_on_though_before_the_finger_is_lifted_the_message_is_edited_and_others_come()
    {
        await DownAsync("accept");
        await MeanwhileAsync("/control/messages", async () =>
        {
            (await UpdateAsync(Progress(20, "more", "accept"))).ShouldBeOk();
            for (var i = 0; i < 30; i++) (await sandbox.PostAsync("message", new JsonObject { ["user"] = "ana", ["channel"] = channel, ["text"] = "and another" })).ShouldBeOk();
        });
        await page.Mouse.UpAsync();
        (await PressedAsync()).ShouldBe("accept");
        await Assertions.Expect(page.GetByText("and another", new() { Exact = true })).ToHaveCountAsync(30, new() { Timeout = 20_000 });
    }

    [Fact]
    public async Task What_is_pressed_for_long_is_shown_as_it_is_now_and_does_nothing_when_it_would_do_another_thing()
    {
        await DownAsync("accept");
        var edited = Progress(20, "accept", "more");
        edited[1]!["elements"]![0]!["value"] = "2";
        await EditAsync(edited, 20);
        await page.Mouse.UpAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "more", Exact = true }).ClickAsync();
        (await PressedAsync()).ShouldBe("more", "the first thing that the app hears of");
    }

    [Fact]
    public async Task A_question_stays_open_and_its_answer_counts_though_the_message_and_its_buttons_are_edited_meanwhile()
    {
        await page.GetByRole(AriaRole.Button, new() { Name = "logs", Exact = true }).ClickAsync();
        var question = page.GetByRole(AriaRole.Dialog, new() { Name = "Sure?" });
        await question.WaitForAsync();
        await EditAsync(Progress(20, "logs", "more"), 20);
        await question.GetByRole(AriaRole.Button, new() { Name = "Yes" }).ClickAsync();
        (await PressedAsync()).ShouldBe("logs");
    }

    [Fact]
    public async Task A_press_on_the_Home_tab_does_what_it_began_on_though_Home_is_drawn_anew_before_the_finger_is_lifted()
    {
        await PublishAsync(Progress(10, "done"));
        await page.GetByRole(AriaRole.Link, new() { NameRegex = new("Home$") }).ClickAsync();
        await DownAsync("done");
        await MeanwhileAsync("/control/home", () => PublishAsync(Together(Progress(20, "before"), Progress(30, "done"))));
        await page.Mouse.UpAsync();
        (await PressedAsync()).ShouldBe("done");
    }

    private async Task PublishAsync(JsonArray blocks) =>
        (await sandbox.CallAsync("views.publish", new JsonObject { ["user_id"] = "U0ANA00001", ["view"] = new JsonObject { ["type"] = "home", ["blocks"] = blocks } })).ShouldBeOk();

    private async Task DownAsync(string button)
    {
        await page.GetByRole(AriaRole.Button, new() { Name = button, Exact = true }).HoverAsync();
        await page.Mouse.DownAsync();
    }

    /// <summary>Does it and waits until the page has read it and drawn what it draws.</summary>
    private async Task MeanwhileAsync(string address, Func<Task> what)
    {
        var read = page.WaitForResponseAsync(r => r.Url.Contains(address, StringComparison.Ordinal));
        await what();
        await read;
        await page.EvaluateAsync("new Promise(drawn => requestAnimationFrame(() => requestAnimationFrame(drawn)))");
    }

    private async Task<string> PressedAsync()
    {
        await TestSandbox.UntilAsync(() => Task.FromResult(app.Received.Any(f => (string?)f["type"] == "interactive")));
        return (string)app.Payload("interactive")["actions"]![0]!["action_id"]!;
    }

    private async Task EditAsync(JsonArray blocks, int percent)
    {
        (await UpdateAsync(blocks)).ShouldBeOk();
        await SeeAsync(percent);
    }

    private Task<JsonObject> UpdateAsync(JsonArray blocks) => sandbox.CallAsync("chat.update", new JsonObject { ["channel"] = channel, ["ts"] = ts, ["text"] = "words", ["blocks"] = blocks });

    private Task SeeAsync(int percent) => Assertions.Expect(page.GetByRole(AriaRole.Article).Last).ToContainTextAsync($"{percent} %", new() { Timeout = 20_000 });

    /// <summary>Blocks without ids of their own, which Slack names anew each time; "logs" asks first.</summary>
    private static JsonArray Progress(int percent, params string[] buttons) =>
    [
        new JsonObject { ["type"] = "section", ["text"] = new JsonObject { ["type"] = "mrkdwn", ["text"] = $"{percent} % done" } },
        new JsonObject { ["type"] = "actions", ["elements"] = new JsonArray([.. buttons.Select(Button)]) },
    ];

    private static JsonObject Button(string name)
    {
        var button = new JsonObject { ["type"] = "button", ["action_id"] = name, ["value"] = "1", ["text"] = Plain(name) };
        if (name == "logs") button["confirm"] = new JsonObject { ["title"] = Plain("Sure?"), ["text"] = Plain("It may take long."), ["confirm"] = Plain("Yes"), ["deny"] = Plain("No") };
        return button;
    }

    private static JsonArray Together(JsonArray first, JsonArray second) => new([.. first.Concat(second).Select(b => b!.DeepClone())]);

    private static JsonObject Plain(string text) => new() { ["type"] = "plain_text", ["text"] = text };
}
