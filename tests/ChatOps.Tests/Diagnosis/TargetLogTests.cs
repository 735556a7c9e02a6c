using System.Globalization;
using System.Runtime.CompilerServices;
using ChatOps.Diagnosis;
using ChatOps.Diagnosis.LogPatterns;
using ChatOps.Platforms;
using ChatOps.Telemetry;
using static ChatOps.Tests.Diagnosis.Facts;

namespace ChatOps.Tests.Diagnosis;

/// <summary>Lines are grouped while they are read: what is known of them does not depend on which source was faster.</summary>
public sealed class TargetLogTests
{
    [Fact]
    public async Task A_trace_joins_the_line_of_its_own_program_whatever_others_say_in_between()
    {
        var log = Log();
        await log.ReadAsync(new Source(
            new(At(20), "ERROR a failed", "pod-1"), new(At(20), "INFO all well", "pod-2"), new(At(20), "    at a.b(c)", "pod-1"), new(At(21), "INFO all well", "pod-2"), new(At(21), "    at d.e(f)", "pod-1")),
            LogPeriod.Window, Window, null, null, CancellationToken.None);
        var findings = log.End();
        findings.Single(f => f.Pattern.Sample.StartsWith("ERROR a failed", StringComparison.Ordinal)).Pattern.Sample.ShouldBe("ERROR a failed\n    at a.b(c)\n    at d.e(f)");
        findings.Single(f => f.Pattern.Sample == "INFO all well").Pattern.Count.ShouldBe(2);
    }

    [Fact]
    public async Task The_window_waits_to_learn_whether_there_is_an_hour_before_it()
    {
        var log = Log();
        var gate = new TaskCompletionSource();
        var window = log.ReadAsync(new Source(new LogLine(At(6), "ERROR old", null), new LogLine(At(25), "ERROR new", null)), LogPeriod.Window, Window, null, null, CancellationToken.None);
        var hour = log.ReadAsync(new Source(new LogLine(At(-20), "ERROR old", null)) { Before = gate.Task }, LogPeriod.HourBefore, new(At(-55), At(5), null), null, null, CancellationToken.None);
        window.IsCompleted.ShouldBeFalse();
        gate.SetResult();
        await Task.WhenAll(window, hour);
        var findings = log.End();
        findings.Single(f => f.Pattern.Sample == "ERROR old").Pattern.CountsByPeriod.ShouldBe([1, 1, 0, 0]);
        findings.Single(f => f.IsNew).Pattern.Sample.ShouldBe("ERROR new");
    }

    [Fact]
    public async Task Where_the_hour_before_says_nothing_the_quiet_part_of_the_window_is_the_baseline()
    {
        var log = Log();
        await Task.WhenAll(
            log.ReadAsync(new Source(new LogLine(At(6), "ERROR old", null), new LogLine(At(25), "ERROR new", null)), LogPeriod.Window, Window, null, null, CancellationToken.None),
            log.ReadAsync(new Source(), LogPeriod.HourBefore, new(At(-55), At(5), null), null, null, CancellationToken.None));
        log.End().ShouldHaveSingleItem().Pattern.Sample.ShouldBe("ERROR new");
        log.Lines.ShouldBe(2);
    }

    [Fact]
    public async Task Of_many_lines_the_newest_are_kept_and_all_are_counted()
    {
        var log = Log(kept: 1_000);
        await log.ReadAsync(new Source([.. Enumerable.Range(0, 5_000).Select(i => new LogLine(At(20).AddMilliseconds(i), string.Create(CultureInfo.InvariantCulture, $"request {i:0000} done"), null))]), LogPeriod.Window, Window, null, null, CancellationToken.None);
        log.End().ShouldHaveSingleItem().Pattern.Count.ShouldBe(5_000);
        var kept = log.Newest.ToList();
        kept.Count.ShouldBe(1_000 / "request 0000 done".Length);
        kept[^1].Text.ShouldBe("request 4999 done");
    }

    [Fact]
    public async Task What_comes_after_the_end_changes_nothing()
    {
        var log = Log();
        var gate = new TaskCompletionSource();
        var late = log.ReadAsync(new Source(new LogLine(At(25), "late", null)) { Before = gate.Task }, LogPeriod.Window, Window, null, null, CancellationToken.None);
        log.End().ShouldBeEmpty();
        gate.SetResult();
        await late;
        (log.Lines, log.Newest.Count()).ShouldBe((0, 0));
    }

    private static LogWindow Window { get; } = new(At(5), At(30), null);

    private static TargetLog Log(int kept = 1_000_000) => new(At(5), At(30), At(20), sources: 1, kept, TimeSpan.FromMinutes(5));

    private sealed class Source(params LogLine[] lines) : ILogSource
    {
        public Task Before { get; init; } = Task.CompletedTask;

        public string Name => "a log";

        public async IAsyncEnumerable<LogLine> ReadAsync(LogWindow window, [EnumeratorCancellation] CancellationToken cancellationToken)
        {
            await Before;
            foreach (var line in lines) yield return line;
        }
    }
}
