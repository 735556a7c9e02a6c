using ChatOps.Database;
using ChatOps.Inbox;
using ChatOps.Timeline;

namespace ChatOps.Incidents;

/// <summary>One change of an incident's state: locked, by a pure transition, recorded and drawn; or refused with a sentence.</summary>
public sealed class ChangeIncident(CurrentRequest request, TimelineStore timeline, Outbox.Outbox outbox, IncidentDrawing drawing)
{
    /// <param name="transition">What becomes of the incident as it is now.</param>
    /// <param name="entry">What the timeline says of it.</param>
    /// <param name="more">Further rows of the same transaction; may be null.</param>
    public Task RunAsync(
        IncidentCall call, Func<Incident, DateTimeOffset, Transition> transition, Func<Incident, (string Kind, string Text)> entry,
        Func<Tx, Incident, Task>? more, CancellationToken cancellationToken) => request.CommitAsync(async tx =>
    {
        var before = await IncidentStore.LockAsync(tx, call.Incident!.Number, cancellationToken) ?? throw new InvalidOperationException($"Incident {call.Incident.Number} has no row.");
        var (after, refusal) = transition(before, tx.Now);
        if (after is null)
        {
            await outbox.TellAsync(tx, call, IncidentMessages.Plain(refusal!.Sentence), cancellationToken);
            return;
        }
        await IncidentStore.SaveAsync(tx, after, cancellationToken);
        var (kind, text) = entry(after);
        await timeline.AppendAsync(tx, new TimelineEntry { Incident = after.Number, Kind = kind, At = tx.Now, Actor = call.UserId, Text = text }, cancellationToken);
        await drawing.ShowAsync(tx, after, cancellationToken);
        if (more is not null) await more(tx, after);
    }, cancellationToken);
}
