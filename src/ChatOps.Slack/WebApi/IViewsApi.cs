using ChatOps.Slack.Blocks;
using ChatOps.Slack.Interaction;

namespace ChatOps.Slack.WebApi;

public interface IViewsApi
{
    /// <summary>Within 3 seconds of the trigger, once: <c>expired_trigger_id</c>, <c>exchanged_trigger_id</c>.</summary>
    Task<View> Open(string triggerId, ViewDefinition view, CancellationToken cancellationToken);

    /// <summary>Replaces a view. With <paramref name="hash"/> it is refused with <c>hash_conflict</c> where somebody was faster.</summary>
    Task<View> Update(string viewId, string? hash, ViewDefinition view, CancellationToken cancellationToken);

    /// <summary>On top of the open one; three deep at most.</summary>
    Task<View> Push(string triggerId, ViewDefinition view, CancellationToken cancellationToken);

    /// <summary>A person's Home tab.</summary>
    Task<View> Publish(string userId, ViewDefinition view, CancellationToken cancellationToken);
}

internal sealed class ViewsApi(ISlackApiClient client) : IViewsApi
{
    public Task<View> Open(string triggerId, ViewDefinition view, CancellationToken cancellationToken) =>
        Call("views.open", new { TriggerId = triggerId, View = view }, cancellationToken);

    public Task<View> Update(string viewId, string? hash, ViewDefinition view, CancellationToken cancellationToken) =>
        Call("views.update", new { ViewId = viewId, Hash = hash, View = view }, cancellationToken);

    public Task<View> Push(string triggerId, ViewDefinition view, CancellationToken cancellationToken) =>
        Call("views.push", new { TriggerId = triggerId, View = view }, cancellationToken);

    public Task<View> Publish(string userId, ViewDefinition view, CancellationToken cancellationToken) =>
        Call("views.publish", new { UserId = userId, View = view }, cancellationToken);

    private async Task<View> Call(string method, object arguments, CancellationToken cancellationToken) =>
        (await client.CallAsync<ViewResponse>(method, arguments, cancellationToken)).View;

    private sealed record ViewResponse(View View);
}
