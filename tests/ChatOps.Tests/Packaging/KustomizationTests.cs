using System.Diagnostics;
using ChatOps.Tests.Support;
using YamlDotNet.RepresentationModel;

namespace ChatOps.Tests.Packaging;

/// <summary>What <c>kubectl apply -k</c> would send, made by the real kubectl from the files of this checkout.</summary>
public sealed class KustomizationTests
{
    private const string Kubectl = "/usr/bin/kubectl";

    [Fact]
    public async Task Two_instances_run_apart_and_one_stays_while_a_node_is_emptied()
    {
        var all = await BuildAsync("kubernetes");
        var deployment = One(all, "Deployment");
        At(deployment, "spec", "replicas").ShouldBe("2");
        At(deployment, "spec", "strategy", "rollingUpdate", "maxUnavailable").ShouldBe("0");
        var labels = Map(deployment, "spec", "selector", "matchLabels");
        var spread = Items(deployment, "spec", "template", "spec", "topologySpreadConstraints").Single();
        At(spread, "topologyKey").ShouldBe("kubernetes.io/hostname");
        Map(spread, "labelSelector", "matchLabels").ShouldBe(labels);
        var budget = One(all, "PodDisruptionBudget");
        At(budget, "apiVersion").ShouldBe("policy/v1");
        At(budget, "spec", "minAvailable").ShouldBe("1");
        Map(budget, "spec", "selector", "matchLabels").ShouldBe(labels);
        Map(One(all, "Service"), "spec", "selector").ShouldBe(labels);
        Map(deployment, "spec", "template", "metadata", "labels").ShouldBe(labels);
    }

    [Fact]
    public async Task What_it_needs_and_may_use_is_said_and_its_health_is_asked()
    {
        var container = Container(await BuildAsync("kubernetes"));
        foreach (var path in new[] { "requests/cpu", "requests/memory", "limits/memory" }) At(container, ["resources", .. path.Split('/')]).ShouldNotBeNull(path);
        foreach (var (probe, path) in new[] { ("startupProbe", "/health/live"), ("livenessProbe", "/health/live"), ("readinessProbe", "/health/ready") })
        {
            At(container, probe, "httpGet", "path").ShouldBe(path);
            At(container, probe, "httpGet", "port").ShouldBe("http");
        }
        Items(container, "ports").Select(p => (At(p, "name"), At(p, "containerPort"))).ShouldBe([("http", "8080")]);
    }

    /// <summary>https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted, which the namespace enforces.</summary>
    [Fact]
    public async Task The_pod_is_admitted_where_restricted_is_enforced()
    {
        var all = await BuildAsync("kubernetes");
        Map(One(all, "Namespace"), "metadata", "labels")["pod-security.kubernetes.io/enforce"].ShouldBe("restricted");
        var pod = Node(One(all, "Deployment"), "spec", "template", "spec")!;
        At(pod, "securityContext", "runAsNonRoot").ShouldBe("true");
        At(pod, "securityContext", "runAsUser").ShouldBe("1654");
        At(pod, "securityContext", "seccompProfile", "type").ShouldBe("RuntimeDefault");
        var container = Container(all);
        At(container, "securityContext", "allowPrivilegeEscalation").ShouldBe("false");
        At(container, "securityContext", "readOnlyRootFilesystem").ShouldBe("true");
        Items(container, "securityContext", "capabilities", "drop").Select(c => c.ToString()).ShouldBe(["ALL"]);
        foreach (var host in new[] { "hostNetwork", "hostPID", "hostIPC" }) At(pod, host).ShouldBeNull();
        Items(pod, "volumes").ShouldAllBe(v => Node(v, "configMap") != null || Node(v, "emptyDir") != null);
    }

    [Fact]
    public async Task What_it_mounts_and_names_is_there()
    {
        var all = await BuildAsync("kubernetes");
        var pod = Node(One(all, "Deployment"), "spec", "template", "spec")!;
        var config = One(all, "ConfigMap");
        Items(pod, "volumes").Select(v => At(v, "configMap", "name")).OfType<string>().ShouldBe([At(config, "metadata", "name")!]);
        At(config, "data", "chatops.yaml").ShouldNotBeNull().ShouldContain("listen: http://0.0.0.0:8080");
        At(pod, "serviceAccountName").ShouldBe(At(One(all, "ServiceAccount"), "metadata", "name"));
        all.ShouldAllBe(o => At(o, "kind") == "Namespace" || At(o, "metadata", "namespace") == "chatops");
        all.ShouldNotContain(o => At(o, "kind") == "Secret");
    }

    [Fact]
    public async Task The_rights_are_of_the_account_that_the_bot_runs_as()
    {
        var binding = One(await BuildAsync("kubernetes/rights"), "RoleBinding");
        At(binding, "metadata", "namespace").ShouldBe("shop");
        var subject = Items(binding, "subjects").Single();
        (At(subject, "kind"), At(subject, "name"), At(subject, "namespace")).ShouldBe(("ServiceAccount", "chatops", "chatops"));
    }

    private static async Task<IReadOnlyList<YamlNode>> BuildAsync(string folder)
    {
        RealPrograms.Need("kubernetes-client", Kubectl);
        using var kubectl = Process.Start(new ProcessStartInfo(Kubectl, ["kustomize", Path.Combine(Repository.Root, "manifest", folder)]) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false })!;
        var error = kubectl.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var output = await kubectl.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await kubectl.WaitForExitAsync(TestContext.Current.CancellationToken);
        kubectl.ExitCode.ShouldBe(0, await error);
        var yaml = new YamlStream();
        yaml.Load(new StringReader(output));
        return [.. yaml.Documents.Select(d => d.RootNode)];
    }

    private static YamlNode One(IReadOnlyList<YamlNode> all, string kind) => all.Single(o => At(o, "kind") == kind);

    private static YamlNode Container(IReadOnlyList<YamlNode> all) => Items(One(all, "Deployment"), "spec", "template", "spec", "containers").Single();

    private static YamlNode? Node(YamlNode? node, params string[] path) =>
        path.Aggregate(node, (at, name) => at is YamlMappingNode map && map.Children.TryGetValue(new YamlScalarNode(name), out var below) ? below : null);

    private static string? At(YamlNode node, params string[] path) => (Node(node, path) as YamlScalarNode)?.Value;

    private static IEnumerable<YamlNode> Items(YamlNode node, params string[] path) => (Node(node, path) as YamlSequenceNode)?.Children ?? [];

    private static Dictionary<string, string> Map(YamlNode node, params string[] path) =>
        ((YamlMappingNode)Node(node, path)!).Children.ToDictionary(c => c.Key.ToString(), c => c.Value.ToString(), StringComparer.Ordinal);
}
