using ChatOps.Inbox;
using ChatOps.Incidents;
using ChatOps.Slack.Interaction;

namespace ChatOps.PostMortems;

/// <summary>The form's submission: a new version with what was changed, under the person's name.</summary>
public sealed class EditFormHandler(CurrentRequest current, PostMortemStore store, PublishPostMortem publish, ReadFacts facts, PeopleNames names, Outbox.Outbox outbox) : IViewSubmissionHandler
{
    public async Task Handle(ViewSubmission submission, CancellationToken cancellationToken)
    {
        var (number, version, _) = PostMortemCall.Metadata(submission.View.PrivateMetadata);
        if (await store.VersionAsync(number, version, cancellationToken) is not { } shown) return;
        var by = submission.User.Id;
        var known = await names.OfAsync([.. await facts.PeopleAsync(number, cancellationToken), by], cancellationToken);
        await current.CommitAsync(async tx =>
        {
            var incident = await IncidentStore.LockAsync(tx, number, cancellationToken) ?? throw new InvalidOperationException($"Incident {number} has no row.");
            var basis = await publish.ReadAsync(tx, incident, cancellationToken);
            var before = basis.Current;
            var (sections, conflicts) = EditSections.Apply(before, basis.Generated, shown, PostMortemForms.Typed(submission.View.State), by, tx.Now);
            for (var i = 0; i < conflicts.Count; i++)
                await outbox.ShowAsync(tx, $"postmortem conflict {tx.RequestId} {i}", by, PostMortemMessages.Conflict(number, conflicts[i]), cancellationToken);
            var changed = sections.Where((s, i) => s != before[i]).Select(s => Sections.Label(s.Name)).ToList();
            if (changed.Count > 0)
                await publish.RunAsync(tx, basis, basis.WithBlanks(sections), PostMortemState.Draft, by, $"edited {string.Join(", ", changed)}", known, cancellationToken);
        }, cancellationToken);
    }
}
