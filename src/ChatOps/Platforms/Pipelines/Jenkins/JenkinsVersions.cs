namespace ChatOps.Platforms.Pipelines.Jenkins;

/// <summary>Builds of a job as versions: each is called by its display name, which a build may set to what it made.</summary>
internal sealed class JenkinsVersions(PipelineCalls calls)
{
    private const string Tree = "builds[displayName,result,building,timestamp,actions[lastBuiltRevision[SHA1]],changeSets[items[msg,author[fullName]]],changeSet[items[msg,author[fullName]]]]{0,50}";

    public async Task<IReadOnlyList<Release>> ReadAsync(string job, Patience patience)
    {
        var builds = (await calls.ReadAsync(JenkinsApi.Of(job, ["api", "json"], ("tree", Tree)), patience)).Items("builds");
        return
        [
            // Unstable: it was built, and its tests failed.
            .. builds.Where(b => !b.Flag("building") && b.Text("result") is "SUCCESS" or "UNSTABLE").Select(b =>
            {
                var change = b.Items("changeSets").SelectMany(s => s.Items("items")).Concat(b.Items("changeSet", "items")).LastOrDefault();
                return new Release
                {
                    Version = calls.Failures.Clean((b.Text("displayName") ?? "").TrimStart('#')),
                    Commit = b.Items("actions").Select(a => a.Text("lastBuiltRevision", "SHA1")).FirstOrDefault(c => c is not null),
                    Author = calls.Failures.CleanOrNull(change.Text("author", "fullName")),
                    Message = calls.Failures.FirstLine(change.Text("msg")),
                    CreatedAt = JenkinsRun.At(b.NumberOrNull("timestamp")),
                    ChecksPassed = b.Text("result") == "SUCCESS",
                };
            }).Where(r => Placeholders.IsVersion(r.Version)).DistinctBy(r => r.Version),
        ];
    }
}
