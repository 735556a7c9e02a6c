using ChatOps.Database;
using ChatOps.Inbox;
using ChatOps.Timeline;

namespace ChatOps.Incidents;

/// <summary>One change of an incident's state: locked, by a pure transition, recorded and drawn; or refused with a sentence.</summary>
public sealed class ChangeIncident(CurrentRequest request, TimelineStore timeline, Outbox.Outbox outbox, IncidentDrawing drawing)
{
    /// <param name="transition">What becomes of the incident as it is now.</param>
    /// <param name="entry">What the timeline says of it: from the incident before and after.</param>
    /// <param name="more">Further rows of the same transaction; may be null.</param>
    public Task RunAsync(
        IncidentCall call, Func<Incident, DateTimeOffset, Transition> transition, Func<Incident, Incident, (string Kind, string Text)> entry,
        Func<Tx, Incident, Task>? more, CancellationToken cancellationToken) => request.CommitAsync(async tx =>
    {
        var before = await IncidentStore.LockAsync(tx, call.Incident!.Number, cancellationToken) ?? throw new InvalidOperationException($"Incident {call.Incident.Number} has no row.");
        var (after, refusal) = transition(before, tx.Now);
        if (after is null)
        {
            await outbox.TellAsync(tx, call, IncidentMessages.Plain(refusal!.Sentence), cancellationToken);
            return;
        }
        await WriteAsync(tx, call, before, after, entry(before, after), cancellationToken);
        if (more is not null) await more(tx, after);
    }, cancellationToken);

    /// <summary>Writes a change of an incident whose row this transaction has locked: the row, the record, what shows it.</summary>
    public async Task WriteAsync(Tx tx, IncidentCall call, Incident before, Incident after, (string Kind, string Text) entry, CancellationToken cancellationToken)
    {
        await IncidentStore.SaveAsync(tx, after, cancellationToken);
        await timeline.AppendAsync(tx, new TimelineEntry { Incident = after.Number, Kind = entry.Kind, At = tx.Now, Actor = call.UserId, Text = entry.Text, Part = $"{after.Number}" }, cancellationToken);
        await drawing.ShowAsync(tx, after, cancellationToken);
        // An offer of the lead is void once somebody else leads or nothing is left to lead.
        if (after.Lead != before.Lead || !after.IsOpen) await HandoverStore.EndOpenAsync(tx, outbox, after, cancellationToken);
    }
}
