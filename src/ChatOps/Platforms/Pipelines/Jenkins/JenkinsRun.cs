using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;

namespace ChatOps.Platforms.Pipelines.Jenkins;

/// <summary>A build, or an item of the queue, as Jenkins writes it. Pure.</summary>
internal static class JenkinsRun
{
    /// <summary>Before the number of an item of the queue, whose build is not there yet.</summary>
    public const string Queue = "queue:";

    public static PipelineRun Of(JsonNode build, PipelineJob job, PipelineWords words)
    {
        var number = build.Number("number");
        var started = At(build.NumberOrNull("timestamp"));
        var result = build.Text("result");
        // The result may be told while the last steps still run.
        var over = !build.Flag("building") && result is not null;
        return new(number.ToString(CultureInfo.InvariantCulture), number, job)
        {
            Words = words,
            State = !over ? PlatformOperationState.Running : result == "SUCCESS" ? PlatformOperationState.Succeeded : PlatformOperationState.Failed,
            Step = over && result != "SUCCESS" ? $"({result})" : null,
            Actor = Causes(build),
            StartedAt = started,
            FinishedAt = over ? started?.AddMilliseconds(build.Number("duration")) : null,
            Page = build.Text("url"),
        };
    }

    public static PipelineRun Waiting(JsonNode item, PipelineJob job, PipelineWords words, long number) =>
        new(Queue + item.Number("id").ToString(CultureInfo.InvariantCulture), number, job) { Words = words, Actor = Causes(item), StartedAt = At(item.NumberOrNull("inQueueSince")) };

    public static IReadOnlyDictionary<string, string> Parameters(JsonNode buildOrItem) =>
        buildOrItem.Items("actions").SelectMany(a => a.Items("parameters")).Where(p => p.Text("name") is not null)
            .GroupBy(p => p.Text("name")!, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.Last().Text("value") ?? "", StringComparer.Ordinal);

    /// <summary>The stage that runs, waits for a person, or failed; null: none is told.</summary>
    public static string? Stage(JsonNode? described, bool failed)
    {
        var stage = described.Items("stages").FirstOrDefault(s => failed ? s.Text("status") is "FAILED" or "ABORTED" : s.Text("status") is "IN_PROGRESS" or "PAUSED_PENDING_INPUT");
        return stage.Text("name") is not { } name ? null : stage.Text("status") == "PAUSED_PENDING_INPUT" ? $"{name}, which waits for somebody on Jenkins" : name;
    }

    public static DateTimeOffset? At(long? milliseconds) => milliseconds is > 0 and < 253402300800000 ? DateTimeOffset.FromUnixTimeMilliseconds(milliseconds.Value) : null;

    private static string? Causes(JsonNode json) => json.Items("actions").SelectMany(a => a.Items("causes")).Select(c => c.Text("userId")).FirstOrDefault(u => u is not null);
}

/// <summary>What Jenkins means by a refusal. Pure.</summary>
internal static class JenkinsAdvice
{
    public static string? Of(HttpStatusCode status, HttpResponseHeaders headers, string? words) => (int)status switch
    {
        401 => "refused: user or API token not accepted (401); check both in chatops.yaml",
        403 => $"refused: the user may not do this (403){(PipelineFailures.Header(headers, "X-Required-Permission") is { Length: > 0 } needs ? $"; it needs the permission {needs.Replace("hudson.model.Item.", "Job/", StringComparison.Ordinal)}" : "; it needs the permissions Job/Read and Job/Build")}",
        404 => "does not have it, or the user may not see it (404); check the job's path in chatops.yaml, and that the user has the permission Job/Read",
        409 => "refused: the job is disabled (409); enable it in Jenkins",
        _ => null,
    };
}
