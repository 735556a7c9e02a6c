namespace ChatOps.Configuration;

/// <summary>The name that somebody most likely meant.</summary>
public static class Nearest
{
    /// <summary>Longer words are no typing errors of a name, and comparing them costs time.</summary>
    private const int LongestWord = 64;

    /// <summary>
    /// The candidate within reach of the word (a third of its length in typing errors, at least one), or null.
    /// Case does not count. Of several equally near ones the first stands.
    /// </summary>
    public static string? Of(string word, IEnumerable<string> candidates)
    {
        if (word.Length is 0 or > LongestWord) return null;
        var lower = word.ToLowerInvariant();
        string? best = null;
        var bestDistance = int.MaxValue;
        foreach (var candidate in candidates)
        {
            if (candidate.Length > LongestWord) continue;
            var reach = Math.Max(1, Math.Max(word.Length, candidate.Length) / 3);
            var distance = Distance(lower, candidate.ToLowerInvariant());
            if (distance > reach || distance >= bestDistance) continue;
            (best, bestDistance) = (candidate, distance);
        }
        return best;
    }

    /// <summary>"did you mean 'restart'?", or the valid names when none is near.</summary>
    public static string Hint(string word, IReadOnlyCollection<string> candidates) =>
        Of(word, candidates) is { } near ? $"did you mean '{near}'?"
        : candidates.Count == 0 ? "none is defined"
        : $"valid: {string.Join(", ", candidates.Take(20))}{(candidates.Count > 20 ? " …" : "")}";

    /// <summary>
    /// Damerau-Levenshtein distance: insertions, deletions, substitutions and swaps of neighbours, each counting one.
    /// The unrestricted form, so that it is a metric.
    /// </summary>
    public static int Distance(string a, string b)
    {
        // Row and column 0 hold a value no path can beat; row and column 1 are the empty prefixes.
        var unreachable = a.Length + b.Length;
        var d = new int[a.Length + 2, b.Length + 2];
        d[0, 0] = unreachable;
        for (var i = 0; i <= a.Length; i++) (d[i + 1, 0], d[i + 1, 1]) = (unreachable, i);
        for (var j = 0; j <= b.Length; j++) (d[0, j + 1], d[1, j + 1]) = (unreachable, j);

        var lastRowOf = new Dictionary<char, int>();
        for (var i = 1; i <= a.Length; i++)
        {
            var lastMatch = 0;
            for (var j = 1; j <= b.Length; j++)
            {
                var swapRow = lastRowOf.GetValueOrDefault(b[j - 1]);
                var swapColumn = lastMatch;
                var same = a[i - 1] == b[j - 1];
                if (same) lastMatch = j;
                var changed = d[i, j] + (same ? 0 : 1);
                var oneMore = Math.Min(d[i + 1, j], d[i, j + 1]) + 1;
                var swapped = d[swapRow, swapColumn] + (i - swapRow - 1) + 1 + (j - swapColumn - 1);
                d[i + 1, j + 1] = Math.Min(Math.Min(changed, oneMore), swapped);
            }
            lastRowOf[a[i - 1]] = i;
        }
        return d[a.Length + 1, b.Length + 1];
    }
}
