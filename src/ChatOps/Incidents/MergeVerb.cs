using System.Globalization;
using ChatOps.Database;
using ChatOps.Inbox;
using ChatOps.Slack.Blocks;
using ChatOps.Timeline;

namespace ChatOps.Incidents;

/// <summary><c>/incident merge n</c>: this incident goes on in incident n. Its record and its evidence stay, and are told with the other's.</summary>
public sealed class MergeVerb(
    CurrentRequest request, ChangeIncident change, IncidentStore incidents, TimelineStore timeline, IncidentDrawing drawing, Outbox.Outbox outbox) : IIncidentVerb
{
    public const string Word = "merge";

    private const string IntoBlock = "into";

    public string Name => Word;

    public IReadOnlyList<string> Synonyms => ["unite", "duplicate"];

    public (string Arguments, string Does) Usage => ("number", "go on in that incident: its channel gets these people, and its post-mortem tells of both");

    public bool NeedsIncident => true;

    public async Task<ModalViewDefinition?> FormAsync(IncidentCall call, CancellationToken cancellationToken)
    {
        if (call.Arguments.Trim().Length > 0 || call.Incident is not { IsOpen: true } incident) return null;
        var others = await OthersAsync(call, incident, cancellationToken);
        return others.Count == 0 ? null : VerbForms.Modal(call with { Verb = Word }, "Merge", "Merge",
            VerbForms.Choice(IntoBlock, $"In which incident does {incident.Number} go on?", $"Incident {incident.Number} ends; its people are invited there. It cannot be taken back.",
                others.Take(BlockLimits.MenuOptions).Select(o => ($"{o.Number} · {Severities.Name(o.Severity)} · {o.Title}", $"{o.Number}")), initial: null));
    }

    public async Task HandleAsync(IncidentCall call, CancellationToken cancellationToken)
    {
        var word = call.Fields.GetValueOrDefault(IntoBlock) ?? call.Arguments.Trim().Split(' ')[^1].TrimStart('#');
        if (!int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            await AskAsync(call, word, cancellationToken);
            return;
        }
        // A private incident that the person may not see does not exist for them.
        if (await incidents.FindAsync(number, call.UserId, cancellationToken) is null)
        {
            await request.CommitAsync(tx => outbox.TellAsync(tx, call, IncidentMessages.NoSuchIncident(number), cancellationToken), cancellationToken);
            return;
        }
        await request.CommitAsync(tx => MergeAsync(tx, call, call.Incident!.Number, number, cancellationToken), cancellationToken);
    }

    private async Task MergeAsync(Tx tx, IncidentCall call, int fromNumber, int intoNumber, CancellationToken cancellationToken)
    {
        // Always the smaller number first: two people who merge the two into each other wait for one another, and do not deadlock.
        var first = await LockAsync(tx, Math.Min(fromNumber, intoNumber), cancellationToken);
        var second = fromNumber == intoNumber ? first : await LockAsync(tx, Math.Max(fromNumber, intoNumber), cancellationToken);
        var (from, into) = fromNumber <= intoNumber ? (first, second) : (second, first);
        var (merged, refusal) = IncidentTransitions.Merge(from, into);
        if (merged is null)
        {
            await outbox.TellAsync(tx, call, IncidentMessages.Plain(refusal!.Sentence), cancellationToken);
            return;
        }
        await TaskStore.MoveAsync(tx, from.Number, into.Number, cancellationToken);
        await change.WriteAsync(tx, call, from, merged, (TimelineKinds.Merged, $"Merged into incident {into.Number}: {into.Title}"), cancellationToken);
        await timeline.AppendAsync(tx, new TimelineEntry
        {
            Incident = into.Number, Kind = TimelineKinds.Merged, At = tx.Now, Actor = call.UserId, Text = $"Incident {from.Number} was merged into this one: {from.Title}", Part = $"{into.Number}",
        }, cancellationToken);
        var people = await IncidentMembers.OfAsync(tx, from.Number, cancellationToken);
        await outbox.InviteAsync(tx, into.Destination, people, cancellationToken);
        await IncidentMembers.AddAsync(tx, into.Number, people, cancellationToken);
        var place = IncidentDrawing.Place(into);
        await outbox.ShowAsync(tx, $"incident {from.Number} over {tx.RequestId}", from.Destination,
            IncidentMessages.WithButton($"Incident {from.Number} goes on in incident {into.Number}: {place}. {Mrkdwn.User(call.UserId)} merged them; you are invited there, and nothing of what is recorded here is lost.",
                IncidentButtonHandler.For($"Join incident {into.Number}", "join", into.Number, style: ButtonStyle.Primary)), cancellationToken);
        var lead = into.Lead is { } who ? $"{Mrkdwn.User(who)}, " : "";
        await outbox.ShowAsync(tx, $"incident {from.Number} merged", into.Destination,
            IncidentMessages.WithButton($"Incident {into.Number}: {lead}incident {from.Number} goes on here: {Mrkdwn.Escape(from.Title, 300)}. {Mrkdwn.User(call.UserId)} merged it; its people are invited, its tasks and its record are with this one's. Its channel was {IncidentDrawing.Place(from)}.",
                IncidentButtonHandler.For("Timeline of both", TimelineVerb.Word, into.Number), IncidentButtonHandler.For("Assess", "assess", into.Number)), cancellationToken);
        // Services and tasks of the other are this one's now.
        await drawing.ShowAsync(tx, into, cancellationToken);
    }

    private async Task AskAsync(IncidentCall call, string word, CancellationToken cancellationToken)
    {
        var others = await OthersAsync(call, call.Incident!, cancellationToken);
        var message = others.Count == 0
            ? IncidentMessages.Plain("No other incident is open that you can see, so there is none to go on in.")
            : new Message
            {
                Text = "Into which incident?",
                Blocks =
                [
                    new SectionBlock { Text = new Markdown($"{(word.Length == 0 ? "" : $"{Mrkdwn.Code(Mrkdwn.Cut(word, 40))} is no number of an incident. ")}In which one does incident {call.Incident!.Number} go on? Write `merge {others[0].Number}`, or:") },
                    .. others.Take(10).Select(o => new SectionBlock { Text = new Markdown(IncidentMessages.Line(o)), Accessory = IncidentButtonHandler.For("Go on here", Word, call.Incident.Number, $"{o.Number}") }),
                ],
            };
        await request.CommitAsync(tx => outbox.TellAsync(tx, call, message, cancellationToken), cancellationToken);
    }

    private async Task<List<Incident>> OthersAsync(IncidentCall call, Incident incident, CancellationToken cancellationToken) =>
        [.. (await incidents.OpenAsync(call.UserId, cancellationToken)).Where(o => IncidentTransitions.Merge(incident, o).Incident is not null)];

    private static async Task<Incident> LockAsync(Tx tx, int number, CancellationToken cancellationToken) =>
        await IncidentStore.LockAsync(tx, number, cancellationToken) ?? throw new InvalidOperationException($"Incident {number} has no row.");
}
