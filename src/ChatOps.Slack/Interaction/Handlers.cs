namespace ChatOps.Slack.Interaction;

/// <summary>Does the work of a slash command, after the request is durable and acknowledged. Runs again when a run before it failed.</summary>
public interface ISlashCommandHandler
{
    Task Handle(SlashCommand command, CancellationToken cancellationToken);
}

/// <summary>Does the work of an element's use.</summary>
/// <typeparam name="TAction">What kind of element: <see cref="ButtonAction"/>, <see cref="StaticSelectAction"/> …</typeparam>
public interface IBlockActionHandler<in TAction>
    where TAction : BlockAction
{
    Task Handle(TAction action, BlockActionRequest request, CancellationToken cancellationToken);
}

/// <summary>Does the work of a submitted modal.</summary>
public interface IViewSubmissionHandler
{
    /// <summary>
    /// The answer inside the acknowledgement, before anything is stored: null closes the modal and accepts the submission; anything else is
    /// sent back and the submission is forgotten. Pure: no I/O, no state.
    /// </summary>
    ViewSubmissionResponse? Acknowledge(ViewSubmission submission) => null;

    Task Handle(ViewSubmission submission, CancellationToken cancellationToken);
}

/// <summary>Hears of a modal that was closed without being submitted.</summary>
public interface IViewClosedHandler
{
    Task Handle(ViewClosed closed, CancellationToken cancellationToken);
}

/// <summary>Does the work of an event.</summary>
public interface IEventHandler<in TEvent>
    where TEvent : SlackEvent
{
    Task Handle(TEvent slackEvent, EventCallback callback, CancellationToken cancellationToken);
}

/// <summary>Does the work of an entry in a message's menu.</summary>
public interface IMessageShortcutHandler
{
    Task Handle(MessageShortcut shortcut, CancellationToken cancellationToken);
}

/// <summary>Does the work of an entry in Slack's shortcuts menu.</summary>
public interface IGlobalShortcutHandler
{
    Task Handle(GlobalShortcut shortcut, CancellationToken cancellationToken);
}
