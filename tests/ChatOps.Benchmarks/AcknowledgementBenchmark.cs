extern alias bot;

using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using bot::ChatOps.Database;
using ChatOps.Sandbox.Shop.Platform;
using Npgsql;

namespace ChatOps.Benchmarks;

/// <summary>
/// How many slash commands a second are acknowledged after their durable insert, and how soon: 16 connections, each with one signed, unique request at a time;
/// server, PostgreSQL (synchronous_commit=on) and this load on one machine.
/// </summary>
internal static class AcknowledgementBenchmark
{
    private const int Connections = 16;
    private const int Runs = 5;
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan Length = TimeSpan.FromSeconds(8);
    private static readonly TimeSpan Alone = TimeSpan.FromSeconds(4);

    public static async Task<int> RunAsync()
    {
        var folder = Directory.CreateTempSubdirectory("chatops-bench-").FullName;
        Console.WriteLine($"fdatasync of 8 kB in {Path.GetTempPath()}: {MedianFlush(folder).TotalMicroseconds:F0} µs (median of 500)");
        var cluster = new PrivateCluster(folder, tcpPort: null, "max_connections=60", "shared_buffers=256MB", "max_wal_size=4GB");
        await cluster.StartAsync(CancellationToken.None);
        var database = cluster.ConnectionString("postgres");
        var port = FreePort.Next();
        using var server = Process.Start(new ProcessStartInfo(Environment.ProcessPath!)
        {
            ArgumentList = { typeof(AcknowledgementBenchmark).Assembly.Location, "acknowledgement-server", database, port.ToString(CultureInfo.InvariantCulture) },
        }) ?? throw new InvalidOperationException("The server did not start.");
        try
        {
            await UntilReadyAsync(port);
            await using var source = NpgsqlDataSource.Create(database);
            await using (var show = source.CreateCommand("SHOW synchronous_commit"))
                Console.WriteLine($"synchronous_commit={await show.ExecuteScalarAsync()}, {Environment.ProcessorCount} cores, {Connections} connections, {Length.TotalSeconds} s a run");
            await LoadAsync(port, WarmUp);
            Console.WriteLine($"PostgreSQL alone, one session that commits {Connections} rows at a time: {await AloneAsync(source):F0} rows a second (what this disk and this minute allow a single lane)");
            var results = new List<(double PerSecond, double P50, double P99)>();
            for (var run = 1; run <= Runs; run++)
            {
                server.Refresh();
                var (cpuServer, cpuLoad) = (server.TotalProcessorTime, Environment.CpuUsage.TotalTime);
                var (perSecond, p50, p99, worst) = await LoadAsync(port, Length);
                server.Refresh();
                var requests = perSecond * Length.TotalSeconds;
                await using var open = source.CreateCommand("SELECT count(*) FROM chatops.inbox WHERE state <> 'done'");
                Console.WriteLine($"run {run}: {perSecond,8:F0} a second, p50 {p50:F2} ms, p99 {p99:F2} ms, worst {worst:F1} ms, backlog at the end {await open.ExecuteScalarAsync()}; CPU a request: server {(server.TotalProcessorTime - cpuServer).TotalMicroseconds / requests:F0} µs, load {(Environment.CpuUsage.TotalTime - cpuLoad).TotalMicroseconds / requests:F0} µs");
                results.Add((perSecond, p50, p99));
            }
            var middle = results.OrderBy(r => r.PerSecond).ElementAt(Runs / 2);
            Console.WriteLine($"median: {middle.PerSecond:F0} a second, p99 {results.Select(r => r.P99).Order().ElementAt(Runs / 2):F2} ms (asked for: 12,000 a second, p99 under 10 ms)");
        }
        finally
        {
            server.Kill();
            await server.WaitForExitAsync();
            await cluster.StopAsync(CancellationToken.None);
            Directory.Delete(folder, recursive: true);
        }
        return 0;
    }

    /// <summary>What the acknowledgement cannot be faster than here: as many rows in one commit as there are connections that wait for it.</summary>
    private static async Task<double> AloneAsync(NpgsqlDataSource source)
    {
        await using var connection = await source.OpenConnectionAsync();
        await using var insert = new NpgsqlCommand(
            $"INSERT INTO chatops.inbox (source, key, kind, body, state, received_at, done_at) SELECT 'bench', gen_random_uuid()::text, 'bench', decode(repeat('61', 500), 'hex'), 'done', now(), now() FROM generate_series(1, {Connections})", connection);
        await insert.PrepareAsync();
        var begun = Stopwatch.GetTimestamp();
        var commits = 0;
        for (; Stopwatch.GetElapsedTime(begun) < Alone; commits++) await insert.ExecuteNonQueryAsync();
        return commits * Connections / Stopwatch.GetElapsedTime(begun).TotalSeconds;
    }

