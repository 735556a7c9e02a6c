namespace ChatOps.Platforms.Ssh;

/// <summary>One action as the machine keeps it: written before it begins, completed when it has ended, removed after 30 days.</summary>
internal sealed record OperationFile(string Id, string Kind, DateTimeOffset At)
{
    public string? Version { get; private init; }
    public string? From { get; private init; }
    public string? Actor { get; private init; }
    public string? Reason { get; private init; }

    /// <summary>The script is past its record and has begun to change something.</summary>
    public bool Acting { get; private init; }
    public DateTimeOffset? Ended { get; private init; }
    public bool Succeeded { get; private init; }
    public string? Message { get; private init; }

    /// <summary>Null: it is no record, or not written to its end.</summary>
    public static OperationFile? Read(IEnumerable<string> lines)
    {
        var values = KeyValues.Read(lines);
        if (values.Text("id") is not { } id || values.Text("at") is not { } at || RemoteAnswer.Time(at) is not { } began) return null;
        return new(id, values.Text("kind") ?? "restart", began)
        {
            Version = values.Text("version"),
            From = values.Text("from"),
            Actor = values.Text("actor"),
            Reason = values.Text("reason"),
            Acting = values.ContainsKey("acting"),
            Ended = values.Text("ended") is { } ended ? RemoteAnswer.Time(ended) : null,
            Succeeded = values.Text("result") == "succeeded",
            Message = values.Text("message"),
        };
    }

    public PlatformOperation Operation(SshFailures failures) => Ended is null
        ? new(Id, PlatformOperationState.Running, null, At, null)
        : new(Id, Succeeded ? PlatformOperationState.Succeeded : PlatformOperationState.Failed, failures.CleanOrNull(Message), At, Ended);

    public TargetChange Change(SshFailures failures) => new(Kind, At, failures.CleanOrNull(Actor), failures.CleanOrNull(Version), failures.CleanOrNull(Reason))
    {
        FromVersion = failures.CleanOrNull(From),
        Succeeded = Ended is null ? null : Succeeded,
    };
}
