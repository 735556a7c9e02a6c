using System.Collections.Frozen;
using ChatOps.Slack.Interaction;

namespace ChatOps.Slack.Dispatch;

/// <summary>Everything the bot reacts to, by Slack's words. The app manifest must ask for exactly this.</summary>
public sealed class SlackHandlerRegistry
{
    internal delegate Task Run<in TPayload>(IServiceProvider services, TPayload payload, CancellationToken cancellationToken);

    /// <summary>One kind of element that one handler takes.</summary>
    internal sealed record ActionRoute(Type ActionType, Func<IServiceProvider, BlockAction, BlockActionRequest, CancellationToken, Task> Run);

    internal SlackHandlerRegistry(SlackHandlers handlers)
    {
        CommandRoutes = handlers.CommandRoutes.ToFrozenDictionary(StringComparer.Ordinal);
        ActionRoutes = handlers.ActionRoutes.ToFrozenDictionary(r => r.Key, r => r.Value.ToArray(), StringComparer.Ordinal);
        SubmissionRoutes = handlers.SubmissionRoutes.ToFrozenDictionary(StringComparer.Ordinal);
        ClosedRoutes = handlers.ClosedRoutes.ToFrozenDictionary(StringComparer.Ordinal);
        MessageShortcutRoutes = handlers.MessageShortcutRoutes.ToFrozenDictionary(StringComparer.Ordinal);
        GlobalShortcutRoutes = handlers.GlobalShortcutRoutes.ToFrozenDictionary(StringComparer.Ordinal);
        EventRoutes = handlers.EventRoutes.ToFrozenDictionary(r => r.Key, r => r.Value.ToArray(), StringComparer.Ordinal);
    }

    /// <summary>Slash commands, with their slash.</summary>
    public IReadOnlyCollection<string> SlashCommands => CommandRoutes.Keys;

    /// <summary>Action ids, without suffixes.</summary>
    public IReadOnlyCollection<string> ActionIds => ActionRoutes.Keys;

    /// <summary>Callback ids of modals that are submitted.</summary>
    public IReadOnlyCollection<string> ViewSubmissions => SubmissionRoutes.Keys;

    /// <summary>Callback ids of modals whose closing is heard.</summary>
    public IReadOnlyCollection<string> ViewsClosed => ClosedRoutes.Keys;

    /// <summary>Callback ids of entries in a message's menu.</summary>
    public IReadOnlyCollection<string> MessageShortcuts => MessageShortcutRoutes.Keys;

    /// <summary>Callback ids of entries in the shortcuts menu.</summary>
    public IReadOnlyCollection<string> GlobalShortcuts => GlobalShortcutRoutes.Keys;

    /// <summary>Slack's names of the events.</summary>
    public IReadOnlyCollection<string> EventTypes => EventRoutes.Keys;

    internal FrozenDictionary<string, Run<SlashCommand>> CommandRoutes { get; }

    internal FrozenDictionary<string, ActionRoute[]> ActionRoutes { get; }

    internal FrozenDictionary<string, Func<IServiceProvider, IViewSubmissionHandler>> SubmissionRoutes { get; }

    internal FrozenDictionary<string, Run<ViewClosed>> ClosedRoutes { get; }

    internal FrozenDictionary<string, Run<MessageShortcut>> MessageShortcutRoutes { get; }

    internal FrozenDictionary<string, Run<GlobalShortcut>> GlobalShortcutRoutes { get; }

    internal FrozenDictionary<string, Run<EventCallback>[]> EventRoutes { get; }
}
