using ChatOps.Incidents;
using ChatOps.Slack.Blocks;

namespace ChatOps.OnCall.PagerDuty;

public enum PagerAction
{
    Trigger,
    Acknowledge,
    Resolve,
}

/// <summary>What PagerDuty is to be told about an incident.</summary>
public sealed record PagerEvent
{
    public long Id { get; init; }
    public int Incident { get; init; }

    /// <summary>The same for everything about one incident.</summary>
    public string DedupKey { get; init; } = "";
    public PagerAction Action { get; init; }
    public string Summary { get; init; } = "";
    public string Severity { get; init; } = "";
    public string Source { get; init; } = "";
    public DateTimeOffset MadeAt { get; init; }
    public int Attempts { get; init; }

    public static PagerEvent Of(Incident incident, PagerAction action, string reason) => new()
    {
        Incident = incident.Number,
        DedupKey = $"chatops-{incident.Number}-{incident.ShortId}",
        Action = action,
        // What a private incident is about stays in its channel.
        Summary = incident.Private ? $"Incident {incident.Number} needs you: see Slack" : Mrkdwn.Cut($"{IncidentMessages.Head(incident)}: {incident.Title}. {reason}", 1_000),
        Severity = incident.Severity switch { 1 => "critical", 2 => "error", 3 => "warning", null => "error", _ => "info" },
        Source = incident.Private ? "chatops" : incident.Service ?? incident.Environment,
    };
}
