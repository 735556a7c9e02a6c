using System.Text.Json.Nodes;

namespace ChatOps.Platforms.Kubernetes;

/// <summary>Releases and changes, from the templates that a workload keeps. Pure.</summary>
internal sealed class WorkloadHistory(KubernetesFailures failures, Workload workload, IReadOnlyList<Revision> revisions)
{
    private const string RestartedAt = "kubectl.kubernetes.io/restartedAt";

    /// <summary>Newest first, each version once: a restart makes a revision of the same version.</summary>
    public IReadOnlyList<Release> Releases()
    {
        var current = workload.VersionOf(workload.Template);
        return
        [
            .. revisions.Where(r => workload.VersionOf(r.Template) is not null).DistinctBy(r => workload.VersionOf(r.Template)).Select(r => new Release
            {
                Version = failures.Clean(workload.VersionOf(r.Template)!),
                Commit = failures.CleanOrNull(r.Annotation("org.opencontainers.image.revision")),
                Author = failures.CleanOrNull(r.Annotation(OperationRecord.Actor)),
                Message = failures.CleanOrNull(r.Annotation("kubernetes.io/change-cause")),
                DeployedAt = r.At,
                Current = workload.VersionOf(r.Template) == current,
                Digest = ImageName.Digest(workload.Container(r.Template).Text("image")),
            }),
        ];
    }

    /// <summary>Oldest first.</summary>
    public IReadOnlyList<TargetChange> Changes(IReadOnlyList<JsonNode> pods, DateTimeOffset since)
    {
        var changes = new List<TargetChange>();
        foreach (var (revision, before) in revisions.Zip(revisions.Skip(1).Append(null)))
        {
            var kind = Kind(revision, before);
            var at = (kind == "restart" ? PlatformJson.Time(revision.Annotation(RestartedAt)) : null) ?? revision.At;
            if (at is null) continue;
            changes.Add(new(kind, at.Value, failures.CleanOrNull(revision.Annotation(OperationRecord.Actor)), failures.CleanOrNull(workload.VersionOf(revision.Template)), failures.CleanOrNull(revision.Annotation("kubernetes.io/change-cause")))
            {
                FromVersion = failures.CleanOrNull(workload.VersionOf(before?.Template)),
                Succeeded = revision != revisions[0] ? true : workload.Stuck ? false : workload.Rolling ? null : true,
            });
        }
        var container = workload.Container(workload.Template).Text("name");
        changes.AddRange(pods.SelectMany(p => p.Items("status", "containerStatuses").Where(s => container is null || s.Text("name") == container))
            .Select(s => s.At("lastState", "terminated")).Where(t => t.Time("finishedAt") is not null)
            .Select(t => new TargetChange("restart", t.Time("finishedAt")!.Value, "kubernetes", workload.VersionOf(workload.Template), $"after {t.Text("reason") ?? "its end"}") { Automatic = true, Succeeded = true }));
        return [.. changes.Where(c => c.At >= since).OrderBy(c => c.At)];
    }

    /// <summary>The template to go back to: the newest of that version. Null: it is not kept.</summary>
    public Revision? Of(string version) => revisions.FirstOrDefault(r => workload.VersionOf(r.Template) == version);

    private string Kind(Revision revision, Revision? before) =>
        revision.Template.Text("metadata", "annotations", OperationRecord.Kind) is { } told && told != before?.Template.Text("metadata", "annotations", OperationRecord.Kind) ? told
        : before is null || workload.VersionOf(revision.Template) != workload.VersionOf(before.Template) ? "deploy"
        : revision.Annotation(RestartedAt) != before.Annotation(RestartedAt) ? "restart"
        : "config";
}
