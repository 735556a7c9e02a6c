using System.Net;
using System.Net.Http.Headers;

namespace ChatOps.Platforms.Pipelines.GitHub;

/// <summary>What GitHub means by a refusal. Pure.</summary>
internal static class GitHubAdvice
{
    public static string? Of(HttpStatusCode status, HttpResponseHeaders headers, string? words)
    {
        // GitHub names what would have been enough: "actions=write"; several ways are separated by semicolons.
        var needs = PipelineFailures.Header(headers, "X-Accepted-GitHub-Permissions") is { Length: > 0 } named ? $"; the token needs {named.Replace("; ", ", or ", StringComparison.Ordinal).Replace('=', ' ')}" : "";
        return (int)status switch
        {
            301 or 307 or 308 => $"says that it moved ({(int)status}): correct the repository's name in chatops.yaml",
            403 when needs.Length > 0 => $"refused: the token may not do this (403){PipelineFailures.Said(words)}{needs}",
            404 => $"does not have it, or the token may not see it (404); check repository and workflow in chatops.yaml{needs}",
            422 when words?.Contains("Unexpected inputs", StringComparison.OrdinalIgnoreCase) == true => $"refused (422): {words}; the inputs in chatops.yaml must be those of the workflow's workflow_dispatch",
            422 when words?.Contains("workflow_dispatch", StringComparison.Ordinal) == true => $"refused (422): {words}; add 'on: workflow_dispatch' to the workflow, on the branch that chatops.yaml names",
            _ => null,
        };
    }
}
