namespace ChatOps.Diagnosis.LogPatterns;

/// <summary>
/// Groups log lines by what they say. Lines are put in one after the other, in any order of time; the result is asked for once, though asking again is harmless.
/// One pass masks what varies and counts; <see cref="Patterns"/> then unites skeletons that differ in names alone. Memory is bounded whatever comes in. Not safe for two threads.
/// Put lines of window and baselines into the same grouper: then the same thing said yesterday is the same pattern.
/// </summary>
public sealed class LogGrouper
{
    private const int MostPrefixes = 256;
    private const int PrefixTokens = 2;
    private const int MostGeneral = 64;

    private readonly LogGrouperOptions options;
    private readonly TimeAxes axes = new();
    private readonly LineReader reader = new();
    private readonly List<LogFeed> feeds = [];
    private readonly Dictionary<ulong, Entry> entries = [];
    private readonly Dictionary<ulong, Entry> prefixes = [];
    private readonly Dictionary<int, List<Entry>> general = [];
    private int afterUniting;

    public LogGrouper()
        : this(new LogGrouperOptions())
    {
    }

    public LogGrouper(LogGrouperOptions options)
    {
        if (options.MaxPatterns < 16 || options.MaxLineLength < 16) throw new ArgumentOutOfRangeException(nameof(options), "MaxPatterns and MaxLineLength are at least 16.");
        this.options = options;
        Feed();
    }

    /// <summary>Lines put in so far.</summary>
    public long LineCount { get; private set; }

    /// <summary>One more program whose lines are put in among those of others.</summary>
    public LogFeed Feed()
    {
        var feed = new LogFeed(options);
        feeds.Add(feed);
        return feed;
    }

    /// <summary>As <see cref="Add(LogFeed, DateTimeOffset, ReadOnlySpan{char}, LogPeriod)"/>, where there is one program.</summary>
    public void Add(DateTimeOffset at, ReadOnlySpan<char> line, LogPeriod period = LogPeriod.Window) => Add(feeds[0], at, line, period);

    /// <summary>
    /// Puts in one line without its line end. A stack trace, or whatever else is indented, joins the line of its feed put in before it.
    /// </summary>
    /// <param name="feed">Of this grouper.</param>
    /// <param name="at">When it was said; any offset.</param>
    /// <param name="line">Any text, however long or strange.</param>
    /// <param name="period">Where it was read from.</param>
    public void Add(LogFeed feed, DateTimeOffset at, ReadOnlySpan<char> line, LogPeriod period)
    {
        LineCount++;
        if (line.Length > options.MaxLineLength) line = Cut(line, options.MaxLineLength);
        if (feed.Pending.IsOpen && !Resume(feed, line)) return;
        if (!line.IsEmpty && line[0] <= ' ' | line[0] is 'C' or 'S' or 'a' or '.' or '}' or ']' or ')' or 'g' or 'D' or 'T' || line.IsEmpty)
        {
            if (feed.Latest is not null && Continuations.Continues(line))
            {
                Attach(feed, line);
                return;
            }

            if (Continuations.BeginsTrace(line))
            {
                BeginTrace(feed, at, line, period);
                return;
            }
        }
        else if (feed.InTrace)
        {
            // The line below the trace of a logged exception names it.
            feed.InTrace = false;
            if (feed.Latest is not null && LevelWords.Detect(line) == LineLevel.Unknown && NamesException(line))
            {
                Attach(feed, line);
                return;
            }
        }

        if (line.Length > 8 && line[4] == ':' && Continuations.IsHeadOnly(line))
        {
            feed.Pending.Open(at, line, period, isTrace: false);
            return;
        }

        Count(feed, at, line, period);
    }

