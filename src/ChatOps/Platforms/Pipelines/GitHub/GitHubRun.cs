using System.Globalization;
using System.Text.Json.Nodes;

namespace ChatOps.Platforms.Pipelines.GitHub;

/// <summary>A workflow run as GitHub writes it. Pure.</summary>
internal static class GitHubRun
{
    /// <summary>Reads the job's runs; null: a run of something else, by its name.</summary>
    public static Func<JsonNode, PipelineRun?> Reader(PipelineJob job)
    {
        var title = Placeholders.Reader(job.Start.RunName!, job.Target.Target);
        return json => title(json.Text("display_title") ?? "") is { } words ? Of(json, job, words) : null;
    }

    public static PipelineRun Of(JsonNode json, PipelineJob job, PipelineWords words)
    {
        var id = json.Number("id");
        var conclusion = json.Text("conclusion");
        var over = json.Text("status") == "completed";
        return new(id.ToString(CultureInfo.InvariantCulture), id, job)
        {
            Words = words,
            State = !over ? PlatformOperationState.Running : conclusion is "success" or "neutral" ? PlatformOperationState.Succeeded : PlatformOperationState.Failed,
            Step = over && conclusion is not ("success" or "neutral") ? $"({conclusion})" : null,
            Actor = json.Text("triggering_actor", "login") ?? json.Text("actor", "login"),
            StartedAt = json.Time("created_at"),
            FinishedAt = over ? json.Time("updated_at") : null,
            Page = json.Text("html_url"),
            Suite = json.NumberOrNull("check_suite_id"),
        };
    }

    public static bool Failed(JsonNode jobOrStep) => jobOrStep.Text("conclusion") is "failure" or "timed_out" or "startup_failure";

    /// <summary>Where the run is, or where it failed.</summary>
    public static string? Step(JsonNode run, IReadOnlyList<JsonNode> jobs)
    {
        if (run.Text("status") == "completed")
        {
            return jobs.FirstOrDefault(Failed) is { } failed
                ? $"in {failed.Text("name")}{(failed.Items("steps").FirstOrDefault(Failed).Text("name") is { } step ? $", step {step}" : "")}" : $"({run.Text("conclusion")})";
        }
        if (run.Text("status") == "waiting") return "waits for an approval on GitHub";
        if (jobs.FirstOrDefault(j => j.Text("status") == "in_progress") is not { } job) return jobs.Any(j => j.Text("status") == "waiting") ? "waits for an approval on GitHub" : "waits for a runner";
        var steps = job.Items("steps").ToList();
        var at = steps.FindIndex(s => s.Text("status") == "in_progress");
        return at < 0 ? job.Text("name") : string.Create(CultureInfo.InvariantCulture, $"{job.Text("name")}, step {at + 1} of {steps.Count}: {steps[at].Text("name")}");
    }
}
