namespace ChatOps.Diagnosis.LogPatterns;

/// <summary>When it began, as far as the logs know.</summary>
public static class Onset
{
    /// <summary>The time of the first line of the highest ranked pattern that is new and tells of trouble; null where there is none, or nothing to compare with.</summary>
    /// <param name="findings">As <see cref="LogRanking.Rank"/> gives them.</param>
    public static DateTimeOffset? FirstOfNewPattern(IReadOnlyList<LogFinding> findings)
    {
        foreach (var finding in findings)
        {
            if (finding.IsNew && finding.IsTrouble) return finding.Pattern.FirstSeen;
        }

        return null;
    }
}
