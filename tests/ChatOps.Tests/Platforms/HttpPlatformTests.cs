using System.Diagnostics;
using System.Text.Json;
using ChatOps.Catalog;
using ChatOps.Platforms;
using ChatOps.Platforms.Http;

namespace ChatOps.Tests.Platforms;

public sealed class HttpPlatformTests : PlatformContract
{
    private StubHttpPlatform stub = null!;
    private HttpPlatform platform = null!;

    protected override IPlatform Platform => platform;

    protected override PlatformOffer Offer => HttpPlatform.Offer;

    protected override PlatformTarget Target => new(At("shop-db"), StubHttpPlatform.Service);

    protected override PlatformTarget Plain => new(At("mailer"), StubHttpPlatform.Plain);

    protected override string Credential => StubHttpPlatform.Token;

    protected override int Actions => stub.Actions;

    public override async ValueTask InitializeAsync()
    {
        stub = await StubHttpPlatform.StartAsync();
        platform = New(StubHttpPlatform.Token);
    }

    public override async ValueTask DisposeAsync()
    {
        platform.Dispose();
        await stub.DisposeAsync();
    }

    protected override void WriteLog(params (DateTimeOffset At, string Text)[] lines) =>
        stub.LogRecords.AddRange(lines.Select(l => JsonSerializer.Serialize(new { at = l.At, line = l.Text, instance = "shop-1" })));

