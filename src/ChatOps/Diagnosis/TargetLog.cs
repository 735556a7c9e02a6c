using ChatOps.Diagnosis.LogPatterns;
using ChatOps.Platforms;
using ChatOps.Telemetry;

namespace ChatOps.Diagnosis;

/// <summary>
/// The lines of one target, grouped while they are read: of a million of them stay their patterns and the newest for the file. Safe for sources that answer at the same time.
/// Where nothing is known from the hour before the window, the part of the window before the trouble serves as the baseline.
/// </summary>
/// <param name="start">Where the window begins.</param>
/// <param name="suspectFrom">From when on something may have been wrong.</param>
/// <param name="sources">How many are read, each with one <see cref="LogPeriod.HourBefore"/>.</param>
/// <param name="kept">Characters of the window's newest lines that are kept of each source.</param>
/// <param name="patience">How long the window waits to learn whether there is an hour before it.</param>
internal sealed class TargetLog(DateTimeOffset start, DateTimeOffset end, DateTimeOffset suspectFrom, int sources, int kept, TimeSpan patience)
{
    /// <summary>Programs of one source that are told apart; what is beyond shares one feed.</summary>
    private const int MostInstances = 1_024;

    private readonly Lock gate = new();
    private readonly LogGrouper grouper = new();
    private readonly DateTimeOffset split = suspectFrom - TimeSpan.FromSeconds(1);
    private readonly TaskCompletionSource<bool> hourKnown = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly DateTimeOffset?[] earliest = new DateTimeOffset?[4];
    private readonly List<LogTail> tails = [];
    private int hoursOpen = sources;
    private bool splits;
    private bool ended;

    /// <summary>Of the window.</summary>
    public long Lines { get; private set; }

    /// <summary>The first of all.</summary>
    public DateTimeOffset? Earliest => earliest.Min();

    /// <summary>The newest lines of the window, oldest first within each source.</summary>
    public IEnumerable<LogLine> Newest => tails.SelectMany(t => t.Lines);

    /// <summary>Reads one stretch of one source to its end.</summary>
    /// <param name="grep">Only lines that contain it, whatever the case; null: all.</param>
    /// <param name="reached">The time of each line of the window as it is read; null: nobody asks.</param>
    public async Task ReadAsync(ILogSource source, LogPeriod period, LogWindow window, string? grep, Action<DateTimeOffset>? reached, CancellationToken cancellationToken)
    {
        var reading = new Reading(this, period);
        try
        {
            await foreach (var line in source.ReadAsync(window, cancellationToken))
            {
                if (grep is not null && !line.Text.Contains(grep, StringComparison.OrdinalIgnoreCase)) continue;
                if (period == LogPeriod.HourBefore && !hourKnown.TrySetResult(true) && !await hourKnown.Task) return;
                var early = period == LogPeriod.Window && line.At < split && split > start && !await HourKnownAsync(cancellationToken);
                if (!reading.Add(line, early)) return;
                if (period == LogPeriod.Window) reached?.Invoke(line.At);
            }
        }
        finally
        {
            if (period == LogPeriod.HourBefore && Interlocked.Decrement(ref hoursOpen) == 0) hourKnown.TrySetResult(false);
        }
    }

    /// <summary>Groups and ranks what was read; what comes later, of a source that did not listen, is left out.</summary>
    public IReadOnlyList<LogFinding> End()
    {
        lock (gate)
        {
            ended = true;
            var hour = earliest[(int)LogPeriod.HourBefore];
            return LogRanking.Rank(grouper.Patterns(), new LogSpans
            {
                WindowStart = splits ? split : start,
                WindowEnd = end,
                Onset = splits ? null : suspectFrom,
                HourBefore = splits ? split - Later(Earliest!.Value, start) : hour is { } first ? start - Later(first, start - TimeSpan.FromHours(1)) : null,
                Yesterday = earliest[(int)LogPeriod.Yesterday] is null ? null : end - start,
                LastWeek = earliest[(int)LogPeriod.LastWeek] is null ? null : end - start,
            });
        }
    }

    private async ValueTask<bool> HourKnownAsync(CancellationToken cancellationToken)
    {
        if (hourKnown.Task.IsCompleted) return await hourKnown.Task;
        try
        {
            return await hourKnown.Task.WaitAsync(patience, cancellationToken);
        }
        catch (TimeoutException)
        {
            // From here on it is settled: one half of the window judged so and the other otherwise would be worse than either.
            hourKnown.TrySetResult(false);
            return await hourKnown.Task;
        }
    }

    private static DateTimeOffset Later(DateTimeOffset a, DateTimeOffset b) => a > b ? a : b;

    /// <summary>One stretch of one source.</summary>
    private sealed class Reading(TargetLog log, LogPeriod period)
    {
        private readonly Dictionary<string, LogFeed> feeds = new(StringComparer.Ordinal);
        private readonly LogTail? tail = period == LogPeriod.Window ? log.Tail() : null;
        private LogFeed? feed;
        private string? instance;

        /// <param name="early">Of the window, before the trouble, where the hour before is not known.</param>
        /// <returns>Whether somebody still waits for lines.</returns>
        public bool Add(LogLine line, bool early)
        {
            lock (log.gate)
            {
                if (log.ended) return false;
                log.grouper.Add(FeedOf(line.Instance), line.At, line.Text, early ? LogPeriod.HourBefore : period);
                if (log.earliest[(int)period] is not { } first || line.At < first) log.earliest[(int)period] = line.At;
                log.splits |= early;
                if (tail is null) return true;
                log.Lines++;
                tail.Add(line);
                return true;
            }
        }

        private LogFeed FeedOf(string? of)
        {
            if (feed is not null && (ReferenceEquals(of, instance) || of == instance)) return feed;
            instance = of;
            if (feeds.TryGetValue(of ?? "", out feed)) return feed;
            return feed = feeds.Count < MostInstances ? feeds[of ?? ""] = log.grouper.Feed() : feeds.First().Value;
        }
    }

    private LogTail Tail()
    {
        lock (gate)
        {
            var tail = new LogTail(kept);
            tails.Add(tail);
            return tail;
        }
    }
}

/// <summary>The newest lines of one source.</summary>
/// <param name="most">Characters.</param>
internal sealed class LogTail(int most)
{
    private readonly Queue<LogLine> lines = [];
    private long characters;

    public IReadOnlyCollection<LogLine> Lines => lines;

    public void Add(LogLine line)
    {
        lines.Enqueue(line);
        characters += line.Text.Length;
        while (characters > most && lines.Count > 1) characters -= lines.Dequeue().Text.Length;
    }
}
