using ChatOps.Database;
using ChatOps.Incidents;
using ChatOps.Scheduling;
using ChatOps.Timeline;
using Dapper;

namespace ChatOps.Diagnosis;

/// <summary>
/// Ends steps that nobody ends any more. A step and its request end together; but when an instance dies in the middle, and by the time the request is taken up again
/// it is refused (its incident goes on in another one) or fails for good, the step would be under way for ever.
/// </summary>
internal sealed class EndLostSteps(Transactions transactions, TimelineStore timeline, Outbox.Outbox outbox) : ISweepTask
{
    private const string Outcome = "interrupted, and nothing was learned";

    public string Name => "lost steps";

    public Task SweepAsync(CancellationToken cancellationToken) => transactions.RunAsync(requestId: null, async tx =>
    {
        var lost = await tx.Connection.QueryAsync<Lost>(new CommandDefinition(
            """
            UPDATE incident_steps s SET finished_at = @now, outcome = @Outcome
            FROM inbox r, incidents i WHERE r.id = s.request_id AND r.state IN ('done', 'dead') AND i.number = s.incident AND s.finished_at IS NULL
            RETURNING s.id, s.incident, s.step, s.requested_by, i.status IN ('triage', 'open', 'watching') AS is_open
            """,
            new { now = tx.Now, Outcome }, tx.Transaction, cancellationToken: cancellationToken));
        foreach (var step in lost.OrderBy(s => s.Incident).ThenBy(s => s.Id))
        {
            await timeline.AppendAsync(tx, new TimelineEntry
            {
                Incident = step.Incident, Kind = TimelineKinds.StepFinished, At = tx.Now, Actor = step.RequestedBy, Text = $"{char.ToUpperInvariant(step.Step[0])}{step.Step[1..]}: {Outcome}", Part = $"lost {step.Id}",
            }, cancellationToken);
            var sentence = $"Incident {step.Incident}: {step.Step} was {Outcome}.";
            await outbox.ShowAsync(tx, StepMessages.KeyOf(step.Id), Incident.DestinationOf(step.Incident),
                step.IsOpen ? IncidentMessages.WithButton(sentence, IncidentButtonHandler.For("Look again", step.Step, step.Incident)) : IncidentMessages.Plain(sentence), cancellationToken);
        }
    }, cancellationToken);

    private sealed record Lost
    {
        public long Id { get; init; }
        public int Incident { get; init; }
        public string Step { get; init; } = "";
        public string RequestedBy { get; init; } = "";
        public bool IsOpen { get; init; }
    }
}
