using System.Globalization;

namespace ChatOps.Incidents;

/// <summary>Which part of a timeline is wanted. Pure.</summary>
public sealed record TimelineQuery
{
    /// <summary>Words that people use for kinds of entries, and the beginnings of the kinds that they mean.</summary>
    public static IReadOnlyList<(string Word, string Text, string[] Kinds)> KindWords { get; } =
    [
        ("note", "Notes", ["note"]),
        ("update", "Updates", ["incident.update"]),
        ("state", "State, severity, roles", ["incident"]),
        ("step", "Steps", ["step"]),
        ("action", "Cards and actions", ["action", "operation"]),
        ("health", "Health", ["probe", "watch"]),
        ("task", "Tasks", ["task"]),
        ("captured", "Captured messages", ["message", "captured", "capture"]),
        ("alert", "Alerts", ["alert"]),
        ("postmortem", "Post-mortem", ["postmortem", "cause"]),
    ];

    /// <summary>One of <see cref="KindWords"/>, or the beginning of a kind; null: every kind.</summary>
    public string? Kind { get; init; }

    /// <summary>As typed; null: everybody.</summary>
    public string? Person { get; init; }

    /// <summary>What the entry's text must contain; "": anything.</summary>
    public string Text { get; init; } = "";

    /// <summary>Entries before this place; null: the newest.</summary>
    public TimelinePlace? Before { get; init; }

    /// <summary>Entries after this place; then <see cref="Before"/> is null.</summary>
    public TimelinePlace? After { get; init; }

    public static TimelineQuery Read(string arguments)
    {
        var (rest, kind) = OptionText.Take(arguments, "kind");
        (rest, var by) = OptionText.Take(rest, "by");
        (rest, var before) = OptionText.Take(rest, "before");
        (rest, var after) = OptionText.Take(rest, "after");
        return new()
        {
            Kind = kind?.ToLowerInvariant(), Person = by, Text = rest.Trim().Trim('"', '“', '”'),
            Before = before is null ? null : TimelinePlace.Parse(before), After = after is null ? null : TimelinePlace.Parse(after),
        };
    }

    /// <summary>The same, as it is typed: what the buttons of a page carry.</summary>
    public string Write() => string.Join(' ', new[]
    {
        Kind is null ? null : $"--kind {Kind}", Person is null ? null : $"--by {Person}", Before is null ? null : $"--before {Before}", After is null ? null : $"--after {After}",
        Text.Length == 0 ? null : Text,
    }.OfType<string>());

    /// <summary>The beginnings of the kinds that are wanted; null: all. An unknown word is looked for as it is.</summary>
    public string[]? Kinds => Kind is null ? null : KindWords.FirstOrDefault(k => k.Word == Kind || k.Word + "s" == Kind).Kinds ?? [Kind];
}

/// <summary>Where an entry stands among those of its incident: two may have happened at the same time.</summary>
public readonly record struct TimelinePlace(DateTimeOffset At, long Id)
{
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{At.UtcTicks}-{Id}");

    public static TimelinePlace? Parse(string text)
    {
        var parts = text.Split('-');
        return parts.Length == 2 && long.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var ticks) && ticks <= DateTimeOffset.MaxValue.UtcTicks
            && long.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var id)
            ? new(new DateTimeOffset(ticks, TimeSpan.Zero), id) : null;
    }
}
