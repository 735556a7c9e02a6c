using ChatOps.Timeline;

namespace ChatOps.PostMortems;

public enum PostMortemState
{
    Draft,
    Reviewed,
}

/// <summary>One version of an incident's post-mortem. A version is never changed; the newest counts.</summary>
public sealed record PostMortem
{
    public required int Incident { get; init; }

    /// <summary>Counts from 1.</summary>
    public required int Version { get; init; }
    public required PostMortemState State { get; init; }

    /// <summary>In the order of <see cref="Sections.All"/>.</summary>
    public required IReadOnlyList<Section> Sections { get; init; }

    /// <summary>The whole document, with names instead of Slack's ids.</summary>
    public required string Markdown { get; init; }

    /// <summary>The person who edited, confirmed or reviewed; <see cref="TimelineEntry.Bot"/> for what was generated.</summary>
    public required string MadeBy { get; init; }
    public required DateTimeOffset MadeAt { get; init; }

    public Section? Find(string name) => Sections.FirstOrDefault(s => s.Name == name);
}

/// <summary>A part of a post-mortem.</summary>
public sealed record Section
{
    /// <summary>One of the stable words of <see cref="Sections"/>.</summary>
    public required string Name { get; init; }

    /// <summary>Markdown in which a person is <c>&lt;@U…&gt;</c>. Redacted.</summary>
    public required string Text { get; init; }

    /// <summary>The person whose text it is; null for what ChatOps wrote.</summary>
    public string? EditedBy { get; init; }
    public DateTimeOffset? EditedAt { get; init; }

    /// <summary>What ChatOps had written in its place when the person edited.</summary>
    public string? Replaced { get; init; }
}

/// <summary>The sections in their order. The words are stable: rows of years ago carry them.</summary>
public static class Sections
{
    public const string Impact = "impact";
    public const string Cause = "cause";
    public const string Fix = "fix";
    public const string Downtime = "downtime";
    public const string PreventionLine = "prevention-line";
    public const string Timeline = "timeline";
    public const string Times = "times";
    public const string Evidence = "evidence";
    public const string Tried = "tried";
    public const string Factors = "factors";
    public const string Prevention = "prevention";
    public const string People = "people";
    public const string Actions = "actions";
    public const string Blank = "blank";

    /// <summary>What stands above everything else, one line each.</summary>
    public static IReadOnlyList<string> FirstLines { get; } = [Impact, Cause, Fix, Downtime, PreventionLine];

    public static IReadOnlyList<string> All { get; } =
        [.. FirstLines, Timeline, Times, Evidence, Tried, Factors, Prevention, People, Actions, Blank];

    /// <summary>A name stands behind the cause, and the list of blanks is counted: neither is edited as text.</summary>
    public static IReadOnlyList<string> Editable { get; } = [.. All.Where(n => n is not (Cause or Blank))];

    public static string Title(string name) => name switch
    {
        Impact => "Impact",
        Cause => "Cause",
        Fix => "Fix",
        Downtime => "Downtime",
        PreventionLine or Prevention => "Prevention",
        Timeline => "Timeline",
        Times => "Times",
        Evidence => "Evidence",
        Tried => "What fixed it and what was tried",
        Factors => "Contributing factors",
        People => "People",
        Actions => "Action items",
        _ => "Still blank",
    };

    /// <summary>As <see cref="Title"/>, where the short line and the section of one title must be told apart.</summary>
    public static string Label(string name) => FirstLines.Contains(name) ? $"{Title(name)} (first lines)" : Title(name);
}
