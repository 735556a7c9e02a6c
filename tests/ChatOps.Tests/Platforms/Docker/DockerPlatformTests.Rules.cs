using System.Text.Json.Nodes;
using ChatOps.Platforms;
using ChatOps.Tests.Support;

namespace ChatOps.Tests.Platforms.Docker;

// What is Docker's own: containers that take each other's place, Compose, what the Engine tells of an end.
public sealed partial class DockerPlatformTests
{
    private static readonly PlatformTarget Web = new(At("web"), "prod/web");
    private static readonly PlatformTarget Gate = new(At("gate"), "gate");

    [Fact]
    public async Task A_deployed_container_takes_the_name_and_the_old_one_is_kept_stopped()
    {
        stub.Containers.Registry.Add("registry.local:5000/shop:v43");
        (await EndAsync(Target, c => platform.DeployAsync(Target, "v43", recreate: false, c, None))).State.ShouldBe(PlatformOperationState.Succeeded);

        var names = stub.Containers.Names("shop");
        names.Count.ShouldBe(2);
        stub.Containers.Find("shop")!["Config"]!["Image"]!.GetValue<string>().ShouldBe("registry.local:5000/shop:v43");
        (await platform.ReleasesAsync(Target, None)).Select(r => (r.Version, r.Current)).ShouldBe([("v43", true), ("v42", false), ("v41", false)]);
        Running("shop").ShouldBe(["shop"]);
        stub.Containers.RanTogether.ShouldAllBe(r => r.Any(n => n.StartsWith("shop", StringComparison.Ordinal)));
        var status = await platform.StatusAsync(Target, None);
        (status.Version, status.DeployedBy, status.Detail).ShouldBe(("v43", "ana", null));
    }

    [Fact]
    public async Task A_rollback_brings_the_kept_container_itself_back()
    {
        var before = (string?)stub.Containers.Find("gate")!["Id"];
        await EndAsync(Gate, c => platform.DeployAsync(Gate, "v1", recreate: true, c, None));
        var kept = stub.Containers.Find(stub.Containers.Names("gate.chatops-kept").ShouldHaveSingleItem())!;
        ((string?)kept["HostConfig"]!["RestartPolicy"]!["Name"]).ShouldBe("no", "an Engine that starts anew would start it beside the new one");

        (await EndAsync(Gate, c => platform.RollBackAsync(Gate, "v2", c, None))).State.ShouldBe(PlatformOperationState.Succeeded);

        var now = stub.Containers.Find("gate")!;
        ((string?)now["Id"]).ShouldBe(before);
        ((string?)now["HostConfig"]!["RestartPolicy"]!["Name"]).ShouldBe("always");
        Running("gate").ShouldBe(["gate"]);
    }

    [Fact]
    public async Task Where_only_one_can_have_the_port_the_old_one_ends_first_and_comes_back_when_the_new_one_fails()
    {
        (await Fails(() => platform.DeployAsync(Gate, "v1", recreate: false, Call(), None))).Message.ShouldContain("Deploy it with the strategy recreate");

        var ended = await EndAsync(Gate, c => platform.DeployAsync(Gate, "bad", recreate: true, c, None));

        (ended.State, ended.Message).ShouldBe((PlatformOperationState.Failed, "gate with bad does not stay up: exit 1; v2 serves as before"));
        Running("gate").ShouldBe(["gate"]);
        stub.Containers.Names("gate").ShouldBe(["gate"]);
        stub.Containers.RanTogether.ShouldAllBe(r => r.Count(n => n.StartsWith("gate", StringComparison.Ordinal)) <= 1);
    }

    [Fact]
    public async Task All_containers_of_a_compose_service_are_replaced_and_none_of_the_old_ones_is_kept()
    {
        (await EndAsync(Web, c => platform.DeployAsync(Web, "v1", recreate: false, c, None))).State.ShouldBe(PlatformOperationState.Succeeded);

        stub.Containers.Names("prod-web").ShouldBe(["prod-web-1", "prod-web-2"]);
        var status = await platform.StatusAsync(Web, None);
        (status.Version, status.ReadyReplicas, status.DesiredReplicas).ShouldBe(("v1", 2, 2));
        stub.Containers.RanTogether.ShouldAllBe(r => r.Count(n => n.StartsWith("prod-web", StringComparison.Ordinal)) >= 2);
        (await platform.ReleasesAsync(Web, None)).Select(r => r.Version).ShouldBe(["v2", "v1", "bad", "sick"], ignoreOrder: true);
    }

    [Fact]
    public async Task An_unhealthy_version_never_gets_the_place()
    {
        var ended = await EndAsync(Web, c => platform.DeployAsync(Web, "sick", recreate: false, c, None));
        (ended.State, ended.Message).ShouldBe((PlatformOperationState.Failed, "prod-web-1 with sick is unhealthy: GET /health: 500; v2 serves as before"));
        Running("prod-web").ShouldBe(["prod-web-1", "prod-web-2"]);
        stub.Containers.Names("prod-web").ShouldBe(["prod-web-1", "prod-web-2"]);
    }

