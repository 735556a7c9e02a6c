
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

    /// <summary>Null: no push has a pipeline, it still runs, or somebody ended it.</summary>
    private async Task<bool?> PassedAsync(PipelineJob job, string sha, HashSet<long> own, Patience patience)
    {
        var pipelines = await calls.ReadAsync(GitLabApi.Of(job, ["pipelines"], ("sha", sha), ("source", "push"), ("order_by", "id"), ("sort", "desc"), ("per_page", "10")), patience);
        return pipelines.Items().FirstOrDefault(p => !own.Contains(p.Number("id"))).Text("status") switch { "success" => true, "failed" => false, _ => null };
    }
}
