namespace ChatOps.Diagnosis.LogPatterns;

/// <summary>One skeleton of the grouper with what was counted for it.</summary>
internal sealed class Entry
{
    private readonly long[] counts = new long[4];
    private readonly TimeBuckets[] buckets = new TimeBuckets[4];
    private DateTimeOffset sampleSecond;
    private bool sampleInWindow;
    private DateTimeOffset firstInWindow = DateTimeOffset.MaxValue;
    private DateTimeOffset lastInWindow = DateTimeOffset.MinValue;
    private DateTimeOffset first = DateTimeOffset.MaxValue;
    private DateTimeOffset last = DateTimeOffset.MinValue;

    public Entry(uint[] tokens, byte[] traits, LineLevel level)
    {
        Tokens = tokens;
        Traits = traits;
        Level = level;
    }

    public uint[] Tokens { get; set; }

    public byte[] Traits { get; set; }

    public LineLevel Level { get; private set; }

    /// <summary>Tokens beyond the end do not matter: a pattern that lines fall into when there are too many.</summary>
    public bool IsPrefix { get; init; }

    /// <summary>The entry that took this one over.</summary>
    public Entry? Into { get; private set; }

    public string Sample { get; private set; } = string.Empty;

    public string? Detail { get; private set; }

    public long Count => counts[0] + counts[1] + counts[2] + counts[3];

    public long Continuations { get; set; }

    /// <summary>
    /// Counts one line. The sample is the smallest by ordinal order among those of the first second in the window, so that the order of lines within a second does not show.
    /// </summary>
    /// <returns>Whether the line became the sample.</returns>
    public bool Hit(DateTimeOffset at, ReadOnlySpan<char> line, LogPeriod period, TimeAxes axes)
    {
        counts[(int)period]++;
        var inWindow = period == LogPeriod.Window;
        if (at < first) first = at;
        if (at > last) last = at;
        if (inWindow)
        {
            if (at < firstInWindow) firstInWindow = at;
            if (at > lastInWindow) lastInWindow = at;
        }

        buckets[(int)period].Hit(axes[period], axes[period].BucketOf(at.UtcTicks));

        if (inWindow == sampleInWindow && at >= sampleSecond.AddSeconds(1) && Count > 1) return false;
        return Offer(at, line, inWindow);
    }

    private bool Offer(DateTimeOffset at, ReadOnlySpan<char> line, bool inWindow)
    {
        var second = new DateTimeOffset(at.UtcTicks - (at.UtcTicks % TimeSpan.TicksPerSecond), TimeSpan.Zero);
        if (Count > 1)
        {
            if (sampleInWindow && !inWindow) return false;
            if (inWindow == sampleInWindow)
            {
                if (second > sampleSecond) return false;
                if (second == sampleSecond && line.SequenceCompareTo(Sample) >= 0) return false;
            }
        }

        Sample = line.ToString();
        Detail = null;
        sampleSecond = second;
        sampleInWindow = inWindow;
        return true;
    }

    public void AddDetail(ReadOnlySpan<char> line, int longest)
    {
        var room = longest - (Detail?.Length ?? 0);
        if (room > 1) Detail = string.Concat(Detail, "\n", line[..Math.Min(line.Length, room - 1)]);
    }

    /// <summary>Takes over what the other counted; which of the two gives the sample depends on time and text, not on who asks whom.</summary>
    public void Absorb(Entry other, TimeAxes axes)
    {
        other.Into = this;
        if (IsBefore(other)) (Sample, Detail, sampleSecond, sampleInWindow) = (other.Sample, other.Detail, other.sampleSecond, other.sampleInWindow);
        for (var i = 0; i < counts.Length; i++)
        {
            counts[i] += other.counts[i];
            buckets[i].Add(axes[(LogPeriod)i], other.buckets[i]);
        }

        Continuations += other.Continuations;
        if (other.firstInWindow < firstInWindow) firstInWindow = other.firstInWindow;
        if (other.lastInWindow > lastInWindow) lastInWindow = other.lastInWindow;
        if (other.first < first) first = other.first;
        if (other.last > last) last = other.last;
    }

    private bool IsBefore(Entry other)
    {
        if (Count == 0) return true;
        if (other.Count == 0) return false;
        if (sampleInWindow != other.sampleInWindow) return other.sampleInWindow;
        if (sampleSecond != other.sampleSecond) return other.sampleSecond < sampleSecond;
        return string.CompareOrdinal(other.Sample, Sample) < 0;
    }

    /// <summary>
    /// Level and traits come from punctuation too, which lines of one skeleton need not share: they are those of the sample, not of whichever line came first.
    /// </summary>
    public void Settle(LineReader reader)
    {
        reader.Read(Sample);
        if (IsPrefix || !reader.Scanner.Tokens.SequenceEqual(Tokens)) return;
        Traits = LogPatterns.Traits.Of(Sample, reader.Scanner);
        Level = reader.LevelOf(Sample);
    }

    /// <summary>A copy that can be merged without touching the original.</summary>
    public Entry Copy(LineReader reader, TimeAxes axes)
    {
        var copy = new Entry([.. Tokens], Traits, Level) { IsPrefix = IsPrefix };
        copy.Absorb(this, axes);
        copy.Settle(reader);
        return copy;
    }

    public LogPattern ToPattern(string template, LineLevel level, TimeAxes axes) => new()
    {
        Template = template,
        Count = counts[0],
        CountsByPeriod = [.. counts],
        Lines = Count + Continuations,
        FirstSeen = counts[0] > 0 ? firstInWindow : first,
        LastSeen = counts[0] > 0 ? lastInWindow : last,
        Level = level,
        Sample = Sample + Detail,
        Buckets = buckets[0].Over(axes[LogPeriod.Window]),
        BucketsByPeriod = [.. buckets.Select((b, i) => b.Over(axes[(LogPeriod)i]))],
        BucketWidths = [.. buckets.Select((_, i) => TimeSpan.FromTicks(axes[(LogPeriod)i].WidthTicks))],
        BucketsStart = axes[LogPeriod.Window].Start,
        BucketWidth = TimeSpan.FromTicks(axes[LogPeriod.Window].WidthTicks),
    };
}
