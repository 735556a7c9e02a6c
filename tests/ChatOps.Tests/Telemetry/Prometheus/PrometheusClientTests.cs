using ChatOps.Catalog;
using ChatOps.Diagnosis;
using ChatOps.Platforms;
using ChatOps.Telemetry;
using ChatOps.Telemetry.Prometheus;
using ChatOps.Tests.Telemetry.Probes;

namespace ChatOps.Tests.Telemetry.Prometheus;

/// <summary>What a Prometheus, or something in front of it, may answer, and what becomes of it.</summary>
public sealed class PrometheusClientTests : IAsyncLifetime
{
    private const string Token = "tok-4711-not-to-be-shown";
    private static readonly Target Shop = new("shop", "production");
    private static readonly DateTimeOffset Now = new(2026, 11, 21, 9, 0, 0, TimeSpan.Zero);
    private StubPrometheus stub = null!;
    private PrometheusDefinition definition = null!;

    private static CancellationToken None => CancellationToken.None;

    public async ValueTask InitializeAsync()
    {
        stub = await StubPrometheus.StartAsync();
        definition = new() { Name = "main", Url = stub.Url, Token = Token, Timeout = TimeSpan.FromSeconds(5) };
    }

    public ValueTask DisposeAsync() => stub.DisposeAsync();

    [Fact]
    public async Task Values_are_strings_and_may_be_no_numbers()
    {
        stub.Say("""{"status":"success","data":{"resultType":"matrix","result":[{"metric":{},"values":[[1795253050.412,"1.5e-3"],[1795253051,"NaN"],[1795253052,"+Inf"],[1795253053,"-Inf"]]}]}}""");
        using var client = Client();
        var points = (await client.RangeAsync("x", "x", Now.AddHours(-1), Now, TimeSpan.FromSeconds(15), None)).Series.ShouldHaveSingleItem();
        points.Select(p => p.Value).ShouldBe([0.0015, double.NaN, double.PositiveInfinity, double.NegativeInfinity]);
        points[0].At.ToUnixTimeMilliseconds().ShouldBe(1795253050412);
        MetricReading.Read("shop", new MetricSeries("error_rate", "ratio", null, [.. points.Skip(1)]), "main", null).ShouldBeNull();

        stub.Say("""{"status":"success","data":{"resultType":"scalar","result":[1795253050,"3"]}}""");
        (await client.QueryAsync("x", "3", Now, None)).Series.ShouldHaveSingleItem().ShouldHaveSingleItem().Value.ShouldBe(3);
    }

    [Fact]
    public async Task A_query_goes_over_the_wire_as_it_is_and_with_its_token()
    {
        stub.Say("""{"status":"success","data":{"resultType":"vector","result":[]}}""");
        using var client = Client();
        (await client.QueryAsync("x", "a{b=\"c&d=e#f+g\"} or vector(0)", Now, None)).Series.ShouldBeEmpty();
        var (target, authorization) = stub.Calls.ShouldHaveSingleItem();
        target.ShouldBe("/api/v1/query?query=a%7Bb%3D%22c%26d%3De%23f%2Bg%22%7D%20or%20vector%280%29&time=1795251600");
        authorization.ShouldBe($"Bearer {Token}");
        using var basic = new PrometheusClient(definition with { Token = null, Username = "bot", Password = "päss", Url = new(stub.Url, "/below/") }, TimeProvider.System);
        await basic.RangeAsync("x", "up", Now.AddMinutes(-1), Now, TimeSpan.FromSeconds(15), None);
        stub.Calls.Last().ShouldBe(("/below/api/v1/query_range?query=up&start=1795251540&end=1795251600&step=15", $"Basic {Convert.ToBase64String("bot:päss"u8)}"));
    }

