using System.Text.Json.Nodes;
using ChatOps.Platforms;

namespace ChatOps.Tests.Platforms.Kubernetes;

// A version beside the one that runs: two deployments behind one Service, and what grows before what shrinks.
public sealed partial class KubernetesPlatformTests
{
    [Fact]
    public async Task A_candidate_is_a_deployment_of_its_own_whose_pods_the_service_chooses_too()
    {
        Alone(4);
        var call = Call();
        (await platform.StartCandidateAsync(Target, "v43", call, None)).State.ShouldBe(PlatformOperationState.Running);
        var made = stub.Objects.Find("deployments", "shop-canary").ShouldNotBeNull();
        made["spec"]!["template"]!["spec"]!["containers"]![0]!["image"]!.GetValue<string>().ShouldBe("registry.local:5000/shop:v43");
        made["spec"]!["template"]!["metadata"]!["labels"]!.ToJsonString().ShouldBe("""{"app":"shop","chatops/track":"canary"}""");
        made["spec"]!["selector"]!["matchLabels"]!.ToJsonString().ShouldBe("""{"app":"shop","chatops/track":"canary"}""");
        made["metadata"]!["ownerReferences"]![0]!["uid"]!.GetValue<string>().ShouldBe("uid-shop");
        ((int)made["spec"]!["replicas"]!, Replicas("shop")).ShouldBe((0, 4));

        stub.Objects.RollOut("deployments", "shop-canary");
        (await Ended(call)).Message.ShouldBe("no pods yet: they come with its first share of the traffic");
        (await platform.StatusAsync(Target, None)).Candidate.ShouldBe(new Candidate("v43", TargetState.Stopped, 0, "it has no pods yet"));
    }

    [Fact]
    public async Task What_shrinks_waits_until_what_grows_is_there()
    {
        await Beside(4);
        var call = Call();
        await platform.SetWeightAsync(Target, 50, call, None);
        (Replicas("shop"), Replicas("shop-canary")).ShouldBe((4, 2));
        (await Found(call)).Message.ShouldBe("deployment/shop has 4 of 4 ready, deployment/shop-canary 0 of 2");
        Replicas("shop").ShouldBe(4);

        stub.Objects.RollOut("deployments", "shop-canary");
        (await Found(call)).State.ShouldBe(PlatformOperationState.Running);
        (Replicas("shop"), Replicas("shop-canary")).ShouldBe((2, 2));
        stub.Objects.RollOut("deployments", "shop");
        (await Ended(call)).Message.ShouldBeNull();
        (await platform.StatusAsync(Target, None)).Candidate.ShouldNotBeNull().Percent.ShouldBe(50);
    }

    [Fact]
    public async Task A_share_that_the_pods_do_not_allow_is_the_nearest_and_that_is_said()
    {
        await Beside(4);
        var call = Call();
        await Through(call, () => platform.SetWeightAsync(Target, 5, call, None));
        (await Ended(call)).Message.ShouldBe("5 % is not possible with 4 replicas: 1 of 5 is 20 %");
        (await platform.StatusAsync(Target, None)).Candidate.ShouldNotBeNull().Percent.ShouldBe(20);
    }

    [Fact]
    public async Task The_candidate_serves_until_what_it_became_is_all_there_and_then_goes()
    {
        await Beside(4);
        var weight = Call();
        await Through(weight, () => platform.SetWeightAsync(Target, 100, weight, None));
        (Replicas("shop"), Replicas("shop-canary")).ShouldBe((0, 4));
        (await platform.StatusAsync(Target, None)).ShouldSatisfyAllConditions(
            s => s.State.ShouldBe(TargetState.Running), s => (s.ReadyReplicas, s.DesiredReplicas).ShouldBe((4, 4)), s => s.Version.ShouldBe("v42"), s => s.Candidate.ShouldNotBeNull().Percent.ShouldBe(100));
        (await Fails(() => platform.RestartAsync(Target, Call(), None))).Message.ShouldBe("deployment/shop is scaled to nothing while deployment/shop-canary serves in its place: promote or drop that first");

        var call = Call();
        await platform.PromoteAsync(Target, call, None);
        (await Found(call)).State.ShouldBe(PlatformOperationState.Running);
        (Replicas("shop"), Replicas("shop-canary")).ShouldBe((4, 4));
        stub.Objects.RollOut("deployments", "shop");
        (await Found(call)).State.ShouldBe(PlatformOperationState.Running);
        stub.Objects.Find("deployments", "shop-canary").ShouldBeNull();
        await Ended(call);
        var status = await platform.StatusAsync(Target, None);
        (status.Version, status.Candidate, status.DesiredReplicas).ShouldBe(("v43", null, 4));
        stub.Objects.Find("deployments", "shop")!["metadata"]!["annotations"]!["chatops/replicas"].ShouldBeNull();
    }

