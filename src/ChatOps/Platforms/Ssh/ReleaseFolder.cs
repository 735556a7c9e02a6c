using System.Globalization;

namespace ChatOps.Platforms.Ssh;

/// <summary>A folder below <c>releases/</c>, with what its file RELEASE says (docs/ssh.md).</summary>
internal static class ReleaseFolder
{
    /// <summary>Newest first: by what RELEASE says of when it was made, else by when the folder was.</summary>
    public static IReadOnlyList<Release> All(RemoteAnswer answer, SshFailures failures)
    {
        var put = answer.Operations.Where(o => o.Version is not null).GroupBy(o => o.Version!, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.Max(o => o.At), StringComparer.Ordinal);
        return [.. answer.All("release").Select(f => One(f, answer, put, failures)).OfType<Release>().OrderByDescending(r => r.CreatedAt).ThenByDescending(r => r.Version, StringComparer.Ordinal)];
    }

    private static Release? One(RemoteFact fact, RemoteAnswer answer, Dictionary<string, DateTimeOffset> put, SshFailures failures)
    {
        if (fact.Rest.Split(' ', 2) is not [var changed, var version] || !SshSettings.IsVersion(version)) return null;
        var values = KeyValues.Read(fact.Lines);
        var current = version == answer.Current;
        return new()
        {
            Version = version,
            Commit = Text("commit"),
            Author = Text("author"),
            Message = Text("message"),
            CreatedAt = values.Text("created") is { } made && DateTimeOffset.TryParse(made, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var at) ? at : RemoteAnswer.Time(changed + "000"),
            // Where the bot put none of them there, nobody knows which ones ran, and the link alone must not say that the others did not.
            DeployedAt = current && put.Count > 0 ? answer.LinkedAt : put.TryGetValue(version, out var before) ? before : null,
            Current = current,
            Digest = Text("digest"),
            SchemaVersion = Text("schema"),
            ServesBackTo = Text("serves_back_to"),
            Migrations = Words("migrations"),
            ChecksPassed = values.Text("checks") switch { "passed" => true, "failed" => false, _ => null },
            RequiredVariables = Words("requires"),
        };

        string? Text(string key) => failures.CleanOrNull(values.Text(key));

        IReadOnlyList<string> Words(string key) => [.. values.Words(key).Select(failures.Clean)];
    }
}
