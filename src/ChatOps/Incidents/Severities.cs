using System.Globalization;

namespace ChatOps.Incidents;

/// <summary>The four severities and what they mean to people.</summary>
public static class Severities
{
    public static IReadOnlyList<(int Level, string Meaning)> All { get; } =
    [
        (1, "people cannot use the product"),
        (2, "an important part is broken or very slow"),
        (3, "a part is impaired, with a way around"),
        (4, "minor, nobody outside notices"),
    ];

    /// <summary>Reads "1", "sev1", "SEV-1"; null when it is none of the four.</summary>
    public static int? Parse(string text)
    {
        var digits = text.Trim();
        if (digits.StartsWith("sev", StringComparison.OrdinalIgnoreCase)) digits = digits[3..].TrimStart('-', ' ');
        return int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var level) && level is >= 1 and <= 4 ? level : null;
    }

    public static string Name(int? severity) => severity is { } level ? $"SEV{level}" : "triage";
}
