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

    /// <summary>As <see cref="Form"/>, for a form that shows what is recorded. Quick: the modal must be open within three seconds.</summary>
    Task<ModalViewDefinition?> FormAsync(IncidentCall call, CancellationToken cancellationToken) => Task.FromResult(Form(call));

    /// <summary>It changes nothing: it also works on an incident that goes on in another one.</summary>
    bool OnlyLooks => false;

    /// <summary>It is about what is over: where no incident is named, those are offered and not the open ones.</summary>
    bool IsForEnded => false;

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

    /// <summary>The verb as it was typed: a synonym may say more than the verb's name.</summary>
    public string Word { get; init; } = "";

    /// <summary>It came from a button or a menu, where nothing could be typed.</summary>
    public bool Pressed { get; init; }

    /// <summary>The person's handle, as Slack sent it.</summary>
    public string? UserName { get; init; }

    /// <summary>People whom the person chose from Slack's list while typing: handle to Slack id.</summary>
    public IReadOnlyDictionary<string, string> Mentions { get; init; } = NoWords;

    /// <summary>What was filled into a form, by block; empty for what was typed or pressed.</summary>
    public IReadOnlyDictionary<string, string> Fields { get; init; } = NoWords;

    private static readonly IReadOnlyDictionary<string, string> NoWords = new Dictionary<string, string>();
}
