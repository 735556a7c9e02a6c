using System.Globalization;
using ChatOps.Inbox;
using ChatOps.Incidents;
using ChatOps.Slack.Interaction;
using ChatOps.Timeline;

namespace ChatOps.PostMortems;

/// <summary>The form's submission: from now on the cause has a name behind it.</summary>
public sealed class CauseFormHandler(
    CurrentRequest current, PublishPostMortem publish, ReadFacts facts, PeopleNames names, TimelineStore timeline, IncidentDrawing drawing, Outbox.Outbox outbox) : IViewSubmissionHandler
{
    public ViewSubmissionResponse? Acknowledge(ViewSubmission submission) => submission.Value(PostMortemForms.Field, PostMortemForms.Field) is not null
        ? null
        : ViewSubmissionResponse.Errors(new Dictionary<string, string> { [PostMortemForms.Field] = "Write what caused it: a sentence is enough." });

    public async Task Handle(ViewSubmission submission, CancellationToken cancellationToken)
    {
        var metadata = (submission.View.PrivateMetadata ?? "").Split('|', 3);
        if (PostMortemCall.Number(metadata[0]) is not { } number || submission.Value(PostMortemForms.Field, PostMortemForms.Field) is not { } typed) return;
        var by = submission.User.Id;
        var known = await names.OfAsync([.. await facts.PeopleAsync(number, cancellationToken), by], cancellationToken);
        await current.CommitAsync(async tx =>
        {
            var before = await IncidentStore.LockAsync(tx, number, cancellationToken) ?? throw new InvalidOperationException($"Incident {number} has no row.");
            var cause = Redactor.ForSlack(typed.Replace("\0", "", StringComparison.Ordinal).Trim());
            if ((before.CauseConfirmedAt?.UtcTicks ?? 0).ToString(CultureInfo.InvariantCulture) != metadata[1] && before.Cause != cause)
            {
                await outbox.ShowAsync(tx, $"postmortem conflict {tx.RequestId}", by, PostMortemMessages.CauseConflict(before, cause), cancellationToken);
                return;
            }
            var incident = before with { Cause = cause, CauseConfirmedBy = by, CauseConfirmedAt = tx.Now };
            await IncidentStore.SaveAsync(tx, incident, cancellationToken);
            await timeline.AppendAsync(tx, new TimelineEntry { Incident = number, Kind = TimelineKinds.CauseConfirmed, At = tx.Now, Actor = by, Text = $"Confirmed the cause: {cause}" }, cancellationToken);
            await drawing.ShowAsync(tx, incident, cancellationToken);
            var basis = await publish.ReadAsync(tx, incident, cancellationToken);
            await publish.RunAsync(tx, basis, basis.Current, PostMortemState.Draft, by, "the cause is confirmed", known, cancellationToken);
        }, cancellationToken);
    }
}