    /// <summary>The patterns so far, most frequent in the window first. Deterministic: the same lines give the same answer, and their order within one second does not matter as long as <see cref="LogGrouperOptions.MaxPatterns"/> is not reached.</summary>
    public IReadOnlyList<LogPattern> Patterns()
    {
        Flush();
        var merged = PatternMerging.Merge(All().Select(e => e.Copy(reader, axes)).ToList(), axes);
        return [.. merged
            .Where(e => e.Count > 0)
            .Select(e => e.ToPattern(TemplateText.Write(e.Sample, reader, e.Tokens, e.IsPrefix), e.Level, axes))
            .OrderByDescending(p => p.Count)
            .ThenBy(p => p.FirstSeen)
            .ThenBy(p => p.Template, StringComparer.Ordinal)
            .ThenBy(p => p.Sample, StringComparer.Ordinal)];
    }

    /// <summary>The number of the final pattern of each line, for measuring; the lines must have been put in before.</summary>
    internal int[] Assign(IReadOnlyList<string> lines)
    {
        Flush();
        var copies = All().ToDictionary(e => e, e => e.Copy(reader, axes));
        var merged = PatternMerging.Merge([.. copies.Values], axes);
        var numbers = merged.Select((e, i) => (e, i)).ToDictionary(p => p.e, p => p.i);
        return [.. lines.Select(line =>
        {
            reader.Read(line.Length > options.MaxLineLength ? Cut(line, options.MaxLineLength) : line);
            if (!entries.TryGetValue(reader.Scanner.Hash(), out var entry)) return -1;
            entry = copies[entry];
            while (entry.Into is { } into) entry = into;
            return numbers[entry];
        })];
    }

    private IEnumerable<Entry> All() => entries.Values.Concat(prefixes.Values);

    private void Count(LogFeed feed, DateTimeOffset at, ReadOnlySpan<char> line, LogPeriod period)
    {
        reader.Read(line);
        var hash = reader.Scanner.Hash();
        if (!entries.TryGetValue(hash, out var entry)) entry = Meet(hash, line);
        feed.Latest = entry;
        feed.LatestIsSample = entry.Hit(at, line, period, axes);
    }

    private Entry Meet(ulong hash, ReadOnlySpan<char> line)
    {
        if (General(reader.Scanner.Tokens) is { } known) return known;
        if (entries.Count >= options.MaxPatterns && entries.Count - afterUniting >= options.MaxPatterns / 4)
        {
            Unite();
            reader.Read(line);
            if (entries.TryGetValue(hash, out known) || (known = General(reader.Scanner.Tokens)) is not null) return known;
        }

        if (entries.Count >= options.MaxPatterns) return Prefix(line);
        var made = new Entry(reader.Scanner.Tokens.ToArray(), Traits.Of(line, reader.Scanner), reader.LevelOf(line));
        entries.Add(hash, made);
        return made;
    }

    /// <summary>Too many skeletons: unites them now, and remembers the united ones so that further lines of their kind find them.</summary>
    private void Unite()
    {
        foreach (var entry in entries.Values) entry.Settle(reader);
        // The first to fit takes a line, and only some are remembered: which, is decided by what was said, not by what came first.
        var merged = PatternMerging.Merge(entries.Values, axes).OrderByDescending(e => e.Count).ThenBy(e => e.Sample, StringComparer.Ordinal).ToList();
        entries.Clear();
        general.Clear();
        foreach (var entry in merged)
        {
            var hash = HashOf(entry.Tokens, LineLevel.Unknown);
            if (!entries.TryAdd(hash, entry)) entries[hash].Absorb(entry, axes);
            else if (entry.Tokens.Contains(LineScanner.Value)) Remember(entry);
        }

        afterUniting = entries.Count;
        foreach (var feed in feeds) feed.Latest = null;
    }

    private void Remember(Entry entry)
    {
        if (!general.TryGetValue(entry.Tokens.Length, out var list)) general.Add(entry.Tokens.Length, list = []);
        if (list.Count < MostGeneral) list.Add(entry);
    }

