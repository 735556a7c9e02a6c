using System.Globalization;
using System.Text.Json;
using ChatOps.Slack.Blocks;

namespace ChatOps.Alerts;

/// <summary>Values out of JSON that nobody can be trusted to have written well. Nothing here throws.</summary>
internal static class AlertJson
{
    public const int MostLabels = 64;
    public const int LongestKey = 100;
    public const int LongestValue = 500;
    private static readonly string[] Telling = ["alertname", "severity", "priority", "service", "job", "app", "environment", "env", "team", "namespace"];
    private static readonly DateTimeOffset Earliest = new(2000, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>The property, or nothing (<see cref="JsonValueKind.Undefined"/>).</summary>
    public static JsonElement Get(this JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) ? value : default;

    /// <summary>The value at keys parted by dots; a key that is a number counts in a list.</summary>
    public static JsonElement At(this JsonElement element, string path)
    {
        foreach (var key in path.Split('.'))
        {
            element = element.ValueKind == JsonValueKind.Array && int.TryParse(key, NumberStyles.None, CultureInfo.InvariantCulture, out var index)
                ? index < element.GetArrayLength() ? element[index] : default
                : element.Get(key);
        }
        return element;
    }

    /// <summary>A text, number or truth value as text without NULs, which the database does not take; null for anything else and for what is empty.</summary>
    public static string? Text(this JsonElement element)
    {
        var text = element.ValueKind switch
        {
            JsonValueKind.String => Decoded(element),
            JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False => element.GetRawText(),
            _ => null,
        };
        text = text?.Replace("\0", "", StringComparison.Ordinal).Trim();
        return text is { Length: > 0 } ? text : null;
    }

    /// <summary>A time: RFC 3339, or seconds or milliseconds since 1970. Null where it is none, or before the year 2000, as where a source means "not yet".</summary>
    public static DateTimeOffset? Time(this JsonElement element)
    {
        var text = element.Text();
        if (text is null) return null;
        DateTimeOffset time;
        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number))
        {
            if (number is < 946_684_800 or > 99_999_999_999_999) return null;
            time = DateTimeOffset.FromUnixTimeMilliseconds((long)(number < 100_000_000_000 ? number * 1000 : number));
        }
        else if (!DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out time))
        {
            return null;
        }
        return time < Earliest ? null : time.ToUniversalTime();
    }

    /// <summary>The labels of an object: those that decide something, then the first of the others.</summary>
    public static Dictionary<string, string> Labels(this JsonElement element)
    {
        var labels = new Dictionary<string, string>(StringComparer.Ordinal);
        if (element.ValueKind != JsonValueKind.Object) return labels;
        foreach (var name in Telling)
        {
            if (element.Get(name).Text() is { } value) labels[name] = value;
        }
        foreach (var property in element.EnumerateObject())
        {
            if (labels.Count == MostLabels) break;
            if (NameOf(property) is { Length: > 0 and <= LongestKey } name && property.Value.Text() is { } value) labels[name] = value;
        }
        return labels;
    }

    /// <summary>As much of the text as is kept.</summary>
    public static string Cut(string text, int max) => Mrkdwn.Cut(text, max);

    // Half of a surrogate pair and bytes that are no UTF-8 pass the parser and throw when they are read.
    private static string Decoded(JsonElement element)
    {
        try
        {
            return element.GetString()!;
        }
        catch (InvalidOperationException)
        {
            return "(not readable)";
        }
    }

    private static string? NameOf(JsonProperty property)
    {
        try
        {
            return property.Name.Replace("\0", "", StringComparison.Ordinal);
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }
}
