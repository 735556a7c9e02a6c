using System.Text.Json.Nodes;
using ChatOps.Platforms;
using ChatOps.Platforms.Docker;
using ChatOps.Tests.Support;

namespace ChatOps.Tests.Platforms.Docker;

/// <summary>The adapter at a real Engine: what it keeps at the stub it keeps there.</summary>
[Collection(nameof(RealDocker))]
public sealed class RealDockerTests(DockerEngine docker) : IAsyncLifetime
{
    private const string Repository = "adapter-tests";

    private static readonly CancellationToken None = CancellationToken.None;

    private readonly string name = $"adapter-{Guid.NewGuid():N}"[..20];
    private DockerPlatform platform = null!;

    private PlatformTarget Target => new(new(name, "production"), name);

    public async ValueTask InitializeAsync()
    {
        docker.Need();
        platform = New();
        foreach (var version in new[] { "v1", "v2" }) await docker.ImportAsync(Repository, version, """CMD ["sh","-c","echo serving $(cat /version); while true; do sleep 0.2; done"]""", "ENV SECRET=image");
    }

    public async ValueTask DisposeAsync()
    {
        platform?.Dispose();
        if (platform is not null) await docker.RemoveAsync(name);
    }

    [Fact]
    public async Task A_healthy_version_takes_the_place_and_the_kept_container_takes_it_back()
    {
        // As the Engine says that it knows.
        (await platform.ReachAsync(None)).ShouldSatisfyAllConditions(r => r.What.ShouldStartWith("Docker Engine "), r => r.Missing.ShouldBeEmpty());
        var first = await docker.RunAsync(name, Container("none", check: "test -f /version"));
        await StateAsync(TargetState.Running);
        (await platform.CapabilitiesAsync(None)).Can(PlatformAction.Deploy, Target).ShouldBeTrue();

        (await EndAsync(c => platform.DeployAsync(Target, "v2", recreate: false, c, None))).ShouldBe((PlatformOperationState.Succeeded, null));

        var status = await platform.StatusAsync(Target, None);
        (status.Version, status.State, status.DeployedBy, status.LastExit).ShouldBe(("v2", TargetState.Running, "ana", null));
        status.Variables.ShouldNotBeNull().ShouldBe(["OWN", "PATH", "SECRET"], ignoreOrder: true);
        (await platform.ReleasesAsync(Target, None)).Select(r => r.Version).ShouldBe(["v2", "v1"], ignoreOrder: true);
        (await docker.InspectAsync(first))["State"]!["Running"]!.GetValue<bool>().ShouldBeFalse();

        (await EndAsync(c => platform.RollBackAsync(Target, "v1", c, None))).ShouldBe((PlatformOperationState.Succeeded, null));
        ((string?)(await docker.InspectAsync(name))["Id"]).ShouldBe(first);
        var changes = await platform.ChangesAsync(Target, DateTimeOffset.UnixEpoch, None);
        changes.TakeLast(2).Select(c => (c.Kind, c.FromVersion, c.Version, c.Actor, c.Succeeded)).ShouldBe([("deploy", "v1", "v2", "ana", true), ("rollback", "v2", "v1", "ana", true)]);
    }

    [Fact]
    public async Task An_unhealthy_version_is_undone_and_the_old_one_serves_again()
    {
        var first = await docker.RunAsync(name, Container("host", check: "grep -q v1 /version"));
        await StateAsync(TargetState.Running);
        var (state, message) = await EndAsync(c => platform.DeployAsync(Target, "v2", recreate: true, c, None));
        state.ShouldBe(PlatformOperationState.Failed);
        message.ShouldNotBeNull().ShouldStartWith($"{name} with v2 is unhealthy");
        message.ShouldEndWith("v1 serves as before");
        ((string?)(await docker.InspectAsync(name))["Id"]).ShouldBe(first);
        await StateAsync(TargetState.Running);
    }

    [Fact]
    public async Task A_restart_is_found_by_its_id_after_the_bot_was_replaced()
    {
        await docker.RunAsync(name, Container("host"));
        var before = (await platform.StatusAsync(Target, None)).StartedAt;
        var call = Call();
        await EndAsync(c => platform.RestartAsync(Target, c, None), call);
        (await platform.StatusAsync(Target, None)).ShouldSatisfyAllConditions(s => s.StartedAt.ShouldNotBe(before), s => s.LastExit.ShouldBeNull(), s => s.State.ShouldBe(TargetState.Running));
        using var another = New();
        (await another.FindOperationAsync(Target, call.OperationId, None)).ShouldNotBeNull().State.ShouldBe(PlatformOperationState.Succeeded);
        (await another.FindOperationAsync(Target, "op-never", None)).ShouldBeNull();
    }

