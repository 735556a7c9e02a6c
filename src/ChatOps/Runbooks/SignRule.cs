using System.Globalization;
using System.Text.RegularExpressions;
using ChatOps.Diagnosis;

namespace ChatOps.Runbooks;

/// <summary>Holds when all of <see cref="All"/>, one of <see cref="Any"/> (where there are some) and none of <see cref="None"/> are seen.</summary>
public sealed record SignRule
{
    public IReadOnlyList<SignCondition> All { get; init; } = [];
    public IReadOnlyList<SignCondition> Any { get; init; } = [];
    public IReadOnlyList<SignCondition> None { get; init; } = [];

    /// <summary>The evidence by which the rule holds, or null when it does not hold.</summary>
    /// <param name="relation">Where a piece of evidence stands to the service that the runbook would be about.</param>
    public IReadOnlyList<Evidence>? Match(IReadOnlyList<Evidence> evidence, Func<Evidence, SignPlace?> relation)
    {
        if (None.Any(c => evidence.Any(e => c.Holds(e, relation(e))))) return null;
        var found = new List<Evidence>();
        foreach (var condition in All)
        {
            var seen = evidence.Where(e => condition.Holds(e, relation(e))).ToList();
            if (seen.Count == 0) return null;
            found.AddRange(seen);
        }
        var alternatives = Any.SelectMany(c => evidence.Where(e => c.Holds(e, relation(e)))).ToList();
        if (Any.Count > 0 && alternatives.Count == 0) return null;
        return [.. found.Concat(alternatives).Distinct()];
    }
}

/// <summary>Where a fact lies, seen from the service that a runbook is about.</summary>
public enum SignPlace
{
    /// <summary>On that service itself.</summary>
    Service,

    /// <summary>On something that it needs.</summary>
    Dependency,

    /// <summary>On something that needs it.</summary>
    Dependent,
}

/// <summary>One sign with what must be true of it.</summary>
public sealed record SignCondition
{
    /// <summary>Patterns come from files, lines from production: neither may make the bot think for long.</summary>
    internal static readonly TimeSpan RegexLimit = TimeSpan.FromMilliseconds(200);

    /// <summary>One of <see cref="Signs"/>.</summary>
    public required string Sign { get; init; }

    public SignPlace On { get; init; } = SignPlace.Service;

    /// <summary>A text that the evidence or its data contains, whatever the case.</summary>
    public string? Text { get; init; }

    /// <summary>Applied to the text of the evidence and to each of its data.</summary>
    public Regex? Pattern { get; init; }

    /// <summary>Limits on numbers of the data: every one must hold; a figure that is missing does not.</summary>
    public IReadOnlyList<Threshold> Data { get; init; } = [];

    public bool Holds(Evidence evidence, SignPlace? place) =>
        evidence.Sign == Sign && place == On
        && (Text is null || Texts(evidence).Any(t => t.Contains(Text, StringComparison.OrdinalIgnoreCase)))
        && (Pattern is null || Texts(evidence).Any(Matches))
        && Data.All(t => t.Holds(evidence));

    private static IEnumerable<string> Texts(Evidence evidence) => evidence.Data.Values.Prepend(evidence.Text);

    private bool Matches(string text)
    {
        try
        {
            return Pattern!.IsMatch(text);
        }
        catch (RegexMatchTimeoutException)
        {
            // A pattern that needs this long says nothing about this line; the sign itself still counts elsewhere.
            return false;
        }
    }
}

/// <summary>A comparison with a number of the evidence's data: <c>percent: ">= 90"</c>.</summary>
public sealed record Threshold(string Key, string Comparison, double Value)
{
    internal static readonly IReadOnlyList<string> Comparisons = [">=", "<=", ">", "<", "="];

    public bool Holds(Evidence evidence)
    {
        if (!evidence.Data.TryGetValue(Key, out var text) || !double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value)) return false;
        return Comparison switch
        {
            ">=" => value >= Value,
            "<=" => value <= Value,
            ">" => value > Value,
            "<" => value < Value,
            _ => Math.Abs(value - Value) < 1e-9,
        };
    }
}
