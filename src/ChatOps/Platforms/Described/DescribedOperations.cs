namespace ChatOps.Platforms.Described;

/// <summary>The words for what can be described, the places that each request may have, and the fields that are read of each answer.</summary>
internal static class DescribedOperations
{
    public static IReadOnlyList<DescribedOperation> All { get; } =
    [
        new("status", null, [])
        {
            Required = ["state"],
            Fields =
            [
                "state", "recovering?", "detail", "version", "digest", "generation", "ready_replicas", "desired_replicas", "deployed_at", "deployed_by", "started_at", "restarts", "variables", "last_backup_at",
                "last_exit.at", "last_exit.code", "last_exit.signal", "last_exit.oom_killed?", "last_exit.reason", "candidate.version", "candidate.state", "candidate.percent", "candidate.detail",
            ],
        },
        new("releases", null, [])
        {
            List = true,
            Required = ["version"],
            Fields = ["version", "commit", "author", "message", "created_at", "deployed_at", "current?", "digest", "schema_version", "serves_back_to", "migrations", "checks_passed?", "required_variables"],
        },
        new("changes", null, ["since"]) { List = true, Required = ["kind", "at"], Fields = ["kind", "at", "actor", "version", "from_version", "text", "state", "automatic?"] },
        new("logs", null, ["since", "until", "limit"]) { List = true, Lines = true, Required = ["at", "text"], Fields = ["at", "text", "instance"] },
        new("metrics", null, ["since", "until"]) { Series = true },
        new("version_metrics", null, ["version", "since", "until"]) { Series = true },
        Action("restart", PlatformAction.Restart),
        Action("rollback", PlatformAction.RollBack, "version"),
        Action("deploy", PlatformAction.Deploy, "version"),
        Action("recreate", PlatformAction.Recreate, "version"),
        Action("candidate", PlatformAction.Candidate, "version"),
        Action("weight", PlatformAction.Candidate, "percent"),
        Action("promote", PlatformAction.Candidate),
        Action("drop_candidate", PlatformAction.Candidate),
        Action("backup", PlatformAction.BackUp),
        Action("scale", PlatformAction.Scale, "replicas"),
        Action("memory_limit", PlatformAction.MemoryLimit, "memory_bytes"),
        new("operation", null, ["operation_id", "id"]) { List = true, Required = ["state"], Fields = OfOperation },
    ];

    private static string[] OfOperation => ["id", "state", "message", "started_at", "finished_at"];

    public static DescribedOperation Of(string word) => All.First(o => o.Word == word);

    private static DescribedOperation Action(string word, PlatformAction action, params string[] needed) =>
        new(word, action, [.. Placeholders.OfAction.Except(Placeholders.OfTarget, StringComparer.Ordinal), .. needed]) { Needed = needed, Fields = OfOperation };
}

/// <param name="Word">In <c>chatops.yaml</c>.</param>
/// <param name="Action">What it does; null: it reads.</param>
/// <param name="Places">What its request may hold beside service and environment.</param>
internal sealed record DescribedOperation(string Word, PlatformAction? Action, IReadOnlyList<string> Places)
{
    /// <summary>Places without which the request would mean something else.</summary>
    public IReadOnlyList<string> Needed { get; init; } = [];

    /// <summary>What is read of its answer; those with a question mark are yes or no.</summary>
    public IReadOnlyList<string> Fields { get; init; } = [];

    public IReadOnlyList<string> Required { get; init; } = [];

    /// <summary>Its answer may be a list.</summary>
    public bool List { get; init; }

    /// <summary>Its answer may be one JSON text a line.</summary>
    public bool Lines { get; init; }

    /// <summary>Its answer holds measured quantities.</summary>
    public bool Series { get; init; }

    public IReadOnlyList<string> AllPlaces => [.. Placeholders.OfTarget, .. Places];
}
