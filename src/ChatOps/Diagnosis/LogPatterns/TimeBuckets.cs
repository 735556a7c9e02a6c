namespace ChatOps.Diagnosis.LogPatterns;

/// <summary>The time axis that all patterns of one grouper share. It begins with one-second buckets and doubles their width whenever the lines span more than <see cref="Most"/> of them.</summary>
internal sealed class TimeAxis
{
    public const int Most = 256;

    private long start;
    private long end;
    private long current;

    public long WidthTicks { get; private set; } = TimeSpan.TicksPerSecond;

    public long First { get; private set; } = long.MaxValue;

    /// <summary>When the first bucket begins.</summary>
    public DateTimeOffset Start => First == long.MaxValue ? DateTimeOffset.UnixEpoch : new DateTimeOffset(First * WidthTicks, TimeSpan.Zero);

    public long Last { get; private set; } = long.MinValue;

    /// <summary>How often the width was doubled; counts drawn up at an earlier shift are folded when they are next touched.</summary>
    public int Shift { get; private set; }

    public long BucketOf(long ticks)
    {
        if (ticks >= start && ticks < end) return current;
        var bucket = ticks / WidthTicks;
        First = Math.Min(First, bucket);
        Last = Math.Max(Last, bucket);
        while (Last - First >= Most)
        {
            Shift++;
            WidthTicks *= 2;
            First >>= 1;
            Last >>= 1;
            bucket >>= 1;
        }

        current = bucket;
        start = bucket * WidthTicks;
        end = start + WidthTicks;
        return bucket;
    }
}

/// <summary>An axis for each period: they lie days apart.</summary>
internal sealed class TimeAxes
{
    private readonly TimeAxis[] axes = [new(), new(), new(), new()];

    public TimeAxis this[LogPeriod period] => axes[(int)period];
}

/// <summary>One pattern's counts on a <see cref="TimeAxis"/>.</summary>
internal struct TimeBuckets
{
    private int[]? counts;
    private long first;
    private int shift;

    public void Hit(TimeAxis axis, long bucket, int times = 1)
    {
        if (counts is null)
        {
            counts = new int[4];
            first = bucket;
            shift = axis.Shift;
        }

        if (shift != axis.Shift) Fold(axis.Shift);
        var index = bucket - first;
        if (index < 0 || index >= counts.Length) index = MakeRoom(bucket);
        counts[index] += times;
    }

    public void Add(TimeAxis axis, TimeBuckets other)
    {
        if (other.counts is null) return;
        for (var i = 0; i < other.counts.Length; i++)
        {
            if (other.counts[i] > 0) Hit(axis, (other.first + i) >> (axis.Shift - other.shift), other.counts[i]);
        }
    }

    /// <summary>The counts over the whole axis; empty where nothing was counted.</summary>
    public int[] Over(TimeAxis axis)
    {
        if (counts is null) return [];
        var all = new int[axis.Last - axis.First + 1];
        for (var i = 0; i < counts.Length; i++)
        {
            if (counts[i] > 0) all[((first + i) >> (axis.Shift - shift)) - axis.First] += counts[i];
        }

        return all;
    }

    private void Fold(int to)
    {
        var folded = new int[counts!.Length];
        var start = first >> (to - shift);
        for (var i = 0; i < counts.Length; i++) folded[((first + i) >> (to - shift)) - start] += counts[i];
        (counts, first, shift) = (folded, start, to);
    }

    private long MakeRoom(long bucket)
    {
        var from = Math.Min(first, bucket);
        var needed = Math.Max(first + counts!.Length, bucket + 1) - from;
        var larger = new int[Math.Max(needed, Math.Min(counts.Length * 2, TimeAxis.Most))];
        counts.CopyTo(larger, first - from);
        (counts, first) = (larger, from);
        return bucket - first;
    }
}