    [Fact]
    public async Task The_containers_of_a_service_restart_one_after_the_other()
    {
        var call = Call();
        await platform.RestartAsync(Web, call, None);
        stub.Actions.ShouldBe(1, "the second waits until the first is up");
        await EndAsync(Web, _ => platform.RestartAsync(Web, call, None), call);
        stub.Actions.ShouldBe(2);
    }

    [Fact]
    public async Task What_the_old_image_brought_is_left_to_the_new_one()
    {
        stub.Containers.Touch("prod-web-1", c => c["Config"]!["Env"] = new JsonArray("PATH=/bin", "BUILD=v2", "OWN=1"));
        stub.Containers.Touch("prod-web-1", c => c["Config"]!["Cmd"] = new JsonArray("serve", "v2"));
        await EndAsync(Web, c => platform.DeployAsync(Web, "v1", recreate: false, c, None));
        var config = stub.Containers.Find("prod-web-1")!["Config"]!;
        config["Env"]!.AsArray().Select(e => (string?)e).ShouldBe(["OWN=1", "PATH=/bin", "BUILD=v1"]);
        config["Cmd"]!.AsArray().Select(e => (string?)e).ShouldBe(["serve", "v1"]);
        config["Labels"]!.AsObject().Select(l => l.Key).ShouldBe(["com.docker.compose.project", "com.docker.compose.service", "chatops.operation", "chatops.target"]);
    }

    [Fact]
    public async Task Data_in_a_volume_without_a_name_goes_along()
    {
        stub.Containers.Touch("gate", c => c["Mounts"] = JsonNode.Parse("""[{"Type":"volume","Name":"5d0c","Destination":"/data","RW":true},{"Type":"bind","Source":"/srv","Destination":"/srv"}]"""));
        await EndAsync(Gate, c => platform.DeployAsync(Gate, "v1", recreate: true, c, None));
        stub.Containers.Find("gate")!["HostConfig"]!["Binds"]!.AsArray().Select(b => (string?)b).ShouldBe(["5d0c:/data"]);
    }

    [Fact]
    public async Task An_image_that_is_nowhere_is_refused_before_anything_is_made()
    {
        var failure = await Fails(() => platform.DeployAsync(Target, "v99", recreate: false, Call(), None));
        failure.Message.ShouldStartWith("the image registry.local:5000/shop:v99 is not on engine and cannot be pulled");
        (failure.Outcome, Actions).ShouldBe((CallOutcome.NotDone, 0));
    }

    [Fact]
    public async Task While_containers_are_replaced_nothing_else_is_begun()
    {
        await platform.DeployAsync(Target, "v41", recreate: false, Call(), None);
        (await Fails(() => platform.RestartAsync(Target, Call(), None))).Code.ShouldBe("busy");
        (await platform.StatusAsync(Target, None)).Detail.ShouldBe("deploy of v41 is under way");
        Actions.ShouldBe(1);
    }

    [Theory]
    [InlineData("deploy", "prod/web", "prod-web")]
    [InlineData("recreate", "gate", "gate")]
    [InlineData("rollback", "gate", "gate")]
    public async Task A_bot_that_ends_between_any_two_calls_leaves_a_state_that_is_told_and_cleared_up(string what, string name, string containers)
    {
        var target = new PlatformTarget(At("x"), name);
        for (var n = 1; ; n++)
        {
            await FreshAsync();
            if (what == "rollback")
            {
                await EndAsync(target, c => platform.DeployAsync(target, "v1", recreate: true, c, None));
                // What it clears up behind its end is none of the calls that are counted.
                platform.Dispose();
                platform = New(StubEngine.Token, Generous);
                await Until.TrueAsync(() => Task.FromResult(stub.Quiet), "nothing of it is under way");
            }
            var done = 0;
            var last = n;
            stub.AfterChange = _ =>
            {
                if (Interlocked.Increment(ref done) == last) platform.Dispose();
                return Task.CompletedTask;
            };
            var call = Call();
            try
            {
                await EndAsync(target, c => what == "rollback" ? platform.RollBackAsync(target, "v2", c, None) : platform.DeployAsync(target, "v1", recreate: what == "recreate", c, None), call, () => done >= last);
            }
            catch (Exception e) when (e is PlatformException or ObjectDisposedException or OperationCanceledException)
            {
                // It died while it was asked.
            }
            var whole = done < last;
            stub.AfterChange = _ => Task.CompletedTask;
            platform.Dispose();
            platform = New(StubEngine.Token, Generous);
            time.By += TimeSpan.FromHours(1);

            var told = (await platform.FindOperationAsync(target, call.OperationId, None)).ShouldNotBeNull();
            told.State.ShouldNotBe(PlatformOperationState.Running);
            if (told.State == PlatformOperationState.Succeeded) (await platform.StatusAsync(target, None)).Version.ShouldBe(what == "rollback" ? "v2" : "v1");
            else if (Running(containers).Count == 0) told.Message.ShouldNotBeNull().ShouldContain("docker start");
            (await EndAsync(target, c => platform.RestartAsync(target, c, None))).State.ShouldBe(PlatformOperationState.Succeeded, $"after the end behind call {n}");
            var there = stub.Containers.Names(containers).Where(c => !c.Contains(".chatops-kept-", StringComparison.Ordinal));
            there.ShouldBe(name == "gate" ? ["gate"] : ["prod-web-1", "prod-web-2"], $"after the end behind call {n}");
            Running(containers).ShouldBe(there, $"after the end behind call {n}");
            if (whole)
            {
                n.ShouldBeGreaterThan(8, "each of its calls was tried");
                return;
            }
        }
    }

