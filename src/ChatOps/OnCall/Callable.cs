namespace ChatOps.OnCall;

/// <summary>Everybody who may be called for an incident, in the order of calling. Slack users.</summary>
public sealed record Callable
{
    /// <summary>Who was named in the page; null: nobody.</summary>
    public string? Named { get; init; }

    /// <summary>On call now: one person of a rotation, or all of a user group.</summary>
    public IReadOnlyList<string> OnCall { get; init; } = [];

    /// <summary>On call now in the schedule behind it.</summary>
    public IReadOnlyList<string> Backup { get; init; } = [];

    /// <summary>The rest of the rotation, whose turn is next first.</summary>
    public IReadOnlyList<string> Rotation { get; init; } = [];

    /// <summary>Whoever answers for the service.</summary>
    public IReadOnlyList<string> Owners { get; init; } = [];

    /// <summary>What could not be learned, as sentences.</summary>
    public IReadOnlyList<string> Unknown { get; init; } = [];

    /// <summary>PagerDuty did not tell who is on call; asked again it may.</summary>
    public bool NoAnswer { get; init; }

    /// <summary>Who is called next; null: nobody is left.</summary>
    /// <param name="except">Who was called before, or need not be.</param>
    public Call? Next(IReadOnlyCollection<string> except)
    {
        if (Named is { } named && !except.Contains(named, StringComparer.Ordinal)) return new([named], "asked for by name");
        if (Left(OnCall, except) is { Count: > 0 } onCall) return new(onCall, "on call");
        if (Left(Backup, except) is { Count: > 0 } backup) return new(backup, "the backup");
        if (Left(Rotation, except) is { Count: > 0 } rotation) return new([rotation[0]], "next in the rotation");
        return Left(Owners, except) is { Count: > 0 } owners ? new(owners, "answering for the service") : null;
    }

    private static List<string> Left(IReadOnlyList<string> people, IReadOnlyCollection<string> except) =>
        [.. people.Where(p => !except.Contains(p, StringComparer.Ordinal)).Distinct(StringComparer.Ordinal)];
}

/// <summary>The people who are called at once, and why they.</summary>
public sealed record Call(IReadOnlyList<string> People, string Why);
