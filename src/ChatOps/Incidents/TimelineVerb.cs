using ChatOps.Inbox;
using ChatOps.Slack.Blocks;
using ChatOps.Timeline;

namespace ChatOps.Incidents;

/// <summary><c>/incident timeline [text] [--kind k] [--by @user]</c>: what happened when, page by page, for the person who asks.</summary>
public sealed class TimelineVerb(CurrentRequest request, ReadTimeline reader, FindPerson people, Outbox.Outbox outbox) : IIncidentVerb
{
    public const string Word = "timeline";

    private const int LongestText = 200;

    public string Name => Word;

    public IReadOnlyList<string> Synonyms => ["history", "record"];

    public (string Arguments, string Does) Usage => ("[text] [--kind note|step|action|…] [--by @user]", "what happened when");

    public bool NeedsIncident => true;

    public bool OnlyLooks => true;

    public async Task HandleAsync(IncidentCall call, CancellationToken cancellationToken)
    {
        var query = TimelineQuery.Read(call.Arguments);
        query = query with { Text = query.Text.Length > LongestText ? query.Text[..LongestText] : query.Text };
        string? person = null;
        if (query.Person is { } typed)
        {
            if (typed.TrimStart('@').Equals("chatops", StringComparison.OrdinalIgnoreCase))
            {
                person = TimelineEntry.Bot;
            }
            else
            {
                var (found, refusal) = await people.RunAsync(call, typed, cancellationToken);
                if (found is null)
                {
                    await request.CommitAsync(tx => outbox.TellAsync(tx, call, IncidentMessages.Plain(refusal!.Sentence), cancellationToken), cancellationToken);
                    return;
                }
                (person, query) = (found.Id, query with { Person = "@" + found.Name });
            }
        }
        var page = await reader.RunAsync(call.Incident!.Number, query, person, cancellationToken);
        var message = TimelineMessages.Page(call.Incident, query, page);
        if (page.Entries.Count == 0 && query.Kind is { } kind && TimelineQuery.KindWords.All(k => k.Word != kind && k.Word + "s" != kind))
            message = message with { Blocks = [.. message.Blocks!, new SectionBlock { Text = new Markdown($"Kinds are {string.Join(", ", TimelineQuery.KindWords.Select(k => $"`{k.Word}`"))}.") }] };
        await request.CommitAsync(tx => outbox.TellAsync(tx, call, message, cancellationToken), cancellationToken);
    }
}
