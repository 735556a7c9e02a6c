using ChatOps.Catalog;
using ChatOps.Database;
using ChatOps.Incidents;
using ChatOps.Operations;
using ChatOps.Outbox;

namespace ChatOps.Deployments;

/// <summary>
/// Tells the channel of a service's team that a deploy begins and how it ended, where it was asked for somewhere else. A channel that chatops.yaml names
/// is known to be the same only after the first message there; until then it is told there too, rather than not at all.
/// </summary>
public sealed class TellTeam(ServiceCatalog catalog, Outbox.Outbox outbox)
{
    public Task BeganAsync(Tx tx, Operation operation, DeployPlan plan, CancellationToken cancellationToken) =>
        TellAsync(tx, operation, "begins", place => TeamMessages.Began(operation, plan, place), cancellationToken);

    public Task EndedAsync(Tx tx, Operation operation, DeployPlan plan, OperationOutcome outcome, CancellationToken cancellationToken) =>
        TellAsync(tx, operation, "ended", place => TeamMessages.Ended(operation, plan, outcome, place), cancellationToken);

    private async Task TellAsync(Tx tx, Operation operation, string when, Func<string?, Slack.Blocks.Message> draw, CancellationToken cancellationToken)
    {
        if (catalog.Services.GetValueOrDefault(operation.Target.Service)?.Channel is not { } channel) return;
        var team = Places.Of(channel);
        if (await DestinationStore.IsSameAsync(tx, team, operation.Destination, cancellationToken)) return;
        await outbox.ShowAsync(tx, $"operation {operation.Id} {when}, for the team", team, draw(await PlaceAsync(tx, operation, cancellationToken)), cancellationToken);
    }

    /// <summary>The channel where its card is; null: a direct message, or the channel of a private incident, which others are not even to hear of.</summary>
    private static async Task<string?> PlaceAsync(Tx tx, Operation operation, CancellationToken cancellationToken)
    {
        if (operation.Destination is not ['C' or 'G', ..]) return null;
        return operation.Incident is { } number && await IncidentStore.IsPrivateAsync(tx, number, cancellationToken) ? null : operation.Destination;
    }
}
