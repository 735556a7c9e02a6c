using ChatOps.Configuration;
using ChatOps.Platforms.Docker;

namespace ChatOps.Tests.Configuration;

public sealed class DockerPlatformReaderTests
{
    [Fact]
    public void Nothing_but_the_type_is_needed_beside_an_engine() =>
        Settings("type: docker").ShouldSatisfyAllConditions(s => s.Socket.ShouldBe("/var/run/docker.sock"), s => s.Within.ShouldBe(TimeSpan.FromMinutes(2)), s => s.RegistryUser.ShouldBeNull());

    [Fact]
    public void An_engine_elsewhere_is_reached_by_its_address_alone() => Settings("type: docker, url: 'https://docker.internal:2376'").Socket.ShouldBeNull();

    [Fact]
    public void Passwords_do_not_show() => Settings("type: docker, registry_user: bot, registry_password: hunter2hunter2").ToString().ShouldNotContain("hunter2");

    [Theory]
    [InlineData("type: docker, socket: /s, url: 'https://d:2376'", "shop", "'socket' stands beside 'url' in platform 'p'")]
    [InlineData("type: docker, token: t", "shop", "'token' stands without 'url' in platform 'p'")]
    [InlineData("type: docker, url: 'https://d:2376', certificate: c", "shop", "'certificate' stands without 'key' in platform 'p'")]
    [InlineData("type: docker, url: 'https://d:2376', certificate: c, key: k", "shop", "'certificate' and 'key' are not a pair that can be read in platform 'p'")]
    [InlineData("type: docker, registry_user: bot", "shop", "'registry_user' stands without 'registry_password' in platform 'p'")]
    [InlineData("type: docker", "prod/web/1", "'prod/web/1' is no name of a service on docker in service 'shop' in production")]
    [InlineData("type: docker, namespace: shop", "shop", "unknown key 'namespace' in platform 'p'")]
    public void What_is_wrong_is_one_line(string platform, string name, string told) => Read(platform, name).Mistakes.ShouldHaveSingleItem().ToString().ShouldContain(told);

    private static DockerSettings Settings(string platform) => Read(platform, "prod/web").Config!.Catalog.Platforms["p"].Settings.ShouldBeOfType<DockerSettings>();

    private static ConfigResult Read(string platform, string name)
    {
        using var file = new ConfigFile();
        return file.Read($$$"""
            environments: [production]
            platforms:
              p: { {{{platform}}} }
            services:
              shop: { kind: web, tier: 1, environments: { production: { platform: p, name: "{{{name}}}" } } }
            """);
    }
}
