extern alias bot;

using System.Net;
using System.Net.Sockets;
using ChatOps.Catalog;
using ChatOps.Telemetry;
using ChatOps.Tests.Telemetry.Probes;
using PrivateCluster = bot::ChatOps.Database.PrivateCluster;

namespace ChatOps.Tests.Telemetry;

public sealed class ProberTests : IAsyncLifetime
{
    private readonly List<string> asked = [];
    private WebApplication app = null!;
    private string url = "";

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        app = builder.Build();
        app.MapGet("/ready", () => "ok");
        app.MapGet("/broken", () => Results.StatusCode(503));
        app.MapGet("/elsewhere", () => Results.Redirect("/ready"));
        var opened = new TaskCompletionSource();
        app.MapGet("/waits", async () => { await opened.Task; return "ok"; });
        app.MapGet("/opens", () => { opened.TrySetResult(); return "ok"; });
        app.MapGet("/hangs", async (HttpContext c) =>
        {
            var aborted = new TaskCompletionSource();
            await using (c.RequestAborted.Register(aborted.SetResult)) await aborted.Task;
        });
        app.MapPost("/login", async (HttpContext c) =>
        {
            using var reader = new StreamReader(c.Request.Body);
            asked.Add($"{c.Request.ContentType} {await reader.ReadToEndAsync()}");
            return Results.Text("{\"token\":\"abc\"}", statusCode: 201);
        });
        await app.StartAsync();
        url = app.Urls.Single();
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    [Fact]
    public async Task An_answer_of_200_is_healthy()
    {
        var result = await One(Http("/ready"));
        result.Healthy.ShouldBeTrue();
        result.Detail.ShouldMatch("^200 in [0-9]+ ms$");
        result.Failure.ShouldBeNull();
    }

    [Fact]
    public async Task Another_status_is_not()
    {
        var result = await One(Http("/broken"));
        (result.Healthy, result.Failure).ShouldBe((false, ProbeFailure.WrongAnswer));
        result.Detail.ShouldMatch("^503 in [0-9]+ ms$");
        (await One(Http("/elsewhere"))).Healthy.ShouldBeFalse();
        (await One(Http("/elsewhere") with { ExpectStatus = 302 })).Healthy.ShouldBeTrue();
    }

    [Fact]
    public async Task A_check_posts_its_JSON_and_wants_its_status_and_text()
    {
        var login = Http("/login") with { Method = "POST", Body = "{\"user\":\"probe\"}", ExpectStatus = 201, ExpectText = "\"token\"" };
        (await One(login)).Healthy.ShouldBeTrue();
        asked.ShouldBe(["application/json; charset=utf-8 {\"user\":\"probe\"}"]);
        (await One(login with { ExpectText = "welcome" })).Detail.ShouldEndWith(", without the expected text");
        (await One(login with { ExpectStatus = 200 })).Detail.ShouldEndWith(", expected 200");
    }

    [Fact]
    public async Task Nobody_listening_is_connection_refused()
    {
        (await One(Http("/ready") with { Address = "http://127.0.0.1:1/" })).Detail.ShouldBe("connection refused");
        (await One(Tcp("127.0.0.1:1"))).Detail.ShouldBe("connection refused");
        (await One(Postgres("postgres://u:hunter2hunter2@127.0.0.1:1/x"))).ShouldSatisfyAllConditions(
            r => r.Detail.ShouldBe("connection refused"), r => r.Failure.ShouldBe(ProbeFailure.NotReached));
    }

    [Fact]
    public async Task A_listening_port_is_healthy() =>
        (await One(Tcp(new Uri(url).Authority))).Detail.ShouldMatch("^connected in [0-9]+ ms$");

    [Fact]
    public async Task A_service_that_hangs_is_told_with_the_time_and_the_others_stand()
    {
        var results = await Probe(Http("/hangs") with { Timeout = TimeSpan.FromMilliseconds(300) }, Http("/ready") with { Name = "second" });
        results.Select(r => (r.Probe, r.Healthy)).ShouldBe([("ready", false), ("second", true)]);
        results[0].Detail.ShouldBe("no answer in 300 ms");
    }

    [Fact]
    public async Task All_probes_are_asked_at_once() =>
        (await Probe(Http("/waits"), Http("/opens") with { Name = "second" })).ShouldAllBe(r => r.Healthy);

