using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ChatOps.Catalog;

namespace ChatOps.Platforms.Pipelines.GitLab;

/// <summary>
/// GitLab CI (https://docs.gitlab.com/api/pipelines). A pipeline keeps the variables that it was started with, and is listed from the moment it is taken:
/// GitLab reads from its primary database for whoever has just written.
/// </summary>
internal sealed partial class GitLabApi(PipelineCalls calls) : IPipelineApi
{
    /// <summary>By whom a pipeline with variables is started: a program, a person, a trigger.</summary>
    private static readonly string[] Sources = ["api", "web", "trigger"];

    private readonly GitLabVersions versions = new(calls);

    /// <summary>What a pipeline was started with and by whom never changes.</summary>
    private readonly ConcurrentDictionary<string, IReadOnlyDictionary<string, string>> variables = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, string> users = new(StringComparer.Ordinal);

    public static PipelineOffer Offer { get; } = PipelineOffer.Of("gitlab", "GitLab CI", "a pipeline with variables", "tags, with the pipelines of their commits", "a variable of the pipeline");

    public static (PipelineOffer, PipelineCalls, IPipelineApi) Of(PlatformDefinition definition, TimeProvider time)
    {
        var calls = new PipelineCalls(definition, "/api/v4", request => { if (definition.Token is { } token) request.Headers.Add("PRIVATE-TOKEN", token); }, new(definition, GitLabAdvice.Of, time), time);
        return (Offer, calls, new GitLabApi(calls));
    }

    public static string Of(PipelineJob job, IEnumerable<string> segments, params IEnumerable<(string, string?)> query) => EncodedPath.Of(["projects", job.Place, .. segments], query);

    public async Task<IReadOnlyList<PipelineRun>> RunsAsync(PipelineJob job, Patience patience)
    {
        var read = GitLabRun.Reader(job);
        var branch = Placeholders.In(job.Start.Ref).Any() ? null : job.Start.Ref;
        var pipelines = await calls.ReadAsync(Of(job, ["pipelines"], ("ref", branch), ("order_by", "id"), ("sort", "desc"), ("per_page", "50")), patience);
        var runs = await Task.WhenAll(pipelines.Items().Where(p => p.Text("source") is not { } source || Sources.Contains(source)).Select(async p =>
        {
            if (read(await VariablesAsync(job, p, patience)) is not { } words) return null;
            return GitLabRun.Of(p, job, words) with { Actor = words.Actor ?? await UserAsync(job, p, patience) };
        }));
        return [.. runs.OfType<PipelineRun>()];
    }

    public async Task<PipelineRun?> StartAsync(PipelineJob job, PipelineWords words, Patience patience)
    {
        var answer = await calls.SendAsync(Of(job, ["pipeline"]), () => new StringContent(Body(job, words).ToJsonString(), Encoding.UTF8, "application/json"), null, patience);
        return answer.Body.NumberOrNull("id") is null ? throw calls.Failures.NotTheApi(CallOutcome.Unknown) : GitLabRun.Of(answer.Body!, job, words);
    }

    public async Task<PipelineRun> LookAsync(PipelineRun run, Patience patience)
    {
        var json = await calls.ReadAsync(Of(run.Job, ["pipelines", run.Id]), patience);
        var now = GitLabRun.Of(json, run.Job, run.Words) with { Actor = run.Actor ?? json.Text("user", "username") };
        return now.Succeeded ? now : now with { Step = calls.Failures.CleanOrNull(GitLabRun.Step(json, await JobsAsync(run, patience))) };
    }

    /// <summary>Also of one that is over GitLab takes it, and tells how it ended.</summary>
    public async Task<bool> CancelAsync(PipelineRun run, Patience patience)
    {
        var answer = await calls.SendAsync(Of(run.Job, ["pipelines", run.Id, "cancel"]), () => new ByteArrayContent([]), null, patience);
        return answer.Body is { } pipeline && GitLabRun.Of(pipeline, run.Job, run.Words) is { State: PlatformOperationState.Running } or { Step: "(canceled)" };
    }

    public Task<IReadOnlyList<Release>> VersionsAsync(PipelineJob job, IReadOnlyList<PipelineRun> runs, Patience patience) => versions.ReadAsync(job, runs, patience);

    public async Task<bool?> HasVersionAsync(PipelineJob job, string version, Patience patience) =>
        await calls.ReadOrNullAsync(Of(job, ["repository", "tags", job.Tag(version)]), patience) is not null;

    public async Task<IReadOnlyList<FailedPart>> FailedPartsAsync(PipelineRun run, Patience patience) =>
    [
        .. (await JobsAsync(run, patience)).Where(j => j.Text("status") == "failed" && j.Time("started_at") is not null).OrderBy(j => j.Time("started_at")).Select(j =>
            new FailedPart($"{j.Text("stage")}: {j.Text("name")}", Of(run.Job, ["jobs", j.Number("id").ToString(CultureInfo.InvariantCulture), "trace"]), j.Time("started_at")!.Value, From: null)),
    ];

