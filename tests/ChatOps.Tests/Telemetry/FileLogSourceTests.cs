using System.Globalization;
using System.IO.Compression;
using System.Text;
using ChatOps.Platforms;
using ChatOps.Telemetry.Files;
using FsCheck;
using FsCheck.Fluent;

namespace ChatOps.Tests.Telemetry;

public sealed class FileLogSourceTests : IDisposable
{
    private static readonly DateTimeOffset Nine = new(2026, 11, 21, 9, 0, 0, TimeSpan.Zero);
    private readonly string folder = Directory.CreateTempSubdirectory("chatops-logs").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task A_window_in_the_middle_of_a_large_file_is_found()
    {
        using (var file = new StreamWriter(Path.Combine(folder, "shop.log")))
        {
            for (var i = 0; i < 200_000; i++) await file.WriteLineAsync($"{Time(Nine.AddSeconds(i))} line {i} {new string('x', 40)}");
        }
        var lines = await Read(new(Nine.AddSeconds(150_000), Nine.AddSeconds(150_010), null));
        lines.Count.ShouldBe(10);
        lines[0].Text.ShouldContain(" line 150000 ");
        lines[0].At.ShouldBe(Nine.AddSeconds(150_000));
        lines[0].Instance.ShouldBe("shop.log");
    }

    [Fact]
    public async Task A_stack_trace_belongs_to_the_line_before_it()
    {
        Write("shop.log", $"{Time(Nine)} fine\n{Time(Nine.AddSeconds(5))} ERROR broken\n   at Shop.Login()\n   at Shop.Main()\n{Time(Nine.AddSeconds(9))} fine\n");
        (await Read(new(Nine.AddSeconds(5), Nine.AddSeconds(6), null))).Select(l => (l.At, l.Text.Trim())).ShouldBe([
            (Nine.AddSeconds(5), $"{Time(Nine.AddSeconds(5))} ERROR broken"),
            (Nine.AddSeconds(5), "at Shop.Login()"),
            (Nine.AddSeconds(5), "at Shop.Main()"),
        ]);
    }

    [Fact]
    public async Task Rotated_and_packed_predecessors_are_read_too()
    {
        Write("shop.log", $"{Time(Nine.AddMinutes(3))} d\n");
        Write("shop.log.1", $"{Time(Nine.AddMinutes(2))} c\n");
        await using (var packed = new GZipStream(File.Create(Path.Combine(folder, "shop.log.2.gz")), CompressionLevel.Fastest))
            packed.Write(Encoding.UTF8.GetBytes($"{Time(Nine)} a\n{Time(Nine.AddMinutes(1))} b\n"));
        Write("shop.log.bak", $"{Time(Nine)} not a predecessor\n");
        (await Read(new(Nine, null, null), "shop.log")).Select(l => l.Text[^1]).ShouldBe(['a', 'b', 'c', 'd']);
        (await Read(new(Nine, null, 2), "shop.log")).Select(l => l.Text[^1]).ShouldBe(['c', 'd']);
    }

    [Fact]
    public async Task A_file_that_is_there_under_two_names_counts_once()
    {
        var line = $"{Time(Nine)} {new string('x', 300)}\n";
        Write("shop.log", line);
        Write("shop.log.1", line);
        (await Read(new(Nine, null, null))).Count.ShouldBe(1);
    }

    [Fact]
    public async Task Files_of_several_instances_become_one_log_in_the_order_of_time()
    {
        Write("a.log", $"{Time(Nine)} 1\n{Time(Nine.AddSeconds(2))} 3\n");
        Write("b.log", $"{Time(Nine.AddSeconds(1))} 2\n{Time(Nine.AddSeconds(3))} 4\n");
        (await Read(new(Nine, null, null))).Select(l => l.Text[^1]).ShouldBe(['1', '2', '3', '4']);
    }

    [Fact]
    public async Task A_missing_file_is_told_and_an_old_one_is_no_failure()
    {
        (await Should.ThrowAsync<PlatformException>(() => Read(new(Nine, null, null)))).Message.ShouldBe($"no file matches {folder}/*.log");
        Write("shop.log", $"{Time(Nine)} a\n");
        File.SetLastWriteTimeUtc(Path.Combine(folder, "shop.log"), Nine.UtcDateTime);
        (await Read(new(Nine.AddHours(1), null, null))).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_file_without_times_shows_its_end_at_the_time_it_was_written()
    {
        Write("shop.log", string.Concat(Enumerable.Range(0, 100_000).Select(i => $"line {i}\n")));
        File.SetLastWriteTimeUtc(Path.Combine(folder, "shop.log"), Nine.UtcDateTime);
        var lines = await Read(new(Nine.AddMinutes(-1), null, null));
        lines[^1].ShouldBe(new LogLine(Nine, "line 99999", "shop.log"));
        lines.Count.ShouldBeLessThan(100_000);
    }

    [Fact]
    public async Task Secrets_are_redacted_and_endless_lines_cut()
    {
        Write("shop.log", $"{Time(Nine)} password=hunter2hunter2\n{Time(Nine)} {new string('x', 1_000_000)}\n{Time(Nine)} after\n");
        var lines = await Read(new(Nine, null, null));
        lines.Count.ShouldBe(3);
        lines[0].Text.ShouldNotContain("hunter2");
        lines[1].Text.Length.ShouldBeLessThan(20_000);
        lines[2].Text.ShouldEndWith("after");
    }

    [Fact]
    public void A_window_holds_what_reading_everything_would_have_found()
    {
        var line = from step in Gen.Choose(0, 400) from timed in Gen.Frequency((4, Gen.Constant(true)), (1, Gen.Constant(false))) from length in Gen.Choose(0, 3000) select (step, timed, length);
        var world = from lines in line.ListOf(120) from begin in Gen.Choose(-100, 24_000) from length in Gen.Choose(1, 5000) select (lines, begin, length);
        Prop.ForAll(world.ToArbitrary(), w =>
        {
            var at = Nine;
            var text = new StringBuilder();
            var expected = new List<string>();
            text.Append(CultureInfo.InvariantCulture, $"{Time(Nine)} first\n");
            Expect(0, $"{Time(Nine)} first");
            foreach (var (n, (step, timed, length)) in w.lines.Index())
            {
                if (timed) at = at.AddSeconds(step);
                var one = (timed ? $"{Time(at)} " : "  at ") + $"n{n} " + new string('y', length);
                text.Append(one).Append('\n');
                Expect((int)(at - Nine).TotalSeconds, one);
            }
            Write("shop.log", text.ToString());
            var window = new LogWindow(Nine.AddSeconds(w.begin), Nine.AddSeconds(w.begin + w.length), null);
            Read(window).GetAwaiter().GetResult().Select(l => l.Text).ShouldBe(expected);

            void Expect(int second, string one)
            {
                if (second >= w.begin && second < w.begin + w.length) expected.Add(one);
            }
        }).QuickCheckThrowOnFailure();
    }

    private void Write(string name, string text) => File.WriteAllText(Path.Combine(folder, name), text);

    private async Task<List<LogLine>> Read(LogWindow window, string glob = "*.log")
    {
        var lines = new List<LogLine>();
        await foreach (var line in new FileLogSource([Path.Combine(folder, glob)], TimeProvider.System).ReadAsync(window, CancellationToken.None)) lines.Add(line);
        return lines;
    }

    private static string Time(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}
