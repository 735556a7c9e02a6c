using ChatOps.Inbox;
using ChatOps.Outbox;
using ChatOps.Slack.Interaction;

namespace ChatOps.Capture;

/// <summary>
/// A channel has another name. Everything goes by its id, so nothing breaks; the name that is kept beside it follows.
/// Who renamed it stands in a message of the channel, from which the timeline has it.
/// </summary>
internal sealed class RenameHandler(CurrentRequest request, DestinationStore destinations) : IEventHandler<ChannelRename>, IEventHandler<GroupRename>
{
    public Task Handle(ChannelRename slackEvent, EventCallback callback, CancellationToken cancellationToken) => RenamedAsync(slackEvent.Channel, cancellationToken);

    public Task Handle(GroupRename slackEvent, EventCallback callback, CancellationToken cancellationToken) => RenamedAsync(slackEvent.Channel, cancellationToken);

    private async Task RenamedAsync(RenamedChannel channel, CancellationToken cancellationToken)
    {
        if (await destinations.KeyOfChannelAsync(channel.Id, cancellationToken) is not { } key) return;
        await request.CommitAsync(tx => DestinationStore.RenameAsync(tx, key, channel.Name, cancellationToken), cancellationToken);
    }
}
