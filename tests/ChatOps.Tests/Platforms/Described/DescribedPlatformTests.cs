using System.Net;
using System.Net.Sockets;
using ChatOps.Platforms;
using ChatOps.Platforms.Described;

namespace ChatOps.Tests.Platforms.Described;

/// <summary>What every adapter keeps, kept by nothing but the description in docs/described-platform.md.</summary>
public sealed class DescribedPlatformTests : PlatformContract
{
    private StubDepot stub = null!;
    private DescribedPlatform platform = null!;

    protected override IPlatform Platform => platform;

    protected override PlatformOffer Offer => DescribedPlatform.Offer;

    protected override PlatformTarget Target => new(At("shop"), "shop");

    protected override PlatformTarget Plain => new(At("mailer"), "mailer");

    protected override string Credential => StubDepot.Key;

    protected override int Actions => stub.Actions;

    public override async ValueTask InitializeAsync()
    {
        stub = await StubDepot.StartAsync();
        platform = DescribedExample.Platform(DescribedExample.Text, stub.Url);
    }

    public override async ValueTask DisposeAsync()
    {
        platform.Dispose();
        await stub.DisposeAsync();
    }

    protected override void WriteLog(params (DateTimeOffset At, string Text)[] lines)
    {
        foreach (var (at, text) in lines) stub.Log.Enqueue((at.ToUnixTimeMilliseconds(), text));
    }

