using System.Text.Json.Nodes;

namespace ChatOps.Platforms.Docker;

/// <summary>Releases and changes, from images, kept containers and records. Pure.</summary>
internal sealed class DockerHistory(DockerFailures failures, DockerTarget target, IReadOnlyList<OperationRecord> records)
{
    private const string Revision = "org.opencontainers.image.revision";

    /// <summary>What can run again without a registry: each version once, newest image first.</summary>
    /// <param name="images">Of the service's repository.</param>
    public IReadOnlyList<Release> Releases(IReadOnlyList<JsonNode> images)
    {
        var tagged = images.SelectMany(i => i.Items("RepoTags").Select(t => t.GetValue<string>())
            .Where(t => DockerReads.Repository(t) == DockerReads.Repository(target.First.Image)).Select(t => (Version: ImageName.Version(t)!, Image: i)));
        // A container keeps its image, even where a tag was moved to another.
        var contained = target.Current.Concat(target.Kept).Where(c => c.Version is not null).Select(c => (Version: c.Version!, Container: c)).ToList();
        var versions = tagged.Select(t => t.Version).Concat(contained.Select(c => c.Version)).Distinct(StringComparer.Ordinal);
        return
        [
            .. versions.Select(version =>
            {
                var image = tagged.FirstOrDefault(t => t.Version == version).Image;
                var container = contained.FirstOrDefault(c => c.Version == version).Container;
                var record = records.FirstOrDefault(r => r.To == version && r.Replaces && r.Succeeded != false);
                return new Release
                {
                    Version = failures.Clean(version),
                    Commit = failures.CleanOrNull(image.Text("Labels", Revision) ?? container?.Label(Revision)),
                    Author = failures.CleanOrNull(record?.Actor),
                    Message = failures.CleanOrNull(record?.Reason),
                    CreatedAt = image.NumberOrNull("Created") is { } seconds ? DateTimeOffset.FromUnixTimeSeconds(seconds) : container?.CreatedAt,
                    DeployedAt = record?.At ?? container?.CreatedAt,
                    Current = version == target.First.Version,
                    Digest = image.Items("RepoDigests").Select(d => ImageName.Digest(d.GetValue<string>())).FirstOrDefault() ?? container?.Digest,
                };
            }).OrderByDescending(r => r.CreatedAt),
        ];
    }

    /// <summary>Oldest first.</summary>
    public IReadOnlyList<TargetChange> Changes(DockerStatus status, DateTimeOffset since)
    {
        var changes = records.Select(r => new TargetChange(r.Kind, r.At, failures.CleanOrNull(r.Actor), failures.CleanOrNull(r.To), failures.CleanOrNull(r.Message ?? r.Reason))
        {
            FromVersion = failures.CleanOrNull(r.From),
            Succeeded = r.Succeeded,
        }).ToList();
        // What somebody else made: the Engine does not say who.
        var known = records.Select(r => r.Id).ToHashSet(StringComparer.Ordinal);
        var oldest = records.Count > 0 ? records[^1].At : DateTimeOffset.MaxValue;
        changes.AddRange(target.Current.Where(c => c.CreatedAt is not null && (c.Label(OperationRecord.IdLabel) is not { } id || !known.Contains(id)) && !records.Any(r => r.To == c.Version && r.At <= c.CreatedAt)).Take(1)
            .Select(c => new TargetChange("deploy", c.CreatedAt!.Value, null, failures.CleanOrNull(c.Version), null) { FromVersion = oldest < c.CreatedAt ? failures.CleanOrNull(records[0].To) : null, Succeeded = c.Up }));
        changes.AddRange(target.Current.Where(c => c.Running && c.RestartCount > 0).Select(c => (Container: c, Exit: status.LastExit(c))).Where(c => c.Exit is not null)
            .Select(c => new TargetChange("restart", c.Exit!.At, "docker", failures.CleanOrNull(c.Container.Version), $"after {c.Exit.Reason}") { Automatic = true, Succeeded = true }));
        return [.. changes.Where(c => c.At >= since).OrderBy(c => c.At)];
    }

    /// <summary>What has run this version and was kept; null: nothing.</summary>
    public DockerContainer? KeptOf(string version) => target.Kept.FirstOrDefault(c => c.Version == version);
}
