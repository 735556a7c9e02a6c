using ChatOps.Diagnosis.LogPatterns;

namespace ChatOps.Tests.Diagnosis.LogPatterns;

/// <summary>The measure that log parsers are compared by: the share of lines whose group holds exactly the lines that carry the same label.</summary>
internal static class GroupingAccuracy
{
    public static double Of(IReadOnlyList<string> labels, IReadOnlyList<string> lines, out int groups)
    {
        var grouper = new LogGrouper();
        foreach (var line in lines) grouper.Add(DateTimeOffset.UnixEpoch, line);
        var numbers = grouper.Assign(lines);
        groups = numbers.Distinct().Count();
        var byLabel = labels.CountBy(l => l, StringComparer.Ordinal).ToDictionary(StringComparer.Ordinal);
        var right = 0;
        foreach (var group in numbers.Select((number, i) => (number, label: labels[i])).GroupBy(p => p.number))
        {
            var members = group.ToList();
            if (members.TrueForAll(m => m.label == members[0].label) && byLabel[members[0].label] == members.Count) right += members.Count;
        }

        return (double)right / labels.Count;
    }
}
