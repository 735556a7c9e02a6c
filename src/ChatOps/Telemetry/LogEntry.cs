namespace ChatOps.Telemetry;

/// <summary>One entry of a log source as lines. An entry may hold several, such as a stack trace, and anything at all.</summary>
internal static class LogEntry
{
    /// <summary>As platforms cut them.</summary>
    public const int LongestLine = 256 * 1024;

    private const long NanosecondsOfTick = 100;

    public static long Nanoseconds(DateTimeOffset at) => (at.UtcTicks - DateTimeOffset.UnixEpoch.UtcTicks) * NanosecondsOfTick;

    /// <summary>The first nanosecond after a window that ends with this moment.</summary>
    public static long After(DateTimeOffset at) => Nanoseconds(at) + NanosecondsOfTick;

    /// <param name="clean">What takes secrets out.</param>
    public static void AddTo(List<TimedLine> lines, long at, string text, string? instance, bool newestFirst, Func<string, string> clean)
    {
        var time = new DateTimeOffset(DateTimeOffset.UnixEpoch.UtcTicks + (at / NanosecondsOfTick), TimeSpan.Zero);
        if (text.Length > LongestLine) text = text[..LongestLine];
        // Whole, since a private key is known by its first line.
        text = clean(text).TrimEnd('\n', '\r');
        if (!text.AsSpan().ContainsAny('\n', '\r'))
        {
            lines.Add(new(at, new(time, text, instance)));
            return;
        }
        var first = lines.Count;
        foreach (var line in text.AsSpan().EnumerateLines()) lines.Add(new(at, new(time, line.ToString(), instance)));
        if (newestFirst) lines.Reverse(first, lines.Count - first);
    }
}
