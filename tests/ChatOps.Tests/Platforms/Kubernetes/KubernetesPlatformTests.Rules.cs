using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ChatOps.Platforms;
using ChatOps.Platforms.Kubernetes;

namespace ChatOps.Tests.Platforms.Kubernetes;

// What is Kubernetes' own: rollouts, conflicts, dry runs, rights, several pods.
public sealed partial class KubernetesPlatformTests
{
    [Fact]
    public async Task An_operation_ends_when_the_controller_saw_it_and_its_pods_are_there()
    {
        var call = Call();
        (await platform.DeployAsync(Target, "v43", recreate: false, call, None)).State.ShouldBe(PlatformOperationState.Running);
        stub.Objects.RollOut("deployments", "shop");
        (await platform.FindOperationAsync(Target, call.OperationId, None)).ShouldNotBeNull().State.ShouldBe(PlatformOperationState.Succeeded);
        (await platform.StatusAsync(Target, None)).Version.ShouldBe("v43");
        (await platform.ReleasesAsync(Target, None)).Select(r => (r.Version, r.Current)).ShouldBe([("v43", true), ("v42", false), ("v41", false)]);
        stub.Objects.Find("deployments", "shop")!["spec"]!["template"]!["spec"]!["containers"]![0]!["image"]!.GetValue<string>().ShouldBe("registry.local:5000/shop:v43");
    }

    [Fact]
    public async Task A_rollout_past_its_deadline_has_failed()
    {
        var call = Call();
        await platform.DeployAsync(Target, "v43", recreate: false, call, None);
        stub.Objects.RollOut("deployments", "shop", works: false);
        var operation = (await platform.FindOperationAsync(Target, call.OperationId, None)).ShouldNotBeNull();
        (operation.State, operation.Message).ShouldBe((PlatformOperationState.Failed, "ReplicaSet \"shop-3\" has timed out progressing."));
    }

    [Fact]
    public async Task A_rollback_brings_the_whole_earlier_template_without_its_hash()
    {
        stub.Objects.Change("deployments", "shop", d => d["spec"]!["template"]!["spec"]!["hostNetwork"] = true);
        await platform.RollBackAsync(Target, "v41", Call(), None);
        var template = stub.Objects.Find("deployments", "shop")!["spec"]!["template"]!;
        template["spec"]!["hostNetwork"].ShouldBeNull();
        template["spec"]!["containers"]![0]!["image"]!.GetValue<string>().ShouldBe("registry.local:5000/shop:v41");
        template["metadata"]!["labels"]!["pod-template-hash"].ShouldBeNull();
        template["$patch"].ShouldBeNull();
    }

    [Theory]
    [InlineData("statefulset/store")]
    [InlineData("daemonset/agent")]
    public async Task A_set_goes_back_by_its_controller_revisions(string name)
    {
        var target = new PlatformTarget(At("x"), name);
        (await platform.ReleasesAsync(target, None)).Select(r => r.Version).ShouldBe(["v2", "v1"]);
        await platform.RollBackAsync(target, "v1", Call(), None);
        (await platform.StatusAsync(target, None)).Version.ShouldBe("v1");
    }

    [Fact]
    public async Task A_conflict_applied_nothing_and_is_looked_at_again()
    {
        var others = 0;
        stub.AfterDryRun = () => { if (Interlocked.Increment(ref others) <= 2) stub.Objects.Touch("deployments", "shop"); };
        await platform.RestartAsync(Target, Call(), None);
        Actions.ShouldBe(1);
        stub.Calls.Count(c => c.StartsWith("PATCH", StringComparison.Ordinal) && !c.Contains("dryRun", StringComparison.Ordinal)).ShouldBe(3);
    }

    [Fact]
    public async Task A_workload_that_never_rests_is_left_alone_after_a_few_tries()
    {
        stub.AfterDryRun = () => stub.Objects.Touch("deployments", "shop");
        var failure = await Fails(() => platform.RestartAsync(Target, Call(), None));
        (failure.Outcome, failure.Code, Actions).ShouldBe((CallOutcome.NotDone, "Conflict", 0));
    }

