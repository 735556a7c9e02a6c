using System.Net;
using System.Net.Sockets;
using ChatOps.Catalog;
using ChatOps.Telemetry;

namespace ChatOps.Tests.Telemetry.Probes;

/// <summary>Names and certificates, by real sockets and the machine's resolver.</summary>
public sealed class HostProbeTests
{
    private static readonly DateTimeOffset Today = TimeProvider.System.GetUtcNow();

    [Fact]
    public async Task A_name_has_its_addresses()
    {
        (await OneProbe.AskAsync(Dns("localhost"))).ShouldSatisfyAllConditions(r => r.Healthy.ShouldBeTrue(), r => r.Detail.ShouldMatch("127.0.0.1.* in [0-9]+ ms$"));
        (await OneProbe.AskAsync(Dns("localhost", "127.0.0.1"))).Healthy.ShouldBeTrue();
        var other = await OneProbe.AskAsync(Dns("localhost", "127.0.0.1", "192.0.2.7"));
        (other.Healthy, other.Failure).ShouldBe((false, ProbeFailure.WrongAnswer));
        other.Detail.ShouldMatch("^is .*127.0.0.1.*, expected 192.0.2.7$");
    }

    [Fact]
    public async Task A_name_that_nobody_knows_is_told_as_such()
    {
        var result = await OneProbe.AskAsync(Dns("no-such-name.invalid") with { Timeout = TimeSpan.FromSeconds(20) });
        (result.Healthy, result.Failure, result.Detail).ShouldBe((false, ProbeFailure.NotReached, "its host name is not known"));
    }

    [Fact]
    public async Task A_certificate_is_healthy_when_it_is_for_the_name_of_a_trusted_authority_and_good_for_days()
    {
        using var authority = new TestAuthority();
        using var certificate = authority.Certificate("localhost", Today.AddDays(-1), Today.AddDays(60.5));
        await using var server = new TlsServer(certificate);
        var probe = Tls(server) with { Authorities = authority.Trusted };
        var result = await OneProbe.AskAsync(probe);
        (result.Healthy, result.Failure).ShouldBe((true, null), result.Detail);
        result.Detail.ShouldMatch("^its TLS certificate is valid until [0-9-]{10}, for 60 days more; answered in [0-9]+ ms$");

        var soon = await OneProbe.AskAsync(probe with { Limits = new() { Certificate = TimeSpan.FromDays(61) } });
        (soon.Healthy, soon.Failure).ShouldBe((false, ProbeFailure.Certificate));
        soon.Detail.ShouldMatch("^its TLS certificate is valid until [0-9-]{10}, for 60 days more: less than 61 d$");
    }

    [Fact]
    public async Task What_is_wrong_with_a_certificate_is_told()
    {
        using var authority = new TestAuthority();
        using var stranger = new TestAuthority();
        await ToldAsync("localhost", -30, -1, authority, $"its TLS certificate expired on {Today.AddDays(-1):yyyy-MM-dd}");
        await ToldAsync("localhost", 2, 30, authority, $"its TLS certificate is not valid before {Today.AddDays(2):yyyy-MM-dd}");
        await ToldAsync("shop.example.com", -1, 30, authority, "its TLS certificate is for another name");
        await ToldAsync("localhost", -1, 30, stranger, "its TLS certificate is not trusted here");
        await ToldAsync("localhost", -1, 30, trusted: null, "its TLS certificate is not trusted here");

        async Task ToldAsync(string host, int from, int until, TestAuthority? trusted, string detail)
        {
            using var certificate = authority.Certificate(host, Today.AddDays(from), Today.AddDays(until));
            await using var server = new TlsServer(certificate);
            var result = await OneProbe.AskAsync(Tls(server) with { Authorities = trusted?.Trusted });
            (result.Healthy, result.Failure, result.Detail).ShouldBe((false, ProbeFailure.Certificate, detail));
        }
    }

    [Fact]
    public async Task The_name_of_a_certificate_may_be_another_than_the_host_that_is_asked()
    {
        using var authority = new TestAuthority();
        using var certificate = authority.Certificate("shop.example.com", Today.AddDays(-1), Today.AddDays(30));
        await using var server = new TlsServer(certificate);
        (await OneProbe.AskAsync(Tls(server) with { Authorities = authority.Trusted, ServerName = "shop.example.com" })).Healthy.ShouldBeTrue();
    }

    [Fact]
    public async Task A_port_where_nobody_speaks_tls_is_told_as_such()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var serving = Task.Run(async () =>
        {
            using var client = await listener.AcceptTcpClientAsync();
            await client.GetStream().WriteAsync("220 mail ready\r\n"u8.ToArray());
        });
        var result = await OneProbe.AskAsync(new() { Name = "certificate", Type = ProbeType.Tls, Address = $"localhost:{((IPEndPoint)listener.LocalEndpoint).Port}", Timeout = TimeSpan.FromSeconds(30) });
        (result.Failure, result.Detail).ShouldBe((ProbeFailure.WrongAnswer, "no TLS connection came about; does it speak TLS there?"));
        await serving;
        (await OneProbe.AskAsync(new() { Name = "certificate", Type = ProbeType.Tls, Address = "127.0.0.1:1" })).Detail.ShouldBe("connection refused");
    }

    private static ProbeDefinition Dns(string name, params string[] expected) => new() { Name = "name", Type = ProbeType.Dns, Address = name, ExpectAddresses = expected, Timeout = TimeSpan.FromSeconds(30) };

    private static ProbeDefinition Tls(TlsServer server) => new() { Name = "certificate", Type = ProbeType.Tls, Address = $"localhost:{server.Port}", Timeout = TimeSpan.FromSeconds(30) };
}
