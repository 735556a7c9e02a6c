extern alias bot;
extern alias sandbox;

using System.Diagnostics;
using System.Globalization;
using bot::ChatOps.Deployments.Strategies;
using sandbox::ChatOps.Sandbox.Demo;

namespace ChatOps.Benchmarks;

/// <summary>
/// What 200 canaries cost an instance while they are watched at its real pace and some of them move on; then whether any look is made twice when a second
/// instance works on the same database. Platform, Slack and database are other processes than the bot's: its own time alone is counted.
/// </summary>
internal static class DeploysBenchmark
{
    private const int Deploys = 200;
    private const double MostCpu = 10;
    private const double MostMemory = 250;
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Measured = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan Two = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan GoesOn = TimeSpan.FromSeconds(10);

    public static async Task<int> RunAsync(string botAssembly, string root)
    {
        await using var stage = await DeployStage.StartAsync(botAssembly, root, Deploys);
        var bot = await stage.BotAsync();
        await stage.PressAllAsync();
        Console.WriteLine($"{Deploys} canaries were pressed; until all of them are watched ...");
        var deadline = Stopwatch.GetTimestamp();
        while (await stage.WatchingAsync() < Deploys)
        {
            if (Stopwatch.GetElapsedTime(deadline) > TimeSpan.FromMinutes(3)) throw new InvalidOperationException($"Only {await stage.WatchingAsync()} of {Deploys} are watched after 3 minutes.");
            await Task.Delay(500);
        }
        Console.WriteLine($"Watched after {Stopwatch.GetElapsedTime(deadline).TotalSeconds:F0} s; {Settling.TotalSeconds} s to warm up, then {Measured.TotalMinutes} minutes, in which somebody presses \"go on\" every {GoesOn.TotalSeconds} s ...");
        await Task.Delay(Settling);
        var good = await MeasureAsync(stage, bot);

        await stage.BotAsync();
        Console.WriteLine($"A second instance on the same database, for {Two.TotalMinutes} minute ...");
        var since = Stopwatch.GetTimestamp();
        await Task.Delay(Two);
        var looks = stage.Fleet.LooksSince(since).ToList();
        // The next look is due so long after the last one was stored: two that are nearer are the same tick.
        var doubled = looks.Sum(all => all.Zip(all.Skip(1)).Count(p => Stopwatch.GetElapsedTime(p.First, p.Second) < new DeployPace().LookPoll * 0.95)) + stage.Fleet.ChangesTwice;
        Console.WriteLine($"two instances: {looks.Sum(l => l.Count)} looks and {stage.Fleet.Changes} calls since the begin, {doubled} doubled");
        return good && doubled == 0 ? 0 : 1;
    }

    private static async Task<bool> MeasureAsync(DeployStage stage, BotProcess bot)
    {
        var (begun, cpu, work, asked) = (Stopwatch.GetTimestamp(), bot.ProcessorTime, await stage.WorkAsync(), (stage.Fleet.Asked, stage.Fleet.Steps));
        long memory = 0;
        while (Stopwatch.GetElapsedTime(begun) < Measured)
        {
            await stage.GoOnAsync();
            await Task.Delay(GoesOn);
            memory = Math.Max(memory, bot.Memory);
        }
        var seconds = Stopwatch.GetElapsedTime(begun).TotalSeconds;
        var percent = (bot.ProcessorTime - cpu).TotalSeconds / seconds * 100;
        var looks = stage.Fleet.LooksSince(begun).Sum(l => l.Count) / seconds;
        var (transactions, busy) = await stage.WorkAsync();
        var good = percent < MostCpu && memory / 1e6 < MostMemory;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{Deploys} deploys in flight: {percent:F1} % of one core (asked for: under {MostCpu}), {memory / 1e6:F0} MB resident at most (asked for: under {MostMemory}); {(stage.Fleet.Steps - asked.Steps) / seconds:F1} steps/s, of them {looks:F1} looks/s, {(stage.Fleet.Asked - asked.Asked) / seconds:F1} requests/s to the platform, {(transactions - work.Transactions) / seconds:F1} transactions/s, the database busy for {(busy - work.Seconds) / seconds * 100:F1} % of the time: {(good ? "met" : "NOT MET")} (load of this machine: {Load()})"));
        return good;
    }

    /// <summary>What else ran here: over the number of cores, what is measured waited for others.</summary>
    private static string Load() => string.Join(", ", File.ReadAllText("/proc/loadavg").Split(' ').Take(2));
}