    protected override async Task BreakAsync(Fault fault)
    {
        var failed = 0;
        switch (fault)
        {
            case Fault.Hangs:
                Renew(TimeSpan.FromSeconds(1));
                stub.Misbehave = HangAsync;
                break;
            case Fault.HangsAfterActing:
                Renew(TimeSpan.FromSeconds(3));
                stub.AfterAction = HangAsync;
                break;
            case Fault.CutsAfterActing:
                stub.AfterAction = c => { c.Abort(); return Task.CompletedTask; };
                break;
            case Fault.BreaksOnActions:
                stub.AfterAction = c => StubHttpPlatform.ErrorAsync(c, 500, "internal", "It broke.");
                stub.Misbehave = async c => c.Request.Method == "POST" && await ErrorAsync(c, 500, "internal", "It broke.");
                break;
            case Fault.RefusesCredentials:
                platform.Dispose();
                platform = New(StubHttpPlatform.Token + "x");
                break;
            case Fault.Gone:
                await stub.DisposeAsync();
                break;
            case Fault.FailsOneRead:
                stub.Misbehave = async c => Interlocked.Increment(ref failed) == 1 && await ErrorAsync(c, 503, "internal", "Not now.");
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(fault));
        }
    }

    [Fact]
    public async Task Names_are_percent_encoded_and_the_environment_is_named()
    {
        await platform.StatusAsync(Target, None);
        stub.Calls.ShouldBe(["GET /v1/services/shop%20db%2F1?environment=production"]);
    }

    [Fact]
    public async Task A_platform_below_a_path_is_found_there()
    {
        using var below = new HttpPlatform(Definition(StubHttpPlatform.Token) with { Url = new(stub.Url, "/ops/") }, TimeProvider.System);
        await Fails(() => below.StatusAsync(Target, None));
        stub.Calls.Single().ShouldStartWith("GET /ops/v1/services/");
    }

    [Fact]
    public async Task The_sentence_for_a_wrong_token_names_the_place_to_look()
    {
        using var wrong = New("wrong");
        (await Fails(() => wrong.StatusAsync(Target, None))).Message
            .ShouldBe("shop-platform refused: token not accepted (401); check the token of platform shop-platform in chatops.yaml");
    }

    [Fact]
    public async Task A_refusal_carries_the_platforms_word_and_its_sentence()
    {
        stub.Misbehave = c => ErrorAsync(c, 409, "busy", "Operation op-7 runs on shop-db.");
        var refused = await Fails(() => platform.RestartAsync(Target, Call(), None));
        refused.Code.ShouldBe("busy");
        refused.Outcome.ShouldBe(CallOutcome.NotDone);
        refused.Message.ShouldBe("shop-platform refused (409): Operation op-7 runs on shop-db");
    }

    [Fact]
    public async Task What_a_service_cannot_have_done_is_known()
    {
        var can = await platform.CapabilitiesAsync(None);
        can.Can(PlatformAction.Restart, Plain).ShouldBeTrue();
        can.Can(PlatformAction.RollBack, Plain).ShouldBeFalse();
        can.Can(PlatformAction.RollBack, Target).ShouldBeTrue();
        can.KeepsOperationIds.ShouldBeTrue();
    }

    /// <summary>Or the contract would hold for this adapter by leaving rules out.</summary>
    [Fact]
    public async Task Everything_can_be_done_by_way_of_the_general_adapter()
    {
        var can = await platform.CapabilitiesAsync(None);
        Enum.GetValues<PlatformAction>().ShouldAllBe(a => can.Can(a, Target));
        can.MeasuresVersions(Target).ShouldBeTrue();
    }

    [Fact]
    public async Task A_platform_that_deploys_and_names_no_strategy_deploys_in_place()
    {
        var can = await platform.CapabilitiesAsync(None);
        var old = new PlatformTarget(At("old"), "old");
        can.Can(PlatformAction.Deploy, old).ShouldBeTrue();
        can.Can(PlatformAction.Recreate, old).ShouldBeFalse();
        can.MeasuresVersions(old).ShouldBeFalse();
    }

    [Theory]
    [InlineData("deploy", "deploy", "v41", "rolling", null)]
    [InlineData("recreate", "deploy", "v41", "recreate", null)]
    [InlineData("candidate", "candidate", "v41", null, null)]
    [InlineData("weight", "weight", null, null, 25)]
    [InlineData("promote", "promote", null, null, null)]
    [InlineData("drop-candidate", "drop-candidate", null, null, null)]
    [InlineData("backup", "backup", null, null, null)]
    [InlineData("scale", "scale", null, null, null)]
    [InlineData("memory", "memory", null, null, null)]
    public async Task What_is_asked_goes_over_the_wire_as_documented(string action, string path, string? version, string? strategy, int? percent)
    {
        await Ask(action, Target, Call() with { IfGeneration = 7 });
        stub.Calls.ShouldBe([$"POST /v1/services/shop%20db%2F1/{path}?environment=production"]);
        var body = stub.LastBody.ShouldNotBeNull();
        ((string?)body["version"], (string?)body["strategy"], (int?)body["percent"], (long)body["if_generation"]!, (string)body["actor"]!).ShouldBe((version, strategy, percent, 7, "ana"));
        ((int?)body["replicas"], (long?)body["memory_bytes"]).ShouldBe((action == "scale" ? 3 : null, action == "memory" ? 402653184 : null));
    }

    [Fact]
    public async Task Crash_recovery_and_generation_are_told() =>
        (await platform.StatusAsync(Target, None)).ShouldSatisfyAllConditions(s => s.Recovering.ShouldBeTrue(), s => s.Generation.ShouldBe(7), s => s.State.ShouldBe(TargetState.Starting),
            s => s.Digest.ShouldBe("sha256:5d0c7cf0e4b6b0b6b0f9d3a5a6f0b1c2d3e4f5061728394a5b6c7d8e9fa0b1c2"));

    [Fact]
    public async Task A_platform_without_ids_cannot_say_never_seen()
    {
        stub.KeepsIds = false;
        var failure = await Fails(() => platform.FindOperationAsync(Target, "op-1", None));
        failure.Outcome.ShouldBe(CallOutcome.Unknown);
        failure.Message.ShouldBe("shop-platform keeps no operation ids: what became of op-1 cannot be looked up");
    }

    [Fact]
    public async Task A_404_that_is_not_the_platforms_own_does_not_read_as_never_seen()
    {
        stub.Misbehave = async c => { c.Response.StatusCode = 404; await c.Response.WriteAsync("<h1>nginx</h1>"); return true; };
        (await Fails(() => platform.FindOperationAsync(Target, "op-1", None))).Message
            .ShouldBe("shop-platform does not know this address (404); check the url of platform shop-platform in chatops.yaml");
    }

    [Theory]
    [InlineData("<h1>Welcome</h1>")]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("[1]")]
    public async Task An_answer_of_something_else_is_no_status(string body)
    {
        stub.Misbehave = async c => { await c.Response.WriteAsync(body); return true; };
        (await Fails(() => platform.StatusAsync(Target, None))).Message.ShouldBe("shop-platform sent an answer that is not as docs/http-platform.md says");
        (await Fails(() => platform.RestartAsync(Target, Call(), None))).Outcome.ShouldBe(CallOutcome.Unknown);
    }

    [Fact]
    public async Task A_redirect_is_not_followed_with_the_token()
    {
        stub.Misbehave = c => { c.Response.Redirect("http://127.0.0.1:1/"); return Task.FromResult(true); };
        (await Fails(() => platform.StatusAsync(Target, None))).Message.ShouldBe("shop-platform points elsewhere (302); correct the url of platform shop-platform in chatops.yaml");
    }

    [Fact]
    public async Task A_log_that_breaks_off_is_told_after_the_lines_that_came()
    {
        stub.Misbehave = async c => { await c.Response.WriteAsync("{\"at\":\"2026-11-21T09:00:00Z\",\"line\":\"one\",\"instance\":null}\n"); return true; };
        var lines = new List<string>();
        (await Fails(async () =>
        {
            await foreach (var line in platform.LogsAsync(Target, new(Since, null, null), None)) lines.Add(line.Text);
        })).Message.ShouldBe("the log of shop-platform broke off: lines may be missing");
        lines.ShouldBe(["one"]);
    }

    [Fact]
    public async Task An_endless_log_line_is_skipped_and_the_rest_is_read()
    {
        WriteLog((Since, "before"), (Since, new string('x', 2_000_000)), (Since, "after"));
        (await Logs(new(Since, null, null))).Select(l => l.Text).ShouldBe(["before", "after"]);
    }

    [Fact]
    public async Task A_wait_that_the_platform_asks_for_is_kept_when_there_is_time_for_it()
    {
        var calls = 0;
        stub.Misbehave = async c =>
        {
            if (Interlocked.Increment(ref calls) > 1) return false;
            c.Response.Headers.RetryAfter = "1";
            return await ErrorAsync(c, 503, "internal", "Busy.");
        };
        using var patient = new HttpPlatform(Definition(StubHttpPlatform.Token), TimeProvider.System);
        var clock = Stopwatch.StartNew();
        await patient.StatusAsync(Target, None);
        clock.Elapsed.ShouldBeGreaterThan(TimeSpan.FromSeconds(0.95));
    }

    [Fact]
    public async Task A_wait_that_is_longer_than_the_time_left_is_told_instead()
    {
        stub.Misbehave = async c =>
        {
            c.Response.Headers.RetryAfter = "30";
            return await ErrorAsync(c, 429, "slow_down", "Too many.");
        };
        (await Fails(() => platform.StatusAsync(Target, None))).Message.ShouldBe("shop-platform asks to wait 30 s (429)");
        stub.Calls.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_row_of_failures_stops_the_asking_and_leaves_writes_alone()
    {
        stub.Misbehave = async c => c.Request.Method == "GET" && await ErrorAsync(c, 500, "internal", "It broke.");
        for (var i = 0; i < 3; i++) await Fails(() => platform.StatusAsync(Target, None));
        var asked = stub.Calls.Count;
        (await Fails(() => platform.StatusAsync(Target, None))).Message.ShouldBe("shop-platform was not asked: its last answers failed; it is asked again in 5 s");
        stub.Calls.Count.ShouldBe(asked);
        await platform.RestartAsync(Target, Call(), None);
        Actions.ShouldBe(1);
    }

    [Theory]
    [InlineData(PlatformAction.RollBack, "rollback", "to_version", null)]
    [InlineData(PlatformAction.Deploy, "deploy", "version", "rolling")]
    [InlineData(PlatformAction.Recreate, "deploy", "version", "recreate")]
    [InlineData(PlatformAction.Candidate, "candidate", "version", null)]
    public async Task The_command_by_hand_is_one_that_a_shell_reads_as_meant(PlatformAction action, string path, string names, string? strategy)
    {
        var target = new PlatformTarget(At("shop"), "it's");
        var command = platform.CommandByHand(target, action, "v'41");
        using var shell = Process.Start(new ProcessStartInfo("bash")
        {
            ArgumentList = { "-c", "curl() { printf '%s\\n' \"$@\"; }; TOKEN=t USER=ana; " + command },
            RedirectStandardOutput = true,
            UseShellExecute = false,
        })!;
        var words = (await shell.StandardOutput.ReadToEndAsync(None)).TrimEnd('\n').Split('\n');
        words.ShouldContain("Authorization: Bearer t");
        words[^1].ShouldBe($"{stub.Url}v1/services/it%27s/{path}?environment=production");
        var body = JsonDocument.Parse(words[Array.IndexOf(words, "-d") + 1]).RootElement;
        body.GetProperty(names).GetString().ShouldBe("v'41");
        (body.TryGetProperty("strategy", out var told) ? told.GetString() : null).ShouldBe(strategy);
        body.GetProperty("actor").GetString().ShouldBe("ana");
        body.GetProperty("operation_id").GetString().ShouldNotBeNull().ShouldStartWith("by-hand-");
    }

    /// <summary>Impatient only where it is to wait in vain, since a busy machine is slow.</summary>
    private void Renew(TimeSpan timeout)
    {
        platform.Dispose();
        platform = new(Definition(StubHttpPlatform.Token) with { Timeout = timeout }, TimeProvider.System);
    }

    private HttpPlatform New(string token) => new(Definition(token), TimeProvider.System);

    private PlatformDefinition Definition(string token) =>
        new() { Name = "shop-platform", Type = "http", Url = stub.Url, Token = token, Timeout = TimeSpan.FromSeconds(30) };

    private static async Task<bool> ErrorAsync(HttpContext context, int status, string code, string message)
    {
        await StubHttpPlatform.ErrorAsync(context, status, code, message);
        return true;
    }
}