    private static ulong HashOf(ReadOnlySpan<uint> tokens, LineLevel level)
    {
        var scanner = new LineScanner();
        foreach (var token in tokens) scanner.Add(token);
        return scanner.Hash() ^ ((ulong)level << 62);
    }

    private Entry? General(ReadOnlySpan<uint> tokens)
    {
        if (!general.TryGetValue(tokens.Length, out var list)) return null;
        foreach (var entry in list)
        {
            var fits = true;
            for (var i = 0; fits && i < tokens.Length; i++) fits = entry.Tokens[i] == LineScanner.Value || entry.Tokens[i] == tokens[i];
            if (fits) return entry;
        }

        return null;
    }

    private Entry Prefix(ReadOnlySpan<char> line)
    {
        var tokens = reader.Scanner.Tokens;
        var level = reader.LevelOf(line);
        var start = tokens[..Math.Min(PrefixTokens, tokens.Length)];
        var key = HashOf(start, level);
        if (prefixes.Count >= MostPrefixes && !prefixes.ContainsKey(key))
        {
            start = default;
            key = HashOf(default, level);
        }

        if (!prefixes.TryGetValue(key, out var entry)) prefixes.Add(key, entry = new Entry(start.ToArray(), new byte[start.Length], level) { IsPrefix = true });
        return entry;
    }

    private void Attach(LogFeed feed, ReadOnlySpan<char> line)
    {
        feed.Latest!.Continuations++;
        if (feed.LatestIsSample) feed.Latest.AddDetail(line, options.MaxDetailLength);
        if (Continuations.BeginsTrace(line.TrimStart())) feed.InTrace = true;
    }

    private void BeginTrace(LogFeed feed, DateTimeOffset at, ReadOnlySpan<char> line, LogPeriod period)
    {
        if (feed.Latest is { Level: LineLevel.Error })
        {
            Attach(feed, line);
            return;
        }

        feed.Pending.Open(at, line, period, isTrace: true);
    }

    /// <summary>Goes on with a line that was put aside.</summary>
    /// <returns>Whether the line is still to be counted.</returns>
    private bool Resume(LogFeed feed, ReadOnlySpan<char> line)
    {
        var pending = feed.Pending;
        var continues = Continuations.Continues(line);
        if (continues && pending.IsTrace)
        {
            pending.Append(line);
            return false;
        }

        if (continues || (pending.IsTrace && NamesException(line)))
        {
            Close(feed, line, counted: 0);
            return false;
        }

        Close(feed, default, counted: 1);
        return true;
    }

    private void Flush()
    {
        foreach (var feed in feeds)
        {
            if (feed.Pending.IsOpen) Close(feed, default, counted: 1);
        }
    }

    /// <param name="line">What completes the line that was put aside; empty: nothing does.</param>
    /// <param name="counted">Of the lines held, those that count as the line itself.</param>
    private void Close(LogFeed feed, ReadOnlySpan<char> line, int counted)
    {
        feed.Pending.Close(line, out var at, out var whole, out var detail, out var held, out var period);
        Count(feed, at, whole, period);
        feed.Latest!.Continuations += held - counted;
        if (feed.LatestIsSample && detail.Length > 0) feed.Latest.AddDetail(detail, options.MaxDetailLength);
    }

    /// <summary><c>ValueError: …</c>, <c>psycopg2.OperationalError: …</c>: one dotted name, alone or before a colon.</summary>
    private static bool NamesException(ReadOnlySpan<char> line)
    {
        var colon = line.IndexOf(':');
        var name = colon < 0 ? line : line[..colon];
        if (name.Length is < 3 or > 120) return false;
        foreach (var c in name)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('.' or '_')) return false;
        }

        return colon < 0 || colon + 1 == line.Length || line[colon + 1] == ' ';
    }

    /// <summary>Cuts without splitting a pair of surrogates.</summary>
    private static ReadOnlySpan<char> Cut(ReadOnlySpan<char> line, int length) =>
        line[..(char.IsHighSurrogate(line[length - 1]) ? length - 1 : length)];
}
