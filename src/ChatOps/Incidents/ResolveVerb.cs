using ChatOps.Inbox;
using ChatOps.Slack.Blocks;
using ChatOps.Timeline;
using Dapper;
using Npgsql;

namespace ChatOps.Incidents;

/// <summary><c>/incident resolve [what fixed it]</c>; the post-mortem is written at once. Its button asks what fixed it; typed, with or without words, it acts.</summary>
public sealed class ResolveVerb(ChangeIncident change, InternalRequests internalRequests, Outbox.Outbox outbox, NpgsqlDataSource database) : IIncidentVerb
{
    private const string FixBlock = "fix";

    public string Name => "resolve";

    public IReadOnlyList<string> Synonyms => ["close", "end", "done", "fixed"];

    public (string Arguments, string Does) Usage => ("[what fixed it]", "it is over; the post-mortem is written");

    public bool NeedsIncident => true;

    public async Task<ModalViewDefinition?> FormAsync(IncidentCall call, CancellationToken cancellationToken)
    {
        // What cannot be resolved is refused with a sentence, not with a form.
        if (!call.Pressed || call.Arguments.Trim().Length > 0 || call.Incident is not { Status: IncidentStatus.Open or IncidentStatus.Watching } incident) return null;
        return VerbForms.Modal(call with { Verb = Name }, "Resolve the incident", "Resolve",
            VerbForms.Text(FixBlock, "What fixed it?", "It stands in the post-mortem. You can leave it empty.", optional: true, await LastFixAsync(incident.Number, cancellationToken)));
    }

    public Task HandleAsync(IncidentCall call, CancellationToken cancellationToken)
    {
        var typed = call.Fields.GetValueOrDefault(FixBlock) ?? call.Arguments;
        var fix = typed.Trim() is { Length: > 0 } text ? Redactor.ForSlack(text) : null;
        return change.RunAsync(
            call,
            (incident, now) => IncidentTransitions.Resolve(incident, call.UserId, fix, now),
            (_, incident) => (TimelineKinds.Resolved, incident.Resolution is { } how ? $"Resolved: {how}" : "Resolved"),
            async (tx, incident) =>
            {
                // It may be reopened and resolved again: each end is news of its own, and each writes the post-mortem.
                await outbox.ShowAsync(tx, $"incident {incident.Number} over {tx.RequestId}", incident.Destination,
                    IncidentMessages.Plain($"Incident {incident.Number} is resolved by {Mrkdwn.User(call.UserId)}. I am writing the post-mortem from the timeline."), cancellationToken);
                await VerbRequestHandler.LeaveAsync(internalRequests, tx, incident.Number, "postmortem", $"resolved {tx.RequestId}", cancellationToken);
            },
            cancellationToken);
    }

    private async Task<string?> LastFixAsync(int incident, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var fix = await connection.QuerySingleOrDefaultAsync<(string Kind, string Target)?>(new CommandDefinition(
            "SELECT kind, target FROM operations WHERE incident = @incident AND state = 'succeeded' ORDER BY finished_at DESC LIMIT 1", new { incident }, cancellationToken: cancellationToken));
        return fix is { } done ? $"{char.ToUpperInvariant(done.Kind[0])}{done.Kind[1..]} of {done.Target.Split('@')[0]}" : null;
    }
}
