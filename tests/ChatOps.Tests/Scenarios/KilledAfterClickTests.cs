using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text.Json;
using ChatOps.Sandbox.Demo;

namespace ChatOps.Tests.Scenarios;

/// <summary><c>kill -9</c> of the bot between the click and the result, at the real shop: one restart has happened, or the bot says that it does not know and asks.</summary>
public sealed class KilledAfterClickTests(ITestOutputHelper output)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    // The lease of a request or an operation whose owner died must end before another takes it up; then a call's deadline and a grace pass.
    private static readonly TimeSpan Recovery = TimeSpan.FromSeconds(240);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task After_a_kill_behind_the_click_exactly_one_restart_happened_or_the_bot_asks(bool onceUnderWay)
    {
        var folder = Directory.CreateTempSubdirectory("chatops-killed-").FullName;
        await using (var demo = await DemoHost.StartAsync(
            TestDemo.Options(folder) with { WarmUp = TimeSpan.Zero },
            output.WriteLine, Cancelled))
        {
            using var control = new ControlClient(demo.Workspace.BaseUrl);
            await control.BreakAsync("database-down", Cancelled);
            await control.CommandAsync("ana", "general", "start \"Nobody can log in\" --service shop --sev 1", Cancelled);
            var channel = await control.IncidentChannelAsync(Patience, Cancelled);
            await control.CommandAsync("ana", channel, "fix restart shop-db", Cancelled);
            var card = await ControlClient.UntilAsync("the card", Patience, async () => (await control.MessagesAsync(channel, Cancelled)).LastOrDefault(m => m.Button("action.confirm") is not null), Cancelled);

            await control.ClickAsync("ana", card.Button("action.confirm")!, Cancelled);
            if (onceUnderWay) await UntilRowAsync(demo, "the platform to be called", "SELECT id::text FROM operations WHERE called_at IS NOT NULL", Patience);
            await demo.Bot.KillAsync(Cancelled);
            output.WriteLine($"Killed; operations then: {await demo.RowAsync("SELECT state FROM operations", Cancelled) ?? "none"}");
            await demo.Bot.StartAsync(Cancelled);

            var begun = Stopwatch.GetTimestamp();
            var state = await UntilRowAsync(demo, "the operation to have an end", "SELECT state FROM operations WHERE state IN ('succeeded', 'failed', 'unknown')", Recovery);
            var outcome = await demo.RowAsync("SELECT outcome FROM operations", Cancelled);
            output.WriteLine($"{state} after {Stopwatch.GetElapsedTime(begun).TotalSeconds:F0} s: {outcome}; restarts at the platform: {await RestartsAsync(demo)}");
            (await demo.RowAsync("SELECT count(*)::text FROM operations", Cancelled)).ShouldBe("1");
            if (state == "unknown")
                await ControlClient.UntilAsync("the question", Patience, async () => (await control.MessagesAsync(channel, Cancelled)).LastOrDefault(m => m.Button("operation.settle") is not null), Cancelled);
            else
                (await RestartsAsync(demo)).ShouldBe(state == "succeeded" ? 1 : 0, outcome);
        }
        Directory.Delete(folder, recursive: true);
    }

    /// <summary>Those that somebody asked for, as the shop's own platform remembers them.</summary>
    private static async Task<int> RestartsAsync(DemoHost demo)
    {
        using var http = new HttpClient(new SocketsHttpHandler(), disposeHandler: true);
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", demo.Shop.Token);
        var changes = await http.GetFromJsonAsync<JsonElement>($"{demo.Workspace.BaseUrl}/v1/services/shop-db/changes", Cancelled);
        return changes.GetProperty("changes").EnumerateArray().Count(c => c.GetProperty("kind").GetString() == "restart" && !c.GetProperty("automatic").GetBoolean());
    }

    private static Task<string> UntilRowAsync(DemoHost demo, string what, string sql, TimeSpan atMost) => ControlClient.UntilAsync(what, atMost, () => demo.RowAsync(sql, Cancelled), Cancelled);

}