    [Fact]
    public async Task A_query_that_it_does_not_understand_is_told_with_its_words_and_the_others_stand()
    {
        stub.Answer = context =>
        {
            var good = context.Request.Query["query"].ToString().StartsWith("good", StringComparison.Ordinal);
            context.Response.StatusCode = good ? 200 : 400;
            return context.Response.WriteAsync(good
                ? """{"status":"success","data":{"resultType":"matrix","result":[{"metric":{},"values":[[1795253050,"7"]]}]}}"""
                : """{"status":"error","errorType":"bad_data","error":"1:4: parse error: unexpected \"(\""}""");
        };
        using var client = Client();
        var series = await Source(client, new("requests", "good", "count"), new("error_rate", "bad((", "ratio")).ReadAsync(Now.AddHours(-1), Now, None);
        series.Select(s => s.Points.Count).ShouldBe([1, 0]);
        series[1].Doubt.ShouldBe("prometheus main refused the query of error_rate of shop (bad_data): 1:4: parse error: unexpected \"(\"");
        MetricReading.ReadAll("shop", series, "prometheus main", null, Now).Select(e => (e.Sign, e.Text)).ShouldBe([(Signs.MetricNormal, "shop requests 7"), (Signs.NoAnswer, series[1].Doubt!)]);
        VerifyJudge.OfMetric("shop", series[1], Now, Now)!.ShouldBe(new VerifyRow("shop", "error rate", Verdict.Inconclusive, series[1].Doubt!));
    }

    [Fact]
    public async Task Half_an_answer_neither_passes_nor_fails()
    {
        stub.Say("""{"status":"success","warnings":["store 10.0.0.3 timed out"],"data":{"resultType":"matrix","result":[{"metric":{},"values":[[1795253050,"0"]]}]}}""");
        using var client = Client();
        var series = (await Source(client, new PrometheusQuery("error_rate", "x", "ratio")).ReadAsync(Now.AddHours(-1), Now, None)).ShouldHaveSingleItem();
        series.Doubt.ShouldBe("prometheus main answered in part for error_rate of shop: store 10.0.0.3 timed out");
        VerifyJudge.OfMetric("shop", series, Now, DateTimeOffset.UnixEpoch)!.Verdict.ShouldBe(Verdict.Inconclusive);
        stub.Say("""{"status":"success","warnings":["store 10.0.0.3 timed out"],"data":{"resultType":"vector","result":[{"metric":{},"value":[1795253050,"0"]}]}}""");
        (await Should.ThrowAsync<PlatformException>(() => Versions(client).ReadAsync("v1", Now.AddMinutes(-5), Now, None))).Message.ShouldContain("answered in part");
    }

    [Fact]
    public async Task Several_series_are_no_figure()
    {
        stub.Say("""{"status":"success","data":{"resultType":"matrix","result":[{"metric":{"a":"1"},"values":[[1795253050,"1"]]},{"metric":{"a":"2"},"values":[[1795253050,"2"]]}]}}""");
        using var client = Client();
        var series = (await Source(client, new PrometheusQuery("cpu", "x", "percent")).ReadAsync(Now.AddHours(-1), Now, None)).ShouldHaveSingleItem();
        (series.Points.Count, series.Doubt).ShouldBe((0, "prometheus main has 2 series for cpu of shop: put sum() or max() around its query"));
    }

