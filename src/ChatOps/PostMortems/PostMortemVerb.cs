using ChatOps.Inbox;
using ChatOps.Incidents;

namespace ChatOps.PostMortems;

/// <summary><c>/incident postmortem</c>: writes the next version from the timeline and the evidence. People call it, and the bot itself after the end and after the downtime was measured.</summary>
public sealed class PostMortemVerb(CurrentRequest request, PublishPostMortem publish, ReadFacts facts, PeopleNames names, Outbox.Outbox outbox) : IIncidentVerb
{
    public const string Word = "postmortem";

    public string Name => Word;

    public IReadOnlyList<string> Synonyms => ["pm", "post-mortem"];

    public (string Arguments, string Does) Usage => ("", "write the post-mortem from the timeline; again at any time, what people edited stays");

    public bool NeedsIncident => true;

    public async Task HandleAsync(IncidentCall call, CancellationToken cancellationToken)
    {
        var number = call.Incident!.Number;
        // Slack is asked for names before the transaction: none is open during a network call.
        var known = await names.OfAsync(await facts.PeopleAsync(number, cancellationToken), cancellationToken);
        await request.CommitAsync(async tx =>
        {
            var incident = await IncidentStore.LockAsync(tx, number, cancellationToken) ?? throw new InvalidOperationException($"Incident {number} has no row.");
            if (PostMortemMessages.Refusal(incident) is { } refusal)
            {
                await outbox.TellAsync(tx, call, IncidentMessages.Plain(refusal), cancellationToken);
                return;
            }
            var basis = await publish.ReadAsync(tx, incident, cancellationToken);
            var sections = basis.Current;
            // What was reviewed stays reviewed while nothing in it changes.
            var state = basis.Latest is { State: PostMortemState.Reviewed } latest && latest.Sections.SequenceEqual(sections) ? PostMortemState.Reviewed : PostMortemState.Draft;
            var stored = await publish.RunAsync(tx, basis, sections, state, call.UserId, "written from the timeline", known, cancellationToken);
            await outbox.TellAsync(tx, call, stored is null ? PostMortemMessages.NothingNew(basis.Latest!) : PostMortemMessages.Written(incident, stored), cancellationToken);
        }, cancellationToken);
    }
}
