using System.Globalization;

namespace ChatOps.Telemetry.Scrape;

/// <param name="Value">May be NaN or infinite.</param>
internal sealed record PrometheusSample(string Name, IReadOnlyDictionary<string, string> Labels, double Value)
{
    public bool IsServerError => (Labels.GetValueOrDefault("code") ?? Labels.GetValueOrDefault("status"))?.StartsWith('5') == true;
}

/// <summary>The Prometheus text format (version 0.0.4, and as much of OpenMetrics as looks the same). A line it does not understand is passed over.</summary>
internal static class PrometheusText
{
    public static IEnumerable<PrometheusSample> Read(string text)
    {
        foreach (var range in text.Split('\n'))
        {
            if (Sample(range.Trim()) is { } sample) yield return sample;
        }
    }

    private static PrometheusSample? Sample(string line)
    {
        if (line.Length == 0 || line[0] == '#') return null;
        var nameEnd = line.AsSpan().IndexOfAny('{', ' ', '\t');
        if (nameEnd <= 0) return null;
        var labels = new Dictionary<string, string>(StringComparer.Ordinal);
        var at = nameEnd;
        if (line[at] == '{')
        {
            at = Labels(line, at + 1, labels);
            if (at < 0) return null;
        }
        // Behind the value there may be a time.
        var words = line[at..].Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        return words.Length > 0 && Number(words[0]) is { } value ? new(line[..nameEnd], labels, value) : null;
    }

    /// <summary>The place behind the closing brace, or -1.</summary>
    private static int Labels(string line, int at, Dictionary<string, string> labels)
    {
        while (at < line.Length && line[at] != '}')
        {
            var equals = line.IndexOf("=\"", at, StringComparison.Ordinal);
            if (equals < 0) return -1;
            var value = new System.Text.StringBuilder();
            var i = equals + 2;
            for (; i < line.Length && line[i] != '"'; i++)
            {
                if (line[i] == '\\' && i + 1 < line.Length) value.Append(line[++i] == 'n' ? '\n' : line[i]);
                else value.Append(line[i]);
            }
            if (i >= line.Length) return -1;
            labels[line[at..equals].Trim()] = value.ToString();
            at = i + 1;
            while (at < line.Length && line[at] is (',' or ' ')) at++;
        }
        return at < line.Length ? at + 1 : -1;
    }

    private static double? Number(string text) => text switch
    {
        "NaN" => double.NaN,
        "+Inf" or "Inf" => double.PositiveInfinity,
        "-Inf" => double.NegativeInfinity,
        _ => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) ? value : null,
    };
}
