using ChatOps.Catalog;

namespace ChatOps.Tests.Configuration;

public sealed class HostProbeReaderTests : IDisposable
{
    private readonly ConfigFile file = new();

    public void Dispose() => file.Dispose();

    [Fact]
    public void Each_kind_has_its_own_words()
    {
        Probe("dns: shop.example.com, expect: 192.0.2.7").ShouldSatisfyAllConditions(p => p.Type.ShouldBe(ProbeType.Dns), p => p.ExpectAddresses.ShouldBe(["192.0.2.7"]));
        Probe("dns: shop.example.com, expect: [192.0.2.7, '::1']").ExpectAddresses.Count.ShouldBe(2);
        Probe("tls: 'shop.example.com:443'").ShouldSatisfyAllConditions(p => p.Type.ShouldBe(ProbeType.Tls), p => p.Limits.Certificate.ShouldBe(TimeSpan.FromDays(14)));
        Probe("tls: '10.0.0.7:443', server_name: shop.example.com, days: 30").ShouldSatisfyAllConditions(p => p.ServerName.ShouldBe("shop.example.com"), p => p.Limits.Certificate.ShouldBe(TimeSpan.FromDays(30)));
        Probe("redis: 'cache:6379', user: probe, password: '${CACHE}', limits: { memory: 80% }")
            .ShouldSatisfyAllConditions(p => (p.User, p.Password, p.Limits.Memory).ShouldBe(("probe", "s3cret", 0.8)), p => p.ToString().ShouldNotContain("s3cret"));
    }

    [Fact]
    public void Limits_have_defaults_may_be_set_and_may_be_off()
    {
        Probe("postgres: '${SHOP_DB_URL}'").Limits.ShouldBe(new ProbeLimits { Connections = 0.95, Lag = TimeSpan.FromMinutes(1), LockWait = TimeSpan.FromMinutes(1), Query = null });
        Probe("postgres: '${SHOP_DB_URL}', limits: { connections: 80%, lag: off, lock_wait: 10s, query: 15m }").Limits
            .ShouldBe(new ProbeLimits { Connections = 0.8, Lag = null, LockWait = TimeSpan.FromSeconds(10), Query = TimeSpan.FromMinutes(15) });
    }

    [Fact]
    public void A_limit_that_is_set_leaves_the_others_as_they_are()
    {
        Probe("postgres: '${SHOP_DB_URL}', limits: { connections: 95% }").Limits.ShouldBe(new ProbeLimits());
        Probe("redis: 'cache:6379', limits: { connections: 95% }").Limits.ShouldBe(new ProbeLimits());
    }

    [Theory]
    [InlineData("dns: 'shop:53'", "'dns' is no host name")]
    [InlineData("dns: shop, expect: nearby", "'nearby' is no address")]
    [InlineData("tls: shop", "'tls' is no host and port")]
    [InlineData("tls: 'shop:443', days: 1000", "'days' is '1000'")]
    [InlineData("tls: 'shop:443', ca: nowhere.pem", "cannot be read as certificates")]
    [InlineData("redis: 'cache:6379', user: probe", "'user' has no password")]
    [InlineData("redis: 'cache:6379', server_name: cache.internal", "'ca' and 'server_name' are for TLS")]
    [InlineData("redis: 'cache:6379', limits: { lock_wait: 1s }", "unknown key 'lock_wait'")]
    [InlineData("postgres: '${SHOP_DB_URL}', limits: { lag: soon }", "'lag' is neither a duration nor 'off'")]
    [InlineData("redis: 'cache:6379', tls: 'cache:6380'", "'tls' and 'redis' together")]
    [InlineData("method: GET", "nothing to ask is named")]
    public void A_mistake_is_told(string probe, string told) => file.Mistake(file.Read(Text(probe))).ShouldContain(told);

    private ProbeDefinition Probe(string probe)
    {
        file.Variables["CACHE"] = "s3cret";
        var read = file.Read(Text(probe));
        return read.Config.ShouldNotBeNull(string.Join('\n', read.Mistakes)).Catalog.Services["shop"].Environments["production"].Health.Single();
    }

    private static string Text(string probe) => $$"""
        environments: [production]
        platforms: { p: { type: http, url: "http://127.0.0.1:1" } }
        services:
          shop:
            kind: other
            tier: 2
            environments:
              production:
                platform: p
                health: [{ name: one, {{probe}} }]
        """;
}
