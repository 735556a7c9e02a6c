using System.Text.Json.Nodes;
using ChatOps.Platforms;

namespace ChatOps.Tests.Platforms.Kubernetes;

// How many pods, how much memory each, and what keeps them from coming.
public sealed partial class KubernetesPlatformTests
{
    [Fact]
    public async Task More_pods_are_asked_for_without_a_new_version()
    {
        var call = Call();
        var before = stub.Objects.Find("deployments", "shop")!["spec"]!["template"]!.ToJsonString();
        (await platform.ScaleAsync(Target, 9, call, None)).State.ShouldBe(PlatformOperationState.Running);
        Replicas("shop").ShouldBe(9);
        stub.Objects.Find("deployments", "shop")!["spec"]!["template"]!.ToJsonString().ShouldBe(before);
        stub.Objects.RollOut("deployments", "shop");
        await Ended(call);
    }

    [Fact]
    public async Task Nobody_is_scaled_to_nothing_by_this() =>
        (await Fails(() => platform.ScaleAsync(Target, 0, Call(), None))).Message.ShouldBe("0 replicas would end deployment/shop; scale it to nothing by hand where that is meant");

    [Fact]
    public async Task A_daemon_set_is_not_scaled() =>
        (await Fails(() => platform.ScaleAsync(new(At("agent"), "daemonset/agent"), 3, Call(), None))).Message.ShouldBe("daemonset/agent has one pod on each node: it is not scaled");

    [Theory]
    [InlineData(384L << 20, "384Mi", "128Mi")]
    [InlineData(64L << 20, "64Mi", "64Mi")]
    [InlineData(400_000_000L, "400000000", "128Mi")]
    public async Task A_memory_limit_is_set_and_what_is_promised_stays_unless_it_would_be_more(long bytes, string limit, string request)
    {
        await platform.SetMemoryLimitAsync(Target, bytes, Call(), None);
        var resources = stub.Objects.Find("deployments", "shop")!["spec"]!["template"]!["spec"]!["containers"]![0]!["resources"]!;
        ((string?)resources["limits"]!["memory"], (string?)resources["requests"]!["memory"], (string?)resources["limits"]!["cpu"]).ShouldBe((limit, request, "500m"));
        (await platform.StatusAsync(Target, None)).Version.ShouldBe("v42");
    }

    [Fact]
    public async Task Why_there_is_no_image_is_told_in_the_clusters_words()
    {
        stub.Objects.Change("deployments", "shop", d => d["status"]!["readyReplicas"] = 0);
        stub.Objects.Change("pods", "shop-2-a", p => p["status"]!["containerStatuses"]![0]!["state"] = Waiting("ImagePullBackOff", "Back-off pulling image \"shop:v42\": not found"));
        (await platform.StatusAsync(Target, None)).Detail.ShouldNotBeNull().ShouldStartWith("1 of 1 pods wait: ImagePullBackOff (Back-off pulling image \"shop:v42\": not found)");
    }

    [Fact]
    public async Task A_container_that_must_end_before_the_others_start_and_crashes_is_told()
    {
        stub.Objects.Change("deployments", "shop", d => d["status"]!["readyReplicas"] = 0);
        stub.Objects.Change("pods", "shop-2-a", p => p["status"]!["initContainerStatuses"] = new JsonArray(new JsonObject { ["name"] = "migrate", ["state"] = Waiting("CrashLoopBackOff", "back-off") }));
        var status = await platform.StatusAsync(Target, None);
        status.State.ShouldBe(TargetState.Crashed);
        status.Detail.ShouldNotBeNull().ShouldStartWith("1 of 1 pods wait: CrashLoopBackOff");
    }

    [Fact]
    public async Task A_pod_that_finds_no_node_is_told_in_the_schedulers_words()
    {
        stub.Objects.Change("pods", "shop-2-a", p => p["status"]!["conditions"] = new JsonArray(new JsonObject
        {
            ["type"] = "PodScheduled", ["status"] = "False", ["reason"] = "Unschedulable", ["message"] = "0/3 nodes are available: 3 Insufficient memory.",
        }));
        (await platform.StatusAsync(Target, None)).Detail.ShouldNotBeNull().ShouldContain("not scheduled: 0/3 nodes are available: 3 Insufficient memory.");
    }

    [Fact]
    public async Task A_workload_that_is_not_there_is_told_with_what_to_correct() =>
        (await Fails(() => platform.StatusAsync(new(At("x"), "statefulset/nobody"), None))).Message
            .ShouldBe("cluster has no statefulset nobody in the namespace shop; correct the service's 'name' or the platform's 'namespace' in chatops.yaml");

    [Fact]
    public async Task A_change_that_is_asked_to_wait_was_not_done_and_says_for_how_long()
    {
        stub.Misbehave = async c =>
        {
            if (c.Request.Method != "PATCH") return false;
            c.Response.Headers.RetryAfter = "7";
            await StubCluster.StatusAsync(c, 429, "TooManyRequests", "too many requests");
            return true;
        };
        var failure = await Fails(() => platform.RestartAsync(Target, Call(), None));
        (failure.Message, failure.Outcome).ShouldBe(("cluster asks to wait 7 s (429)", CallOutcome.NotDone));
        stub.Calls.Count(c => c.StartsWith("PATCH", StringComparison.Ordinal)).ShouldBe(1);
    }

    [Fact]
    public async Task A_read_that_is_asked_to_wait_for_longer_than_it_may_take_is_not_repeated()
    {
        stub.Misbehave = async c =>
        {
            c.Response.Headers.RetryAfter = "60";
            await StubCluster.StatusAsync(c, 429, "TooManyRequests", "too many requests");
            return true;
        };
        (await Fails(() => platform.ReleasesAsync(Target, None))).Message.ShouldBe("cluster asks to wait 60 s (429)");
        stub.Calls.Count.ShouldBe(1);
    }

    private static JsonObject Waiting(string reason, string message) => new() { ["waiting"] = new JsonObject { ["reason"] = reason, ["message"] = message } };
}
