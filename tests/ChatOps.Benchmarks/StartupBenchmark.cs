extern alias sandbox;

using System.Diagnostics;
using System.Globalization;
using sandbox::ChatOps.Sandbox.Demo;

namespace ChatOps.Benchmarks;

/// <summary>Published with ReadyToRun: how soon it is ready on an existing database, and how much memory it holds when nothing happens.</summary>
internal static class StartupBenchmark
{
    private const int Runs = 5;
    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(20);

    public static async Task<int> RunAsync(string root)
    {
        var folder = Directory.CreateTempSubdirectory("chatops-bench-").FullName;
        var published = Path.Combine(folder, "app");
        Console.WriteLine("Publishing with ReadyToRun ...");
        using (var publish = Process.Start(new ProcessStartInfo("dotnet")
        {
            ArgumentList = { "publish", Path.Combine(root, "src", "ChatOps"), "-c", "Release", "-r", "linux-x64", "--self-contained", "false", "-p:PublishReadyToRun=true", "-p:RestoreLockedMode=false", "-p:NuGetLockFilePath=obj/publish.lock.json", "-o", published, "-v", "quiet", "--nologo", "--artifacts-path", Path.Combine(folder, "artifacts") },
        }) ?? throw new InvalidOperationException("dotnet did not start."))
        {
            await publish.WaitForExitAsync();
            if (publish.ExitCode != 0) throw new InvalidOperationException("The bot could not be published.");
        }
        var options = new DemoOptions
        {
            StateFolder = Path.Combine(folder, "state"),
            BotAssembly = Path.Combine(published, "ChatOps.dll"),
            ManifestFile = Path.Combine(root, "manifest", "slack-app.yaml"),
            RunbooksFolder = Path.Combine(root, "runbooks"),
            WarmUp = TimeSpan.Zero,
        };
        await using (var demo = await DemoHost.StartAsync(options, Console.WriteLine, CancellationToken.None))
        {
            var ready = new List<double>();
            for (var run = 0; run < Runs; run++)
            {
                await demo.Bot.KillAsync(CancellationToken.None);
                ready.Add((await demo.Bot.StartAsync(CancellationToken.None)).TotalSeconds);
            }
            await Task.Delay(Idle);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"ready after {string.Join(", ", ready.Select(r => r.ToString("F2", CultureInfo.InvariantCulture)))} s, median {ready.Order().ElementAt(Runs / 2):F2} s (asked for: 1.0); resident after {Idle.TotalSeconds} s idle: {demo.Bot.Memory / 1e6:F0} MB (asked for: under 130)"));
        }
        Directory.Delete(folder, recursive: true);
        return 0;
    }
}