    private static async Task<(double PerSecond, double P50, double P99, double Worst)> LoadAsync(int port, TimeSpan length)
    {
        var begun = Stopwatch.GetTimestamp();
        // A thread for each connection, blocked while it waits: the load must not need more of the machine than what it measures.
        var all = (await Task.WhenAll(Enumerable.Range(0, Connections).Select(_ => Task.Factory.StartNew(() => Connection(port, begun, length), TaskCreationOptions.LongRunning)))).SelectMany(t => t).ToArray();
        var seconds = Stopwatch.GetElapsedTime(begun).TotalSeconds;
        Array.Sort(all);
        return (all.Length / seconds, Milliseconds(all[all.Length / 2]), Milliseconds(all[all.Length * 99 / 100]), Milliseconds(all[^1]));
    }

    private static List<long> Connection(int port, long begun, TimeSpan length)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        socket.Connect(IPAddress.Loopback, port);
        var took = new List<long>(200_000);
        var (request, answer) = (new byte[4096], new byte[1024]);
        while (Stopwatch.GetElapsedTime(begun) < length)
        {
            var size = Write(request);
            var sent = Stopwatch.GetTimestamp();
            socket.Send(request.AsSpan(0, size));
            var read = socket.Receive(answer);
            took.Add(Stopwatch.GetTimestamp() - sent);
            if (!answer.AsSpan(0, read).StartsWith("HTTP/1.1 200"u8)) throw new InvalidOperationException("Not acknowledged: " + Encoding.ASCII.GetString(answer, 0, read));
        }
        return took;
    }

    // A signed slash command, unique by its trigger, as Slack sends it.
    private static int Write(byte[] request)
    {
        var timestamp = DateTimeOffset.FromUnixTimeSeconds(Environment.TickCount64 / 1000 + Epoch).ToUnixTimeSeconds();
        var body = string.Create(CultureInfo.InvariantCulture,
            $"token=x&team_id=T0123ABCD&team_domain=practice&channel_id=C0123ABCD&channel_name=general&user_id=U0123ABCD&user_name=ana&command=%2Fincident&text=start+%22Nobody+can+log+in%22+--service+shop&api_app_id=A0123ABCD&is_enterprise_install=false&response_url=https%3A%2F%2Fhooks.example%2Fcommands%2FT0123ABCD%2F1234567890%2Fabcdefghijklmnop&trigger_id={Guid.NewGuid():N}");
        Span<byte> mac = stackalloc byte[32];
        HMACSHA256.HashData(Key, Encoding.ASCII.GetBytes($"v0:{timestamp}:{body}"), mac);
        var text = $"POST /slack/commands HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {body.Length}\r\nX-Slack-Request-Timestamp: {timestamp}\r\nX-Slack-Signature: v0={Convert.ToHexStringLower(mac)}\r\n\r\n{body}";
        return Encoding.ASCII.GetBytes(text, request);
    }

    private static readonly byte[] Key = Encoding.ASCII.GetBytes(AcknowledgementServer.Secret);
    private static readonly long Epoch = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() - (Environment.TickCount64 / 1000);

    private static double Milliseconds(long ticks) => Stopwatch.GetElapsedTime(0, ticks).TotalMilliseconds;

    private static TimeSpan MedianFlush(string folder)
    {
        using var file = new FileStream(Path.Combine(folder, "flush"), FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        var page = new byte[8192];
        var took = new List<long>();
        for (var i = 0; i < 500; i++)
        {
            file.Write(page);
            var begun = Stopwatch.GetTimestamp();
            file.Flush(flushToDisk: true);
            took.Add(Stopwatch.GetTimestamp() - begun);
        }
        took.Sort();
        return Stopwatch.GetElapsedTime(0, took[250]);
    }

    private static async Task UntilReadyAsync(int port)
    {
        using var http = new HttpClient(new SocketsHttpHandler(), disposeHandler: true);
        for (var i = 0; i < 600; i++)
        {
            try
            {
                if ((await http.GetAsync(new Uri($"http://127.0.0.1:{port}/ready"))).IsSuccessStatusCode) return;
            }
            catch (HttpRequestException)
            {
                // Not listening yet.
            }
            await Task.Delay(50);
        }
        throw new InvalidOperationException("The server was not ready in 30 s.");
    }
}
