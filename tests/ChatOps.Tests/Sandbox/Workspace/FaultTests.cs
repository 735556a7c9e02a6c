using System.Net;
using System.Text;
using System.Text.Json.Nodes;

namespace ChatOps.Tests.Sandbox.Workspace;

public sealed class FaultTests
{
    [Fact]
    public async Task A_fault_before_leaves_nothing_done_and_lasts_as_often_as_asked()
    {
        await using var sandbox = await TestSandbox.StartAsync();
        var channel = await sandbox.ChannelAsync();
        await ArmAsync(sandbox, """{"method":"chat.postMessage","error":"internal_error","times":2}""");
        for (var i = 0; i < 2; i++)
            (await SayAsync(sandbox, channel)).ShouldFail("internal_error");
        (await SayAsync(sandbox, channel)).ShouldBeOk();
        (await sandbox.MessagesAsync(channel)).Count(m => m["subtype"] is null).ShouldBe(1);
    }

    [Fact]
    public async Task A_fault_after_has_done_the_work_and_loses_the_answer()
    {
        await using var sandbox = await TestSandbox.StartAsync();
        var channel = await sandbox.ChannelAsync();
        await ArmAsync(sandbox, """{"method":"chat.postMessage","status":500,"when":"after"}""");
        using var response = await sandbox.SendAsync("chat.postMessage", Words(channel), sandbox.Host.BotToken);
        response.StatusCode.ShouldBe(HttpStatusCode.InternalServerError);
        (await sandbox.MessagesAsync(channel)).Count(m => m["subtype"] is null).ShouldBe(1);
    }

    [Fact]
    public async Task A_fault_can_say_when_to_come_back()
    {
        await using var sandbox = await TestSandbox.StartAsync();
        await ArmAsync(sandbox, """{"method":"auth.test","retry_after":7}""");
        using var response = await sandbox.SendAsync("auth.test", new StringContent(""), sandbox.Host.BotToken);
        ((int)response.StatusCode).ShouldBe(429);
        response.Headers.RetryAfter!.Delta.ShouldBe(TimeSpan.FromSeconds(7));
    }

    [Theory]
    [InlineData("before", 0)]
    [InlineData("after", 1)]
    public async Task A_call_can_lose_its_connection(string when, int posted)
    {
        await using var sandbox = await TestSandbox.StartAsync();
        var channel = await sandbox.ChannelAsync();
        await ArmAsync(sandbox, $$"""{"method":"chat.postMessage","disconnect":true,"when":"{{when}}"}""");
        await Should.ThrowAsync<HttpRequestException>(() => sandbox.SendAsync("chat.postMessage", Words(channel), sandbox.Host.BotToken));
        (await sandbox.MessagesAsync(channel)).Count(m => m["subtype"] is null).ShouldBe(posted);
    }

    [Theory]
    [InlineData("before", 0)]
    [InlineData("after", 1)]
    public async Task A_held_call_waits_until_it_is_released(string when, int postedMeanwhile)
    {
        await using var sandbox = await TestSandbox.StartAsync();
        var channel = await sandbox.ChannelAsync();
        await ArmAsync(sandbox, $$"""{"method":"chat.postMessage","hold":true,"when":"{{when}}"}""");
        var pending = SayAsync(sandbox, channel);
        await TestSandbox.UntilAsync(async () => (await sandbox.GetAsync("faults"))["faults"]!.AsArray().Any(f => (int)f!["hits"]! == 1));
        if (postedMeanwhile == 1)
            await TestSandbox.UntilAsync(async () => (await sandbox.MessagesAsync(channel)).Any(m => m["subtype"] is null));
        pending.IsCompleted.ShouldBeFalse();
        (await sandbox.MessagesAsync(channel)).Count(m => m["subtype"] is null).ShouldBe(postedMeanwhile);
        ((int)(await sandbox.PostAsync("faults/release", []))["released"]!).ShouldBe(1);
        (await pending).ShouldBeOk();
        (await sandbox.MessagesAsync(channel)).Count(m => m["subtype"] is null).ShouldBe(1);
    }

    [Fact]
    public async Task A_fault_without_method_meets_any_call_but_no_delivery()
    {
        await using var sandbox = await TestSandbox.StartAsync();
        await using var app = await SocketApp.ConnectAsync(sandbox);
        await ArmAsync(sandbox, """{"error":"fatal_error"}""");
        ((int)(await CommandAsync(sandbox))["ack"]!["status"]!).ShouldBe(200);
        (await sandbox.CallAsync("auth.test", [])).ShouldFail("fatal_error");
    }