    [Fact]
    public async Task An_end_that_somebody_asked_for_is_no_crash()
    {
        stub.Containers.Touch("gate", c => c["State"] = JsonNode.Parse("""{"Running":false,"ExitCode":137,"StartedAt":"2026-11-21T09:00:00Z","FinishedAt":"2026-11-21T09:30:00Z"}"""));
        (await platform.StatusAsync(Gate, None)).State.ShouldBe(TargetState.Crashed);
        var id = (string?)stub.Containers.Find("gate")!["Id"];
        foreach (var action in new[] { "kill", "die" })
            stub.Containers.Events.Add(new JsonObject { ["id"] = id, ["Action"] = action, ["timeNano"] = new DateTimeOffset(2026, 11, 21, 9, 29, 59, TimeSpan.Zero).ToUnixTimeMilliseconds() * 1_000_000, ["Actor"] = new JsonObject { ["Attributes"] = new JsonObject { ["exitCode"] = "137" } } });
        var status = await platform.StatusAsync(Gate, None);
        (status.State, status.LastExit).ShouldBe((TargetState.Stopped, null));
    }

    [Fact]
    public async Task The_log_of_a_terminal_has_no_headers()
    {
        stub.Containers.Touch("shop", c => c["Config"]!["Tty"] = true);
        WriteLog((Since, "one"), (Since.AddSeconds(1), "two"));
        (await Logs(new(Since, null, null))).Select(l => (l.Text, l.Instance)).ShouldBe([("one", "shop"), ("two", "shop")]);
    }

    [Fact]
    public async Task A_raised_limit_raises_the_swap_with_it()
    {
        await EndAsync(Target, c => platform.SetMemoryLimitAsync(Target, 402653184, c, None));
        var host = stub.Containers.Find("shop")!["HostConfig"]!;
        ((long?)host["Memory"], (long?)host["MemorySwap"]).ShouldBe((402653184, 805306368));
    }

    [Fact]
    public async Task What_a_swarm_keeps_is_left_to_it()
    {
        stub.Containers.Touch("gate", c => c["Config"]!["Labels"]!["com.docker.swarm.service.name"] = "gate");
        (await Fails(() => platform.RestartAsync(Gate, Call(), None))).Message.ShouldContain("docker service update");
    }

    [Theory]
    [InlineData("../volumes")]
    [InlineData("shop?all=1")]
    [InlineData("a/b/c")]
    [InlineData("shop.chatops-kept-1")]
    public async Task What_is_no_name_of_a_service_is_never_asked_for(string name)
    {
        (await Fails(() => platform.StatusAsync(new(At("x"), name), None))).Outcome.ShouldBe(CallOutcome.NotDone);
        stub.Calls.ShouldBeEmpty();
    }

    /// <summary>Asks, and lets time pass until it has an end.</summary>
    private async Task<PlatformOperation> EndAsync(PlatformTarget target, Func<PlatformCall, Task<PlatformOperation>> ask, PlatformCall? given = null, Func<bool>? enough = null)
    {
        var call = given ?? Call();
        var operation = await ask(call);
        await Until.TrueAsync(async () =>
        {
            time.By += TimeSpan.FromSeconds(1);
            if (enough?.Invoke() == true) return true;
            operation = (await platform.FindOperationAsync(target, call.OperationId, None)).ShouldNotBeNull();
            return operation.State != PlatformOperationState.Running;
        }, "the operation has an end");
        return operation;
    }

    private async Task FreshAsync()
    {
        platform.Dispose();
        await stub.DisposeAsync();
        time.By = TimeSpan.Zero;
        await InitializeAsync();
    }

    private IReadOnlyList<string> Running(string beginning) =>
        [.. stub.Containers.Names(beginning).Where(n => (bool?)stub.Containers.Find(n)!["State"]!["Running"] == true)];
}
