using ChatOps.Diagnosis.LogPatterns;

namespace ChatOps.Tests.Diagnosis.LogPatterns;

/// <summary>One setting for every system: the shapes of <see cref="LabelledLines"/>, and Loghub's where it is there to read.</summary>
public sealed class GroupingAccuracyTests
{
    [Theory]
    [InlineData("access")]
    [InlineData("json")]
    [InlineData("logfmt")]
    [InlineData("java")]
    [InlineData("postgres")]
    [InlineData("nginx")]
    [InlineData("kubernetes")]
    [InlineData("node")]
    public void Common_shapes_are_grouped_as_a_person_would(string shape)
    {
        var rows = LabelledLines.Of(shape, 2000).ToList();
        var accuracy = GroupingAccuracy.Of([.. rows.Select(r => r.Label)], [.. rows.Select(r => r.Line)], out _);
        accuracy.ShouldBeGreaterThanOrEqualTo(0.9, Differences(rows));
    }

    [Fact]
    public void Loghub_is_grouped_at_nine_tenths_or_better()
    {
        var folder = Environment.GetEnvironmentVariable("CHATOPS_LOGHUB");
        Assert.SkipUnless(Directory.Exists(folder), "CHATOPS_LOGHUB names no folder of labelled lines (*.tsv, EventId TAB message); they stay outside the repository.");
        var accuracies = new List<double>();
        foreach (var file in Directory.GetFiles(folder!, "*.tsv"))
        {
            var rows = File.ReadLines(file).Select(l => l.Split('\t', 2)).ToList();
            accuracies.Add(GroupingAccuracy.Of([.. rows.Select(r => r[0])], [.. rows.Select(r => r[1])], out _));
            accuracies[^1].ShouldBeGreaterThanOrEqualTo(0.75, Path.GetFileName(file));
        }

        accuracies.Average().ShouldBeGreaterThanOrEqualTo(0.9);
    }

    private static string Differences(List<(string Label, string Line)> rows)
    {
        var grouper = new LogGrouper();
        foreach (var (_, line) in rows) grouper.Add(DateTimeOffset.UnixEpoch, line);
        return string.Join('\n', grouper.Patterns().Select(p => $"{p.Count,5} {p.Level} {p.Template}"));
    }
}
