using System.Text.Json.Nodes;

namespace ChatOps.Platforms.Pipelines.GitLab;

/// <summary>Tags as versions, with what their commits are and whether the pipeline of a push passed.</summary>
internal sealed class GitLabVersions(PipelineCalls calls)
{
    /// <summary>Each costs a request.</summary>
    private const int MostChecked = 10;

    public async Task<IReadOnlyList<Release>> ReadAsync(PipelineJob job, IReadOnlyList<PipelineRun> runs, Patience patience)
    {
        var read = Placeholders.Reader(job.Settings.Tag, job.Target.Target);
        var tags = await calls.ReadAsync(GitLabApi.Of(job, ["repository", "tags"], ("order_by", "updated"), ("sort", "desc"), ("per_page", "30")), patience);
        var releases = tags.Items().Where(t => read(t.Text("name") ?? "")?.Version is not null && t.Text("commit", "id") is not null).Select(t => new Release
        {
            Version = calls.Failures.Clean(read(t.Text("name")!)!.Version!),
            Commit = t.Text("commit", "id"),
            Author = calls.Failures.CleanOrNull(t.Text("commit", "author_name")),
            Message = calls.Failures.FirstLine(t.Text("commit", "message") ?? t.Text("commit", "title")),
            CreatedAt = t.Time("created_at") ?? t.Time("commit", "created_at"),
        }).OrderByDescending(r => r.CreatedAt).ToList();
        var own = runs.Select(r => r.Number).ToHashSet();
        return await Task.WhenAll(releases.Select(async (r, i) => i < MostChecked ? r with { ChecksPassed = await PassedAsync(job, r.Commit!, own, patience) } : r));
    }

    /// <summary>https://docs.gitlab.com/api/repositories#compare-branches-tags-or-commits: all of them, oldest first.</summary>
    public async Task<CommitRange?> CommitsAsync(PipelineJob job, string from, string to, Patience patience)
    {
        var compared = await CompareAsync(job, from, to, patience);
        // That the second is the older one is not told: nothing comes in then, though both are not the same.
        var backwards = compared is not null && !compared.Items("commits").Any() && !compared.Flag("compare_same_ref");
        if (backwards) compared = await CompareAsync(job, to, from, patience);
        if (compared is null) return null;
        var commits = compared.Items("commits").Select(c => new PlatformCommit(
            calls.Failures.Clean(c.Text("id") ?? ""), calls.Failures.CleanOrNull(c.Text("author_name")), calls.Failures.FirstLine(c.Text("message") ?? c.Text("title")),
            c.Time("committed_date") ?? c.Time("created_at"))).Reverse().ToList();
        return new([.. commits.Take(CommitRange.Most)], commits.Count) { Backwards = backwards, Page = calls.Failures.CleanOrNull(compared.Text("web_url")) };
    }

    private Task<JsonNode?> CompareAsync(PipelineJob job, string from, string to, Patience patience) =>
        calls.ReadOrNullAsync(GitLabApi.Of(job, ["repository", "compare"], ("from", from), ("to", to)), patience);

    /// <summary>Null: no push has a pipeline, it still runs, or somebody ended it.</summary>
    private async Task<bool?> PassedAsync(PipelineJob job, string sha, HashSet<long> own, Patience patience)
    {
        var pipelines = await calls.ReadAsync(GitLabApi.Of(job, ["pipelines"], ("sha", sha), ("source", "push"), ("order_by", "id"), ("sort", "desc"), ("per_page", "10")), patience);
        return pipelines.Items().FirstOrDefault(p => !own.Contains(p.Number("id"))).Text("status") switch { "success" => true, "failed" => false, _ => null };
    }
}