    [Fact]
    public async Task A_candidate_that_goes_leaves_as_many_pods_as_there_were()
    {
        await Beside(4);
        var weight = Call();
        await Through(weight, () => platform.SetWeightAsync(Target, 50, weight, None));
        var call = Call();
        await platform.DropCandidateAsync(Target, call, None);
        (Replicas("shop"), Replicas("shop-canary")).ShouldBe((4, 2));
        stub.Objects.RollOut("deployments", "shop");
        await Found(call);
        stub.Objects.Find("deployments", "shop-canary").ShouldBeNull();
        await Ended(call);
        (await platform.StatusAsync(Target, None)).ShouldSatisfyAllConditions(s => s.Version.ShouldBe("v42"), s => s.DesiredReplicas.ShouldBe(4), s => s.Candidate.ShouldBeNull());
    }

    [Fact]
    public async Task A_rollback_ends_the_candidate_too()
    {
        var call = Call();
        await platform.RollBackAsync(Target, "v41", call, None);
        stub.Objects.RollOut("deployments", "shop");
        await Found(call);
        await Ended(call);
        stub.Objects.Find("deployments", "shop-canary").ShouldBeNull();
        (await platform.StatusAsync(Target, None)).ShouldSatisfyAllConditions(s => s.Version.ShouldBe("v41"), s => s.DesiredReplicas.ShouldBe(12));
    }

    [Fact]
    public async Task What_a_step_wrote_is_not_written_again_by_the_next_look()
    {
        await Beside(4);
        var call = Call();
        await platform.SetWeightAsync(Target, 50, call, None);
        for (var i = 0; i < 3; i++) await Found(call);
        stub.Steps.ShouldBe(["shop-canary: 0", "shop-canary: 2"]);
        Actions.ShouldBe(2);
    }

    [Fact]
    public async Task A_step_that_a_later_request_overtook_is_not_taken_any_more()
    {
        await Beside(4);
        var first = Call();
        await platform.SetWeightAsync(Target, 50, first, None);
        await platform.DropCandidateAsync(Target, Call(), None);
        stub.Objects.Find("deployments", "shop-canary").ShouldBeNull("the workload had all its pods still");
        var steps = stub.Steps.Count;
        (await Found(first)).State.ShouldBe(PlatformOperationState.Succeeded);
        stub.Steps.Count.ShouldBe(steps);
    }

    [Fact]
    public async Task A_candidate_that_does_not_come_up_leaves_the_workload_its_pods()
    {
        await Beside(4);
        var call = Call();
        await platform.SetWeightAsync(Target, 50, call, None);
        stub.Objects.RollOut("deployments", "shop-canary", works: false);
        var operation = await Found(call);
        operation.State.ShouldBe(PlatformOperationState.Failed);
        operation.Message.ShouldNotBeNull().ShouldContain("has timed out progressing");
        Replicas("shop").ShouldBe(4);
    }

    [Fact]
    public async Task What_an_autoscaler_sets_is_not_set_against_it()
    {
        await Beside(4);
        stub.Objects.Store("horizontalpodautoscalers", (JsonObject)JsonNode.Parse("""{"metadata":{"name":"shop-load"},"spec":{"scaleTargetRef":{"kind":"Deployment","name":"shop"} } }""")!);
        foreach (var action in new Func<Task>[] { () => platform.SetWeightAsync(Target, 50, Call(), None), () => platform.StartCandidateAsync(Target, "v44", Call(), None), () => platform.ScaleAsync(Target, 8, Call(), None) })
            (await Fails(action)).Message.ShouldStartWith("HorizontalPodAutoscaler shop-load sets the replicas of deployment/shop");
        await Offers(scale: false, candidate: false);
        Actions.ShouldBe(1);
    }

