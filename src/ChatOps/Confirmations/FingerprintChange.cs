namespace ChatOps.Confirmations;

/// <summary>Says what changed between two fingerprints, which are lists parted by <c>;</c> or line ends.</summary>
internal static class FingerprintChange
{
    private static readonly char[] Separators = [';', '\n'];

    /// <summary>"was version=v42, is version=v43". Not escaped.</summary>
    public static string Describe(string before, string now)
    {
        var old = Parts(before);
        var current = Parts(now);
        var gone = old.Except(current, StringComparer.Ordinal).ToList();
        var come = current.Except(old, StringComparer.Ordinal).ToList();
        return (gone.Count, come.Count) switch
        {
            (0, 0) => "it was put another way",
            (0, _) => $"new: {string.Join(", ", come)}",
            (_, 0) => $"gone: {string.Join(", ", gone)}",
            _ => $"was {string.Join(", ", gone)}, is {string.Join(", ", come)}",
        };
    }

    private static string[] Parts(string fingerprint) => fingerprint.Split(Separators, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