    [Theory]
    [InlineData("NaN", "3")]
    [InlineData("600", "NaN")]
    [InlineData("+Inf", "0")]
    public async Task A_version_whose_counts_are_no_numbers_has_no_numbers(string requests, string errors)
    {
        stub.Answer = context => context.Response.WriteAsync($$$"""{"status":"success","data":{"resultType":"vector","result":[{"metric":{},"value":[1,"{{{(context.Request.Query["query"] == "errors" ? errors : requests)}}}"]}]}}""");
        using var client = Client();
        (await Versions(client).ReadAsync("v1", Now.AddMinutes(-5), Now, None)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_rate_that_reaches_back_to_before_the_fix_is_not_measured_since_it()
    {
        var series = new MetricSeries("error_rate", "ratio", null, [new(Now.AddSeconds(60), 0.5)]) { Over = TimeSpan.FromMinutes(2) };
        VerifyJudge.OfMetric("shop", series, Now.AddHours(-1), Now)!.Verdict.ShouldBe(Verdict.Inconclusive);
        VerifyJudge.OfMetric("shop", series with { Points = [new(Now.AddSeconds(121), 0.5)] }, Now.AddHours(-1), Now)!.Verdict.ShouldBe(Verdict.Fail);
        await Task.CompletedTask;
    }

    [Theory]
    [InlineData(401, "", "prometheus main refused: its token or password is not accepted (401); check prometheus.main in chatops.yaml")]
    [InlineData(403, "", "prometheus main refused: its token or user may not read (403)")]
    [InlineData(404, "<html>", "there is no Prometheus at the address of prometheus main (404); check prometheus.main in chatops.yaml")]
    [InlineData(302, "", "prometheus main points elsewhere (302); correct the url of prometheus.main in chatops.yaml")]
    [InlineData(422, """{"status":"error","errorType":"execution","error":"many-to-many matching not allowed"}""", "prometheus main refused the query of x (execution): many-to-many matching not allowed")]
    [InlineData(200, "<html>please sign in</html>", "prometheus main sent an answer that is not Prometheus' own")]
    [InlineData(200, """{"status":"success","data":{"resultType":"matrix","result":[{"metric":{},"histograms":[]}]}}""", "prometheus main sent an answer that is not Prometheus' own")]
    [InlineData(200, """{"status":"success","data":{"resultType":"vector","result":[{"metric":{},"value":[1e300,"1"]}]}}""", "prometheus main sent an answer that is not Prometheus' own")]
    public async Task What_is_no_answer_is_a_sentence(int status, string body, string sentence)
    {
        stub.Answer = context =>
        {
            context.Response.StatusCode = status;
            if (status == 302) context.Response.Headers.Location = "http://elsewhere.invalid/";
            return context.Response.WriteAsync(status == 200 || body.Length > 0 ? body : "");
        };
        using var client = Client();
        (await Should.ThrowAsync<PlatformException>(() => client.QueryAsync("x", "x", Now, None))).Message.ShouldBe(sentence);
        stub.Calls.Count.ShouldBe(1);
    }

    [Fact]
    public async Task What_it_says_is_told_without_the_token()
    {
        stub.Say($$"""{"status":"error","errorType":"bad_data","error":"what is {{Token}} doing here"}""", 400);
        using var client = Client();
        (await Should.ThrowAsync<PlatformException>(() => client.QueryAsync("x", "x", Now, None))).Message.ShouldNotContain("4711");
    }

    [Fact]
    public async Task One_that_is_not_ready_is_asked_again_and_then_answers()
    {
        stub.Answer = context =>
        {
            if (stub.Calls.Count > 2) return context.Response.WriteAsync("""{"status":"success","data":{"resultType":"scalar","result":[1,"3"]}}""");
            context.Response.StatusCode = 503;
            return context.Response.WriteAsync("Service Unavailable");
        };
        using var client = Client();
        (await client.QueryAsync("x", "x", Now, None)).Series.Count.ShouldBe(1);
        stub.Calls.Count.ShouldBe(3);
    }

    [Fact]
    public async Task One_that_asks_for_more_time_than_there_is_is_not_asked_again()
    {
        stub.Answer = context =>
        {
            context.Response.StatusCode = 503;
            context.Response.Headers.RetryAfter = "60";
            return context.Response.WriteAsync("""{"status":"error","errorType":"timeout","error":"query timed out"}""");
        };
        using var client = Client();
        (await Should.ThrowAsync<PlatformException>(() => client.QueryAsync("x", "x", Now, None))).Message.ShouldBe("prometheus main is not ready or gave up (timeout): query timed out");
        stub.Calls.Count.ShouldBe(1);
    }

    [Fact]
    public async Task One_that_hangs_is_told_with_the_time_and_a_step_says_that_it_has_no_answer()
    {
        stub.Answer = HangAsync;
        using var client = Client(definition with { Timeout = TimeSpan.FromMilliseconds(300) });
        var source = Source(client, new PrometheusQuery("requests", "x", "count"), new PrometheusQuery("error_rate", "y", "ratio"));
        (await Should.ThrowAsync<PlatformException>(() => source.ReadAsync(Now.AddHours(-1), Now, None))).Message.ShouldBe("prometheus main did not answer within 300 ms");
        using var patient = Client();
        var answer = await SourceCall.Try(patient.Name, TimeSpan.FromMilliseconds(200), token => Source(patient, new PrometheusQuery("requests", "x", "count")).ReadAsync(Now.AddHours(-1), Now, token), None);
        answer.Missing!.Sentence.ShouldBe("no answer from prometheus main in 200 ms");
    }

    [Fact]
    public async Task An_answer_without_end_is_refused()
    {
        stub.Answer = async context =>
        {
            var block = new byte[1024 * 1024];
            for (var i = 0; i < 17 && !context.RequestAborted.IsCancellationRequested; i++) await context.Response.Body.WriteAsync(block, context.RequestAborted);
        };
        using var client = Client();
        (await Should.ThrowAsync<PlatformException>(() => client.QueryAsync("x", "x", Now, None))).Message.ShouldBe("prometheus main cannot be reached: its answer is too large");
    }

    [Fact]
    public async Task One_that_is_away_costs_one_sentence_for_all_its_queries()
    {
        using var client = Client(definition with { Url = new("http://127.0.0.1:1") });
        var source = Source(client, new PrometheusQuery("requests", "x", "count"), new PrometheusQuery("error_rate", "y", "ratio"));
        (await Should.ThrowAsync<PlatformException>(() => source.ReadAsync(Now.AddHours(-1), Now, None))).Message.ShouldBe("prometheus main cannot be reached: connection refused");
    }

    [Fact]
    public async Task Of_an_authority_that_is_named_certificates_are_trusted_and_of_no_other()
    {
        using var authority = new TestAuthority();
        using var stranger = new TestAuthority();
        var today = TimeProvider.System.GetUtcNow();
        using var certificate = authority.Certificate("localhost", today.AddDays(-1), today.AddDays(2));
        await using var secure = await StubPrometheus.StartAsync(certificate);
        secure.Say("""{"status":"success","data":{"version":"3.0.0"}}""");
        var there = definition with { Url = new($"https://localhost:{secure.Url.Port}") };
        using var trusting = Client(there with { Authorities = authority.Trusted });
        (await trusting.VersionAsync(None)).ShouldBe("3.0.0");
        foreach (var other in (PrometheusDefinition[])[there, there with { Authorities = stranger.Trusted }, there with { Url = new($"https://127.0.0.1:{secure.Url.Port}"), Authorities = authority.Trusted }])
        {
            using var client = Client(other);
            (await Should.ThrowAsync<PlatformException>(() => client.VersionAsync(None))).Message.ShouldBe("prometheus main cannot be reached: its TLS certificate was not accepted");
        }
        secure.Calls.Count.ShouldBe(1);
    }

    [Fact]
    public async Task The_version_is_told_and_what_only_resembles_a_prometheus_has_none()
    {
        using var client = Client();
        stub.Say("""{"status":"success","data":{"version":"2.42.0"}}""");
        (await client.VersionAsync(None)).ShouldBe("2.42.0");
        stub.Say("", 404);
        (await client.VersionAsync(None)).ShouldBeNull();
    }

    private static Task HangAsync(HttpContext context)
    {
        var aborted = new TaskCompletionSource();
        context.RequestAborted.Register(aborted.SetResult);
        return aborted.Task;
    }

    private PrometheusClient Client(PrometheusDefinition? other = null) => new(other ?? definition, TimeProvider.System);

    private static PrometheusMetricSource Source(PrometheusClient client, params PrometheusQuery[] queries) =>
        new(Shop, new() { Source = "main", Labels = new Dictionary<string, string> { ["job"] = "{service}" }, Queries = queries }, client);

    private static PrometheusVersions Versions(PrometheusClient client) => new(
        Shop, new() { Source = "main", Labels = new Dictionary<string, string> { ["job"] = "{service}" }, VersionLabel = "version", VersionQueries = [new("requests_total", "requests", "count"), new("errors_total", "errors", "count")] }, client);
}
