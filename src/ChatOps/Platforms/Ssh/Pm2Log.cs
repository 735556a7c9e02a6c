using System.Globalization;
using System.Text.RegularExpressions;

namespace ChatOps.Platforms.Ssh;

/// <summary>What PM2 and its apps write: apps with a time before each line where PM2 was told so (<c>--time</c>), PM2 itself always.</summary>
internal sealed partial class Pm2Log(TimeSpan zone)
{
    private static readonly string[] Signals = ["", "SIGHUP", "SIGINT", "SIGQUIT", "SIGILL", "SIGTRAP", "SIGABRT", "SIGBUS", "SIGFPE", "SIGKILL", "SIGUSR1", "SIGSEGV", "SIGUSR2", "SIGPIPE", "SIGALRM", "SIGTERM"];

    /// <summary>The newest end that nobody asked for; null: none in what is left of PM2's log.</summary>
    /// <param name="ids">PM2's numbers of the service's processes.</param>
    public LastExit? LastExit(IEnumerable<string> lines, HashSet<int> ids)
    {
        LastExit? last = null;
        var stopping = new HashSet<int>();
        foreach (var line in lines)
        {
            if (Timed().Match(line) is not { Success: true } timed || At(timed, zone) is not { } at) continue;
            var text = line[timed.Length..];
            if (TooLarge().Match(text) is { Success: true } large && Id(large) is { } grown && ids.Contains(grown))
            {
                last = new(null, null, OomKilled: true, at, "exceeded max_memory_restart");
                // PM2 itself then ends the process.
                stopping.Add(grown);
            }
            else if (Stopping().Match(text) is { Success: true } asked && Id(asked) is { } stopped)
            {
                stopping.Add(stopped);
            }
            else if (Exited().Match(text) is { Success: true } exited && Id(exited) is { } ended && ids.Contains(ended) && !stopping.Remove(ended))
            {
                var code = int.Parse(exited.Groups["code"].ValueSpan, CultureInfo.InvariantCulture);
                // PM2 writes SIGINT where there was no signal.
                var signal = exited.Groups["signal"].Value is "SIGINT" ? 0 : Array.IndexOf(Signals, exited.Groups["signal"].Value);
                last = new(code, signal > 0 ? signal : null, OomKilled: false, at, $"exited with code {code}{(signal > 0 ? $" by {exited.Groups["signal"].Value}" : "")}");
            }
        }
        return last;
    }

    /// <summary>
    /// The files one after the other as the script gives them, in one order by time. A line without a time has that of the line before; in a file without any, all have
    /// the time at which it was written last, since nothing better is known.
    /// </summary>
    public static async IAsyncEnumerable<LogLine> ReadAsync(IAsyncEnumerable<string> lines, LogWindow window, SshFailures failures)
    {
        var found = new List<LogLine>();
        var (zone, written, last, instance) = (TimeSpan.Zero, default(DateTimeOffset), (DateTimeOffset?)null, (string?)null);
        var untimed = new List<string>();
        await foreach (var line in lines)
        {
            if (line.StartsWith("  ", StringComparison.Ordinal))
            {
                var text = line[2..];
                if (Timed().Match(text) is { Success: true } timed && At(timed, zone) is { } at) (last, text) = (at, text[timed.Length..]);
                if (last is { } time) Keep(time, text);
                else untimed.Add(text);
                continue;
            }
            Untimed();
            var answer = new RemoteAnswer(line);
            if (answer.First("now") is not null) zone = answer.Zone;
            if (answer.First("file")?.Rest.Split(' ', 2) is not [var seconds, var path]) continue;
            (written, last, instance) = (RemoteAnswer.Time(seconds + "000") ?? default, null, Path.GetFileNameWithoutExtension(path));
        }
        Untimed();
        // Stable: lines of one moment stay as they stood.
        var ordered = found.OrderBy(l => l.At);
        foreach (var line in window.Limit is { } limit ? ordered.TakeLast(limit) : ordered) yield return line with { Text = failures.Clean(line.Text) };

        void Keep(DateTimeOffset at, string text)
        {
            if (at >= window.Since && (window.Until is not { } until || at < until)) found.Add(new(at, text, instance));
        }

        void Untimed()
        {
            // Lines before the first time of a file that has times were cut off with it.
            if (last is null)
            {
                foreach (var text in untimed) Keep(written, text);
            }
            untimed.Clear();
        }
    }

    private static int? Id(Match match) => int.TryParse(match.Groups["id"].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : null;

    private static DateTimeOffset? At(Match match, TimeSpan zone)
    {
        if (!DateTime.TryParse(match.Groups["time"].ValueSpan, CultureInfo.InvariantCulture, DateTimeStyles.None, out var local)) return null;
        var offset = match.Groups["zone"].Value switch
        {
            "" => zone,
            "Z" => TimeSpan.Zero,
            var text => new TimeSpan(int.Parse(text.AsSpan(1, 2), CultureInfo.InvariantCulture), int.Parse(text.AsSpan(text.Length - 2), CultureInfo.InvariantCulture), 0) * (text[0] == '-' ? -1 : 1),
        };
        return Math.Abs(offset.TotalHours) <= 14 ? new DateTimeOffset(local, offset).ToUniversalTime() : null;
    }

    [GeneratedRegex(@"^(?<time>\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d{1,7})?) ?(?<zone>Z|[+-]\d\d:?\d\d)?(: | |$)", RegexOptions.ExplicitCapture)]
    private static partial Regex Timed();

    [GeneratedRegex(@"Process (?<id>\d{1,9}) restarted because it exceeds --max-memory-restart", RegexOptions.ExplicitCapture)]
    private static partial Regex TooLarge();

    [GeneratedRegex(@"Stopping app:.* id:(?<id>\d{1,9})$", RegexOptions.ExplicitCapture)]
    private static partial Regex Stopping();

    [GeneratedRegex(@"App \[.*:(?<id>\d{1,9})\] exited with code \[(?<code>\d{1,9})\] via signal \[(?<signal>\w+)\]", RegexOptions.ExplicitCapture)]
    private static partial Regex Exited();
}