    [Fact]
    public async Task Out_of_memory_is_told_and_a_raised_limit_holds()
    {
        Assert.SkipUnless(docker.LimitsMemory, "The kernel of this machine limits no container's memory.");
        var container = Container("host", command: "tail /dev/zero");
        container["HostConfig"]!["Memory"] = 16 * 1024 * 1024;
        await docker.RunAsync(name, container);
        await StateAsync(TargetState.Crashed);
        (await platform.StatusAsync(Target, None)).LastExit.ShouldNotBeNull().ShouldSatisfyAllConditions(e => e.OomKilled.ShouldBeTrue(), e => e.Code.ShouldBe(137), e => e.Signal.ShouldBe(9));
        (await EndAsync(c => platform.SetMemoryLimitAsync(Target, 64 * 1024 * 1024, c, None))).State.ShouldBe(PlatformOperationState.Succeeded);
        ((long?)(await docker.InspectAsync(name))["HostConfig"]!["Memory"]).ShouldBe(64 * 1024 * 1024);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_log_is_the_same_with_and_without_a_terminal(bool tty)
    {
        var container = Container("host", command: "echo one; head -c 20000 /dev/zero | tr '\\0' x; echo; echo password=hunter2hunter2; sleep 600");
        container["Tty"] = tty;
        await docker.RunAsync(name, container);
        List<LogLine> lines = [];
        await Until.TrueAsync(async () => (lines = await LogsAsync(new(DateTimeOffset.UnixEpoch, null, null))).Count == 3, "three lines are there");
        lines[0].Text.ShouldBe("one");
        if (!tty) lines[1].Text.ShouldBe(new string('x', 20000));
        lines[2].Text.ShouldNotContain("hunter2");
        (await LogsAsync(new(DateTimeOffset.UnixEpoch, null, 1))).ShouldHaveSingleItem().At.ShouldBe(lines[2].At);
        (await LogsAsync(new(lines[2].At.AddSeconds(1), null, null))).ShouldBeEmpty();
    }

    [Fact]
    public async Task What_it_uses_is_measured_against_its_limits()
    {
        var container = Container("host", command: "while true; do :; done");
        (container["HostConfig"]!["Memory"], container["HostConfig"]!["NanoCpus"]) = (32 * 1024 * 1024, 500_000_000);
        await docker.RunAsync(name, container);
        var series = await platform.MetricsAsync(Target, version: null, DateTimeOffset.UnixEpoch, TimeProvider.System.GetUtcNow(), None);
        var memory = series.First(s => s.Name == "memory");
        if (docker.LimitsMemory) memory.Limit.ShouldBe(32 * 1024 * 1024);
        memory.Points.ShouldHaveSingleItem().Value.ShouldBeInRange(1, 32 * 1024 * 1024);
        series.First(s => s.Name == "cpu").ShouldSatisfyAllConditions(c => c.Limit.ShouldBe(100), c => c.Points.ShouldHaveSingleItem().Value.ShouldBeGreaterThan(0));
    }

    private static PlatformCall Call() => new(Guid.NewGuid().ToString(), "ana", "incident 7");

    private static JsonObject Container(string network, string? command = null, string? check = null)
    {
        var container = new JsonObject { ["Image"] = $"{Repository}:v1", ["Env"] = new JsonArray("OWN=1"), ["StopTimeout"] = 0, ["HostConfig"] = new JsonObject { ["NetworkMode"] = network } };
        if (command is not null) container["Cmd"] = new JsonArray("sh", "-c", command);
        if (check is not null) container["Healthcheck"] = new JsonObject { ["Test"] = new JsonArray("CMD-SHELL", check), ["Interval"] = 300_000_000, ["Timeout"] = 30_000_000_000, ["Retries"] = 1 };
        return container;
    }

    private DockerPlatform New() => new(
        new() { Name = "engine", Type = "docker", Url = new("http://unknown.invalid"), Timeout = TimeSpan.FromSeconds(30), Settings = new DockerSettings { Socket = docker.Socket } }, [name], TimeProvider.System);

    private Task StateAsync(TargetState state) => Until.TrueAsync(async () => (await platform.StatusAsync(Target, None)).State == state, $"the state is {state}", TimeSpan.FromSeconds(60));

    private async Task<(PlatformOperationState State, string? Message)> EndAsync(Func<PlatformCall, Task<PlatformOperation>> ask, PlatformCall? given = null)
    {
        var call = given ?? Call();
        var operation = await ask(call);
        await Until.TrueAsync(async () => (operation = (await platform.FindOperationAsync(Target, call.OperationId, None))!).State != PlatformOperationState.Running, "the operation has an end", TimeSpan.FromSeconds(120));
        return (operation.State, operation.Message);
    }

    private async Task<List<LogLine>> LogsAsync(LogWindow window)
    {
        var lines = new List<LogLine>();
        await foreach (var line in platform.LogsAsync(Target, window, None)) lines.Add(line);
        return lines;
    }
}
