using System.Text.RegularExpressions;

namespace ChatOps.Configuration;

/// <summary>What sets a service apart in a source: labels, or fields, with their values.</summary>
internal static partial class LabelReader
{
    public static bool IsName(string text) => Label().IsMatch(text);

    /// <summary>A field of a document; a dot leads into an object.</summary>
    public static bool IsField(string text) => Field().IsMatch(text);

    /// <param name="otherwise">Where the section names none.</param>
    /// <param name="fields">Names may be those of fields.</param>
    public static IReadOnlyDictionary<string, string> Read(Section section, IReadOnlyDictionary<string, string> otherwise, bool fields = false)
    {
        if (!section.Has("labels")) return otherwise;
        var labels = new Dictionary<string, string>(StringComparer.Ordinal);
        var below = section.Below("labels", $"labels{section.In}");
        foreach (var entry in below?.Entries ?? [])
        {
            if (!(fields ? IsField(entry.Key) : IsName(entry.Key)))
                section.Reading.Mistake(entry.Line, $"'{entry.Key}' is no name of a {(fields ? "field" : "label")}{section.In}", fields ? "letters, digits, '_', '-' and '.', such as service.name" : "letters, digits and underscores, such as app");
            if (below!.Text(entry.Key) is { } value) labels[entry.Key] = value;
        }
        if (labels.Count == 0) section.Reading.Mistake(section.LineOf("labels"), $"'labels' is empty{section.In}", $"name what sets the service apart, such as {(fields ? "service.name" : "job")}: \"{{service}}\"");
        return labels;
    }

    [GeneratedRegex(@"\A[A-Za-z_][A-Za-z0-9_]*\z")]
    private static partial Regex Label();

    [GeneratedRegex(@"\A[A-Za-z_@][A-Za-z0-9_@-]*(\.[A-Za-z0-9_@-]+)*\z", RegexOptions.ExplicitCapture)]
    private static partial Regex Field();
}
