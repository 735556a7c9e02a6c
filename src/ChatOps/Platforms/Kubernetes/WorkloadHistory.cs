using System.Text.Json.Nodes;

namespace ChatOps.Platforms.Kubernetes;

/// <summary>Releases and changes, from the templates that a workload keeps. Pure.</summary>
internal sealed class WorkloadHistory(KubernetesFailures failures, Workload workload, IReadOnlyList<Revision> revisions)
{
    private const string RestartedAt = "kubectl.kubernetes.io/restartedAt";
    private const string ChangeCause = "kubernetes.io/change-cause";

    /// <summary>Newest first, each version once: a restart makes a revision of the same version.</summary>
    public IReadOnlyList<Release> Releases()
    {
        var current = workload.VersionOf(workload.Template);
        return
        [
            // A release stays that of whoever made it first.
            .. WithBefore(revisions).Select(r => (Made: r.Made with { Earlier = [] }, r.Before)).Where(r => workload.VersionOf(r.Made.Template) is not null).DistinctBy(r => workload.VersionOf(r.Made.Template)).Select(r => new Release
            {
                Version = failures.Clean(workload.VersionOf(r.Made.Template)!),
                Commit = failures.CleanOrNull(r.Made.Annotation("org.opencontainers.image.revision")),
                Author = failures.CleanOrNull(ActorOf(r.Made, r.Before)),
                Message = failures.CleanOrNull(CauseOf(r.Made, r.Before)),
                DeployedAt = r.Made.At,
                Current = workload.VersionOf(r.Made.Template) == current,
                Digest = ImageName.Digest(workload.Container(r.Made.Template).Text("image")),
            }),
        ];
    }

    /// <summary>Oldest first.</summary>
    public IReadOnlyList<TargetChange> Changes(IReadOnlyList<JsonNode> pods, DateTimeOffset since)
    {
        var changes = new List<TargetChange>();
        var ran = revisions.SelectMany(r => r.Earlier.Select(n => r with { Number = n, Earlier = [.. r.Earlier.Where(e => e < n)] }).Prepend(r)).OrderByDescending(r => r.Number).ToList();
        foreach (var (revision, before) in WithBefore(ran))
        {
            var kind = Kind(revision, before);
            // When one came back is known of the newest alone.
            var at = revision.Again ? revision == ran[0] ? workload.Progressed : null
                : (kind == "restart" ? PlatformJson.Time(revision.Annotation(RestartedAt)) : null) ?? revision.At;
            if (at is null) continue;
            changes.Add(new(kind, at.Value, failures.CleanOrNull(ActorOf(revision, before)), failures.CleanOrNull(workload.VersionOf(revision.Template)), failures.CleanOrNull(CauseOf(revision, before)))
            {
                FromVersion = failures.CleanOrNull(workload.VersionOf(before?.Template)),
                Succeeded = revision != ran[0] ? true : workload.Stuck ? false : workload.Rolling ? null : true,
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

    /// <summary>Who asked the bot for it; null: somebody made it without the bot.</summary>
    public static string? ActorOf(Revision revision, Revision? before) => IsOurs(revision, before) ? revision.Annotation(OperationRecord.Actor) : null;

    /// <summary>What the bot writes into a template and beside it stands there still after somebody else's change: only what differs belongs to this one.</summary>
    private static bool IsOurs(Revision revision, Revision? before) => !revision.Again && revision.Annotation(OperationRecord.OperationId) is { } id && id != before?.Annotation(OperationRecord.OperationId);

    private static string? CauseOf(Revision revision, Revision? before) =>
        !revision.Again && revision.Annotation(ChangeCause) is { } cause && (IsOurs(revision, before) || cause != before?.Annotation(ChangeCause)) ? cause : null;

    /// <summary>Newest first, each with the one that ran before it.</summary>
    private static IEnumerable<(Revision Made, Revision? Before)> WithBefore(IReadOnlyList<Revision> ran) => ran.Zip(ran.Skip(1).Append(null));

    private string Kind(Revision revision, Revision? before) =>
        // The bot writes its id into the template that it goes back to, which makes a new revision.
        revision.Again ? "rollback"
        : IsOurs(revision, before) && revision.Annotation(OperationRecord.Kind) is { } told ? told
        : before is null || workload.VersionOf(revision.Template) != workload.VersionOf(before.Template) ? "deploy"
        : revision.Annotation(RestartedAt) != before.Annotation(RestartedAt) ? "restart"
        : "config";
}
