using System.Collections.Frozen;
using ChatOps.Slack.Interaction;
using Microsoft.Extensions.DependencyInjection;

namespace ChatOps.Slack.Dispatch;

/// <summary>Finds the handler of an accepted request and runs it.</summary>
public sealed class SlackDispatcher(SlackHandlerRegistry registry, IServiceScopeFactory scopes)
{
    /// <summary>
    /// Runs the handler, made from <paramref name="requestServices"/>. What the handler throws comes through;
    /// <see cref="System.Text.Json.JsonException"/> means that the body is not what Slack sends.
    /// </summary>
    public async Task<DispatchResult> DispatchAsync(SlackRequest request, IServiceProvider requestServices, CancellationToken cancellationToken)
    {
        var handled = request.Kind switch
        {
            SlackRequestKind.SlashCommand => await Command(SlackPayload.ReadSlashCommand(request), requestServices, cancellationToken),
            SlackRequestKind.BlockActions => await Actions(SlackPayload.ReadBlockActions(request), requestServices, cancellationToken),
            SlackRequestKind.ViewSubmission => await Submission(SlackPayload.ReadViewSubmission(request), requestServices, cancellationToken),
            SlackRequestKind.ViewClosed => await Closed(SlackPayload.ReadViewClosed(request), requestServices, cancellationToken),
            SlackRequestKind.MessageShortcut => await Shortcut(SlackPayload.ReadMessageShortcut(request), requestServices, cancellationToken),
            SlackRequestKind.GlobalShortcut => await Shortcut(SlackPayload.ReadGlobalShortcut(request), requestServices, cancellationToken),
            SlackRequestKind.Event => await Events(SlackPayload.ReadEvent(request), requestServices, cancellationToken),
            _ => false,
        };
        return handled ? DispatchResult.Handled : DispatchResult.NoHandler;
    }

    /// <summary>
    /// The answer that belongs inside the acknowledgement, before the request is accepted: null to accept it; otherwise the form is sent back
    /// and the request is forgotten. Asks only handlers of submissions.
    /// </summary>
    public ViewSubmissionResponse? Acknowledge(SlackRequest request)
    {
        if (request.Kind != SlackRequestKind.ViewSubmission)
            return null;
        var submission = SlackPayload.ReadViewSubmission(request);
        if (!registry.SubmissionRoutes.TryGetValue(submission.View.CallbackId, out var find))
            return null;
        using var scope = scopes.CreateScope();
        return find(scope.ServiceProvider).Acknowledge(submission);
    }

    private Task<bool> Command(SlashCommand command, IServiceProvider services, CancellationToken cancellationToken) =>
        Run(registry.CommandRoutes, command.Command, command, services, cancellationToken);

    private Task<bool> Closed(ViewClosed closed, IServiceProvider services, CancellationToken cancellationToken) =>
        Run(registry.ClosedRoutes, closed.View.CallbackId, closed, services, cancellationToken);

    private Task<bool> Shortcut(MessageShortcut shortcut, IServiceProvider services, CancellationToken cancellationToken) =>
        Run(registry.MessageShortcutRoutes, shortcut.CallbackId, shortcut, services, cancellationToken);

    private Task<bool> Shortcut(GlobalShortcut shortcut, IServiceProvider services, CancellationToken cancellationToken) =>
        Run(registry.GlobalShortcutRoutes, shortcut.CallbackId, shortcut, services, cancellationToken);

    private async Task<bool> Submission(ViewSubmission submission, IServiceProvider services, CancellationToken cancellationToken)
    {
        if (!registry.SubmissionRoutes.TryGetValue(submission.View.CallbackId, out var find))
            return false;
        await find(services).Handle(submission, cancellationToken);
        return true;
    }

    private async Task<bool> Actions(BlockActionRequest request, IServiceProvider services, CancellationToken cancellationToken)
    {
        var handled = false;
        foreach (var action in request.Actions)
        {
            if (Route(action) is not { } route)
                continue;
            await route.Run(services, action, request, cancellationToken);
            handled = true;
        }
        return handled;
    }

    private async Task<bool> Events(EventCallback callback, IServiceProvider services, CancellationToken cancellationToken)
    {
        if (callback.Event is UnknownEvent || !registry.EventRoutes.TryGetValue(callback.Event.Type, out var routes))
            return false;
        foreach (var run in routes)
            await run(services, callback, cancellationToken);
        return true;
    }

    private static async Task<bool> Run<TPayload>(
        FrozenDictionary<string, SlackHandlerRegistry.Run<TPayload>> routes, string word, TPayload payload, IServiceProvider services, CancellationToken cancellationToken)
    {
        if (!routes.TryGetValue(word, out var run))
            return false;
        await run(services, payload, cancellationToken);
        return true;
    }

    private SlackHandlerRegistry.ActionRoute? Route(BlockAction action)
    {
        if (!registry.ActionRoutes.TryGetValue(action.ActionId, out var routes))
        {
            var suffix = action.ActionId.IndexOf(':', StringComparison.Ordinal);
            if (suffix < 0 || !registry.ActionRoutes.TryGetValue(action.ActionId[..suffix], out routes))
                return null;
        }
        return Array.Find(routes, r => r.ActionType.IsInstanceOfType(action));
    }
}
