using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using ChatOps.Catalog;

namespace ChatOps.Platforms.Pipelines.GitHub;

/// <summary>
/// GitHub Actions by <c>workflow_dispatch</c> (https://docs.github.com/rest/actions/workflows). A run does not tell its inputs: they are read from its name,
/// which the workflow's <c>run-name</c> makes. The list of runs shows a new one only some seconds later, so a look for an id can prove that it is there, never that it is not.
/// </summary>
internal sealed class GitHubApi(PipelineCalls calls) : IPipelineApi
{
    private const string ApiVersion = "2022-11-28";

    private readonly GitHubVersions versions = new(calls);

    public static PipelineOffer Offer { get; } = PipelineOffer.Of("github", "GitHub Actions", "a workflow by `workflow_dispatch`", "tags, with commit statuses and check runs", ids: null);

    public static (PipelineOffer, PipelineCalls, IPipelineApi) Of(PlatformDefinition definition, TimeProvider time)
    {
        var calls = new PipelineCalls(definition, "", request => Prepare(request, definition.Token), new(definition, GitHubAdvice.Of, time), time);
        return (Offer, calls, new GitHubApi(calls));
    }

    public static string Of(PipelineJob job, IEnumerable<string> segments, params IEnumerable<(string, string?)> query) => EncodedPath.Of(["repos", .. job.Place.Split('/'), .. segments], query);

    public async Task<IReadOnlyList<PipelineRun>> RunsAsync(PipelineJob job, Patience patience)
    {
        var runs = await calls.ReadAsync(Of(job, ["actions", "workflows", job.Start.Job, "runs"], ("per_page", "100"), ("exclude_pull_requests", "true")), patience);
        var read = GitHubRun.Reader(job);
        return [.. runs.Items("workflow_runs").Select(r => read(r)).OfType<PipelineRun>()];
    }

    public async Task<PipelineRun?> StartAsync(PipelineJob job, PipelineWords words, Patience patience)
    {
        var path = Of(job, ["actions", "workflows", job.Start.Job, "dispatches"]);
        var body = new JsonObject
        {
            ["ref"] = Placeholders.Fill(job.Start.Ref, job.Target.Target, words),
            ["inputs"] = new JsonObject(PipelineInputs.Filled(job, words).Select(i => KeyValuePair.Create(i.Key, (JsonNode?)i.Value))),
            ["return_run_details"] = true,
        };
        PipelineAnswer answer;
        try
        {
            answer = await calls.SendAsync(path, () => Json(body), null, patience);
        }
        // A server of one's own may be older than this word; its refusal did nothing.
        catch (PlatformException e) when (e.Code == "http_422" && e.Message.Contains("return_run_details", StringComparison.Ordinal))
        {
            body.Remove("return_run_details");
            answer = await calls.SendAsync(path, () => Json(body), null, patience);
        }
        return answer.Body.NumberOrNull("workflow_run_id") is { } id
            ? new(id.ToString(CultureInfo.InvariantCulture), id, job) { Words = words, Page = calls.Failures.CleanOrNull(answer.Body.Text("html_url")) } : null;
    }

    public async Task<PipelineRun> LookAsync(PipelineRun run, Patience patience)
    {
        var json = await calls.ReadAsync(Of(run.Job, ["actions", "runs", run.Id]), patience);
        var now = GitHubRun.Of(json, run.Job, run.Words);
        return now.Succeeded ? now : now with { Step = calls.Failures.CleanOrNull(GitHubRun.Step(json, await JobsAsync(run, patience))) };
    }

    public async Task<bool> CancelAsync(PipelineRun run, Patience patience)
    {
        try
        {
            await calls.SendAsync(Of(run.Job, ["actions", "runs", run.Id, "cancel"]), () => new ByteArrayContent([]), null, patience);
            return true;
        }
        // It is over.
        catch (PlatformException e) when (e.Code == "http_409")
        {
            return false;
        }
    }

    public Task<IReadOnlyList<Release>> VersionsAsync(PipelineJob job, IReadOnlyList<PipelineRun> runs, Patience patience) => versions.ReadAsync(job, runs, patience);

    public async Task<bool?> HasVersionAsync(PipelineJob job, string version, Patience patience) =>
        await calls.ReadOrNullAsync(Of(job, ["git", "ref", $"tags/{job.Tag(version)}"]), patience) is not null;

