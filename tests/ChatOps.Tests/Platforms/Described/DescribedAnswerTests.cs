using ChatOps.Platforms;
using ChatOps.Platforms.Described;

namespace ChatOps.Tests.Platforms.Described;

/// <summary>An answer that is not as described is told with its place, and never guessed at.</summary>
public sealed class DescribedAnswerTests : IAsyncLifetime
{
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly PlatformTarget Shop = new(new("shop", "production"), "shop");
    private static readonly PlatformCall Call = new("op-1", "ana", "a try");

    private StubDepot stub = null!;
    private DescribedPlatform platform = null!;

    public async ValueTask InitializeAsync()
    {
        stub = await StubDepot.StartAsync();
        platform = DescribedExample.Platform(DescribedExample.Text, stub.Url);
    }

    public async ValueTask DisposeAsync()
    {
        platform.Dispose();
        await stub.DisposeAsync();
    }

    [Theory]
    [InlineData("<h1>Welcome</h1>", "depot answered 'status' that is no JSON; correct 'status' of platform depot in chatops.yaml")]
    [InlineData("{}", "depot answered 'status' without app.health (state); correct 'status' of platform depot in chatops.yaml")]
    [InlineData("[1]", "depot answered 'status' without app.health (state); correct 'status' of platform depot in chatops.yaml")]
    [InlineData("null", "depot answered 'status' without app.health (state); correct 'status' of platform depot in chatops.yaml")]
    [InlineData("""{"app":{"health":{"word":"ok"}}}""", "depot answered 'status' with a JSON object at app.health (state), which is no single value; correct 'status' of platform depot in chatops.yaml")]
    [InlineData("""{"app":{"health":"ok","rev":"seven"}}""", "depot answered 'status' with 'seven' at app.rev (generation), which is no whole number; correct 'status' of platform depot in chatops.yaml")]
    [InlineData("""{"app":{"health":"ok","build":{"since":"2026-11-21"}}}""", "depot answered 'status' with '2026-11-21' at app.build.since (deployed_at), which is no time written as milliseconds since 1970; correct 'status' of platform depot in chatops.yaml")]
    [InlineData("""{"app":{"health":"ok","nodes":{"up":5000000000}}}""", "depot answered 'status' with '5000000000' at app.nodes.up (ready_replicas), which is no number of that size; correct 'status' of platform depot in chatops.yaml")]
    public async Task A_status_that_is_not_as_described_is_told_with_its_place(string answer, string told)
    {
        stub.Instead["/apps/shop"] = answer;
        var failure = await Fails(() => platform.StatusAsync(Shop, None));
        (failure.Message, failure.Outcome).ShouldBe((told, CallOutcome.NotDone));
    }

    [Fact]
    public async Task A_state_that_nobody_named_is_shown_in_the_platforms_word()
    {
        stub.Instead["/apps/shop"] = """{"app":{"health":"flapping","build":{"tag":"v42"}}}""";
        (await platform.StatusAsync(Shop, None)).ShouldSatisfyAllConditions(s => s.State.ShouldBe(TargetState.Unknown), s => s.Version.ShouldBe("v42"), s => s.Variables.ShouldBeNull(),
            s => s.Detail.ShouldBe("its platform calls it 'flapping', a word that 'states' in chatops.yaml does not name"));
    }

    [Theory]
    [InlineData("""{"builds":[]}""", "depot answered 'releases' without a list at $; correct 'releases' of platform depot in chatops.yaml")]
    [InlineData("""[{"image":"sha256:1"}]""", "depot answered 'releases' without tag (version); correct 'releases' of platform depot in chatops.yaml")]
    [InlineData("""[{"tag":"v1","where":["live"]}]""", "depot answered 'releases' with a JSON list at where (current), which is no single value; correct 'releases' of platform depot in chatops.yaml")]
    public async Task A_list_that_is_none_is_told(string answer, string told)
    {
        stub.Instead["/apps/shop/builds"] = answer;
        (await Fails(() => platform.ReleasesAsync(Shop, None))).Message.ShouldBe(told);
    }

    [Fact]
    public async Task The_state_of_an_operation_is_not_guessed()
    {
        stub.Instead["/jobs"] = """{"jobs":[{"phase":"half way"}]}""";
        (await Fails(() => platform.FindOperationAsync(Shop, "op-0", None))).Message.ShouldBe("depot answered 'operation' with 'half way' at phase (state), a word that 'operation_states' does not name; add it to 'operation_states' of platform depot in chatops.yaml");
        stub.Instead["/jobs"] = """{"jobs":[{}]}""";
        (await Fails(() => platform.FindOperationAsync(Shop, "op-0", None))).Message.ShouldBe("depot answered 'operation' without phase (state); correct 'operation' of platform depot in chatops.yaml");
        stub.Instead["/jobs"] = "{}";
        (await Fails(() => platform.FindOperationAsync(Shop, "op-0", None))).Message.ShouldBe("depot answered 'operation' without a list at jobs; correct 'operation' of platform depot in chatops.yaml");
    }

    [Theory]
    [InlineData("<h1>Thanks</h1>")]
    [InlineData("""{"phase":"half way"}""")]
    public async Task An_action_that_was_answered_otherwise_may_have_begun(string answer)
    {
        stub.AfterAction = c => StubDepot.JsonAsync(c, 200, answer);
        var failure = await Fails(() => platform.RestartAsync(Shop, Call, None));
        failure.Outcome.ShouldBe(CallOutcome.Unknown);
        failure.Message.ShouldEndWith("; it may have begun all the same");
    }

