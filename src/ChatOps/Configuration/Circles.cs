namespace ChatOps.Configuration;

/// <summary>Circles in a graph of names.</summary>
internal static class Circles
{
    /// <summary>Each as its way round, the first name again at the end. At least one of every set of names that form circles.</summary>
    public static IReadOnlyList<IReadOnlyList<string>> Of(IEnumerable<string> names, Func<string, IEnumerable<string>> next)
    {
        var circles = new List<IReadOnlyList<string>>();
        var done = new HashSet<string>(StringComparer.Ordinal);
        foreach (var start in names)
        {
            if (done.Contains(start)) continue;
            // By hand instead of by recursion: a long chain in a file must not end the process.
            var way = new List<string> { start };
            var ahead = new Stack<IEnumerator<string>>([next(start).GetEnumerator()]);
            while (ahead.TryPeek(out var steps))
            {
                if (!steps.MoveNext())
                {
                    ahead.Pop().Dispose();
                    done.Add(way[^1]);
                    way.RemoveAt(way.Count - 1);
                }
                else if (way.IndexOf(steps.Current) is >= 0 and var at)
                {
                    circles.Add([.. way[at..], steps.Current]);
                }
                else if (!done.Contains(steps.Current))
                {
                    way.Add(steps.Current);
                    ahead.Push(next(steps.Current).GetEnumerator());
                }
            }
        }
        return circles;
    }
}
