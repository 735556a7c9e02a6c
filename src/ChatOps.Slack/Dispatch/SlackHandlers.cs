using ChatOps.Slack.Interaction;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace ChatOps.Slack.Dispatch;

/// <summary>
/// Says which class handles what. Each handler is made anew within the scope of its request. Two handlers for one word are refused at start,
/// except for events, which may have several, and for action ids with different kinds of element.
/// </summary>
public sealed class SlackHandlers
{
    private readonly IServiceCollection services;

    internal SlackHandlers(IServiceCollection services) => this.services = services;

    internal Dictionary<string, SlackHandlerRegistry.Run<SlashCommand>> CommandRoutes { get; } = [];

    internal Dictionary<string, List<SlackHandlerRegistry.ActionRoute>> ActionRoutes { get; } = [];

    internal Dictionary<string, Func<IServiceProvider, IViewSubmissionHandler>> SubmissionRoutes { get; } = [];

    internal Dictionary<string, SlackHandlerRegistry.Run<ViewClosed>> ClosedRoutes { get; } = [];

    internal Dictionary<string, SlackHandlerRegistry.Run<MessageShortcut>> MessageShortcutRoutes { get; } = [];

    internal Dictionary<string, SlackHandlerRegistry.Run<GlobalShortcut>> GlobalShortcutRoutes { get; } = [];

    internal Dictionary<string, List<SlackHandlerRegistry.Run<EventCallback>>> EventRoutes { get; } = [];

    /// <param name="command">With its slash.</param>
    public SlackHandlers SlashCommand<THandler>(string command)
        where THandler : class, ISlashCommandHandler
    {
        if (!command.StartsWith('/'))
            throw new ArgumentException($"A slash command begins with a slash: '{command}'.", nameof(command));
        return Add<THandler, SlackHandlerRegistry.Run<SlashCommand>>(CommandRoutes, command, static (s, p, ct) => s.GetRequiredService<THandler>().Handle(p, ct));
    }

    /// <param name="actionId">Without a suffix: <c>fix.choose</c> also takes <c>fix.choose:2</c>.</param>
    public SlackHandlers BlockAction<THandler, TAction>(string actionId)
        where THandler : class, IBlockActionHandler<TAction>
        where TAction : BlockAction
    {
        if (actionId.Contains(':', StringComparison.Ordinal))
            throw new ArgumentException($"An action id is registered without its suffix: '{actionId}'.", nameof(actionId));
        if (!ActionRoutes.TryGetValue(actionId, out var routes))
            ActionRoutes[actionId] = routes = [];
        if (routes.Exists(r => r.ActionType == typeof(TAction)))
            throw new ArgumentException($"Two handlers for '{actionId}' and {typeof(TAction).Name}.", nameof(actionId));
        services.TryAddScoped<THandler>();
        routes.Add(new(typeof(TAction), static (s, action, request, ct) => s.GetRequiredService<THandler>().Handle((TAction)action, request, ct)));
        return this;
    }

    public SlackHandlers ViewSubmission<THandler>(string callbackId)
        where THandler : class, IViewSubmissionHandler =>
        Add<THandler, Func<IServiceProvider, IViewSubmissionHandler>>(SubmissionRoutes, callbackId, static s => s.GetRequiredService<THandler>());

    public SlackHandlers ViewClosed<THandler>(string callbackId)
        where THandler : class, IViewClosedHandler =>
        Add<THandler, SlackHandlerRegistry.Run<ViewClosed>>(ClosedRoutes, callbackId, static (s, p, ct) => s.GetRequiredService<THandler>().Handle(p, ct));

    public SlackHandlers MessageShortcut<THandler>(string callbackId)
        where THandler : class, IMessageShortcutHandler =>
        Add<THandler, SlackHandlerRegistry.Run<MessageShortcut>>(MessageShortcutRoutes, callbackId, static (s, p, ct) => s.GetRequiredService<THandler>().Handle(p, ct));

    public SlackHandlers GlobalShortcut<THandler>(string callbackId)
        where THandler : class, IGlobalShortcutHandler =>
        Add<THandler, SlackHandlerRegistry.Run<GlobalShortcut>>(GlobalShortcutRoutes, callbackId, static (s, p, ct) => s.GetRequiredService<THandler>().Handle(p, ct));

    public SlackHandlers Event<THandler, TEvent>()
        where THandler : class, IEventHandler<TEvent>
        where TEvent : SlackEvent
    {
        var name = EventTypes.NameOf<TEvent>();
        if (!EventRoutes.TryGetValue(name, out var routes))
            EventRoutes[name] = routes = [];
        services.TryAddScoped<THandler>();
        routes.Add(static (s, callback, ct) => s.GetRequiredService<THandler>().Handle((TEvent)callback.Event, callback, ct));
        return this;
    }

    private SlackHandlers Add<THandler, TRoute>(Dictionary<string, TRoute> routes, string word, TRoute route)
        where THandler : class
    {
        if (!routes.TryAdd(word, route))
            throw new ArgumentException($"Two handlers for '{word}'.", nameof(word));
        services.TryAddScoped<THandler>();
        return this;
    }
}
