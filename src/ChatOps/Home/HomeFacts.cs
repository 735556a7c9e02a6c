using ChatOps.Incidents;
using ChatOps.Reports;

namespace ChatOps.Home;

/// <summary>What one person's Home tab shows. Everything in it is what that person may see.</summary>
public sealed record HomeFacts
{
    public required string Person { get; init; }

    /// <summary>Open incidents in which the person has a role, newest first.</summary>
    public IReadOnlyList<HomeIncident> Mine { get; init; } = [];

    /// <summary>The other open ones, newest first; as many as can be shown.</summary>
    public IReadOnlyList<HomeIncident> Others { get; init; } = [];
    public int MineCount { get; init; }
    public int OthersCount { get; init; }

    /// <summary>The person's open tasks, the most urgent first; as many as can be shown.</summary>
    public IReadOnlyList<IncidentTask> Tasks { get; init; } = [];
    public int TaskCount { get; init; }
    public int TasksOverdue { get; init; }

    public IReadOnlyList<HomeOperation> Operations { get; init; } = [];
    public int OperationCount { get; init; }
    public IReadOnlyList<HomePostMortem> PostMortems { get; init; } = [];
    public int PostMortemCount { get; init; }

    /// <summary>This month's numbers, for leads; null for everybody else.</summary>
    public Figures? Month { get; init; }

    /// <summary>Slack did not tell whether the person is a lead.</summary>
    public bool LeadsUnknown { get; init; }

    /// <summary>When these facts were read: what is overdue is so at this time.</summary>
    public required DateTimeOffset Now { get; init; }
}

/// <summary>A line of the Home tab.</summary>
public sealed record HomeIncident
{
    public int Number { get; init; }
    public string Title { get; init; } = "";
    public int? Severity { get; init; }
    public IncidentStatus Status { get; init; }
    public DateTimeOffset DeclaredAt { get; init; }
    public string? Lead { get; init; }
    public string? Comms { get; init; }
    public string? Scribe { get; init; }
    public bool Private { get; init; }
    public bool Drill { get; init; }

    /// <summary>The person is in its channel.</summary>
    public bool Member { get; init; }
}

/// <summary>An operation that is under way.</summary>
public sealed record HomeOperation
{
    public long Number { get; init; }
    public string Kind { get; init; } = "";
    public string Target { get; init; } = "";
    public string State { get; init; } = "";
    public string ConfirmedBy { get; init; } = "";
    public DateTimeOffset RequestedAt { get; init; }
    public int? Incident { get; init; }
}

/// <summary>The newest version of a post-mortem.</summary>
public sealed record HomePostMortem
{
    public int Incident { get; init; }
    public string Title { get; init; } = "";
    public int Version { get; init; }
    public bool Reviewed { get; init; }
    public DateTimeOffset MadeAt { get; init; }

    /// <summary>The person had a role in the incident or resolved it: theirs to read.</summary>
    public bool Mine { get; init; }
}
