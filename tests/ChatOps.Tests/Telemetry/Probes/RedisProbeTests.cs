using System.Net;
using System.Net.Sockets;
using System.Text;
using ChatOps.Catalog;
using ChatOps.Sandbox.Shop.Platform;
using ChatOps.Telemetry;
using ChatOps.Tests.Support;

namespace ChatOps.Tests.Telemetry.Probes;

/// <summary>A real Redis, and what stands where one should.</summary>
public sealed class RedisProbeTests : IAsyncDisposable
{
    private const string Secret = "s3cret-of-the-cache";
    private readonly RealRedis redis = new();

    public ValueTask DisposeAsync() => redis.DisposeAsync();

    [Fact]
    public async Task One_that_is_well_tells_its_clients_and_its_memory()
    {
        Require();
        var result = await OneProbe.AskAsync(Redis(await redis.StartAsync("maxmemory 100mb", "maxmemory-policy noeviction", "maxclients 40")));
        result.Healthy.ShouldBeTrue(result.Detail);
        result.Detail.ShouldMatch("^1 of 40 clients, [0-9.]+ MiB of 100 MiB memory, answered in [0-9]+ ms$");
        result.Connections.ShouldBe(new ConnectionsUsed(1, 40));
    }

    [Fact]
    public async Task It_wants_the_right_user_and_password_and_neither_is_told()
    {
        Require();
        var address = await redis.StartAsync("user default off", $"user probe on >{Secret} +ping +info", $"user bare on >{Secret} +ping");
        (await OneProbe.AskAsync(Redis(address) with { User = "probe", Password = Secret })).Healthy.ShouldBeTrue();
        (await OneProbe.AskAsync(Redis(address) with { User = "bare", Password = Secret })).ShouldSatisfyAllConditions(
            r => r.Healthy.ShouldBeTrue(), r => r.Detail.ShouldEndWith("; the probe's user may not read its INFO"));
        var wrong = await OneProbe.AskAsync(Redis(address) with { User = "probe", Password = $"{Secret}x" });
        (wrong.Healthy, wrong.Detail).ShouldBe((false, "the probe's user or password is not accepted"));
        (await OneProbe.AskAsync(Redis(address))).Detail.ShouldBe("it wants a password, and chatops.yaml gives the probe none");
        var old = await redis.StartAsync($"requirepass {Secret}");
        (await OneProbe.AskAsync(Redis(old) with { Password = Secret })).Healthy.ShouldBeTrue();
    }

    [Fact]
    public async Task One_that_is_full_and_may_throw_nothing_away_is_not_healthy()
    {
        Require();
        var full = await OneProbe.AskAsync(Redis(await redis.StartAsync("maxmemory 900kb", "maxmemory-policy noeviction")));
        (full.Healthy, full.Failure).ShouldBe((false, ProbeFailure.AtLimit), full.Detail);
        full.Detail.ShouldMatch("^[0-9.]+ MiB of 0.9 MiB memory, and it may throw nothing away, ");
        (await OneProbe.AskAsync(Redis(await redis.StartAsync("maxmemory 900kb", "maxmemory-policy allkeys-lru")))).Healthy.ShouldBeTrue();
    }

    [Fact]
    public async Task Clients_are_counted_until_none_more_is_let_in()
    {
        Require();
        var address = await redis.StartAsync("maxclients 4");
        var held = new List<TcpClient>();
        for (var i = 0; i < 3; i++) held.Add(await RealRedis.HoldAsync(address));
        ProbeResult? last = null;
        // The connection that looked whether it listens may still count for a moment.
        await Until.TrueAsync(async () => (last = await OneProbe.AskAsync(Redis(address))).Failure == ProbeFailure.AtLimit, "the probe is the last that is let in");
        last!.Detail.ShouldStartWith("4 of 4 clients, ");
        await Until.TrueAsync(async () =>
        {
            held.Add(await RealRedis.HoldAsync(address));
            return (last = await OneProbe.AskAsync(Redis(address))).Failure == ProbeFailure.NoConnectionLeft;
        }, "nobody more is let in");
        last.Detail.ShouldBe("no connection is left: too many clients");
        foreach (var client in held) client.Dispose();
    }

