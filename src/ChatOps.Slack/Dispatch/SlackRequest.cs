namespace ChatOps.Slack.Dispatch;

/// <summary>What a person or Slack did. Stored as numbers: append only.</summary>
public enum SlackRequestKind
{
    SlashCommand = 1,
    BlockActions = 2,
    ViewSubmission = 3,
    ViewClosed = 4,
    MessageShortcut = 5,
    GlobalShortcut = 6,
    Event = 7,
}

/// <summary>How <see cref="SlackRequest.Body"/> is written. Stored as numbers: append only.</summary>
public enum SlackBodyFormat
{
    /// <summary>Form-encoded, as Slack posts slash commands and interactions.</summary>
    Form = 1,

    /// <summary>JSON, as Slack posts events and sends everything over a socket.</summary>
    Json = 2,
}

/// <summary>The one shape that both transports become: enough to accept, store and find the handler later; the rest is parsed at dispatch.</summary>
public sealed record SlackRequest
{
    public required SlackRequestKind Kind { get; init; }

    /// <summary>
    /// The same for the same act, however often it is delivered: <c>trigger_id</c> of commands, actions and shortcuts, <c>event_id</c> of events, view id and hash of
    /// a closed view, and the view id alone of a submission, so that a modal that is submitted twice counts once.
    /// </summary>
    public required string Key { get; init; }

    /// <summary>As it came. The memory belongs to the request and is not pooled.</summary>
    public required ReadOnlyMemory<byte> Body { get; init; }

    public required SlackBodyFormat Format { get; init; }

    public required DateTimeOffset ReceivedAt { get; init; }

    /// <summary>A <c>trigger_id</c> waits that lives 3 seconds: handle this before what can wait.</summary>
    public bool HasTrigger => Kind is not (SlackRequestKind.Event or SlackRequestKind.ViewClosed);

    /// <summary>Who sent it and where an answer may go, without parsing the rest.</summary>
    public SlackSender ReadSender() => SlackSender.Read(this);

    /// <summary>No body: it is what people wrote.</summary>
    public override string ToString() => $"{Kind} {Key}";
}
