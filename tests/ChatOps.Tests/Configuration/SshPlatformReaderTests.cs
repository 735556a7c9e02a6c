using ChatOps.Platforms.Ssh;

namespace ChatOps.Tests.Configuration;

public sealed class SshPlatformReaderTests : IDisposable
{
    private const string Whole = "type: ssh, host: vps.example.com, user: deploy, key: '${KEY}', known_hosts: known_hosts, manager: pm2";

    private readonly ConfigFile file = new();

    public SshPlatformReaderTests() => file.Variables["KEY"] = "-----BEGIN OPENSSH PRIVATE KEY-----\nc2VjcmV0LW9mLXRoZS1ib3Q=\n-----END OPENSSH PRIVATE KEY-----";

    public void Dispose() => file.Dispose();

    [Fact]
    public void A_machine_is_read_whole_and_its_key_is_not_printed()
    {
        var config = file.Read(Text($"{Whole}, port: 2222, folder: '/srv/{{name}}', keep: 5, settle: 10s, pm2_home: /home/deploy/.pm2", "shop", ", folder: /opt/shop/")).Config.ShouldNotBeNull();
        var platform = config.Catalog.Platforms["p"];
        platform.Settings.ShouldBeOfType<SshSettings>().ShouldSatisfyAllConditions(
            s => s.Host.ShouldBe("vps.example.com"), s => s.Port.ShouldBe(2222), s => s.Manager.ShouldBe(SshManager.Pm2), s => s.Folder.ShouldBe("/srv/{name}"), s => s.State.ShouldBe(".chatops"),
            s => s.Keep.ShouldBe(5), s => s.Settle.ShouldBe(TimeSpan.FromSeconds(10)), s => s.Pm2Home.ShouldBe("/home/deploy/.pm2"), s => Path.IsPathRooted(s.KnownHosts).ShouldBeTrue());
        config.Catalog.Services["shop"].Environments["production"].Settings.ShouldBe(new SshTarget("/opt/shop"));
        $"{config} {platform} {platform.Settings}".ShouldNotContain("c2VjcmV0");
    }

    [Theory]
    [InlineData("type: ssh", "shop", "'host' is missing in platform 'p'")]
    [InlineData(Whole + ", sudo: true", "shop", "'sudo' stands beside 'manager: pm2' in platform 'p'")]
    [InlineData("type: ssh, host: '-oProxyCommand=x', user: deploy, key: '${KEY}', known_hosts: k, manager: pm2", "shop", "'host' is no name of a machine in platform 'p'")]
    [InlineData("type: ssh, host: h, user: '-x', key: '${KEY}', known_hosts: k, manager: pm2", "shop", "'user' is no name of a user in platform 'p'")]
    [InlineData("type: ssh, host: h, user: deploy, key: public, known_hosts: k, manager: pm2", "shop", "'key' holds no private key in platform 'p'")]
    [InlineData(Whole + ", folder: srv", "shop", "'folder' is no whole path in platform 'p'")]
    [InlineData("type: ssh, host: h, user: deploy, key: '${KEY}', known_hosts: k, manager: pm3", "shop", "unknown manager 'pm3' in platform 'p'")]
    [InlineData(Whole, "all", "'all' is no name of a service on ssh in service 'shop' in production")]
    public void A_mistake_is_told_where_it_is(string platform, string name, string what) => file.Read(Text(platform, name)).Mistakes.ShouldContain(m => m.ToString().Contains(what, StringComparison.Ordinal));

    private static string Text(string platform, string name, string more = "") => $$"""
        environments: [production]
        platforms:
          p: { {{platform}} }
        services:
          shop:
            kind: web
            tier: 2
            environments:
              production: { platform: p, name: {{name}}{{more}} }
        """;
}
