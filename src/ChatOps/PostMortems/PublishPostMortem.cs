using System.Text;
using ChatOps.Database;
using ChatOps.Incidents;
using ChatOps.Timeline;

namespace ChatOps.PostMortems;

/// <summary>The one way to a new version: what the facts say now and what people wrote, stored, shown and attached, in the caller's transaction.</summary>
public sealed class PublishPostMortem(ReadFacts facts, TimelineStore timeline, Outbox.Outbox outbox)
{
    /// <summary>What the next version would be made from. The incident's row is locked by this transaction, so that no other version comes between.</summary>
    public async Task<PostMortemBasis> ReadAsync(Tx tx, Incident incident, CancellationToken cancellationToken)
    {
        var latest = await PostMortemStore.LatestAsync(tx, incident.Number, cancellationToken);
        return new(await facts.RunAsync(tx, incident, cancellationToken), latest);
    }

    /// <summary>Stores the version unless nothing differs from the newest; shows it, and attaches the file if it differs. Null: nothing is new.</summary>
    /// <param name="sections">What it says, the list of blanks included.</param>
    /// <param name="by">Who made it, as the timeline says it.</param>
    /// <param name="did">"edited Impact".</param>
    /// <param name="names">Display names by Slack id, for the file.</param>
    public async Task<PostMortem?> RunAsync(
        Tx tx, PostMortemBasis basis, IReadOnlyList<Section> sections, PostMortemState state, string by, string did, IReadOnlyDictionary<string, string> names, CancellationToken cancellationToken)
    {
        var (incident, latest) = (basis.Facts.Incident, basis.Latest);
        var next = new PostMortem
        {
            Incident = incident.Number,
            Version = (latest?.Version ?? 0) + 1,
            State = state,
            Sections = sections,
            Markdown = "",
            MadeBy = by,
            MadeAt = tx.Now,
        };
        if (latest is not null && latest.State == next.State && latest.Sections.SequenceEqual(next.Sections)) return null;

        next = next with { Markdown = WritePostMortem.Markdown(incident, next.Sections, state == PostMortemState.Reviewed ? (by, tx.Now) : null, names) };
        if (!await PostMortemStore.AddAsync(tx, next, cancellationToken)) return null;
        await timeline.AppendAsync(tx, new TimelineEntry
        {
            Incident = incident.Number, Kind = TimelineKinds.PostMortem, At = tx.Now, Actor = by, Text = $"Post-mortem, version {next.Version}: {did}",
        }, cancellationToken);
        await ShowAsync(tx, incident, next, cancellationToken);
        if (next.Markdown != latest?.Markdown)
        {
            var file = PostMortemMessages.FileName(incident.Number);
            await outbox.UploadAsync(tx, incident.Destination, file, $"Post-mortem of incident {incident.Number}, version {next.Version}", Encoding.UTF8.GetBytes(next.Markdown), cancellationToken, PostMortemMessages.Key(incident.Number));
        }
        return next;
    }

    private Task ShowAsync(Tx tx, Incident incident, PostMortem postMortem, CancellationToken cancellationToken) =>
        outbox.ShowAsync(tx, PostMortemMessages.Key(incident.Number), incident.Destination, PostMortemMessages.Summary(incident, postMortem, PeopleOf(incident, postMortem)), cancellationToken);

    private static HashSet<string> PeopleOf(Incident incident, PostMortem postMortem) =>
        [.. new[] { incident.DeclaredBy, incident.Lead, incident.ResolvedBy, incident.CauseConfirmedBy }
            .Concat(postMortem.Sections.Select(s => s.EditedBy)).OfType<string>()];
}

/// <summary>The facts of one moment and the newest version.</summary>
public sealed record PostMortemBasis(PostMortemFacts Facts, PostMortem? Latest)
{
    private IReadOnlyList<Section>? generated;

    /// <summary>What ChatOps would write now.</summary>
    public IReadOnlyList<Section> Generated => generated ??= WritePostMortem.Generate(Facts);

    /// <summary>The same with what people wrote before.</summary>
    public IReadOnlyList<Section> Current => WritePostMortem.From(Facts, Latest);

    internal IReadOnlyList<Section> WithBlanks(IReadOnlyList<Section> sections)
    {
        var others = sections.Where(s => s.Name != Sections.Blank).ToList();
        return [.. others, new Section { Name = Sections.Blank, Text = StillBlank.Of(Facts, others, Generated) }];
    }
}
