extern alias bot;

using System.Diagnostics;
using ChatOps.Catalog;
using ChatOps.Telemetry;
using ChatOps.Tests.Support;
using Npgsql;
using PrivateCluster = bot::ChatOps.Database.PrivateCluster;

namespace ChatOps.Tests.Telemetry.Probes;

/// <summary>What a real PostgreSQL tells beside its answer: connections, long queries, locks, replication.</summary>
public sealed class PostgresProbeTests : IAsyncLifetime
{
    private readonly string folder = Directory.CreateTempSubdirectory("chatops-probe-pg").FullName;
    private PrivateCluster primary = null!;
    private string address = "";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        primary = new PrivateCluster(Path.Combine(folder, "primary"), null, "max_connections=10", "superuser_reserved_connections=2", "fsync=off");
        await primary.StartAsync(CancellationToken.None);
        address = primary.ConnectionString("postgres");
    }

    public async ValueTask DisposeAsync()
    {
        await primary.StopAsync(CancellationToken.None);
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task The_connections_of_others_count_also_for_a_user_who_sees_nothing_of_them()
    {
        await RunAsync("CREATE ROLE plain LOGIN");
        var held = new List<NpgsqlConnection>();
        for (var i = 0; i < 6; i++) held.Add(await OpenAsync());
        var plain = new NpgsqlConnectionStringBuilder(address) { Username = "plain" }.ConnectionString;
        await OnlyHeldAsync();
        var result = await OneProbe.AskAsync(Postgres(plain));
        (result.Healthy, result.Connections).ShouldBe((true, new ConnectionsUsed(7, 8)), result.Detail);

        await OnlyHeldAsync();
        held.Add(await OpenAsync());
        var full = await OneProbe.AskAsync(Postgres(plain));
        (full.Healthy, full.Failure).ShouldBe((false, ProbeFailure.AtLimit));
        full.Detail.ShouldMatch("^8 of 8 connections used, 2 more reserved, answered in [0-9]+ ms$");
        await OnlyHeldAsync();
        (await OneProbe.AskAsync(Postgres(plain) with { Limits = new() { Connections = null } })).Healthy.ShouldBeTrue();
        foreach (var connection in held) await connection.DisposeAsync();

        // One that was closed is there until the server has seen its end.
        Task OnlyHeldAsync() => Until.TrueAsync(async () => (long)(await new NpgsqlCommand("SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'", held[0]).ExecuteScalarAsync(Cancel))! == held.Count,
            "no connection is there but those that are held", TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task A_long_query_and_a_wait_for_a_lock_are_told_and_fail_over_their_limits()
    {
        await RunAsync("CREATE TABLE orders (id int)");
        await using var holder = await OpenAsync();
        await using var waiter = await OpenAsync();
        await using var transaction = await holder.BeginTransactionAsync(Cancel);
        await new NpgsqlCommand("LOCK TABLE orders", holder).ExecuteNonQueryAsync(Cancel);
        var waiting = new NpgsqlCommand("SELECT count(*) FROM orders", waiter).ExecuteScalarAsync(Cancel);

        var strict = Postgres(address) with { Limits = new() { LockWait = TimeSpan.FromMilliseconds(100), Query = TimeSpan.FromMilliseconds(100) } };
        ProbeResult? result = null;
        await Until.TrueAsync(async () => (result = await OneProbe.AskAsync(strict)).Failure == ProbeFailure.AtLimit, "the wait is over its limit");
        await Until.TrueAsync(async () => (result = await OneProbe.AskAsync(strict)).Detail.Contains("the longest query runs for", StringComparison.Ordinal), "the query is over its limit");
        result!.Detail.ShouldMatch("^1 waits for a lock, the longest for [0-9.]+ m?s, the longest query runs for [0-9.]+ m?s, 3 of 8 connections used, 2 more reserved, answered in [0-9]+ ms$");
        result.Detail.ShouldNotContain("orders");
        var lenient = await OneProbe.AskAsync(Postgres(address));
        lenient.Healthy.ShouldBeTrue();
        lenient.Detail.ShouldContain("1 waits for a lock, the longest for ");
        await transaction.RollbackAsync(Cancel);
        await waiting;
    }

    [Fact]
    public async Task A_replica_tells_how_far_it_is_behind_and_whether_anybody_sends_to_it()
    {
        var other = Path.Combine(folder, "replica");
        var copy = Process.Start(new ProcessStartInfo(Binary("pg_basebackup"), ["-D", $"{other}/data", "-R", "-c", "fast", "-X", "stream", "-d", $"host={folder}/primary/run user=postgres"]))!;
        await copy.WaitForExitAsync(Cancel);
        copy.ExitCode.ShouldBe(0);
        var replica = new PrivateCluster(other, null, "max_connections=10", "fsync=off");
        try
        {
            await replica.StartAsync(Cancel);
            var probe = Postgres(replica.ConnectionString("postgres"));
            ProbeResult? result = null;
            await RunAsync("CREATE TABLE news (id int)");
            await Until.TrueAsync(async () => (result = await OneProbe.AskAsync(probe with { Body = "SELECT count(*) FROM news" })).Detail.Contains("a replica, up to date", StringComparison.Ordinal), "the news is there");
            result!.Healthy.ShouldBeTrue(result.Detail);

            await using var holder = new NpgsqlConnection(replica.ConnectionString("postgres"));
            await holder.OpenAsync(Cancel);
            await new NpgsqlCommand("SELECT pg_wal_replay_pause()", holder).ExecuteNonQueryAsync(Cancel);
            await RunAsync("CREATE TABLE more_news (id int)");
            var strict = probe with { Limits = new() { Lag = TimeSpan.FromMilliseconds(100) } };
            await Until.TrueAsync(async () => (result = await OneProbe.AskAsync(strict)).Failure == ProbeFailure.AtLimit, "it is behind");
            result.Detail.ShouldMatch("^a replica, [0-9.]+ (m?s|min) behind, ");

            await primary.StopAsync(Cancel);
            await Until.TrueAsync(async () => (result = await OneProbe.AskAsync(probe)).Detail.Contains("a replica that nobody sends to", StringComparison.Ordinal), "its primary is gone");
        }
        finally
        {
            await replica.StopAsync(CancellationToken.None);
        }
    }

    private static string Binary(string name) => Directory.GetDirectories("/usr/lib/postgresql").Select(d => $"{d}/bin/{name}").Last(File.Exists);

    private static ProbeDefinition Postgres(string address) => new() { Name = "query", Type = ProbeType.Postgres, Address = address, Timeout = TimeSpan.FromSeconds(30) };

    private async Task<NpgsqlConnection> OpenAsync()
    {
        var connection = new NpgsqlConnection($"{address};Pooling=false");
        await connection.OpenAsync(Cancel);
        return connection;
    }

    private async Task RunAsync(string sql)
    {
        await using var connection = await OpenAsync();
#pragma warning disable CA2100 // The test's own text.
        await new NpgsqlCommand(sql, connection).ExecuteNonQueryAsync(Cancel);
#pragma warning restore CA2100
    }
}
