using System.Diagnostics;

namespace ChatOps.Tests.Soak;

/// <summary>Slack at its worst, and bots that are killed with -9 and started again, one at a time.</summary>
internal sealed class SoakWeather(SoakStage stage, int seed, Action<string> say)
{
    private static readonly string[] Methods =
    [
        "chat.postMessage", "chat.postMessage", "chat.update", "chat.update", "conversations.create", "conversations.invite", "conversations.setTopic", "pins.add",
        "conversations.history", "chat.postEphemeral", "files.completeUploadExternal", "files.getUploadURLExternal", "views.open", "conversations.list", "apps.connections.open",
    ];

    /// <summary>How often a bot was killed, and how many faults were armed.</summary>
    public int Kills { get; private set; }

    public int Faults { get; private set; }

    public Task BlowAsync(CancellationToken until) => Task.WhenAll(SpoilAsync(new Random(seed), until), KillAsync(new Random(seed + 1), until));

    /// <summary>The sun comes out: no fault is armed, nothing is held, both bots run, and the shop is well.</summary>
    public async Task ClearAsync(CancellationToken cancellationToken)
    {
        stage.Shop.Mend();
        await stage.PostAsync("faults/clear", new { }, cancellationToken);
        foreach (var bot in stage.Bots.Where(b => !b.IsRunning)) await bot.StartAsync(cancellationToken);
        await stage.PostAsync("faults/clear", new { }, cancellationToken);
    }

    private async Task SpoilAsync(Random random, CancellationToken until)
    {
        try
        {
            while (true)
            {
                var method = Methods[random.Next(Methods.Length)];
                object fault = random.Next(13) switch
                {
                    0 => new { method = "chat.postMessage", retry_after = random.Next(1, 3), times = random.Next(1, 4) },
                    1 => new { method, retry_after = 1, times = 1 },
                    2 => new { method, status = 500, times = random.Next(1, 3) },
                    3 => new { method, status = 503, when = "after", times = 1 },
                    4 => new { method = "chat.postMessage", status = 500, when = "after", times = 1 },
                    5 => new { method, disconnect = true, times = 1 },
                    6 => new { method, disconnect = true, when = "after", times = 1 },
                    7 => new { delay_ms = random.Next(200, 1_500), times = 5 },
                    8 => new { method, hold = true, times = 1 },
                    9 => new { method = "delivery", duplicate = true, times = random.Next(1, 5) },
                    10 => new { method = "delivery", status = 500, when = "after", times = 1 },
                    11 => new { disconnect = "refresh_requested" },
                    _ => new { disconnect = true },
                };
                await stage.PostAsync("faults", fault, until);
                Faults++;
                await Task.Delay(random.Next(400, 1_500), until);
                if (random.Next(6) == 0) await stage.PostAsync("faults/release", new { }, until);
            }
        }
        catch (OperationCanceledException) when (until.IsCancellationRequested)
        {
            // The weather changes.
        }
    }

    private async Task KillAsync(Random random, CancellationToken until)
    {
        try
        {
            for (var turn = 0; ; turn++)
            {
                await Task.Delay(random.Next(2_000, 5_000), until);
                var bot = stage.Bots[turn % stage.Bots.Count];
                await bot.KillAsync(CancellationToken.None);
                Kills++;
                await Task.Delay(random.Next(100, 1_000), until);
                var begun = Stopwatch.GetTimestamp();
                await bot.StartAsync(until);
                if (Stopwatch.GetElapsedTime(begun) is { TotalSeconds: > 15 } slow) say($"a bot took {slow.TotalSeconds:F0} s to start");
            }
        }
        catch (OperationCanceledException) when (until.IsCancellationRequested)
        {
            // Who is down now is started again by ClearAsync.
        }
    }
}
