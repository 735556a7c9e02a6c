using ChatOps.Inbox;
using ChatOps.Incidents;
using ChatOps.Outbox;
using ChatOps.Slack.Interaction;
using ChatOps.Slack.WebApi;

namespace ChatOps.PostMortems;

/// <summary>The button "Confirm the cause": opens the form with the suspected one.</summary>
public sealed class ConfirmCauseHandler(IncidentStore incidents, PostMortemStore store, CurrentRequest current, Outbox.Outbox outbox, ISlackApiClient slack) : IBlockActionHandler<ButtonAction>
{
    public async Task Handle(ButtonAction action, BlockActionRequest request, CancellationToken cancellationToken)
    {
        var call = PostMortemCall.Of(request);
        if (PostMortemCall.Number(action.Value) is not { } number || await incidents.FindAsync(number, cancellationToken) is not { } incident) return;
        if (await store.LatestAsync(number, cancellationToken) is not { } latest)
        {
            await current.CommitAsync(tx => outbox.TellAsync(tx, call, PostMortemMessages.None(number), cancellationToken), cancellationToken);
            return;
        }
        var cause = incident.Cause ?? Suspected(latest);
        if (!await slack.Views.OpenInTimeAsync(request.TriggerId, PostMortemForms.CauseForm(incident, cause, call.ChannelId), cancellationToken))
            await current.CommitAsync(tx => outbox.TellAsync(tx, call, PostMortemMessages.OpenForm(PostMortemMessages.ConfirmCause, action.Value!), cancellationToken), cancellationToken);
    }

    // Only what ChatOps suspects is worth offering; that it knows nothing is no cause.
    private static string Suspected(PostMortem latest)
    {
        const string Before = "suspected by ChatOps: ";
        var text = latest.Find(Sections.Cause)?.Text ?? "";
        return text.StartsWith(Before, StringComparison.Ordinal) ? text[Before.Length..].Split(", because ")[0].Replace("\\", "", StringComparison.Ordinal) : "";
    }
}
