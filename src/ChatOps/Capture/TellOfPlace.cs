using ChatOps.Configuration;
using ChatOps.Database;
using ChatOps.Incidents;
using ChatOps.Timeline;

namespace ChatOps.Capture;

/// <summary>Tells those concerned that an open incident's channel cannot be written to, once per cause, in the next best place.</summary>
internal sealed class TellOfPlace(Outbox.Outbox outbox, ChatOpsConfig config)
{
    /// <param name="tx">The transaction.</param>
    /// <param name="incident">As it is now.</param>
    /// <param name="cause">One of <see cref="LossCause"/>.</param>
    /// <param name="by">Who did it, where Slack says so.</param>
    /// <param name="bot">The bot's own user, to be invited; null while it is not known.</param>
    /// <param name="unsaid">What could not be said there.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>False: it is told already, or does not matter any more.</returns>
    public async Task<bool> LostAsync(Tx tx, Incident incident, string cause, string? by, string? bot, string? unsaid, CancellationToken cancellationToken)
    {
        if (!incident.IsOpen || !await LostPlaces.LoseAsync(tx, incident.Number, cause, cancellationToken)) return false;
        var key = $"incident {incident.Number} place {cause} {tx.Now.ToUnixTimeMilliseconds()}";
        foreach (var place in NextBest(incident, everywhere: cause is LossCause.Archived or LossCause.Deleted))
            await outbox.ShowAsync(tx, $"{key} {place}", place, PlaceMessages.Lost(incident, cause, by, bot, unsaid), cancellationToken);
        return true;
    }

    /// <summary>
    /// The lead's direct messages; where nobody leads, the incidents channel, and where that may not know of it, whoever declared it.
    /// What concerns everybody goes to both.
    /// </summary>
    private IEnumerable<string> NextBest(Incident incident, bool everywhere)
    {
        var isAnnounced = incident is { Private: false, Severity: not null };
        if (incident.Lead is { } lead) yield return lead;
        if (isAnnounced && (everywhere || incident.Lead is null)) yield return Places.Of(config.Slack.IncidentsChannel);
        if (!isAnnounced && incident.Lead is null && incident.DeclaredBy != TimelineEntry.Bot) yield return incident.DeclaredBy;
    }
}

/// <summary>Looks whether Slack refuses an open incident's channel. What a lost event would have told, the refusals tell.</summary>
internal sealed class WatchPlaces(Transactions transactions, TellOfPlace tell, TimelineStore timeline, BotIdentity identity) : Scheduling.ISweepTask
{
    public string Name => "lost places";

    public async Task SweepAsync(CancellationToken cancellationToken)
    {
        var refused = await transactions.RunAsync(requestId: null, tx => LostPlaces.RefusedAsync(tx, cancellationToken), cancellationToken);
        if (refused.Count == 0) return;
        var self = await identity.ReadAsync(cancellationToken);
        foreach (var place in refused)
        {
            await transactions.RunAsync(requestId: null, async tx =>
            {
                if (await IncidentStore.LockAsync(tx, place.Incident, cancellationToken) is not { } incident) return;
                if (!await tell.LostAsync(tx, incident, place.Cause, by: null, self?.UserId, place.Unsaid, cancellationToken)) return;
                await timeline.AppendAsync(tx, new TimelineEntry
                {
                    Incident = incident.Number, Kind = TimelineKinds.ChannelLost, At = tx.Now, Actor = TimelineEntry.Bot, Text = $"Cannot write in the channel any more: {PlaceMessages.Reason(place.Cause)}",
                }, cancellationToken);
            }, cancellationToken);
        }
    }
}
