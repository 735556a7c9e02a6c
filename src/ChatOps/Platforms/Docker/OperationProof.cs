namespace ChatOps.Platforms.Docker;

/// <summary>
/// How an operation whose end nobody wrote down is told from what is there: a restarted container has another start than before, a replaced one has
/// other containers in its place. Written into the record before anything is done. Pure.
/// </summary>
internal static class OperationProof
{
    public static string Starts(DockerTarget target) => $"starts {string.Join(' ', target.Current.Select(c => $"{c.Id[..Math.Min(12, c.Id.Length)]}={c.Start}"))}";

    public static string Memory(long bytes) => $"memory {bytes}";

    /// <param name="container">The id of a kept container that takes the place; null: one that is made and carries the operation's id.</param>
    public static string Place(string? container) => $"place {container ?? ""}".TrimEnd();

    /// <summary>Done, as far as what is there can tell.</summary>
    public static bool Holds(OperationRecord record, DockerTarget target)
    {
        var words = record.Proof.Split(' ');
        return target.Current.All(c => c.Running) && words[0] switch
        {
            // One that crashed and came back by itself is no proof of a restart that was asked for: that one counts anew from zero.
            "starts" => target.Current.All(c => c.RestartCount == 0 && (words.Skip(1).FirstOrDefault(w => w.StartsWith(c.Id[..Math.Min(12, c.Id.Length)], StringComparison.Ordinal)) is not { } before || !before.EndsWith("=" + c.Start, StringComparison.Ordinal))),
            "memory" => target.Current.All(c => words.ElementAtOrDefault(1) == $"{c.MemoryLimit}"),
            "place" => target.Current.All(c => c.Up && !DockerName.IsBeside(c.Name) && (words.ElementAtOrDefault(1) is { } id ? c.Id == id : c.Label(OperationRecord.IdLabel) == record.Id))
                && !target.Kept.Any(c => c.Running),
            _ => false,
        };
    }

    /// <summary>What an interrupted operation left, in a sentence for whoever must go on.</summary>
    public static string Left(DockerTarget target)
    {
        var said = target.Current.Select(c => $"{c.Name} {State(c)}{(c.Version is { } v ? $" with {v}" : "")}").ToList();
        said.AddRange(target.Beside.Select(c => $"{c.Name} {State(c)}"));
        said.AddRange(target.Kept.Where(c => c.Running).Select(c => $"{c.Name} runs too"));
        return $"it was interrupted: {string.Join(", ", said)}; the next restart, rollback or deploy clears up";
    }

    private static string State(DockerContainer container) => container.Running ? "runs" : $"does not run (docker start {container.Name})";
}
