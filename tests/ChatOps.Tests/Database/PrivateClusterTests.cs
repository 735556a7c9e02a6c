extern alias bot;
using System.Diagnostics;
using bot::ChatOps.Database;
using ChatOps.Tests.Support;
using Npgsql;

namespace ChatOps.Tests.Database;

public sealed class PrivateClusterTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_killed_server_that_nobody_collects_does_not_keep_it_from_starting_again()
    {
        var folder = Directory.CreateTempSubdirectory("chatops-zombie-").FullName;
        var cluster = new PrivateCluster(folder, tcpPort: null, "fsync=off");
        await cluster.StartAsync(Cancelled);
        var postmaster = cluster.PostmasterPid()!.Value;
        try
        {
            // A process that has ended and whose parent never asks for it: what a killed server is in a container without an init.
            using var parent = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", "sleep 0.1 & echo $!; exec sleep 600"]) { RedirectStandardOutput = true, UseShellExecute = false })!;
            var zombie = (await parent.StandardOutput.ReadLineAsync(Cancelled))!;
            await Until.TrueAsync(async () => (await File.ReadAllTextAsync($"/proc/{zombie}/stat", Cancelled)).Contains(") Z", StringComparison.Ordinal), "the child to be a zombie");

            await Kill(postmaster);
            foreach (var left in (string[])[Path.Combine(folder, "data", "postmaster.pid"), Path.Combine(folder, "run", ".s.PGSQL.5432.lock")])
                await File.WriteAllLinesAsync(left, [zombie, .. (await File.ReadAllLinesAsync(left, Cancelled)).Skip(1)], Cancelled);
            await cluster.StartAsync(Cancelled);

            await using var connection = new NpgsqlConnection(cluster.ConnectionString("postgres") + ";Pooling=false");
            await connection.OpenAsync(Cancelled);
            parent.Kill();
        }
        finally
        {
            await cluster.StopAsync(CancellationToken.None);
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task Kill(int postmaster)
    {
        using var process = Process.GetProcessById(postmaster);
        process.Kill(entireProcessTree: true);
        await Until.TrueAsync(() => Task.FromResult(!Directory.Exists($"/proc/{postmaster}") || File.ReadAllText($"/proc/{postmaster}/stat").Contains(") Z", StringComparison.Ordinal)), "the server to be dead");
    }
}
