using ChatOps.Slack.Blocks;

namespace ChatOps.Incidents;

/// <summary>
/// One verb of <c>/incident</c>, registered by the folder that does its work. A command, a button and the bot itself call it the same way.
/// It answers by outbox rows and completes the request (<see cref="Inbox.CurrentRequest"/>).
/// </summary>
public interface IIncidentVerb
{
    /// <summary>A stable word: rows and buttons of years ago carry it.</summary>
    string Name { get; }

    IReadOnlyList<string> Synonyms { get; }

    /// <summary>For help: "logs [service] [--since 15m] [--grep text]" and what it does.</summary>
    (string Arguments, string Does) Usage { get; }

    /// <summary>Whether it acts on an incident; then <see cref="IncidentCall.Incident"/> is set.</summary>
    bool NeedsIncident { get; }

    /// <summary>The modal that asks for what the call lacks; null when it lacks nothing. Pure; the submission calls the verb again, complete.</summary>
    ModalViewDefinition? Form(IncidentCall call) => null;

    Task HandleAsync(IncidentCall call, CancellationToken cancellationToken);
}

/// <summary>Who wants a verb done, where, with what.</summary>
public sealed record IncidentCall
{
    public required string Verb { get; init; }

    /// <summary>What followed the verb, as typed.</summary>
    public required string Arguments { get; init; }

    /// <summary>The person; <see cref="Timeline.TimelineEntry.Bot"/> for what the bot starts by itself.</summary>
    public required string UserId { get; init; }

    /// <summary>Where it was typed or pressed; the answer for that person alone goes there.</summary>
    public required string ChannelId { get; init; }

    /// <summary>For a modal; good for three seconds, once.</summary>
    public string? TriggerId { get; init; }

    /// <summary>Where the answer for that person alone goes; null for what the bot starts by itself.</summary>
    public string? ResponseUrl { get; init; }
    public Incident? Incident { get; init; }
}
