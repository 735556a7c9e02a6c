extern alias bot;

using bot::ChatOps.Database;
using ChatOps.Tests.Soak;

namespace ChatOps.Benchmarks;

/// <summary>Two bots on one database, killed again and again, under the sandbox's faults; at the end nothing may be lost, twice, out of order or untrue.</summary>
internal static class SoakBenchmark
{
    public static async Task<int> RunAsync(string botAssembly, string root, TimeSpan length)
    {
        var folder = Directory.CreateTempSubdirectory("chatops-soak-db-").FullName;
        var cluster = new PrivateCluster(folder, tcpPort: null, "max_connections=100");
        await cluster.StartAsync(CancellationToken.None);
        try
        {
            await using var stage = await SoakStage.StartAsync(cluster.ConnectionString("postgres"), botAssembly, root, CancellationToken.None);
            var problems = await SoakRun.RunAsync(stage, length, Random.Shared.Next(100_000), Console.WriteLine, CancellationToken.None);
            foreach (var problem in problems) Console.WriteLine($"WRONG: {problem}");
            Console.WriteLine(problems.Count == 0 ? "Nothing lost, nothing twice, every channel in order, every summary true." : $"{problems.Count} things are wrong.");
            return problems.Count == 0 ? 0 : 1;
        }
        finally
        {
            await cluster.StopAsync(CancellationToken.None);
            Directory.Delete(folder, recursive: true);
        }
    }
}
