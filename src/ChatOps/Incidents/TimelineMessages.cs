using System.Text.RegularExpressions;
using ChatOps.Slack;
using ChatOps.Slack.Blocks;
using ChatOps.Timeline;

namespace ChatOps.Incidents;

/// <summary>A page of a timeline. Pure.</summary>
public static partial class TimelineMessages
{
    private const int LineLength = 330;

    /// <summary>Written down later than this after it happened: both times are shown.</summary>
    private static readonly TimeSpan Late = TimeSpan.FromSeconds(30);

    public static Message Page(Incident incident, TimelineQuery query, TimelinePage page)
    {
        var filter = string.Join(", ", new[]
        {
            query.Kind is { } kind ? $"kind {Mrkdwn.Code(Mrkdwn.Cut(kind, 40))}" : null, query.Person is { } person ? $"by {Mrkdwn.Code(Mrkdwn.Cut(person, 60))}" : null,
            query.Text.Length > 0 ? $"with {Mrkdwn.Code(Mrkdwn.Cut(query.Text, 60))}" : null,
        }.OfType<string>());
        var head = $"{IncidentMessages.Head(incident)}: timeline{(filter.Length > 0 ? $", {filter}" : "")}";
        List<Block> blocks = [new SectionBlock { Text = new Markdown($"*{head}*{(page.Entries.Count == 0 ? "\nNothing is recorded that fits." : "")}") }];
        blocks.AddRange(IncidentMessages.Sections(page.Entries.Select(e => Line(incident, e))));
        blocks.Add(new ActionsBlock { Elements = [.. Pages(incident, query, page), Filter(incident, query)] });
        return new Message { Text = $"{head}. {page.Entries.Count} entries.", Blocks = blocks };
    }

    private static IEnumerable<BlockElement> Pages(Incident incident, TimelineQuery query, TimelinePage page)
    {
        if (page.HasOlder && page.Entries is [var first, ..])
            yield return IncidentButtonHandler.For("Older", TimelineVerb.Word, incident.Number, (query with { Before = Place(first), After = null }).Write());
        if (page.HasNewer && page.Entries is [.., var last])
            yield return IncidentButtonHandler.For("Newer", TimelineVerb.Word, incident.Number, (query with { After = Place(last), Before = null }).Write());
        if (query.Before is not null || query.After is not null || query.Kind is not null || query.Person is not null || query.Text.Length > 0)
            yield return IncidentButtonHandler.For("Everything, from the end", TimelineVerb.Word, incident.Number);
    }

    private static StaticSelectMenu Filter(Incident incident, TimelineQuery query) => new()
    {
        ActionId = $"{IncidentButtonHandler.ActionId}:kind",
        Placeholder = "Only …",
        Options = TimelineQuery.KindWords.Select(k => (k.Text, Value: IncidentButtonHandler.ValueOf(TimelineVerb.Word, incident.Number, (query with { Kind = k.Word, Before = null, After = null }).Write())))
            // A long text to look for does not fit into a menu's value: the menu then leaves it out.
            .Select(k => k.Value.Length <= BlockLimits.OptionValue ? k : (k.Text, IncidentButtonHandler.ValueOf(TimelineVerb.Word, incident.Number, $"--kind {KindOf(k.Text)}")))
            .Select(k => new Option(k.Text, k.Item2)).ToValueList(),
    };

    private static string KindOf(string text) => TimelineQuery.KindWords.First(k => k.Text == text).Word;

    private static string Line(Incident incident, TimelineEntry entry)
    {
        var late = entry.RecordedAt - entry.At > Late ? $" (written down {Mrkdwn.Date(entry.RecordedAt)})" : "";
        var who = entry.Actor == TimelineEntry.Bot ? "ChatOps" : Mrkdwn.User(entry.Actor);
        var from = entry.Incident is { } number && number != incident.Number ? $" · incident {number}" : "";
        return $"{Mrkdwn.Date(entry.At)}{late}{from} · {who} · {Said(entry.Text)}";
    }

    // Only the reader sees the page, so that a name in it notifies nobody.
    private static string Said(string text) => Mention().Replace(Mrkdwn.Escape(text.ReplaceLineEndings(" "), LineLength), "<@${id}>");

    private static TimelinePlace Place(TimelineEntry entry) => new(entry.At, entry.Id);

    [GeneratedRegex("&lt;@(?<id>[UW][A-Z0-9]+)&gt;", RegexOptions.ExplicitCapture)]
    private static partial Regex Mention();
}