    [Fact]
    public async Task Where_a_figure_is_not_there_it_was_not_measured()
    {
        stub.Instead["/apps/shop/usage"] = """{"mem":{"samples":[{"t":"yesterday","v":1},{"t":1795253100123}]}}""";
        var figures = await platform.MetricsAsync(Shop, null, DateTimeOffset.UnixEpoch, DateTimeOffset.MaxValue, None);
        figures[0].ShouldSatisfyAllConditions(f => f.Points.ShouldHaveSingleItem().Value.ShouldBe(double.NaN), f => f.Limit.ShouldBeNull(), f => f.Doubt.ShouldBeNull());
        figures[1].Doubt.ShouldBe("depot sent no figure at figures[name=p99].samples");
        figures[2].Doubt.ShouldBe("depot sent no figure at cpu_now");
    }

    [Fact]
    public async Task A_refusal_carries_the_platforms_word_and_its_sentence_without_its_secrets()
    {
        stub.Misbehave = async c =>
        {
            await StubDepot.ProblemAsync(c, 409, "busy", $"Job 7 runs; asked with {StubDepot.Key}.");
            return true;
        };
        var refused = await Fails(() => platform.RestartAsync(Shop, Call, None));
        (refused.Code, refused.Outcome, refused.Message).ShouldBe(("busy", CallOutcome.NotDone, "depot refused (409): Job 7 runs; asked with [redacted]"));
    }

    [Fact]
    public async Task A_404_that_is_not_the_platforms_own_does_not_read_as_never_seen()
    {
        using var byCode = DescribedExample.Platform(DescribedExample.With("each: jobs ", "# each: jobs ").Replace("    poll:", "    never_seen: [no_such_job]\n    poll:", StringComparison.Ordinal).Replace("request: GET /jobs\n", "request: GET /jobs/{operation_id}\n", StringComparison.Ordinal), stub.Url);
        (await byCode.FindOperationAsync(Shop, "op-never", None)).ShouldBeNull();
        stub.Misbehave = async c =>
        {
            c.Response.StatusCode = 404;
            await c.Response.WriteAsync("<h1>nginx</h1>");
            return true;
        };
        (await Fails(() => byCode.FindOperationAsync(Shop, "op-never", None))).Message.ShouldBe("depot does not know this address (404); check the url of platform depot in chatops.yaml");
    }

    [Fact]
    public async Task An_answer_without_end_is_refused_before_it_fills_the_memory()
    {
        stub.Misbehave = async c =>
        {
            var piece = new byte[1 << 20];
            Array.Fill(piece, (byte)' ');
            for (var i = 0; i < 20 && !c.RequestAborted.IsCancellationRequested; i++) await c.Response.Body.WriteAsync(piece);
            return true;
        };
        using var patient = DescribedExample.Platform(DescribedExample.With("timeout: 1s", "timeout: 30s"), stub.Url);
        (await Fails(() => patient.StatusAsync(Shop, None))).Message.ShouldBe("depot cannot be reached: its answer is too large");
    }

    [Fact]
    public async Task A_log_of_one_record_a_line_is_read_while_it_is_sent()
    {
        using var streaming = DescribedExample.Platform(DescribedExample.With("each: rows", "lines: true"), stub.Url);
        stub.Instead["/apps/shop/output"] = """
            {"ms":1795251600000,"msg":"one"}
            {"ms":1795251601000,"msg":"two"}
            {"ms":1000,"msg":"long ago"}
            {"end":true}
            """;
        var since = DateTimeOffset.FromUnixTimeMilliseconds(1795251600000);
        (await streaming.LogsAsync(Shop, new(since, null, null), None).Select(l => l.Text).ToListAsync(None)).ShouldBe(["one", "two"]);
        (await streaming.LogsAsync(Shop, new(since, null, 1), None).Select(l => l.Text).ToListAsync(None)).ShouldBe(["two"]);
        stub.Instead["/apps/shop/output"] = """{"msg":"when?"}""";
        (await Fails(async () => await streaming.LogsAsync(Shop, new(since, null, null), None).ToListAsync(None))).Message.ShouldBe("depot answered 'logs' without ms (at); correct 'logs' of platform depot in chatops.yaml");
    }

    [Fact]
    public async Task Basic_credentials_are_sent_and_shown_nowhere()
    {
        using var basic = DescribedExample.Platform(DescribedExample.With("token: ${DEPOT_KEY}\n    token_header: X-Depot-Key ", "username: bot\n    password: ${DEPOT_KEY} "), stub.Url);
        string? sent = null;
        stub.Misbehave = async c =>
        {
            sent = c.Request.Headers.Authorization;
            await StubDepot.ProblemAsync(c, 403, "no", $"Not with {sent} and {StubDepot.Key}.");
            return true;
        };
        var refused = (await Fails(() => basic.StatusAsync(Shop, None))).ToString();
        sent.ShouldBe("Basic " + Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes("bot:" + StubDepot.Key)));
        refused.ShouldNotContain(StubDepot.Key);
        refused.ShouldNotContain(sent!["Basic ".Length..]);
        basic.CommandByHand(Shop, PlatformAction.Restart, null).ShouldNotContain(StubDepot.Key);
    }

    private static Task<PlatformException> Fails(Func<Task> call) => Should.ThrowAsync<PlatformException>(call);
}