    [Fact]
    public async Task A_database_that_takes_connections_and_says_nothing_is_no_answer()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        (await One(Postgres($"postgres://u@{silent.LocalEndpoint}/x") with { Timeout = TimeSpan.FromMilliseconds(300) })).Failure.ShouldBe(ProbeFailure.NoAnswer);
    }

    [Fact]
    public async Task A_database_that_wants_a_password_the_probe_lacks_was_reached()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var serving = Task.Run(async () =>
        {
            using var client = await listener.AcceptTcpClientAsync();
            // To its greeting: AuthenticationCleartextPassword.
            if (await client.GetStream().ReadAsync(new byte[1024]) > 0) await client.GetStream().WriteAsync((byte[])[(byte)'R', 0, 0, 0, 8, 0, 0, 0, 3]);
            while (await client.GetStream().ReadAsync(new byte[1024]) > 0) { }
        });
        var result = await One(Postgres($"Host=127.0.0.1;Port={((IPEndPoint)listener.LocalEndpoint).Port};Username=u;Database=x;SSL Mode=Disable;GSS Encryption Mode=Disable"));
        (result.Healthy, result.Failure).ShouldBe((false, ProbeFailure.WrongAnswer), result.Detail);
        await serving;
    }

    [Fact]
    public async Task An_expired_certificate_is_told_with_its_day()
    {
        using var made = new TestAuthority();
        using var certificate = made.Certificate("localhost", new DateTimeOffset(2024, 1, 1, 0, 0, 0, TimeSpan.Zero), new DateTimeOffset(2024, 6, 1, 0, 0, 0, TimeSpan.Zero));
        await using var server = new TlsServer(certificate);
        var result = await One(Http("/") with { Address = $"https://localhost:{server.Port}/" });
        (result.Detail, result.Failure).ShouldBe(("its TLS certificate expired on 2024-06-01", ProbeFailure.Certificate));
    }

    [Fact]
    public async Task A_real_database_answers_its_query_tells_its_connections_and_cannot_be_written_to()
    {
        var folder = Directory.CreateTempSubdirectory("chatops-probe-db").FullName;
        var cluster = new PrivateCluster(folder, null, "max_connections=4", "superuser_reserved_connections=1");
        try
        {
            await cluster.StartAsync(CancellationToken.None);
            var address = cluster.ConnectionString("postgres");
            var result = await One(Postgres(address) with { Body = "SELECT 41 + 1", ExpectText = "42" });
            result.Detail.ShouldMatch("^answered in [0-9]+ ms, 1 of 3 connections used, 1 more reserved$");
            result.Connections.ShouldBe(new ConnectionsUsed(1, 3));
            (await One(Postgres(address) with { ExpectText = "2" })).Detail.ShouldEndWith("without the expected text");
            (await One(Postgres(address) with { Body = "CREATE TABLE t (x int)" })).Detail.ShouldBe("cannot execute CREATE TABLE in a read-only transaction (25006)");
            (await One(Postgres(address) with { Body = "SELECT * FROM users" })).Detail.ShouldBe("relation \"users\" does not exist (42P01)");

            var held = new List<Npgsql.NpgsqlConnection>();
            for (var i = 0; i < 4; i++)
            {
                held.Add(new($"{address};Pooling=false"));
                await held[^1].OpenAsync();
            }
            (await One(Postgres(address))).ShouldSatisfyAllConditions(
                r => r.Failure.ShouldBe(ProbeFailure.NoConnectionLeft), r => r.Detail.ShouldBe("no connection is left: too many clients"));
            foreach (var connection in held) await connection.DisposeAsync();
        }
        finally
        {
            await cluster.StopAsync(CancellationToken.None);
            Directory.Delete(folder, recursive: true);
        }
    }

    private ProbeDefinition Http(string path) => new() { Name = "ready", Type = ProbeType.Http, Address = url + path, Timeout = TimeSpan.FromSeconds(30) };

    private static ProbeDefinition Tcp(string address) => new() { Name = "port", Type = ProbeType.Tcp, Address = address, Timeout = TimeSpan.FromSeconds(30) };

    private static ProbeDefinition Postgres(string address) => new() { Name = "query", Type = ProbeType.Postgres, Address = address, Timeout = TimeSpan.FromSeconds(30) };

    private static Task<ProbeResult> One(ProbeDefinition probe) => OneProbe.AskAsync(probe);

    private static Task<IReadOnlyList<ProbeResult>> Probe(params ProbeDefinition[] probes) => OneProbe.AskAllAsync(probes);
}
