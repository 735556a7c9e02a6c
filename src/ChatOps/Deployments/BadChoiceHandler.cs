using System.Text.Json;
using ChatOps.Confirmations;
using ChatOps.Inbox;
using ChatOps.Operations;
using ChatOps.Permissions;
using ChatOps.Slack.Blocks;
using ChatOps.Slack.Interaction;

namespace ChatOps.Deployments;

/// <summary>Who may press chooses on the card of a rollback which versions are bad from then on: everybody sees it there before the press.</summary>
public sealed class BadChoiceHandler(
    CurrentRequest current, ConfirmationStore store, ConfirmedActions actions, PermissionCheck permissions, Outbox.Outbox outbox) : IBlockActionHandler<CheckboxGroupAction>
{
    /// <summary>Cards of years ago carry it, with the card's id behind a colon.</summary>
    public const string ActionId = "rollback.bad";

    public async Task Handle(CheckboxGroupAction action, BlockActionRequest request, CancellationToken cancellationToken)
    {
        var user = request.User.Id;
        var channel = request.Channel?.Id ?? request.Container.ChannelId ?? user;
        if (!Guid.TryParse(action.ActionId.Split(':')[^1], out var id) || await store.FindAsync(id, cancellationToken) is not { Kind: PlanChange.Rollback } found)
        {
            await TellAsync("I do not know this card any more, and nothing was done. Ask for the rollback again.");
            return;
        }
        if (await permissions.CheckAsync(user, found.Kind, found.Subject.Target, cancellationToken) is { Allowed: false } no)
        {
            await TellAsync($"{Mrkdwn.Escape(no.Reason)} The choice stays as it was: ask {Mrkdwn.Escape(no.WhoMay)}.");
            return;
        }
        var undone = ActionPlan.Of(found.Subject.Arguments).Undone.Select(u => u.Version);
        var bad = JsonSerializer.SerializeToElement(action.SelectedOptions.Select(o => o.Value).Intersect(undone, StringComparer.Ordinal), JsonSerializerOptions.Web);
        await current.CommitAsync(
            async tx =>
            {
                if (await ConfirmationStore.ChooseAsync(tx, id, "bad", bad, cancellationToken) is { } chosen)
                    await outbox.ShowAsync(tx, chosen.MessageKey, chosen.Destination, actions.Of(chosen.Kind).Render(chosen.Card(ActionCardState.Question)), cancellationToken);
                else
                    await outbox.TellAsync(tx, request.ResponseUrl, channel, user, DeployText.Plain(Sentences.NotOpen(await ConfirmationStore.ReadAsync(tx, id, cancellationToken), tx.Now)), cancellationToken);
            },
            cancellationToken);

        Task TellAsync(string text) => current.CommitAsync(tx => outbox.TellAsync(tx, request.ResponseUrl, channel, user, DeployText.Plain(text), cancellationToken), cancellationToken);
    }
}
