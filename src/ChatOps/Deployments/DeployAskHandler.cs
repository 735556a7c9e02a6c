using System.Globalization;
using ChatOps.Database;
using ChatOps.Inbox;
using ChatOps.Slack.Interaction;
using ChatOps.Timeline;

namespace ChatOps.Deployments;

/// <summary>Puts a deploy that was refused to those who may pass it, in the channel where it was asked for. The first press counts.</summary>
public sealed class DeployAskHandler(CurrentRequest current, Transactions transactions, MentionWhoMay mention, TimelineStore timeline, Outbox.Outbox outbox) : IBlockActionHandler<ButtonAction>
{
    public const string ActionId = "deploy.ask";

    public async Task Handle(ButtonAction action, BlockActionRequest request, CancellationToken cancellationToken)
    {
        var call = DeployButtonHandler.CallOf(request);
        if (!long.TryParse(action.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var id)
            || await transactions.RunAsync(requestId: null, tx => DeployAskStore.FindAsync(tx, id, cancellationToken), cancellationToken) is not { } offered)
        {
            await current.TellAsync(outbox, call, DeployText.Plain("I do not know this request any more, and nobody was asked. Type it again."), cancellationToken);
            return;
        }
        var mentions = await mention.RunAsync(offered.Action, offered.Place, cancellationToken);
        await current.CommitAsync(async tx =>
        {
            if (await DeployAskStore.AskAsync(tx, id, cancellationToken) is not { } ask)
            {
                await outbox.TellAsync(tx, call, DeployText.Plain("They were asked already; the message stands in the channel."), cancellationToken);
                return;
            }
            await timeline.AppendAsync(tx, new TimelineEntry
            {
                Target = ask.Target,
                Kind = TimelineKinds.DeployAsked,
                At = tx.Now,
                Actor = call.UserId,
                Text = $"Asked who may to deploy {ask.Version} to {ask.Target}: {ask.Sentence}",
                Data = System.Text.Json.JsonSerializer.SerializeToElement(new { version = ask.Version, code = ask.Code, gates = ask.Gates }, System.Text.Json.JsonSerializerOptions.Web),
            }, cancellationToken);
            await outbox.ShowAsync(tx, $"deploy ask {ask.Id}", ask.Channel, DeployAskMessages.Ask(ask, mentions), cancellationToken);
        }, cancellationToken);
    }
}
