using ChatOps.Inbox;
using ChatOps.Incidents;
using ChatOps.Slack;
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
        await slack.OpenAsync(request.TriggerId, form, current, outbox, call, PostMortemMessages.Edit, action.Value!, cancellationToken);
    }
}

/// <summary>Another section was chosen in the form: shows its text, and keeps what was typed in others.</summary>
public sealed class SectionChoiceHandler(PostMortemStore store, ISlackApiClient slack) : IBlockActionHandler<StaticSelectAction>
{
    public async Task Handle(StaticSelectAction action, BlockActionRequest request, CancellationToken cancellationToken)
    {
        if (request.View is not { } view || PostMortemForms.Read(action.SelectedOption?.Value) is not { } chosen) return;
        var (number, version, channel) = PostMortemCall.Metadata(view.PrivateMetadata);
        if (await store.VersionAsync(number, version, cancellationToken) is not { } shown) return;
        try
        {
            await slack.Views.Update(view.Id, view.Hash, PostMortemForms.EditForm(shown, channel, chosen.Name, chosen.Part, PostMortemForms.Typed(view.State)), cancellationToken);
        }
        catch (SlackException e) when (e.ErrorCode is "hash_conflict" or "not_found" or "view_not_found")
        {
            // The person chose again or closed the form meanwhile: the newer choice is drawn, or there is nothing to draw.
        }
    }
}

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