    [Fact]
    public async Task A_replica_tells_of_its_master_and_fails_without_it()
    {
        Require();
        var master = await redis.StartAsync("repl-diskless-sync-delay 0");
        var replica = await redis.StartAsync($"replicaof {master.Replace(':', ' ')}", "repl-ping-replica-period 1");
        ProbeResult? last = null;
        await Until.TrueAsync(async () => (last = await OneProbe.AskAsync(Redis(replica))).Detail.StartsWith("a replica, its master heard ", StringComparison.Ordinal), "it is in touch");
        last!.Healthy.ShouldBeTrue();
        await Until.TrueAsync(async () => (last = await OneProbe.AskAsync(Redis(master))).Detail.StartsWith("1 replica, ", StringComparison.Ordinal), "its master knows of it");
        var lost = await OneProbe.AskAsync(Redis(await redis.StartAsync("replicaof 127.0.0.1 1")));
        (lost.Healthy, lost.Failure).ShouldBe((false, ProbeFailure.AtLimit), lost.Detail);
        lost.Detail.ShouldStartWith("a replica without its master");
        (await OneProbe.AskAsync(Redis(await redis.StartAsync("replicaof 127.0.0.1 1", "replica-serve-stale-data no")))).Healthy.ShouldBeFalse();
    }

    [Fact]
    public async Task Behind_tls_its_certificate_must_be_trusted()
    {
        Require();
        using var authority = new TestAuthority();
        var today = TimeProvider.System.GetUtcNow();
        using var certificate = authority.Certificate("cache.internal", today.AddDays(-1), today.AddDays(30));
        await File.WriteAllTextAsync($"{redis.Folder}/cert.pem", certificate.ExportCertificatePem());
        await File.WriteAllTextAsync($"{redis.Folder}/key.pem", System.Security.Cryptography.X509Certificates.RSACertificateExtensions.GetRSAPrivateKey(certificate)!.ExportPkcs8PrivateKeyPem());
        await File.WriteAllTextAsync($"{redis.Folder}/ca.pem", authority.Pem);
        var port = FreePort.Next();
        await redis.StartAsync($"tls-port {port}", "tls-cert-file cert.pem", "tls-key-file key.pem", "tls-ca-cert-file ca.pem", "tls-auth-clients no");
        var probe = Redis($"127.0.0.1:{port}") with { Secure = true, ServerName = "cache.internal", Authorities = authority.Trusted };
        var result = await OneProbe.AskAsync(probe);
        result.Healthy.ShouldBeTrue(result.Detail);
        (await OneProbe.AskAsync(probe with { Authorities = null })).Failure.ShouldBe(ProbeFailure.Certificate);
    }

    [Theory]
    [InlineData("-LOADING Redis is loading the dataset in memory\r\n", "$32\r\nloading:1\r\nloading_eta_seconds:5\r\n", "not ready: it loads its data, about 5 s more", ProbeFailure.NotReady)]
    [InlineData("-BUSY Redis is busy running a script.\r\n", "", "a script keeps it busy", ProbeFailure.WrongAnswer)]
    [InlineData("-DENIED Redis is running in protected mode\r\n", "", "it says: DENIED Redis is running in protected mode", ProbeFailure.WrongAnswer)]
    [InlineData("HTTP/1.1 400 Bad Request\r\n\r\n", "", "what answers there is no Redis", ProbeFailure.WrongAnswer)]
    [InlineData("$99999999999\r\n", "", "what answers there is no Redis", ProbeFailure.WrongAnswer)]
    [InlineData("*1\r\n", "", "what answers there is no Redis", ProbeFailure.WrongAnswer)]
    [InlineData("", "", "the connection broke off", ProbeFailure.NotReached)]
    public async Task What_stands_there_instead_is_told(string first, string second, string detail, ProbeFailure failure)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var serving = Task.Run(async () =>
        {
            using var client = await listener.AcceptTcpClientAsync();
            foreach (var answer in (string[])[first, second])
            {
                if (await client.GetStream().ReadAsync(new byte[1024]) == 0 || answer.Length == 0) return;
                await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(answer));
            }
        });
        var result = await OneProbe.AskAsync(Redis($"127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}"));
        (result.Healthy, result.Detail, result.Failure).ShouldBe((false, detail, failure));
        await serving;
    }

    [Fact]
    public async Task Nobody_there_is_connection_refused() => (await OneProbe.AskAsync(Redis("127.0.0.1:1"))).Detail.ShouldBe("connection refused");

    private static void Require()
    {
        RealPrograms.Skip(RealRedis.Missing());
    }

    private static ProbeDefinition Redis(string address) => new() { Name = "cache", Type = ProbeType.Redis, Address = address, Timeout = TimeSpan.FromSeconds(30) };
}
