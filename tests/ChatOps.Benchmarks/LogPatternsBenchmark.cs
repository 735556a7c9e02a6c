using System.Diagnostics;
using System.Globalization;
using ChatOps.Diagnosis.LogPatterns;
using ChatOps.Tests.Diagnosis.LogPatterns;
using ChatOps.Timeline;

namespace ChatOps.Benchmarks;

/// <summary>
/// Lines per second on one core, allocated bytes per line, and grouping accuracy against labelled lines. The labelled lines (Loghub) stay outside the repository:
/// the environment variable CHATOPS_LOGHUB names a folder of <c>*.tsv</c> with <c>EventId TAB message</c>.
/// </summary>
internal static class LogPatternsBenchmark
{
    private const int Lines = 1_000_000;
    private static readonly DateTimeOffset Start = new(2026, 11, 21, 3, 0, 0, TimeSpan.Zero);

    public static void Run()
    {
        Speed("generated", Generated());
        var folder = Environment.GetEnvironmentVariable("CHATOPS_LOGHUB");
        if (folder is null || !Directory.Exists(folder))
        {
            Console.WriteLine("real lines and accuracy: not measured; set CHATOPS_LOGHUB to a folder of Loghub's labelled lines (*.tsv, EventId TAB message)");
            return;
        }

        var files = Directory.GetFiles(folder, "*.tsv").Order(StringComparer.Ordinal).ToArray();
        Speed("real", [.. files.SelectMany(File.ReadLines).Select(l => l[(l.IndexOf('\t', StringComparison.Ordinal) + 1)..])]);
        foreach (var file in files) SpeedOf(Path.GetFileNameWithoutExtension(file), file);
        Accuracy(files);
    }

    private static void SpeedOf(string name, string file) => Speed(name, [.. File.ReadLines(file).Select(l => l[(l.IndexOf('\t', StringComparison.Ordinal) + 1)..])], 200_000);

    private static void Speed(string name, string[] lines, int wanted = Lines)
    {
        var best = double.MaxValue;
        long allocated = 0;
        for (var run = 0; run < 4; run++)
        {
            var grouper = new LogGrouper();
            var before = GC.GetAllocatedBytesForCurrentThread();
            var watch = Stopwatch.StartNew();
            for (int i = 0, n = 0; i < wanted; i++)
            {
                grouper.Add(Start.AddMilliseconds(i), lines[n]);
                if (++n == lines.Length) n = 0;
            }

            grouper.Patterns();
            best = Math.Min(best, watch.Elapsed.TotalSeconds);
            allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        }

        Print($"{name,-12} {wanted / best,12:N0} lines/s on one core, {lines.Average(l => l.Length),6:N0} characters a line, {(double)allocated / wanted,6:N2} bytes allocated a line");

        var watchRedactor = Stopwatch.StartNew();
        var characters = 0L;
        var sample = Math.Min(wanted, 200_000);
        for (int i = 0, n = 0; i < sample; i++)
        {
            characters += Redactor.ForSlack(lines[n]).Length;
            if (++n == lines.Length) n = 0;
        }

        Print($"{name,-12} {sample / watchRedactor.Elapsed.TotalSeconds,12:N0} lines/s redacted ({characters:N0} characters out)");
    }

    private static void Accuracy(string[] files)
    {
        var sum = 0.0;
        foreach (var file in files)
        {
            var rows = File.ReadLines(file).Select(l => l.Split('\t', 2)).ToArray();
            var accuracy = GroupingAccuracy.Of([.. rows.Select(r => r[0])], [.. rows.Select(r => r[1])], out var groups);
            sum += accuracy;
            Print($"{Path.GetFileNameWithoutExtension(file),-12} grouping accuracy {accuracy:0.0000}, {groups} patterns for {rows.Select(r => r[0]).Distinct(StringComparer.Ordinal).Count()} events");
        }

        Print($"{"mean",-12} grouping accuracy {sum / files.Length:0.0000}");
    }

    /// <summary>A web shop's mix: text, JSON and logfmt, with values that never repeat.</summary>
    private static string[] Generated()
    {
        var random = new Random(7);
        var lines = new string[20_000];
        for (var i = 0; i < lines.Length; i++)
        {
            var id = Guid.NewGuid();
            var ms = random.Next(2, 900);
            var ip = string.Create(CultureInfo.InvariantCulture, $"10.{random.Next(256)}.{random.Next(256)}.{random.Next(256)}");
            lines[i] = string.Create(CultureInfo.InvariantCulture, $"{Start.AddMilliseconds(i):O} ") + (i % 6) switch
            {
                0 => string.Create(CultureInfo.InvariantCulture, $"INFO  [checkout] order {random.Next()} placed by customer {id} in {ms} ms"),
                1 => string.Create(CultureInfo.InvariantCulture, $"ERROR [checkout] connect ECONNREFUSED {ip}:5432 after {ms}ms (attempt {random.Next(5)})"),
                2 => string.Create(CultureInfo.InvariantCulture, $"level=info ts={i} caller=http.go:{random.Next(400)} msg=\"request done\" path=/cart/{id} status=200 took={ms}ms"),
                3 => string.Create(CultureInfo.InvariantCulture, $"{ip} - - \"GET /products/{random.Next(10_000)}?page=2 HTTP/1.1\" 200 {random.Next(9000)} \"-\" \"Mozilla/5.0 (X11; Linux x86_64)\""),
                4 => string.Create(CultureInfo.InvariantCulture, $"WARN  [inventory] slow query took {ms} ms: select * from stock where sku = 'SKU-{random.Next(100_000)}'"),
                _ => "DEBUG [payments] gateway answered in time, nothing to retry, pool has free connections",
            };
            if (i % 6 == 5) lines[i] = string.Create(CultureInfo.InvariantCulture, $"{{\"time\":\"{Start.AddMilliseconds(i):O}\",\"level\":\"info\",\"msg\":\"cart updated\",\"cart\":\"{id}\",\"items\":{random.Next(20)},\"duration_ms\":{ms}}}");
        }

        return lines;
    }

    private static void Print(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}
