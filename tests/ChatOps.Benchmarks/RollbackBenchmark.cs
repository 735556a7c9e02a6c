extern alias sandbox;

using System.Globalization;
using sandbox::ChatOps.Sandbox.Demo;

namespace ChatOps.Benchmarks;

/// <summary>From the press on the card of a rollback to the call that the platform gets, on the whole demo: the card is checked, the press stored, the operation claimed in between.</summary>
internal static class RollbackBenchmark
{
    private const int Runs = 9;
    private const string Channel = "incidents";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public static async Task<int> RunAsync(string bot, string root)
    {
        var folder = Directory.CreateTempSubdirectory("chatops-bench-").FullName;
        var options = new DemoOptions
        {
            StateFolder = folder,
            BotAssembly = bot,
            ManifestFile = Path.Combine(root, "manifest", "slack-app.yaml"),
            RunbooksFolder = Path.Combine(root, "runbooks"),
            WarmUp = TimeSpan.Zero,
        };
        var spans = new List<double>();
        await using (var demo = await DemoHost.StartAsync(options, Console.WriteLine, CancellationToken.None))
        {
            using var control = new ControlClient(demo.Workspace.BaseUrl);
            for (var run = 0; run <= Runs; run++)
            {
                await demo.Shop.BreakAsync("bad-release", CancellationToken.None);
                var span = await MeasureAsync(demo, control);
                // The first of a process also pays for what is compiled on first use.
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{(run == 0 ? "first of its process" : $"run {run}")}: {span:F0} ms"));
                if (run > 0) spans.Add(span);
                await demo.Shop.HealAsync(CancellationToken.None);
            }
        }
        Directory.Delete(folder, recursive: true);
        var median = spans.Order().ElementAt(Runs / 2);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"median from press to platform: {median:F0} ms, slowest {spans.Max():F0} ms (asked for: under 1000)"));
        return median < 1_000 ? 0 : 1;
    }

    private static async Task<double> MeasureAsync(DemoHost demo, ControlClient control)
    {
        var asked = demo.Workspace.Clock.GetUtcNow();
        var before = (await control.MessagesAsync(Channel, CancellationToken.None)).Count;
        await control.CommandAsync("ana", Channel, "shop", CancellationToken.None, "/rollback");
        var card = await ControlClient.UntilAsync("the card", Patience, async () =>
            (await control.MessagesAsync(Channel, CancellationToken.None)).Skip(before).FirstOrDefault(m => m.Button("action.confirm") is not null), CancellationToken.None);
        var pressed = demo.Workspace.Clock.GetUtcNow();
        await control.ClickAsync("ana", card.Button("action.confirm")!, CancellationToken.None);
        await ControlClient.UntilAsync("the end", Patience, async () =>
            (await control.MessagesAsync(Channel, CancellationToken.None)).Find(card.Ts)?.Shown.Contains("done, confirmed by", StringComparison.Ordinal) == true ? "" : null, CancellationToken.None);
        var shop = demo.Shop.Platform.Units.First(u => u is { Name: "shop", Environment: "production" });
        return (demo.Shop.Platform.Changes.Since(shop, asked).First(c => c is { Kind: "rollback", OperationId: not null }).At - pressed).TotalMilliseconds;
    }

    private static SeenMessage? Find(this IEnumerable<SeenMessage> messages, string ts) => messages.FirstOrDefault(m => m.Ts == ts);
}