    [Theory]
    [InlineData("create", true, false)]
    [InlineData("delete", true, false)]
    [InlineData("list", false, false)]
    [InlineData(null, true, true)]
    public async Task What_its_rights_do_not_give_is_not_offered(string? verb, bool scale, bool candidate)
    {
        stub.Rights.RemoveWhere(r => r.Verb == verb && r.Resource is "deployments" or "horizontalpodautoscalers" && r.Verb == verb);
        await Offers(scale, candidate);
    }

    [Theory]
    [InlineData("""{"paused":true}""")]
    [InlineData("""{"strategy":{"type":"Recreate"} }""")]
    [InlineData("""{"template":{"spec":{"volumes":[{"name":"data","persistentVolumeClaim":{"claimName":"shop"} }] } } }""")]
    public async Task What_cannot_run_twice_is_offered_no_candidate(string spec)
    {
        stub.Objects.Change("deployments", "shop", d => d["spec"] = StubObjects.Merged((JsonObject)d["spec"]!, (JsonObject)JsonNode.Parse(spec)!, strategic: false));
        await Offers(scale: true, candidate: false);
        (await Fails(() => platform.StartCandidateAsync(Target, "v44", Call(), None))).Outcome.ShouldBe(CallOutcome.NotDone);
        Actions.ShouldBe(0);
    }

    [Fact]
    public async Task A_stranger_of_the_candidates_name_is_neither_taken_for_it_nor_touched()
    {
        Alone(4);
        var stranger = StubObjects.Canary("v9", 1);
        stranger["metadata"]!["labels"]!["chatops/track"] = null;
        stub.Objects.Store("deployments", stranger);
        (await platform.StatusAsync(Target, None)).Candidate.ShouldBeNull();
        var failure = await Fails(() => platform.StartCandidateAsync(Target, "v43", Call(), None));
        failure.Message.ShouldContain("\"shop-canary\" already exists");
        (failure.Outcome, Actions, stub.Steps.Count).ShouldBe((CallOutcome.NotDone, 0, 0));
    }

    [Fact]
    public async Task What_the_dry_run_of_a_candidate_refuses_leaves_no_record()
    {
        Alone(4);
        (await Fails(() => platform.StartCandidateAsync(Target, "denied", Call(), None))).Message.ShouldContain("this image is not signed");
        (Actions, stub.Steps.Count).ShouldBe((0, 0));
    }

    private async Task Offers(bool scale, bool candidate)
    {
        using var asked = New(StubCluster.Token);
        var can = await asked.CapabilitiesAsync(None);
        (can.Can(PlatformAction.Scale, Target), can.Can(PlatformAction.Candidate, Target)).ShouldBe((scale, candidate));
    }

    /// <summary>Shop with so many pods and nothing beside it.</summary>
    private void Alone(int replicas)
    {
        stub.Objects.Remove("deployments", "shop-canary");
        stub.Objects.Change("deployments", "shop", d =>
        {
            d["spec"]!["replicas"] = replicas;
            ((JsonObject)d["metadata"]!["annotations"]!).Remove("chatops/replicas");
        });
        stub.Objects.RollOut("deployments", "shop");
    }

    /// <summary>The same with v43 beside it, still without pods.</summary>
    private async Task Beside(int replicas)
    {
        Alone(replicas);
        await platform.StartCandidateAsync(Target, "v43", Call(), None);
        stub.Objects.RollOut("deployments", "shop-canary");
    }

    /// <summary>Until it has ended, with pods that come and go at once.</summary>
    private async Task Through(PlatformCall call, Func<Task> ask)
    {
        await ask();
        for (var i = 0; i < 4 && (await Found(call)).State == PlatformOperationState.Running; i++)
        {
            stub.Objects.RollOut("deployments", "shop");
            if (stub.Objects.Find("deployments", "shop-canary") is not null) stub.Objects.RollOut("deployments", "shop-canary");
        }
    }

    private int Replicas(string name) => (int)stub.Objects.Find("deployments", name)!["spec"]!["replicas"]!;

    private async Task<PlatformOperation> Found(PlatformCall call) => (await platform.FindOperationAsync(Target, call.OperationId, None)).ShouldNotBeNull();

    private async Task<PlatformOperation> Ended(PlatformCall call)
    {
        var operation = await Found(call);
        operation.State.ShouldBe(PlatformOperationState.Succeeded);
        return operation;
    }
}