    [Fact]
    public async Task What_the_dry_run_refuses_was_not_begun_and_is_told_in_the_servers_words()
    {
        var failure = await Fails(() => platform.DeployAsync(Target, "denied", recreate: false, Call(), None));
        failure.Message.ShouldBe("cluster refused: not valid (422): admission webhook \"images\" denied the request: this image is not signed");
        (failure.Outcome, Actions).ShouldBe((CallOutcome.NotDone, 0));
        stub.Calls.ShouldNotContain(c => c.StartsWith("PATCH", StringComparison.Ordinal) && !c.Contains("dryRun=All", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Nothing_is_changed_while_the_rollout_is_paused()
    {
        stub.Objects.Change("deployments", "shop", d => d["spec"]!["paused"] = true);
        (await Fails(() => platform.RollBackAsync(Target, "v41", Call(), None))).Message
            .ShouldBe("the rollout of deployment/shop is paused: nothing would happen until it is resumed (kubectl rollout resume deployment/shop)");
        Actions.ShouldBe(0);
    }

    [Fact]
    public async Task What_is_scaled_to_nothing_is_not_restarted()
    {
        Alone(0);
        var failure = await Fails(() => platform.RestartAsync(Target, Call(), None));
        failure.Message.ShouldBe("deployment/shop is scaled to nothing: a restart starts no pod; scale it");
        (failure.Outcome, failure.Code, Actions).ShouldBe((CallOutcome.NotDone, "stopped", 0));
    }

    [Fact]
    public async Task A_release_that_somebody_else_made_is_not_told_as_that_of_the_last_who_asked_the_bot()
    {
        // kubectl set image leaves the annotations of the template and of the workload as they are.
        var set = (JsonObject)stub.Objects.Find("replicasets", "shop-2")!.DeepClone();
        set["metadata"]!["name"] = "shop-3";
        set["metadata"]!["uid"] = "rs-shop-3";
        set["metadata"]!["creationTimestamp"] = "2026-11-21T09:40:00Z";
        set["metadata"]!["annotations"]!["deployment.kubernetes.io/revision"] = "3";
        set["spec"]!["template"]!["spec"]!["containers"]![0]!["image"] = "registry.local:5000/shop:v43";
        stub.Objects.Store("replicasets", set);
        stub.Objects.Change("deployments", "shop", d => d["spec"]!["template"] = set["spec"]!["template"]!.DeepClone());

        var changes = (await platform.ChangesAsync(Target, Since, None)).Where(c => !c.Automatic).ToList();
        changes.Select(c => (c.Kind, c.Version, c.FromVersion, c.Actor, c.Text)).ShouldBe([("deploy", "v42", "v41", "tom", "deploy of v42"), ("deploy", "v43", "v42", null, null)]);
        (await platform.StatusAsync(Target, None)).DeployedBy.ShouldBeNull();
        (await platform.ReleasesAsync(Target, None)).Select(r => (r.Version, r.Author, r.Message)).ShouldBe([("v43", null, null), ("v42", "tom", "deploy of v42"), ("v41", "mei", "deploy of v41")]);
    }

    [Fact]
    public async Task An_undo_by_kubectl_is_a_rollback_of_nobody_known_when_its_pods_came()
    {
        stub.Objects.Change("replicasets", "shop-1", s =>
        {
            s["metadata"]!["annotations"]!["deployment.kubernetes.io/revision"] = "3";
            s["metadata"]!["annotations"]!["deployment.kubernetes.io/revision-history"] = "1";
        });
        stub.Objects.Change("deployments", "shop", d =>
        {
            d["spec"]!["template"] = stub.Objects.Find("replicasets", "shop-1")!["spec"]!["template"]!.DeepClone();
            d["status"]!["conditions"]![0]!["lastUpdateTime"] = "2026-11-21T09:50:00Z";
        });

        var changes = (await platform.ChangesAsync(Target, Since.AddDays(-7), None)).Where(c => !c.Automatic);
        changes.Select(c => (c.Kind, c.Version, c.FromVersion, c.Actor, c.At.Minute)).ShouldBe([("deploy", "v41", null, "mei", 20), ("deploy", "v42", "v41", "tom", 20), ("rollback", "v41", "v42", null, 50)]);
        (await platform.StatusAsync(Target, None)).ShouldSatisfyAllConditions(s => s.Version.ShouldBe("v41"), s => s.DeployedBy.ShouldBeNull(), s => s.DeployedAt.ShouldBe(Since.AddMinutes(50)));
        (await platform.ReleasesAsync(Target, None)).Select(r => (r.Version, r.Author, r.Current)).ShouldBe([("v41", "mei", true), ("v42", "tom", false)]);
    }

    [Fact]
    public async Task Two_rollbacks_in_a_row_are_both_told_as_such()
    {
        Alone(6);
        foreach (var version in (string[])["v41", "v42"])
        {
            await platform.RollBackAsync(Target, version, Call(), None);
            stub.Objects.RollOut("deployments", "shop");
        }
        (await platform.ChangesAsync(Target, Since, None)).Where(c => c.Kind == "rollback").Select(c => (c.Actor, c.Version)).ShouldBe([("ana", "v41"), ("ana", "v42")], ignoreOrder: true);
    }

    [Fact]
    public async Task A_missing_right_is_named_with_who_needs_it()
    {
        stub.Rights.Remove(new("apps", "deployments", "patch"));
        (await Fails(() => platform.RestartAsync(Target, Call(), None))).Message
            .ShouldBe("cluster refused: deployments.apps is forbidden for serviceaccount chatops; it needs verb patch");
        (await platform.ReachAsync(None)).Missing.Select(m => m.Fact).ShouldBe([$"may not {new KubernetesRight("apps", "deployments", "patch")}"]);
    }

    [Fact]
    public async Task Several_containers_and_none_named_is_told_with_what_to_write() =>
        (await Fails(() => platform.DeployAsync(Plain, "2", recreate: false, Call(), None))).Message
            .ShouldBe("deployment/mailer has the containers one, two; say in chatops.yaml which one is meant, as name: deployment/mailer/one");

    [Fact]
    public async Task Without_a_metrics_server_that_is_said()
    {
        stub.HasMetrics = false;
        (await Fails(() => platform.MetricsAsync(Target, version: null, Since, Since.AddHours(1), None))).Message
            .ShouldBe("cluster has no metrics-server: what deployment/shop uses is not measured");
    }

    [Fact]
    public async Task The_logs_of_all_pods_are_one_by_time_and_begin_with_the_container_that_crashed()
    {
        stub.Objects.Store("pods", StubObjects.Pod("shop-2-b", "shop", "rs-shop-2"));
        stub.Objects.Store("pods", StubObjects.Pod("stranger", "shop", "rs-of-another"));
        stub.Objects.Logs["stranger"] = [(Since, "of another workload")];
        stub.Objects.Logs["shop-2-a/previous"] = [(Since, "out of memory")];
        stub.Objects.Logs["shop-2-a"] = [(Since.AddSeconds(2), "a2"), (Since.AddSeconds(4), "a4")];
        stub.Objects.Logs["shop-2-b"] = [(Since.AddSeconds(1), "b1"), (Since.AddSeconds(3), "b3")];
        (await Logs(new(Since, null, null))).Select(l => (l.Instance, l.Text)).ShouldBe([("shop-2-a", "out of memory"), ("shop-2-b", "b1"), ("shop-2-a", "a2"), ("shop-2-b", "b3"), ("shop-2-a", "a4")]);
        (await Logs(new(Since, Since.AddSeconds(2), null))).Count.ShouldBe(3);
    }

    [Fact]
    public async Task What_keeps_pods_from_starting_is_told()
    {
        stub.Objects.Change("deployments", "shop", d => d["status"]!["readyReplicas"] = 0);
        stub.Objects.Change("pods", "shop-2-a", p => p["status"]!["containerStatuses"]![0]!["state"] = new JsonObject { ["waiting"] = new JsonObject { ["reason"] = "CrashLoopBackOff" } });
        var status = await platform.StatusAsync(Target, None);
        (status.State, status.ReadyReplicas, status.DesiredReplicas, status.Restarts).ShouldBe((TargetState.Crashed, 0, 6, 2));
        status.Detail.ShouldNotBeNull().ShouldStartWith("1 of 1 pods wait: CrashLoopBackOff; Unhealthy: Readiness probe failed");
    }

    [Fact]
    public async Task The_newest_ids_are_kept_and_an_older_one_is_not_called_unseen()
    {
        var first = Call();
        await platform.RestartAsync(Target, first, None);
        for (var i = 0; i < OperationRecord.Kept - 1; i++) await platform.RestartAsync(Target, Call(), None);
        (await platform.FindOperationAsync(Target, first.OperationId, None)).ShouldNotBeNull().State.ShouldBe(PlatformOperationState.Succeeded);
        await platform.RestartAsync(Target, Call(), None);
        (await Fails(() => platform.FindOperationAsync(Target, first.OperationId, None))).Code.ShouldBe("ids_not_kept");
    }

    [Fact]
    public async Task A_pod_that_started_after_the_window_is_not_asked_for_its_log()
    {
        stub.Objects.Logs["shop-2-a"] = [(Since.AddSeconds(2), "a2")];
        stub.Objects.Change("pods", "shop-2-a", p => p["status"]!["startTime"] = "2035-01-01T00:00:00Z");
        await foreach (var _ in platform.LogsAsync(Target, new(Since, Since.AddMinutes(1), null), None)) continue;
        stub.Calls.ShouldNotContain(c => c.Contains("/log?", StringComparison.Ordinal));
        var lines = new List<LogLine>();
        await foreach (var line in platform.LogsAsync(Target, new(Since, null, null), None)) lines.Add(line);
        lines.ShouldContain(l => l.Text == "a2" && l.At == Since.AddSeconds(2));
    }

    [Theory]
    [InlineData("../secrets/token")]
    [InlineData("deployment/shop?x=1")]
    [InlineData("pod/shop")]
    public async Task What_is_no_name_of_a_workload_is_never_asked_for(string name)
    {
        (await Fails(() => platform.StatusAsync(new(At("x"), name), None))).Outcome.ShouldBe(CallOutcome.NotDone);
        stub.Calls.ShouldBeEmpty();
    }

    [Fact]
    public async Task The_role_of_the_manifest_gives_exactly_the_rights_that_are_used()
    {
        foreach (var target in new[] { Target, new(At("store"), "statefulset/store"), new(At("agent"), "daemonset/agent") })
        {
            await platform.StatusAsync(target, None);
            await platform.ReleasesAsync(target, None);
            await platform.ChangesAsync(target, Since, None);
            await platform.MetricsAsync(target, version: null, Since, Since.AddHours(1), None);
            await Task.WhenAll(new[] { target }.Select(async t => { await foreach (var _ in platform.LogsAsync(t, new(Since, null, null), None)) continue; }));
            await platform.RestartAsync(target, Call(), None);
            await platform.DeployAsync(target, "v9", recreate: false, Call(), None);
            await platform.FindOperationAsync(target, "op-none", None);
            if (target != Target) await platform.RollBackAsync(target, (await platform.ReleasesAsync(target, None))[^1].Version, Call(), None);
        }
        await platform.RollBackAsync(Target, "v41", Call(), None);
        stub.Objects.RollOut("deployments", "shop");
        await platform.CapabilitiesAsync(None);
        await platform.StatusAsync(Target, None);
        var drop = Call();
        await platform.DropCandidateAsync(Target, drop, None);
        await platform.FindOperationAsync(Target, drop.OperationId, None);
        await platform.StartCandidateAsync(Target, "v44", Call(), None);
        var used = stub.Seen.Keys.Select(r => r.ToString()).Order(StringComparer.Ordinal).ToList();
        var role = File.ReadAllText(Path.Combine(Repository.Root, "manifest", "kubernetes", "rights", "role.yaml"));
        var given = Rule().Matches(role).SelectMany(m => Words(m.Groups["groups"].Value).SelectMany(g => Words(m.Groups["resources"].Value).SelectMany(r => Words(m.Groups["verbs"].Value).Select(v => new KubernetesRight(g, r, v).ToString()))));
        given.Order(StringComparer.Ordinal).ShouldBe(used);
        KubernetesRights.All.Select(r => r.ToString()).Order(StringComparer.Ordinal).ShouldBe(used);
    }

    private static IEnumerable<string> Words(string list) => list.Split(',').Select(w => w.Trim().Trim('"'));

    [GeneratedRegex(@"- apiGroups: \[(?<groups>[^\]]*)\]\s+resources: \[(?<resources>[^\]]*)\]\s+verbs: \[(?<verbs>[^\]]*)\]")]
    private static partial Regex Rule();
}
