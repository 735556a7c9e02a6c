namespace ChatOps.Diagnosis.LogPatterns;

/// <summary>Bounds of a <see cref="LogGrouper"/>. There is nothing to tune for a system.</summary>
public sealed record LogGrouperOptions
{
    /// <summary>Skeletons kept at most; beyond it similar ones are united early and what is new falls into coarser patterns. At least 16.</summary>
    public int MaxPatterns { get; init; } = 4096;

    /// <summary>Characters of a line that are read; the rest is cut off. At least 16.</summary>
    public int MaxLineLength { get; init; } = 4096;

    /// <summary>Characters of a stack trace that are kept with the sample.</summary>
    public int MaxDetailLength { get; init; } = 2000;
}
