using ChatOps.Incidents;
using ChatOps.Timeline;

namespace ChatOps.OnCall;

public enum PageState
{
    Waiting,
    Acknowledged,

    /// <summary>It ended by itself: the incident did, or somebody took it.</summary>
    Stopped,

    /// <summary>Everybody was called and nobody answered.</summary>
    Unanswered,
}

/// <summary>A call for people, as its row holds it.</summary>
public sealed record Page
{
    public long Id { get; init; }
    public int Incident { get; init; }
    public string Reason { get; init; } = "";
    public string AskedBy { get; init; } = "";
    public DateTimeOffset AskedAt { get; init; }

    /// <summary>Who is called first; null: whoever is on call.</summary>
    public string? Person { get; init; }

    /// <summary>Whose people are called; null: that of the incident's service.</summary>
    public string? Schedule { get; init; }

    /// <summary>Who led when it was asked for.</summary>
    public string? Lead { get; init; }

    /// <summary>The question that nobody answered: <c>action id</c>, <c>operation id</c>, <c>handover number</c> or <c>severity incident</c>; null: it is about the incident.</summary>
    public string? Question { get; init; }

    /// <summary>Whether its question still waits; true where it has none.</summary>
    public bool QuestionOpen { get; init; } = true;
    public PageState State { get; init; }

    /// <summary>How often somebody was called.</summary>
    public int Step { get; init; }
    public DateTimeOffset? DueAt { get; init; }
    public string? AcknowledgedBy { get; init; }

    /// <summary>Why nobody else needs to be called, as a clause; null: the next are called.</summary>
    /// <param name="acted">Who of the called did something in the incident since; null: nobody.</param>
    public string? OverBecause(Incident incident, IReadOnlyCollection<string> called, string? acted)
    {
        if (!incident.IsOpen) return $"the incident is {IncidentMessages.StatusWord(incident.Status)}";
        if (!QuestionOpen) return "the question is answered";
        if (Question is not null) return null;
        if (incident.Lead is { } lead && lead != TimelineEntry.Bot && (lead != Lead || called.Contains(lead, StringComparer.Ordinal))) return $"<@{lead}> leads";
        return acted is null ? null : $"<@{acted}> is at work";
    }

    /// <summary>Who need not be called: who asks, and at the start of an incident who has it in hand.</summary>
    public IReadOnlyCollection<string> LeftOut(Incident incident) =>
        AskedBy != TimelineEntry.Bot ? [AskedBy]
        : Question is null ? [incident.DeclaredBy, .. incident.Lead is { } lead ? [lead] : Array.Empty<string>()]
        : [];
}

/// <summary>Somebody who was called.</summary>
public sealed record PageCall(string Person, int Step);
