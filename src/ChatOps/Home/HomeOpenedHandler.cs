using ChatOps.Inbox;
using ChatOps.Slack.Interaction;

namespace ChatOps.Home;

/// <summary>Somebody opened the bot's Home tab.</summary>
public sealed class HomeOpenedHandler(CurrentRequest current, DrawHome draw) : IEventHandler<AppHomeOpened>
{
    public async Task Handle(AppHomeOpened slackEvent, EventCallback callback, CancellationToken cancellationToken)
    {
        // The messages tab beside it is no business of this folder.
        if (slackEvent.User.Length == 0 || slackEvent.Tab is not (null or "home")) return;
        var view = await draw.ViewAsync(slackEvent.User, cancellationToken);
        await current.CommitAsync(tx => draw.OpenedAsync(tx, slackEvent.User, view, cancellationToken), cancellationToken);
    }
}
