using System.Text;
using System.Text.Json.Nodes;

namespace ChatOps.Platforms.Pipelines.GitHub;

/// <summary>What the file of a workflow must hold so that its runs can be started and found again. Pure.</summary>
internal static class GitHubWorkflow
{
    /// <param name="file">As https://docs.github.com/rest/repos/contents gives it: its text in base64, with line ends.</param>
    public static IEnumerable<MissingRight> Missing(PipelineJob job, JsonNode file)
    {
        if (Text(file) is not { } text) yield break;
        var what = $"the workflow {job.Start.Job} of {job.Place}";
        if (!text.Contains("workflow_dispatch", StringComparison.Ordinal))
            yield return new($"cannot start {what}", $"Add 'on: workflow_dispatch' with its inputs to the file, on {job.Start.Ref}.");
        foreach (var input in job.Start.Inputs.Keys.Where(i => !text.Contains(i, StringComparison.Ordinal)))
            yield return new($"has no input {input} in {what}", "Add it to the inputs of workflow_dispatch, or correct 'inputs' in chatops.yaml.");
        // By its name alone a run is found again; whether that name is the right one shows with the first run.
        if (!text.Contains("run-name:", StringComparison.Ordinal))
            yield return new($"cannot find runs of {what} again", $"Add a run-name to the file that gives '{job.Start.RunName}', such as run-name: {Expression(job)}");
    }

    private static string? Text(JsonNode file)
    {
        var bytes = new byte[512 * 1024];
        return file.Text("content") is { } content && Convert.TryFromBase64String(content.ReplaceLineEndings(""), bytes, out var length) ? Encoding.UTF8.GetString(bytes, 0, length) : null;
    }

    /// <summary>The name as a workflow writes it: each placeholder is the input that carries it.</summary>
    private static string Expression(PipelineJob job) => job.Start.Inputs.Where(i => i.Value is ['{', .., '}']).Aggregate(job.Start.RunName!, (name, i) => name.Replace(i.Value, $"${{{{ inputs.{i.Key} }}}}", StringComparison.Ordinal));
}