    public async Task<IReadOnlyList<FailedPart>> FailedPartsAsync(PipelineRun run, Patience patience) =>
    [
        .. (await JobsAsync(run, patience)).Where(GitHubRun.Failed).Where(j => j.Time("started_at") is not null).Select(j =>
        {
            var step = j.Items("steps").FirstOrDefault(GitHubRun.Failed);
            return new FailedPart($"{j.Text("name")}{(step.Text("name") is { } name ? $", {name}" : "")}", Of(run.Job, ["actions", "jobs", j.Number("id").ToString(CultureInfo.InvariantCulture), "logs"]), j.Time("started_at")!.Value, step.Time("started_at"));
        }),
    ];

    /// <summary>2026-11-21T09:00:00.0000000Z text.</summary>
    public (DateTimeOffset? At, string Text)? Line(string raw)
    {
        var text = PipelineText.Plain(raw);
        var space = text.IndexOf(' ', StringComparison.Ordinal);
        return space > 18 && PlatformJson.Time(text[..space]) is { } at ? (at, text[(space + 1)..]) : (null, text);
    }

    public async Task<string> ReachAsync(Patience patience)
    {
        var (_, headers) = await calls.ReadWithHeadersAsync(EncodedPath.Of(["rate_limit"]), patience);
        var left = PipelineFailures.Header(headers, "x-ratelimit-remaining");
        return $"GitHub{(PipelineFailures.Header(headers, "x-github-enterprise-version") is { } version ? $" Enterprise {version}" : "")}{(left is null ? "" : $", {left} requests left this hour")}";
    }

    public async Task<IReadOnlyList<MissingRight>> MissingAsync(PipelineJob job, Patience patience)
    {
        if (await calls.ReadOrNullAsync(Of(job, []), patience) is not { } repository)
            return [new($"does not see the repository {job.Place}", "Correct its name in chatops.yaml, or let the token see it: Metadata read, Contents read, Actions read and write.")];
        var missing = new List<MissingRight>();
        if (repository.At("permissions", "push") is not null && !repository.Flag("permissions", "push")) missing.Add(new($"may not start workflows of {job.Place}", "Give the token Actions: read and write there."));
        var workflow = await calls.ReadOrNullAsync(Of(job, ["actions", "workflows", job.Start.Job]), patience);
        if (workflow is null) missing.Add(new($"does not see the workflow {job.Start.Job} of {job.Place}", "Correct its file name in chatops.yaml, or give the token Actions: read and write."));
        else if (workflow.Text("state") is not "active") missing.Add(new($"has the workflow {job.Start.Job} of {job.Place} disabled", "Enable it on its page on GitHub."));
        else if (workflow.Text("path") is { } path && !Placeholders.In(job.Start.Ref).Any()
            && await calls.ReadOrNullAsync(Of(job, ["contents", path], ("ref", job.Start.Ref)), patience) is { } file)
            missing.AddRange(GitHubWorkflow.Missing(job, file));
        return missing;
    }

    public string CommandByHand(PipelineJob job, PipelineWords words)
    {
        var host = calls.Address("").Host is var h && h == "api.github.com" ? "" : h + "/";
        var inputs = string.Concat(PipelineInputs.Filled(job, words).Select(i => $" -f {ShellText.Quoted($"{i.Key}={i.Value}")}"));
        return $"gh workflow run {ShellText.Quoted(job.Start.Job)} --repo {ShellText.Quoted(host + job.Place)} --ref {ShellText.Quoted(Placeholders.Fill(job.Start.Ref, job.Target.Target, words))}{inputs}";
    }

    public Task<CommitRange?> CommitsAsync(PipelineJob job, string fromVersion, string toVersion, Patience patience) => versions.CommitsAsync(job, job.Tag(fromVersion), job.Tag(toVersion), patience);

    private async Task<IReadOnlyList<JsonNode>> JobsAsync(PipelineRun run, Patience patience) =>
        [.. (await calls.ReadAsync(Of(run.Job, ["actions", "runs", run.Id, "jobs"], ("filter", "latest"), ("per_page", "100")), patience)).Items("jobs")];

    private static StringContent Json(JsonObject body) => new(body.ToJsonString(), Encoding.UTF8, "application/json");

    private static void Prepare(HttpRequestMessage request, string? token)
    {
        request.Headers.Accept.Add(new("application/vnd.github+json"));
        request.Headers.Add("X-GitHub-Api-Version", ApiVersion);
        if (token is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
    }
}