    protected override async Task BreakAsync(Fault fault)
    {
        var failed = 0;
        switch (fault)
        {
            case Fault.Hangs:
                Renew("1s");
                stub.Misbehave = HangAsync;
                break;
            case Fault.HangsAfterActing:
                Renew("3s");
                stub.AfterAction = HangAsync;
                break;
            case Fault.CutsAfterActing:
                stub.AfterAction = c => { c.Abort(); return Task.CompletedTask; };
                break;
            case Fault.BreaksOnActions:
                stub.Misbehave = async c => c.Request.Method == "POST" && await ProblemAsync(c, 500);
                break;
            case Fault.RefusesCredentials:
                platform.Dispose();
                platform = DescribedExample.Platform(DescribedExample.Text, stub.Url, StubDepot.Key + "x");
                break;
            case Fault.Gone:
                await stub.DisposeAsync();
                break;
            case Fault.FailsOneRead:
                stub.Misbehave = async c => Interlocked.Increment(ref failed) == 1 && await ProblemAsync(c, 503);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(fault));
        }
    }

    /// <summary>Impatient only where it is to wait in vain, since a busy machine is slow.</summary>
    private void Renew(string timeout)
    {
        platform.Dispose();
        platform = DescribedExample.Platform(DescribedExample.Text, stub.Url, timeout: timeout);
    }

    [Fact]
    public async Task What_stands_elsewhere_in_other_words_is_read_as_described()
    {
        (await platform.StatusAsync(Target, None)).ShouldSatisfyAllConditions(
            s => s.State.ShouldBe(TargetState.Starting), s => s.Recovering.ShouldBeTrue(), s => s.Generation.ShouldBe(7), s => s.DeployedBy.ShouldBe("tom"), s => s.DesiredReplicas.ShouldBe(1));
        (await platform.ReleasesAsync(Target, None))[0].ShouldSatisfyAllConditions(r => r.Current.ShouldBeTrue(), r => r.Author.ShouldBe("tom"), r => r.DeployedAt.ShouldBe(Since.AddMinutes(20)));
        (await platform.ChangesAsync(Target, Since, None)).Select(c => (c.Kind, c.Succeeded, c.Text)).ShouldBe([("deploy", true, null), ("config", null, "repaint"), ("restart", true, "after a crash")]);
        var figures = await platform.MetricsAsync(Target, version: null, Since, Since.AddHours(1), None);
        figures.Select(f => (f.Name, f.Unit, f.Points[^1].Value)).ShouldBe([("memory", "bytes", 2), ("latency_p99", "ms", 250), ("cpu", "percent", 12.5)]);
    }

    [Fact]
    public async Task What_is_asked_goes_over_the_wire_as_described()
    {
        await platform.ChangesAsync(Target, Since, None);
        await platform.LogsAsync(Target, new(Since, null, null), None).ToListAsync(None);
        await platform.SetWeightAsync(Target, 25, Call("op:1"), None);
        stub.LastBody!.ToJsonString().ShouldBe("""{"share":25,"by":"ana"}""");
        await platform.DeployAsync(Target, "v41", recreate: true, Call("op:2") with { IfGeneration = 7 }, None);
        stub.LastBody!.ToJsonString().ShouldBe("""{"stage":"production","do":"ship","build":{"tag":"v41"},"stop_first":true,"by":"ana","why":"incident 7","if_rev":7}""");
        stub.Calls.ShouldBe(
        [
            "GET /apps/shop/history?stage=production&from=1795251600000",
            "GET /apps/shop/output?stage=production&from=1795251600000",
            "PUT /apps/shop/beside/share?stage=production&key=op%3A1",
            "POST /apps/shop/jobs",
        ]);
    }

    [Fact]
    public async Task An_operation_is_asked_for_as_often_as_described_and_its_end_is_told_in_our_words()
    {
        var clock = new StillClock();
        using var patient = DescribedExample.Platform(DescribedExample.With("every: 100ms, at_most: 30m", "every: 5s, at_most: 1m"), stub.Url, time: clock);
        await patient.RestartAsync(Target, Call("op-poll"), None);
        stub.End("op-poll", "broken");
        (await patient.FindOperationAsync(Target, "op-poll", None)).ShouldNotBeNull().State.ShouldBe(PlatformOperationState.Running);
        clock.Now += TimeSpan.FromSeconds(6);
        (await patient.FindOperationAsync(Target, "op-poll", None)).ShouldNotBeNull().State.ShouldBe(PlatformOperationState.Failed);
        await patient.RestartAsync(Target, Call("op-slow"), None);
        clock.Now += TimeSpan.FromSeconds(61);
        (await Fails(() => patient.FindOperationAsync(Target, "op-slow", None))).Message.ShouldBe("depot still works on op-slow after 60 s; look at it there");
    }

    [Fact]
    public async Task Where_the_platform_names_an_operation_itself_it_is_followed_by_that_name_and_after_a_crash_nobody_knows()
    {
        var text = DescribedExample.With("keeps_operation_ids: true ", "keeps_operation_ids: false ")
            .Replace("request: GET /jobs\n      query: { key: \"{operation_id}\" }\n      each: jobs ", "request: GET /jobs/{id}\n      # each: jobs ", StringComparison.Ordinal);
        using var first = DescribedExample.Platform(text, stub.Url);
        var call = Call();
        await first.RestartAsync(Target, call, None);
        stub.End(call.OperationId, "done");
        PlatformOperation? found = null;
        await RunUntilAsync(async () => (found = await first.FindOperationAsync(Target, call.OperationId, None)) is { State: PlatformOperationState.Succeeded });
        found.ShouldNotBeNull().Id.ShouldBe(call.OperationId);
        stub.Calls.ShouldContain("GET /jobs/1");
        using var second = DescribedExample.Platform(text, stub.Url);
        (await second.CapabilitiesAsync(None)).KeepsOperationIds.ShouldBeFalse();
        var lost = await Fails(() => second.FindOperationAsync(Target, call.OperationId, None));
        (lost.Outcome, lost.Code).ShouldBe((CallOutcome.Unknown, "ids_not_kept"));
    }

    [Fact]
    public async Task A_platform_that_is_not_told_the_generation_is_looked_at_before_it_is_asked()
    {
        using var blind = DescribedExample.Platform(DescribedExample.With(", if_rev: \"{generation}\"", ""), stub.Url);
        (await Fails(() => blind.RestartAsync(Target, Call() with { IfGeneration = 6 }, None))).Code.ShouldBe("generation_changed");
        Actions.ShouldBe(0);
        await blind.RestartAsync(Target, Call() with { IfGeneration = 7 }, None);
        Actions.ShouldBe(1);
    }

    [Fact]
    public async Task Where_nothing_but_a_status_is_described_nothing_else_is_offered()
    {
        var text = string.Concat(DescribedExample.Text.AsSpan(0, DescribedExample.Text.IndexOf("    releases:", StringComparison.Ordinal)), DescribedExample.Text.AsSpan(DescribedExample.Text.IndexOf("\nservices:", StringComparison.Ordinal) + 1))
            .Replace("keeps_operation_ids: true ", "keeps_operation_ids: false ", StringComparison.Ordinal);
        using var bare = DescribedExample.Platform(text, stub.Url);
        var can = await bare.CapabilitiesAsync(None);
        Enum.GetValues<PlatformAction>().ShouldAllBe(a => !can.Can(a, Target));
        (can.KeepsOperationIds, can.MeasuresVersions(Target)).ShouldBe((false, false));
        foreach (var action in EveryAction) await AskNothing(bare, action);
        (await bare.MetricsAsync(Target, null, Since, Since, None)).ShouldBeEmpty();
        (await bare.ChangesAsync(Target, Since, None)).ShouldBeEmpty();
        (await Fails(() => bare.ReleasesAsync(Target, None))).Message.ShouldBe("'releases' is not described for platform depot in chatops.yaml");
        stub.Calls.ShouldBeEmpty();
    }

    [Fact]
    public async Task Without_changes_what_went_live_is_what_changed()
    {
        using var quiet = DescribedExample.Platform(DescribedExample.Text.Remove(DescribedExample.Text.IndexOf("    changes:", StringComparison.Ordinal), DescribedExample.Text.IndexOf("    logs:", StringComparison.Ordinal) - DescribedExample.Text.IndexOf("    changes:", StringComparison.Ordinal)), stub.Url);
        (await quiet.ChangesAsync(Target, Since, None)).Select(c => (c.Kind, c.Version, c.At)).ShouldBe([("deploy", "v42", Since.AddMinutes(20))]);
    }

    [Fact]
    public async Task A_service_that_has_one_name_in_two_environments_is_not_asked_for_without_saying_which()
    {
        var text = DescribedExample.With("environments: [production]", "environments: [staging, production]").Replace("mailer: { kind: worker, tier: 3, environments: { ", "mailer: { kind: worker, tier: 3, environments: { staging: { platform: depot }, ", StringComparison.Ordinal)
            .Replace("{ stage: \"{environment}\", do: bounce, ", "{ do: bounce, ", StringComparison.Ordinal);
        using var two = DescribedExample.Platform(text, stub.Url);
        var can = await two.CapabilitiesAsync(None);
        (can.Can(PlatformAction.Restart, Plain), can.Can(PlatformAction.Restart, Target)).ShouldBe((false, true));
        (await Fails(() => two.RestartAsync(Plain, Call(), None))).Message.ShouldBe("depot was not asked: 'restart' in chatops.yaml does not say {environment}, and mailer has one name there in several");
        Actions.ShouldBe(0);
        (await two.ReachAsync(None)).Missing.ShouldHaveSingleItem().ToDo.ShouldStartWith("Say {environment} in its request");
    }

    [Fact]
    public async Task An_action_without_a_body_is_sent_once_also_where_the_connection_ends_before_an_answer()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        using var stop = new CancellationTokenSource();
        listener.Start();
        var requests = 0;
        var serving = Task.Run(async () =>
        {
            while (true)
            {
                using var client = await listener.AcceptTcpClientAsync(stop.Token);
                using var lines = new StreamReader(client.GetStream());
                while (await lines.ReadLineAsync(stop.Token) is { Length: > 0 }) { }
                requests++;
            }
        }, None);
        using var asked = DescribedExample.Platform(DescribedExample.Text, new($"http://{listener.LocalEndpoint}/"));
        (await Fails(() => asked.DropCandidateAsync(Target, Call(), None))).Outcome.ShouldBe(CallOutcome.Unknown);
        await stop.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(serving);
        requests.ShouldBe(1);
    }

    [Fact]
    public void The_command_by_hand_is_the_described_request() =>
        platform.CommandByHand(Target, PlatformAction.RollBack, "v'41").ShouldBe(
            "curl -fsS -X POST -H \"X-Depot-Key: $TOKEN\" -H 'Idempotency-Key: by-hand-'$(date +%s)'' -H 'Content-Type: application/json' "
            + "-d '{\"stage\":\"production\",\"do\":\"ship\",\"build\":{\"tag\":\"v\\u002741\"},\"back\":true,\"by\":\"'\"$USER\"'\",\"why\":\"by hand\"}' "
            + $"'{stub.Url}apps/shop/jobs'");

    private static async Task AskNothing(DescribedPlatform bare, string action)
    {
        var target = new PlatformTarget(At("shop"), "shop");
        var refused = await Fails(() => action switch
        {
            "restart" => bare.RestartAsync(target, Call(), None),
            "rollback" => bare.RollBackAsync(target, "v41", Call(), None),
            "deploy" or "recreate" => bare.DeployAsync(target, "v41", action == "recreate", Call(), None),
            "candidate" => bare.StartCandidateAsync(target, "v41", Call(), None),
            "weight" => bare.SetWeightAsync(target, 5, Call(), None),
            "promote" => bare.PromoteAsync(target, Call(), None),
            "drop-candidate" => bare.DropCandidateAsync(target, Call(), None),
            "backup" => bare.BackUpAsync(target, Call(), None),
            "scale" => bare.ScaleAsync(target, 2, Call(), None),
            _ => bare.SetMemoryLimitAsync(target, 1, Call(), None),
        });
        (refused.Outcome, refused.Code).ShouldBe((CallOutcome.NotDone, "unsupported"), action);
    }

    private static async Task RunUntilAsync(Func<Task<bool>> holds)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (!await holds()) await timer.WaitForNextTickAsync(patience.Token);
    }

    private static async Task<bool> ProblemAsync(HttpContext context, int status)
    {
        await StubDepot.ProblemAsync(context, status, "broken", "It broke.");
        return true;
    }

    /// <summary>Stands still until it is moved; waits take their real time.</summary>
    private sealed class StillClock : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = Since;

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
