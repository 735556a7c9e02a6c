namespace ChatOps.Telemetry;

/// <summary>Counts over time as one short word of block characters, readable in Slack without an image.</summary>
public static class Sparkline
{
    private const string Steps = "▁▂▃▄▅▆▇█";

    /// <summary>
    /// Draws the counts at most <paramref name="width"/> characters wide; neighbours are added up to fit.
    /// Zero is always the lowest step and anything above zero is visible. Nothing in, nothing out.
    /// </summary>
    public static string Render(IReadOnlyList<int> counts, int width = 24)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        if (counts.Count == 0) return string.Empty;

        var columns = Math.Min(width, counts.Count);
        var sums = new long[columns];
        for (var i = 0; i < counts.Count; i++)
            sums[(int)((long)i * columns / counts.Count)] += Math.Max(0, counts[i]);

        var top = sums.Max();
        return string.Create(columns, (sums, top), static (text, state) =>
        {
            for (var i = 0; i < text.Length; i++)
            {
                var step = state.sums[i] == 0 ? 0 : (int)Math.Clamp((state.sums[i] * 7 + state.top - 1) / state.top, 1, 7);
                text[i] = Steps[step];
            }
        });
    }
}