    /// <summary>2026-11-21T09:00:00.000000Z 00O text, where the runner writes times; marks of sections are for GitLab's page.</summary>
    public (DateTimeOffset? At, string Text)? Line(string raw)
    {
        var text = PipelineText.Plain(Section().Replace(raw, ""));
        var stamped = Stamped().Match(text);
        var said = stamped.Success ? stamped.Groups["text"].Value : text;
        // What a terminal would have written over is not shown.
        said = said[(said.LastIndexOf('\r') + 1)..];
        if (said.Length == 0) return null;
        return (stamped.Success ? PlatformJson.Time(stamped.Groups["at"].Value) : null, said);
    }

    public async Task<string> ReachAsync(Patience patience) => $"GitLab {(await calls.ReadAsync(EncodedPath.Of(["version"]), patience)).Text("version")}";

    public async Task<IReadOnlyList<MissingRight>> MissingAsync(PipelineJob job, Patience patience)
    {
        const int developer = 30;
        if (await calls.ReadOrNullAsync(Of(job, []), patience) is not { } project)
            return [new($"does not see the project {job.Place}", "Correct its path in chatops.yaml, or make the token's user a Developer of it.")];
        var level = Math.Max(project.Number("permissions", "project_access", "access_level"), project.Number("permissions", "group_access", "access_level"));
        return level >= developer ? [] : [new($"may not start pipelines of {job.Place}", "Make the token's user a Developer of it, and its scope api.")];
    }

    public string CommandByHand(PipelineJob job, PipelineWords words) =>
        "curl -fsS -X POST -H \"PRIVATE-TOKEN: $TOKEN\" -H 'Content-Type: application/json' "
        + $"-d {ShellText.Quoted(Body(job, words).ToJsonString())} {ShellText.Quoted(calls.Address(Of(job, ["pipeline"])).AbsoluteUri)}";

    public Task<CommitRange?> CommitsAsync(PipelineJob job, string fromVersion, string toVersion, Patience patience) => versions.CommitsAsync(job, job.Tag(fromVersion), job.Tag(toVersion), patience);

    private static JsonObject Body(PipelineJob job, PipelineWords words) => new()
    {
        ["ref"] = Placeholders.Fill(job.Start.Ref, job.Target.Target, words),
        ["variables"] = new JsonArray([.. PipelineInputs.Filled(job, words).Select(i => new JsonObject { ["key"] = i.Key, ["value"] = i.Value })]),
    };

    private async Task<IReadOnlyList<JsonNode>> JobsAsync(PipelineRun run, Patience patience) =>
        [.. (await calls.ReadAsync(Of(run.Job, ["pipelines", run.Id, "jobs"], ("per_page", "100")), patience)).Items()];

    private async Task<IReadOnlyDictionary<string, string>> VariablesAsync(PipelineJob job, JsonNode pipeline, Patience patience)
    {
        var id = pipeline.Number("id").ToString(CultureInfo.InvariantCulture);
        var key = $"{job.Place}@{id}";
        if (variables.TryGetValue(key, out var known)) return known;
        if (variables.Count > 5000) variables.Clear();
        try
        {
            var all = await calls.ReadAsync(Of(job, ["pipelines", id, "variables"]), patience);
            return variables[key] = all.Items().Where(v => v.Text("key") is not null).GroupBy(v => v.Text("key")!, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.Last().Text("value") ?? "", StringComparer.Ordinal);
        }
        // Somebody else's pipeline shows its variables to maintainers alone.
        catch (PlatformException e) when (e.Code is "http_403" or "http_404")
        {
            return variables[key] = new Dictionary<string, string>();
        }
    }

    private async Task<string?> UserAsync(PipelineJob job, JsonNode pipeline, Patience patience)
    {
        var id = pipeline.Number("id").ToString(CultureInfo.InvariantCulture);
        var key = $"{job.Place}@{id}";
        if (users.TryGetValue(key, out var known)) return known;
        if (users.Count > 5000) users.Clear();
        return (await calls.ReadAsync(Of(job, ["pipelines", id]), patience)).Text("user", "username") is { } user ? users[key] = user : null;
    }

    [GeneratedRegex(@"section_(start|end):[0-9]+:[^\r]*\r", RegexOptions.NonBacktracking)]
    private static partial Regex Section();

    [GeneratedRegex(@"\A(?<at>[0-9-]{10}T[0-9:.]+Z) [0-9]{2}[OE][ +](?<text>.*)\z", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.Singleline)]
    private static partial Regex Stamped();
}
