using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;

namespace ChatOps.Platforms.Pipelines.GitLab;

/// <summary>A pipeline as GitLab writes it. Pure.</summary>
internal static class GitLabRun
{
    /// <summary>Reads a pipeline's words; null: it was for something else. A project has one pipeline for everything: which start it was is told by the names of its variables.</summary>
    public static Func<IReadOnlyDictionary<string, string>, PipelineWords?> Reader(PipelineJob job)
    {
        var read = PipelineInputs.Reader(job);
        var others = new[] { job.Settings.Deploy, job.Settings.Restart }.SelectMany(s => s?.Inputs.Keys ?? []).Except(job.Start.Inputs.Keys, StringComparer.Ordinal).ToList();
        return variables => others.Exists(variables.ContainsKey) ? null : read(variables);
    }

    public static PipelineRun Of(JsonNode json, PipelineJob job, PipelineWords words)
    {
        var id = json.Number("id");
        var status = json.Text("status");
        var state = status switch
        {
            "success" => PlatformOperationState.Succeeded,
            "failed" or "canceled" or "skipped" => PlatformOperationState.Failed,
            _ => PlatformOperationState.Running,
        };
        return new(id.ToString(CultureInfo.InvariantCulture), id, job)
        {
            Words = words,
            State = state,
            Step = status is "canceled" or "skipped" ? $"({status})" : null,
            StartedAt = json.Time("created_at"),
            FinishedAt = state == PlatformOperationState.Running ? null : json.Time("finished_at") ?? json.Time("updated_at"),
            Page = json.Text("web_url"),
        };
    }

    /// <summary>Where the pipeline is, or where it failed.</summary>
    public static string? Step(JsonNode pipeline, IReadOnlyList<JsonNode> jobs) => pipeline.Text("status") switch
    {
        "failed" => jobs.FirstOrDefault(j => j.Text("status") == "failed" && !j.Flag("allow_failure")) is { } failed
            ? $"in {Name(failed)}{(failed.Text("failure_reason") is { } reason ? $" ({reason})" : "")}" : null,
        "canceled" or "skipped" => $"({pipeline.Text("status")})",
        "manual" => jobs.FirstOrDefault(j => j.Text("status") == "manual") is { } manual ? $"waits for somebody to start {Name(manual)} on GitLab" : "waits for somebody on GitLab",
        "waiting_for_resource" => "waits until another deploy is over",
        _ => jobs.FirstOrDefault(j => j.Text("status") == "running") is { } running ? Name(running) : "waits for a runner",
    };

    private static string Name(JsonNode job) => $"{job.Text("stage")}: {job.Text("name")}";
}

/// <summary>What GitLab means by a refusal. Pure.</summary>
internal static class GitLabAdvice
{
    public static string? Of(HttpStatusCode status, HttpResponseHeaders headers, string? words) => (int)status switch
    {
        403 when words?.Contains("insufficient_scope", StringComparison.Ordinal) == true => "refused: the token's scope does not reach (403); make one with the scope api",
        403 => $"refused: the token may not do this (403){PipelineFailures.Said(words)}; its user must be a Developer or more, and allowed to deploy to a protected environment or branch",
        400 when words?.Contains("pipeline variables", StringComparison.OrdinalIgnoreCase) == true => $"refused (400): {words}; allow the token's role to use pipeline variables (Settings, CI/CD, Variables)",
        400 when words?.Contains("Reference not found", StringComparison.OrdinalIgnoreCase) == true => $"refused (400): {words}; check 'ref' in chatops.yaml",
        404 => $"does not have it, or the token may not see it (404){PipelineFailures.Said(words)}; check the project's path in chatops.yaml and that the token's user is a member",
        _ => null,
    };
}
