using ChatOps.Configuration;
using ChatOps.Platforms.Kubernetes;

namespace ChatOps.Tests.Configuration;

public sealed class KubernetesPlatformReaderTests
{
    [Fact]
    public void A_namespace_is_all_that_a_bot_in_the_cluster_needs()
    {
        var platform = Read("type: kubernetes, namespace: shop").Config!.Catalog.Platforms["p"];
        platform.Settings.ShouldBe(new KubernetesSettings("shop", Server: null, Kubeconfig: null, Context: null, AuthorityFile: null));
    }

    [Theory]
    [InlineData("type: kubernetes", "shop", "'namespace' is missing in platform 'p'")]
    [InlineData("type: kubernetes, namespace: 'Shop!'", "shop", "'namespace' is no name of a namespace in platform 'p'")]
    [InlineData("type: kubernetes, namespace: shop, kubeconfig: c, token: t", "shop", "'token' stands beside 'kubeconfig' in platform 'p'")]
    [InlineData("type: kubernetes, namespace: shop, context: c", "shop", "'context' stands without 'kubeconfig' in platform 'p'")]
    [InlineData("type: kubernetes, namespace: shop", "pod/shop", "'pod/shop' is no name of a service on kubernetes in service 'shop' in production")]
    [InlineData("type: http, url: 'http://127.0.0.1:1', namespace: shop", "shop", "unknown key 'namespace' in platform 'p'")]
    [InlineData("type: http", "shop", "'url' is missing in platform 'p'")]
    public void What_is_wrong_is_one_line(string platform, string name, string told) =>
        Read(platform, name).Mistakes.ShouldHaveSingleItem().ToString().ShouldContain(told);

    private static ConfigResult Read(string platform, string name = "statefulset/shop/app")
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
