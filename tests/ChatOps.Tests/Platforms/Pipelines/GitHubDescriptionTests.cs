using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using System.Web;
using ChatOps.Catalog;
using ChatOps.Platforms;
using ChatOps.Platforms.Pipelines;
using ChatOps.Sandbox.Shop.Platform;
using ChatOps.Tests.Support;

namespace ChatOps.Tests.Platforms.Pipelines;

/// <summary>Every request that the adapter can make, judged by GitHub's own description of its API (<c>@octokit/openapi</c>, by Prism).</summary>
public sealed class GitHubDescriptionTests
{
    private static readonly string Folder = Path.Combine(Repository.Root, "tests", "openapi", "node_modules");
    private static readonly string Prism = Path.Combine(Folder, "@stoplight", "prism-cli", "dist", "index.js");
    private static readonly string Description = Path.Combine(Folder, "github.json");

    [Fact]
    public async Task Every_request_is_one_that_GitHub_describes()
    {
        RealPrograms.Need("tests/openapi (./chatops test does it: npm ci and prune.mjs there)", Prism, Description);
        var calls = await EveryCallAsync();
        await using var programs = new RealPrograms("prism");
        var address = new Uri($"http://127.0.0.1:{FreePort.Next()}");
        programs.Run("node", Prism, "mock", "-h", "127.0.0.1", "-p", $"{address.Port}", Description);
        using var http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false }) { BaseAddress = address };
        await programs.ReadyAsync(() => AnswersAsync(http), "Prism answers");

        var refused = new List<string>();
        foreach (var call in calls)
        {
            var (status, said) = await JudgeAsync(http, call.Method, call.Target, call.Body);
            if (status is not (HttpStatusCode.OK or HttpStatusCode.Accepted or HttpStatusCode.Found)) refused.Add($"{call}: {(int)status} {said}");
        }
        refused.ShouldBeEmpty();
        // Or nobody would notice that nothing is judged.
        (await JudgeAsync(http, "POST", "/repos/acme/shop/actions/workflows/deploy.yml/dispatches", """{"ref":"main","input":{}}""")).Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        (await JudgeAsync(http, "GET", "/repos/acme/shop/actions/runs/seven", "")).Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
    }

    /// <summary>The description lets words pass that it does not name.</summary>
    [Fact]
    public async Task Every_word_of_a_query_is_one_that_GitHub_describes()
    {
        RealPrograms.Need("tests/openapi (./chatops test does it: npm ci and prune.mjs there)", Description);
        var description = JsonNode.Parse(await File.ReadAllTextAsync(Description, TestContext.Current.CancellationToken))!;
        var paths = description["paths"]!.AsObject();
        foreach (var call in await EveryCallAsync())
        {
            var (path, query) = call.Target.Split('?') is [var p, var q] ? (p, q) : (call.Target, "");
            var described = paths.Where(d => Regex.IsMatch(path, $"^{Regex.Replace(d.Key, @"\{[^}]+\}", "[^/]+")}$")).OrderBy(d => d.Key.Count(c => c == '{')).First().Value!;
            var names = described[call.Method.ToLowerInvariant()]!["parameters"]?.AsArray()
                .Select(n => n!["$ref"] is { } at ? description["components"]!["parameters"]![((string)at!).Split('/')[^1]]! : n).Where(n => (string?)n["in"] == "query").Select(n => (string)n["name"]!) ?? [];
            HttpUtility.ParseQueryString(query).AllKeys.ShouldBeSubsetOf(names, call.ToString());
        }
    }

    /// <summary>Everything that it does, against the stub; each kind of request once.</summary>
    private static async Task<IReadOnlyList<StubCall>> EveryCallAsync()
    {
        await using var stub = new StubGitHub();
        await stub.StartAsync();
        var start = new PipelineStart("deploy.yml", "main", new Dictionary<string, string> { ["version"] = "{version}", ["environment"] = "{environment}", ["operation_id"] = "{operation_id}", ["action"] = "{action}" }, "{action} {version} to {environment} ({operation_id})");
        var restart = new PipelineStart("restart.yml", "main", new Dictionary<string, string> { ["environment"] = "{environment}", ["operation_id"] = "{operation_id}" }, "Restart {environment} ({operation_id})");
        var target = new PlatformTarget(new("shop", "production"), StubGitHub.Shop);
        var time = new MovedTime();
        using var platform = new PipelinePlatform(
            new() { Name = "github", Type = "github", Url = stub.Url, Token = StubPipelines.Token, Timeout = TimeSpan.FromSeconds(20), Settings = new PipelinePlatformSettings("github", null, null) },
            new Dictionary<Target, ServiceEnvironment> { [target.Target] = new() { Platform = "github", PlatformName = StubGitHub.Shop, Settings = new PipelineSettings { Deploy = start, Restart = restart } } }, time);
        var none = CancellationToken.None;
        stub.Failing.Log.Add((new(2026, 11, 21, 9, 0, 0, TimeSpan.Zero), "one"));

        (await platform.ReachAsync(none)).Missing.ShouldBeEmpty();
        await platform.StatusAsync(target, none);
        await platform.ReleasesAsync(target, none);
        (await platform.CommitsAsync(target, "v42", "v41", none)).ShouldNotBeNull().Backwards.ShouldBeTrue();
        await foreach (var _ in platform.LogsAsync(target, new(new(2026, 11, 21, 8, 0, 0, TimeSpan.Zero), null, null), none)) { }
        await platform.DeployAsync(target, "v41", recreate: false, new("op-1", "ana", "why"), none);
        stub.Latest.State = "running";
        time.By = KnownRuns.Fresh;
        await platform.FindOperationAsync(target, "op-1", none);
        (await platform.CancelAsync(target, "op-1", none)).ShouldBeTrue();
        await platform.RestartAsync(target, new("op-2", "ana", "why"), none);
        await Should.ThrowAsync<PlatformException>(() => platform.RollBackAsync(target, "v99", new("op-3", "ana", "why"), none));
        return [.. stub.Calls.Where(c => c.Target != "/blob/log").DistinctBy(c => (c.Method, c.Target, c.Body))];
    }

    private static async Task<bool> AnswersAsync(HttpClient http)
    {
        try
        {
            return (await JudgeAsync(http, "GET", "/rate_limit", "")).Status == HttpStatusCode.OK;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    /// <summary>Without Accept: GitHub's documentation recommends a media type that its description does not list.</summary>
    private static async Task<(HttpStatusCode Status, string Said)> JudgeAsync(HttpClient http, string method, string target, string body)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), target);
        if (body.Length > 0) request.Content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        using var response = await http.SendAsync(request, TestContext.Current.CancellationToken);
        return (response.StatusCode, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }
}
