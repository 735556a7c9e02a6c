using ChatOps.Sandbox.Demo;
using ChatOps.Tests.Support;

namespace ChatOps.Tests.Scenarios;

/// <summary>The bot's process at a stop in good order.</summary>
public sealed class BotStopTests(ITestOutputHelper output)
{
    [Fact]
    public async Task A_call_to_Slack_that_is_under_way_ends_before_the_process_does()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        var folder = Directory.CreateTempSubdirectory("chatops-stop-").FullName;
        await using (var demo = await DemoHost.StartAsync(TestDemo.Options(folder) with { WarmUp = TimeSpan.Zero }, output.WriteLine, cancellationToken))
        {
            using var control = new ControlClient(demo.Workspace.BaseUrl);
            using var http = new HttpClient(new SocketsHttpHandler(), disposeHandler: true);
            (await http.PostAsJsonAsync(new Uri(demo.Workspace.BaseUrl + "/control/faults"), new { method = "conversations.create", delay_ms = 5_000, times = 10 }, cancellationToken)).EnsureSuccessStatusCode();
            await control.CommandAsync("ana", "general", "start \"Under way\" --service shop --sev 3", cancellationToken);
            await Until.TrueAsync(async () => await CreatingAsync(demo, cancellationToken) == "sending", "the channel is being made");
            (await demo.Bot.StopAsync(TimeSpan.FromSeconds(30))).ShouldBe(0);
            (await CreatingAsync(demo, cancellationToken)).ShouldBe("sent");
        }
        Directory.Delete(folder, recursive: true);
    }

    private static Task<string?> CreatingAsync(DemoHost demo, CancellationToken cancellationToken) => demo.RowAsync("SELECT state FROM outbox WHERE kind = 'create_channel'", cancellationToken);
}
