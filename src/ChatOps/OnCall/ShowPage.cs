using ChatOps.Configuration;
using ChatOps.Database;
using ChatOps.Incidents;

namespace ChatOps.OnCall;

/// <summary>Writes the messages of a page: one in the channel for each call, one to each person.</summary>
public sealed class ShowPage(Outbox.Outbox outbox, OnCallConfig config)
{
    /// <summary>The people of one call.</summary>
    /// <param name="why">Why they: "on call".</param>
    public async Task CallAsync(Tx tx, Page page, Incident incident, IReadOnlyList<string> people, string why, CancellationToken cancellationToken)
    {
        await outbox.ShowAsync(tx, PageMessages.ChannelKey(page.Id, page.Step), incident.Destination, PageMessages.InChannel(page, incident, people, why, config.EscalateAfter, over: null), cancellationToken);
        foreach (var person in people.Order(StringComparer.Ordinal))
            await outbox.ShowAsync(tx, PageMessages.DirectKey(page.Id, person), person, PageMessages.Direct(page, incident, why, config.EscalateAfter, over: null), cancellationToken);
    }

    /// <summary>Takes the buttons off, and says how it ended.</summary>
    public async Task OverAsync(Tx tx, Page page, Incident incident, IReadOnlyList<PageCall> calls, string over, CancellationToken cancellationToken)
    {
        foreach (var step in calls.GroupBy(c => c.Step).OrderBy(g => g.Key))
            await outbox.ShowAsync(tx, PageMessages.ChannelKey(page.Id, step.Key), incident.Destination, PageMessages.InChannel(page, incident, [.. step.Select(c => c.Person)], "called", config.EscalateAfter, over), cancellationToken);
        foreach (var call in calls.OrderBy(c => c.Person, StringComparer.Ordinal))
            await outbox.ShowAsync(tx, PageMessages.DirectKey(page.Id, call.Person), call.Person, PageMessages.Direct(page, incident, "called", config.EscalateAfter, over), cancellationToken);
    }
}
