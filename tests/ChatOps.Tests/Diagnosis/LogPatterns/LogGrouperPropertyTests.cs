using ChatOps.Diagnosis.LogPatterns;
using FsCheck;
using FsCheck.Fluent;

namespace ChatOps.Tests.Diagnosis.LogPatterns;

public sealed class LogGrouperPropertyTests
{
    private static readonly DateTimeOffset T0 = new(2026, 11, 21, 14, 0, 0, TimeSpan.Zero);

    private static readonly Gen<string> Line =
        from head in Gen.Elements("INFO", "ERROR", "level=warn msg=\"x\"", "{\"level\":\"error\",\"msg\":\"gone\"}", "user", "connect to", "fail: A[1]", "took")
        from words in Gen.Elements("ana", "bo", "cleo", "dan", "10.0.0.1", "42", "ms", "opened", "()", "=", "k=", "💥", "\0", "<!channel>", "/var/log", "a.example.com").ListOf()
        select head + " " + string.Join(' ', words);

    private static readonly Arbitrary<List<(int Second, string Text)>> Lines =
        (from second in Gen.Choose(0, 90) from text in Line select (second, text)).ListOf().Select(l => l.ToList()).ToArbitrary();

    [Fact]
    public void The_order_of_lines_within_a_second_does_not_matter() =>
        Prop.ForAll(Lines, Arb.ToArbitrary(Gen.Choose(0, int.MaxValue)), (lines, seed) =>
        {
            var random = new Random(seed);
            var shuffled = lines.Select(l => (l, random.Next())).OrderBy(p => p.l.Second).ThenBy(p => p.Item2).Select(p => p.l);
            return Same(Group(lines.OrderBy(l => l.Second)), Group(shuffled));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(300));

    [Fact]
    public void Grouping_twice_gives_the_same_and_asking_changes_nothing() =>
        Prop.ForAll(Lines, lines =>
        {
            var grouper = Fill(lines);
            return Same(grouper.Patterns(), grouper.Patterns()) && Same(grouper.Patterns(), Group(lines));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(200));

    [Fact]
    public void No_line_is_lost_whatever_it_holds() =>
        Prop.ForAll(ArbMap.Default.GeneratorFor<string?>().Select(s => s ?? string.Empty).Or(Line).ListOf().Select(l => l.ToList()).ToArbitrary(), lines =>
        {
            var grouper = new LogGrouper(new LogGrouperOptions { MaxPatterns = 16 });
            var period = 0;
            foreach (var line in lines) grouper.Add(T0, line, (LogPeriod)(period++ % 4));
            var patterns = grouper.Patterns();
            return patterns.Sum(p => p.Lines) == lines.Count && patterns.All(p => p.CountsByPeriod.Sum() <= p.Lines && p.Buckets.Sum() == p.Count);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(500));

    private static LogGrouper Fill(IEnumerable<(int Second, string Text)> lines)
    {
        var grouper = new LogGrouper();
        foreach (var (second, text) in lines) grouper.Add(T0.AddSeconds(second), text);
        return grouper;
    }

    private static IReadOnlyList<LogPattern> Group(IEnumerable<(int Second, string Text)> lines) => Fill(lines).Patterns();

    private static bool Same(IReadOnlyList<LogPattern> a, IReadOnlyList<LogPattern> b) =>
        a.Count == b.Count && a.Zip(b).All(p =>
            p.First.Template == p.Second.Template && p.First.Count == p.Second.Count && p.First.Sample == p.Second.Sample && p.First.Level == p.Second.Level && p.First.FirstSeen == p.Second.FirstSeen && p.First.Buckets.SequenceEqual(p.Second.Buckets));
}
