using ChatOps.Inbox;
using ChatOps.Incidents;
using ChatOps.Slack.Interaction;

namespace ChatOps.PostMortems;

/// <summary>The button "Mark reviewed": the version that the person saw, and no newer one, is reviewed from now on.</summary>
public sealed class ReviewHandler(CurrentRequest current, PublishPostMortem publish, ReadFacts facts, PeopleNames names, Outbox.Outbox outbox) : IBlockActionHandler<ButtonAction>
{
    public async Task Handle(ButtonAction action, BlockActionRequest request, CancellationToken cancellationToken)
    {
        var call = PostMortemCall.Of(request);
        var (number, version, _) = PostMortemCall.Metadata(action.Value);
        var known = await names.OfAsync([.. await facts.PeopleAsync(number, cancellationToken), call.UserId], cancellationToken);
        await current.CommitAsync(async tx =>
        {
            if (await IncidentStore.LockAsync(tx, number, cancellationToken) is not { } incident) return;
            var basis = await publish.ReadAsync(tx, incident, cancellationToken);
            if (basis.Latest is not { } latest)
                await outbox.TellAsync(tx, call, PostMortemMessages.None(number), cancellationToken);
            else if (latest.Version != version && latest.State != PostMortemState.Reviewed)
                await outbox.TellAsync(tx, call, PostMortemMessages.ReadTheNewest(number, latest), cancellationToken);
            else if (latest.State == PostMortemState.Reviewed)
                await outbox.TellAsync(tx, call, PostMortemMessages.NothingNew(latest), cancellationToken);
            else
                // What was read is what is marked: the sections as they are, without what the facts would add now.
                await publish.RunAsync(tx, basis, latest.Sections, PostMortemState.Reviewed, call.UserId, "reviewed", known, cancellationToken);
        }, cancellationToken);
    }
}
