using ChatOps.Platforms;
using ChatOps.Telemetry;
using ChatOps.Telemetry.Http;
using FsCheck;
using FsCheck.Fluent;

namespace ChatOps.Tests.Telemetry;

/// <summary>Pages end anywhere: within an instant, at the end of the window, where a server thinks them too large.</summary>
public sealed class PagedLinesTests
{
    [Fact]
    public void Every_line_comes_once_and_in_order_whatever_the_size_of_a_page() => Prop.ForAll(Cases(), one =>
    {
        var read = Read(one, newest: null).GetAwaiter().GetResult();
        return read.Select(l => l.At).SequenceEqual(one.Times.Order().Select(At)) && read.Select(l => l.Text).Order(StringComparer.Ordinal).SequenceEqual(one.Names.Order(StringComparer.Ordinal));
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void The_newest_come_oldest_first_and_each_once() => Prop.ForAll(Cases(), one =>
    {
        var read = Read(one, newest: one.Newest).GetAwaiter().GetResult();
        var expected = one.Times.OrderDescending().Take(one.Newest).Reverse().Select(At).ToList();
        return read.Select(l => l.At).SequenceEqual(expected) && read.Select(l => l.Text).Distinct(StringComparer.Ordinal).Count() == expected.Count;
    }).QuickCheckThrowOnFailure();

    [Fact]
    public async Task More_lines_of_one_instant_than_a_page_may_hold_are_missing_and_that_is_told()
    {
        var given = new List<LogLine>();
        var told = await Should.ThrowAsync<PlatformException>(async () =>
        {
            var times = Enumerable.Repeat(50, 9).Append(51).Prepend(49).ToArray();
            await foreach (var line in new PagedLines(Server(times, 1_000, exact: false), 2, 4).ReadAsync(0, 10_000, null, CancellationToken.None)) given.Add(line);
        });
        told.Message.ShouldBe("lines are missing: more than 4 are of one instant");
        given.Select(l => l.At).ShouldBe([At(49), At(50), At(50), At(50), At(50), At(51)]);
    }

    private static async Task<List<LogLine>> Read(Case one, int? newest)
    {
        var lines = new List<LogLine>();
        var paged = new PagedLines(Server(one.Times, one.LargestAnswer, one.Exact), one.Page, 64);
        await foreach (var line in paged.ReadAsync(0, 10_000, newest, CancellationToken.None)) lines.Add(line);
        return lines;
    }

    /// <summary>A server that keeps no order among lines of one instant, unless its pages say where they end.</summary>
    private static Func<PageQuestion, CancellationToken, Task<LinePage>> Server(int[] times, int largest, bool exact)
    {
        var chance = new Random(3);
        var all = times.Select((t, i) => (Time: t * 100L, Name: $"line {i}", Tie: i)).ToList();
        return (question, _) =>
        {
            if (question.Limit > largest) throw HttpSourceFailures.New("too large", HttpSource.TooLarge);
            var sign = question.NewestFirst ? -1 : 1;
            var found = all.Where(l => l.Time >= question.Since && l.Time < question.Until)
                .OrderBy(l => sign * l.Time).ThenBy(l => exact ? l.Tie : chance.Next())
                .Where(l => question.After is not ValueTuple<long, int> after || (sign * l.Time, l.Tie).CompareTo(after) > 0)
                .Take(question.Limit).ToList();
            return Task.FromResult(new LinePage([.. found.Select(l => new TimedLine(l.Time, new(DateTimeOffset.UnixEpoch.AddTicks(l.Time / 100), l.Name, null)))], found.Count == question.Limit)
            {
                After = exact && found.Count > 0 ? (sign * found[^1].Time, found[^1].Tie) : null,
            });
        };
    }

    /// <summary>Up to 30 lines on six instants, pages of 1 to 12, servers that give at most 42 to 80 at once.</summary>
    private static Arbitrary<Case> Cases() =>
        (from count in Gen.Choose(0, 30)
         from times in Gen.Choose(0, 5).ArrayOf(count)
         from page in Gen.Choose(1, 12)
         from largest in Gen.Choose(42, 80)
         from newest in Gen.Choose(1, 35)
         from exact in Gen.Choose(0, 1)
         select new Case(times, page, largest, newest, exact == 1)).ToArbitrary();

    private static DateTimeOffset At(int time) => DateTimeOffset.UnixEpoch.AddTicks(time);

    private sealed record Case(int[] Times, int Page, int LargestAnswer, int Newest, bool Exact)
    {
        public IEnumerable<string> Names => Times.Select((_, i) => $"line {i}");
    }
}
