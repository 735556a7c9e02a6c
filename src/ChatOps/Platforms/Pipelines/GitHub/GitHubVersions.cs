using System.Collections.Concurrent;
using System.Text.Json.Nodes;

namespace ChatOps.Platforms.Pipelines.GitHub;

/// <summary>Tags as versions, with what their commits are and whether the checks of those passed.</summary>
internal sealed class GitHubVersions(PipelineCalls calls)
{
    /// <summary>Each costs a request or two: of so many tags the commit is read, and of the newest of them the checks.</summary>
    private const int MostTags = 30;
    private const int MostChecked = 10;

    /// <summary>A commit never changes.</summary>
    private readonly ConcurrentDictionary<string, JsonNode> commits = new(StringComparer.Ordinal);

    public async Task<IReadOnlyList<Release>> ReadAsync(PipelineJob job, IReadOnlyList<PipelineRun> runs, Patience patience)
    {
        var read = Placeholders.Reader(job.Settings.Tag, job.Target.Target);
        var tags = (await calls.ReadAsync(GitHubApi.Of(job, ["tags"], ("per_page", "100")), patience)).Items()
            .Select(t => (read(t.Text("name") ?? "")?.Version, Sha: t.Text("commit", "sha"))).Where(t => t is { Version: not null, Sha: not null }).Take(MostTags).ToList();
        var releases = await Task.WhenAll(tags.Select(async t => Of(t.Version!, t.Sha!, await CommitAsync(job, t.Sha!, patience))));
        var suites = runs.Select(r => r.Suite).OfType<long>().ToHashSet();
        var newest = releases.OrderByDescending(r => r.CreatedAt).ToList();
        return await Task.WhenAll(newest.Select(async (r, i) => i < MostChecked ? r with { ChecksPassed = await ChecksAsync(job, r.Commit!, suites, patience) } : r));
    }

    /// <summary>
    /// https://docs.github.com/rest/commits/commits#compare-two-commits: asked for without pages it gives the newest 250, oldest first.
    /// </summary>
    public async Task<CommitRange?> CommitsAsync(PipelineJob job, string from, string to, Patience patience)
    {
        // Two dots part base and head there, and a colon an owner from his branch: git has neither in the name of a tag.
        if (new[] { from, to }.Any(t => t.Contains("..", StringComparison.Ordinal) || t.Contains(':', StringComparison.Ordinal))) return null;
        var compared = await CompareAsync(job, from, to, patience);
        var backwards = compared.Text("status") == "behind";
        if (backwards) compared = await CompareAsync(job, to, from, patience);
        return compared is null ? null : new([.. compared.Items("commits").Reverse().Take(CommitRange.Most).Select(Of)], (int)compared.Number("total_commits"))
        {
            Backwards = backwards,
            Page = calls.Failures.CleanOrNull(compared.Text("html_url")),
        };
    }

    private Task<JsonNode?> CompareAsync(PipelineJob job, string from, string to, Patience patience) => calls.ReadOrNullAsync(GitHubApi.Of(job, ["compare", $"{from}...{to}"]), patience);

    private PlatformCommit Of(JsonNode commit) => new(
        calls.Failures.Clean(commit.Text("sha") ?? ""), calls.Failures.CleanOrNull(commit.Text("author", "login") ?? commit.Text("commit", "author", "name")),
        calls.Failures.FirstLine(commit.Text("commit", "message")), commit.Time("commit", "committer", "date") ?? commit.Time("commit", "author", "date"));

    private Release Of(string version, string sha, JsonNode commit) => new()
    {
        Version = calls.Failures.Clean(version),
        Commit = sha,
        Author = calls.Failures.CleanOrNull(commit.Text("author", "login") ?? commit.Text("commit", "author", "name")),
        Message = calls.Failures.FirstLine(commit.Text("commit", "message")),
        CreatedAt = commit.Time("commit", "committer", "date"),
    };

    private async Task<JsonNode> CommitAsync(PipelineJob job, string sha, Patience patience)
    {
        var key = $"{job.Place}@{sha}";
        if (commits.TryGetValue(key, out var known)) return known;
        if (commits.Count > 2000) commits.Clear();
        return commits[key] = await calls.ReadAsync(GitHubApi.Of(job, ["commits", sha]), patience);
    }

    /// <summary>Null: there are none, some still run, or the token may not see them.</summary>
    private async Task<bool?> ChecksAsync(PipelineJob job, string sha, HashSet<long> ownSuites, Patience patience)
    {
        try
        {
            var status = calls.ReadAsync(GitHubApi.Of(job, ["commits", sha, "status"]), patience);
            var runs = (await calls.ReadAsync(GitHubApi.Of(job, ["commits", sha, "check-runs"], ("filter", "latest"), ("per_page", "100")), patience)).Items("check_runs")
                // A deploy of a commit runs on that commit: it is no check of it.
                .Where(c => c.NumberOrNull("check_suite", "id") is not { } suite || !ownSuites.Contains(suite)).ToList();
            return GitHubChecks.Passed(await status, runs);
        }
        catch (PlatformException e) when (e.Code is "http_403" or "http_404")
        {
            return null;
        }
    }
}

/// <summary>Commit statuses and check runs as one word. Pure.</summary>
internal static class GitHubChecks
{
    public static bool? Passed(JsonNode status, IReadOnlyCollection<JsonNode> checkRuns)
    {
        var words = checkRuns.Select(c => c.Text("status") != "completed" ? null : (bool?)(c.Text("conclusion") is "success" or "neutral" or "skipped")).ToList();
        // Without a status at all GitHub says "pending".
        if (status.Number("total_count") > 0) words.Add(status.Text("state") switch { "success" => true, "failure" or "error" => false, _ => null });
        return words.Contains(false) ? false : words.Count == 0 || words.Contains(null) ? null : true;
    }
}
