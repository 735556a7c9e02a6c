using ChatOps.Inbox;
using ChatOps.Incidents;
using ChatOps.Outbox;
using ChatOps.Slack.Interaction;
using ChatOps.Slack.WebApi;

namespace ChatOps.PostMortems;

/// <summary>The button "Edit": opens the form with the newest version.</summary>
public sealed class EditHandler(PostMortemStore store, CurrentRequest current, Outbox.Outbox outbox, ISlackApiClient slack) : IBlockActionHandler<ButtonAction>
{
    public async Task Handle(ButtonAction action, BlockActionRequest request, CancellationToken cancellationToken)
    {
        var call = PostMortemCall.Of(request);
        if (PostMortemCall.Number(action.Value) is not { } number) return;
        if (await store.LatestAsync(number, cancellationToken) is not { } latest)
        {
            await current.CommitAsync(tx => outbox.TellAsync(tx, call, PostMortemMessages.None(number), cancellationToken), cancellationToken);
            return;
        }
        var form = PostMortemForms.EditForm(latest, call.ChannelId, Sections.Impact, part: 0, typed: []);
        if (!await slack.Views.OpenInTimeAsync(request.TriggerId, form, cancellationToken))
            await current.CommitAsync(tx => outbox.TellAsync(tx, call, PostMortemMessages.OpenForm(PostMortemMessages.Edit, action.Value!), cancellationToken), cancellationToken);
    }
}
