using System.Globalization;
using System.Text.RegularExpressions;

namespace ChatOps.Configuration;

/// <summary>Durations as people write them: <c>500ms</c>, <c>3s</c>, <c>15m</c>, <c>1h</c>, <c>1h30m</c>, <c>2d</c>.</summary>
public static partial class Durations
{
    /// <summary>False for anything else, for zero and for more than 366 days.</summary>
    public static bool TryParse(string text, out TimeSpan duration)
    {
        duration = TimeSpan.Zero;
        var match = Form().Match(text);
        if (!match.Success) return false;
        var milliseconds = 0.0;
        for (var i = 0; i < match.Groups[1].Captures.Count; i++)
        {
            var number = double.Parse(match.Groups[1].Captures[i].ValueSpan, CultureInfo.InvariantCulture);
            milliseconds += number * match.Groups[2].Captures[i].Value switch
            {
                "ms" => 1,
                "s" => 1_000,
                "m" => 60_000,
                "h" => 3_600_000,
                _ => 86_400_000,
            };
        }
        if (milliseconds is <= 0 or > 366 * 86_400_000.0) return false;
        duration = TimeSpan.FromMilliseconds(milliseconds);
        return true;
    }

    /// <summary>For people: "3 s", "15 min", "500 ms", "2 h".</summary>
    public static string Text(TimeSpan duration) => duration switch
    {
        { TotalMilliseconds: < 1000 } => $"{duration.TotalMilliseconds:0} ms",
        { TotalSeconds: < 120 } => $"{duration.TotalSeconds:0.#} s",
        { TotalMinutes: < 120 } => $"{duration.TotalMinutes:0.#} min",
        { TotalHours: < 48 } => $"{duration.TotalHours:0.#} h",
        _ => $"{duration.TotalDays:0.#} d",
    };

    [GeneratedRegex(@"\A(?:([0-9]{1,9}(?:\.[0-9]{1,3})?)(ms|s|m|h|d)){1,4}\z")]
    private static partial Regex Form();
}