    [Theory]
    [InlineData("before", 0)]
    [InlineData("after", 1)]
    public async Task A_caller_that_dies_while_it_is_held_leaves_what_was_done_and_no_more(string when, int posted)
    {
        await using var sandbox = await TestSandbox.StartAsync();
        var channel = await sandbox.ChannelAsync();
        await ArmAsync(sandbox, $$"""{"method":"chat.postMessage","hold":true,"when":"{{when}}"}""");
        using (var dying = new HttpClient(new SocketsHttpHandler()) { Timeout = TimeSpan.FromMilliseconds(300) })
        {
            dying.DefaultRequestHeaders.Authorization = new("Bearer", sandbox.Host.BotToken);
            await Should.ThrowAsync<TaskCanceledException>(() => dying.PostAsync(sandbox.Host.ApiUrl + "chat.postMessage", Words(channel), TestContext.Current.CancellationToken));
        }
        await TestSandbox.UntilAsync(async () => (await sandbox.GetAsync("traffic?method=chat.postMessage"))["traffic"]!.AsArray().Count == 1);
        await sandbox.PostAsync("faults/release", []);
        (await sandbox.MessagesAsync(channel)).Count(m => m["subtype"] is null).ShouldBe(posted);
    }

    [Fact]
    public async Task A_fault_for_one_method_goes_before_one_for_all()
    {
        await using var sandbox = await TestSandbox.StartAsync();
        await ArmAsync(sandbox, """{"delay_ms":1,"times":100}""");
        await ArmAsync(sandbox, """{"method":"auth.test","error":"fatal_error"}""");
        (await sandbox.CallAsync("auth.test", [])).ShouldFail("fatal_error");
        (await sandbox.CallAsync("auth.test", [])).ShouldBeOk();
    }

    [Fact]
    public async Task A_delivery_can_come_twice_with_the_same_trigger()
    {
        await using var sandbox = await TestSandbox.StartAsync();
        await using var app = await SocketApp.ConnectAsync(sandbox);
        await ArmAsync(sandbox, """{"method":"delivery","duplicate":true}""");
        await CommandAsync(sandbox);
        await CommandAsync(sandbox);
        app.Received.Count.ShouldBe(3);
        app.Received.Select(f => (string)f["envelope_id"]!).Distinct().Count().ShouldBe(3);
        app.Received.Take(2).Select(f => (string)f["payload"]!["trigger_id"]!).Distinct().Count().ShouldBe(1);
    }

    [Fact]
    public async Task A_delivery_can_be_lost_on_the_way_there_or_on_the_way_back()
    {
        await using var sandbox = await TestSandbox.StartAsync();
        await using var app = await SocketApp.ConnectAsync(sandbox);
        await ArmAsync(sandbox, """{"method":"delivery","error":"timeout"}""");
        ((string)(await CommandAsync(sandbox))["ack"]!["error"]!).ShouldBe("operation_timeout");
        app.Received.ShouldBeEmpty();
        await ArmAsync(sandbox, """{"method":"delivery","error":"timeout","when":"after"}""");
        ((string)(await CommandAsync(sandbox))["ack"]!["error"]!).ShouldBe("operation_timeout");
        app.Received.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_delayed_delivery_arrives_after_Slack_gave_up()
    {
        await using var sandbox = await TestSandbox.StartAsync();
        await using var app = await SocketApp.ConnectAsync(sandbox);
        await ArmAsync(sandbox, """{"method":"delivery","delay_ms":1200}""");
        ((string)(await CommandAsync(sandbox))["ack"]!["error"]!).ShouldBe("operation_timeout");
        app.Received.ShouldBeEmpty();
        await TestSandbox.UntilAsync(() => Task.FromResult(app.Received.Count == 1));
    }

    [Theory]
    [InlineData("""{"method":"chat.postMessages"}""")]
    [InlineData("""{"when":"during"}""")]
    [InlineData("""{"times":0}""")]
    [InlineData("""{"disconnect":"please"}""")]
    public async Task A_fault_that_makes_no_sense_is_refused(string fault)
    {
        await using var sandbox = await TestSandbox.StartAsync();
        (await sandbox.PostAsync("faults", JsonNode.Parse(fault)!.AsObject())).ShouldFail("invalid_fault");
    }

    [Fact]
    public async Task Cleared_faults_harm_nobody()
    {
        await using var sandbox = await TestSandbox.StartAsync();
        await ArmAsync(sandbox, """{"error":"fatal_error","times":99}""");
        await sandbox.PostAsync("faults/clear", []);
        (await sandbox.CallAsync("auth.test", [])).ShouldBeOk();
    }

    private static async Task ArmAsync(TestSandbox sandbox, string fault) => (await sandbox.PostAsync("faults", JsonNode.Parse(fault)!.AsObject())).ShouldBeOk();

    private static StringContent Words(string channel) => new($$"""{"channel":"{{channel}}","text":"x"}""", Encoding.UTF8, "application/json");

    private static Task<JsonObject> SayAsync(TestSandbox sandbox, string channel) => sandbox.CallAsync("chat.postMessage", new JsonObject { ["channel"] = channel, ["text"] = "x" });

    private static Task<JsonObject> CommandAsync(TestSandbox sandbox) =>
        sandbox.PostAsync("command", new JsonObject { ["user"] = "ana", ["channel"] = "incidents", ["command"] = "/incident" });
}
