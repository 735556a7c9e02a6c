using System.Runtime.CompilerServices;
using ChatOps.Platforms;
using FsCheck;
using FsCheck.Fluent;

namespace ChatOps.Tests.Platforms;

/// <summary>Several logs as one.</summary>
public sealed class MergedLogTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 21, 3, 0, 0, TimeSpan.Zero);

    private int begun;
    private int ended;
    private int read;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public void Every_line_comes_once_and_by_time_those_of_one_moment_log_by_log() => Prop.ForAll<byte[][]>(steps =>
    {
        var logs = steps.Select((log, l) => log.Aggregate(new List<LogLine>(), (lines, step) => [.. lines, Line(lines.Count > 0 ? lines[^1].At.AddSeconds(step) : Start, $"{l}/{lines.Count}")])).ToList();
        Merge(logs.Select(l => l.ToAsyncEnumerable())).ToBlockingEnumerable(Cancelled).ShouldBe(logs.SelectMany(l => l).OrderBy(l => l.At));
        Merge(logs.Select(l => l.ToAsyncEnumerable()), limit: 5).ToBlockingEnumerable(Cancelled).ShouldBe(logs.SelectMany(l => l).OrderBy(l => l.At).TakeLast(5));
    }).QuickCheckThrowOnFailure();

    [Fact]
    public async Task A_log_that_breaks_off_is_told_behind_its_last_line()
    {
        var seen = new List<string>();
        var failure = await Should.ThrowAsync<PlatformException>(async () =>
        {
            await foreach (var line in Merge([BreaksOffAsync(3), EndlessAsync()])) seen.Add(line.Text);
        });
        failure.Message.ShouldBe("it broke off");
        seen.Where(s => s.StartsWith("short", StringComparison.Ordinal)).ShouldBe(["short 0", "short 1", "short 2"]);
        (begun, ended).ShouldBe((1, 1));
    }

    [Fact]
    public async Task What_a_log_has_said_does_not_wait_for_what_it_says_next()
    {
        var next = new TaskCompletionSource();
        await using var merged = Merge([WaitsAsync(next.Task)]).GetAsyncEnumerator(Cancelled);
        (await merged.MoveNextAsync()).ShouldBeTrue();
        merged.Current.Text.ShouldBe("before");
        next.SetResult();
        (await merged.MoveNextAsync()).ShouldBeTrue();
        merged.Current.Text.ShouldBe("after");
        (await merged.MoveNextAsync()).ShouldBeFalse();
    }

    [Fact]
    public async Task Of_each_log_only_a_few_hundred_lines_are_read_ahead_and_all_end_with_the_reader()
    {
        var taken = 0;
        await foreach (var line in Merge(Enumerable.Range(0, 40).Select(_ => EndlessAsync())))
        {
            Volatile.Read(ref read).ShouldBeLessThanOrEqualTo(taken + (40 * 200));
            if (++taken == 20_000) break;
        }
        (begun, ended).ShouldBe((40, 40));
    }

    [Fact]
    public async Task Whoever_gives_up_ends_logs_that_say_nothing()
    {
        using var gives = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        var merged = Merge(Enumerable.Range(0, 40).Select(_ => SilentAsync()), cancellationToken: gives.Token).ToListAsync(gives.Token).AsTask();
        await gives.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => merged);
        begun.ShouldBe(ended);
    }

    [Fact]
    public async Task Sixteen_are_opened_at_once_and_the_next_where_one_has_answered()
    {
        var answers = Enumerable.Range(0, 40).Select(_ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).ToList();
        var opened = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var most = 0;
        var (open, answered) = (0, 0);
        var merged = Merge(answers.Select(OpensAsync)).ToListAsync(Cancelled).AsTask();
        await opened.Task.WaitAsync(Cancelled);
        foreach (var answer in answers) answer.SetResult();
        (await merged).Count.ShouldBe(40);
        (most, answered).ShouldBe((16, 40));

        async IAsyncEnumerable<LogLine> OpensAsync(TaskCompletionSource answer)
        {
            lock (answers) most = Math.Max(most, ++open);
            if (open == 16) opened.TrySetResult();
            await answer.Task;
            lock (answers) (open, answered) = (open - 1, answered + 1);
            yield return Line(Start, "first");
        }
    }

    private static IAsyncEnumerable<LogLine> Merge(IEnumerable<IAsyncEnumerable<LogLine>> logs, int? limit = null, CancellationToken? cancellationToken = null) =>
        MergedLog.ReadAsync([.. logs], limit, cancellationToken ?? Cancelled);

    private static LogLine Line(DateTimeOffset at, string text) => new(at, text, null);

    private static async IAsyncEnumerable<LogLine> BreaksOffAsync(int lines)
    {
        for (var i = 0; i < lines; i++) yield return Line(Start.AddSeconds(i), $"short {i}");
        await Task.Yield();
        throw new PlatformException("it broke off", CallOutcome.NotDone);
    }

    private static async IAsyncEnumerable<LogLine> WaitsAsync(Task next)
    {
        yield return Line(Start, "before");
        await next;
        yield return Line(Start, "after");
    }

    private async IAsyncEnumerable<LogLine> EndlessAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        Interlocked.Increment(ref begun);
        try
        {
            for (var i = 0; ; i++)
            {
                if (i % 10 == 9) await Task.Yield();
                cancellationToken.ThrowIfCancellationRequested();
                Interlocked.Increment(ref read);
                yield return Line(Start.AddSeconds(i), "again");
            }
        }
        finally
        {
            Interlocked.Increment(ref ended);
        }
    }

    private async IAsyncEnumerable<LogLine> SilentAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        Interlocked.Increment(ref begun);
        try
        {
            await Task.Delay(Timeout.Infinite, cancellationToken);
            yield break;
        }
        finally
        {
            Interlocked.Increment(ref ended);
        }
    }
}
