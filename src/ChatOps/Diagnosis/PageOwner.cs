using ChatOps.Catalog;
using ChatOps.Inbox;
using ChatOps.Incidents;
using ChatOps.Runbooks;
using ChatOps.Slack.Blocks;
using ChatOps.Timeline;

namespace ChatOps.Diagnosis;

/// <summary>Calls the owner of a service into the incident: what is left where nothing is proven.</summary>
public sealed class PageOwner(
    CurrentRequest request, EvidenceStore evidence, RunbookShelf runbooks, ServiceCatalog catalog, SlackDirectory directory, TimelineStore timeline, Outbox.Outbox outbox, TimeProvider time)
{
    /// <param name="service">Null: the one of the leading cause, else the incident's.</param>
    public async Task RunAsync(IncidentCall call, string? service, CancellationToken cancellationToken)
    {
        var incident = call.Incident!;
        var ranked = Hypotheses.Rank(await evidence.OfIncidentAsync(incident.Number, cancellationToken), runbooks.All, catalog, time.GetUtcNow());
        service ??= ranked is [var first, ..] ? first.Service : incident.Service;
        if (service is null || catalog.Find(service) is not { } owned)
        {
            await request.CommitAsync(tx => outbox.TellAsync(tx, call, IncidentMessages.Plain("Whose owner? Say the service: `fix page service`."), cancellationToken), cancellationToken);
            return;
        }
        if (owned.Owner is not { } owner)
        {
            await request.CommitAsync(
                tx => outbox.TellAsync(tx, call, IncidentMessages.Plain($"Nobody is named as owner of {Mrkdwn.Escape(owned.Name)} in chatops.yaml. Ask in the incidents channel, and name one."), cancellationToken), cancellationToken);
            return;
        }
        var (mention, people) = await MentionAsync(owner, cancellationToken);
        await request.CommitAsync(async tx =>
        {
            await timeline.AppendAsync(tx, new TimelineEntry
            {
                Incident = incident.Number, Target = new Target(owned.Name, incident.Environment).ToString(), Kind = TimelineKinds.Note, At = tx.Now, Actor = call.UserId,
                Text = $"Asked the owner of {owned.Name} ({owner}) for help",
            }, cancellationToken);
            await outbox.InviteAsync(tx, incident.Destination, people, cancellationToken);
            await outbox.ShowAsync(tx, $"incident {incident.Number} page {tx.RequestId}", incident.Destination, DiagnosisMessages.PageOwner(incident, owned, mention, call.UserId, ranked), cancellationToken);
        }, cancellationToken);
    }

    /// <summary>A mention that notifies, and who is to be in the channel; the bare name where Slack does not know or does not answer.</summary>
    private async Task<(string Mention, IReadOnlyCollection<string> People)> MentionAsync(string owner, CancellationToken cancellationToken)
    {
        try
        {
            if (await directory.FindGroupAsync(owner, cancellationToken) is { } group)
                return (Mrkdwn.UserGroup(group.Id), await directory.MembersOfAsync(owner, cancellationToken) ?? (IReadOnlyCollection<string>)[]);
            if (await directory.FindAccountAsync(owner, cancellationToken) is { } person) return (Mrkdwn.User(person.Id), [person.Id]);
        }
        catch (SlackDirectoryException)
        {
            // The name alone still tells people whom to call.
        }
        return ($"@{Mrkdwn.Escape(owner, 80)}", []);
    }
}
