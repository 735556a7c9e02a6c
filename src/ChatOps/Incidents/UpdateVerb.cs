using ChatOps.Configuration;
using ChatOps.Inbox;
using ChatOps.Slack.Blocks;
using ChatOps.Timeline;

namespace ChatOps.Incidents;

/// <summary><c>/incident update text [--next 30m|none]</c>: tells people where it stands, in its channel and to the stakeholders.</summary>
public sealed class UpdateVerb(ChangeIncident change, CurrentRequest request, ChatOpsConfig config, Outbox.Outbox outbox) : IIncidentVerb
{
    public const string Word = "update";

    private const string Affected = "affected";
    private const string Doing = "doing";
    private const string Next = "next";
    private const string Never = "none";

    public string Name => Word;

    public IReadOnlyList<string> Synonyms => ["inform", "announce"];

    public (string Arguments, string Does) Usage => ("[text] [--next 30m|none]", "tell people where it stands; without a text a form asks");

    public bool NeedsIncident => true;

    public ModalViewDefinition? Form(IncidentCall call) => OptionText.Take(call.Arguments, Next).Text.Length > 0
        ? null
        : VerbForms.Modal(call with { Verb = Word, Arguments = "" }, "Post an update", "Post",
            VerbForms.Text(Affected, "What is affected?", "As people notice it: \"Logins fail for everybody\"."),
            VerbForms.Text(Doing, "What is being done?", "And what you know by now."),
            VerbForms.Choice(Next, "When does the next update come?", "It is promised with this one.", Cadence.Choices, call.Incident is { IsOpen: true } open ? Cadence.Usual(open.Severity) : Never));

    public async Task HandleAsync(IncidentCall call, CancellationToken cancellationToken)
    {
        var (text, wanted) = Read(call);
        var next = wanted ?? Cadence.Usual(call.Incident!.Severity);
        var span = Spans.Parse(next);
        if (text.Length == 0 || (span is null && !next.Equals(Never, StringComparison.OrdinalIgnoreCase)))
        {
            var sentence = text.Length == 0
                ? "Write the update behind the verb: `update text`."
                : $"{Mrkdwn.Code("--next " + Mrkdwn.Cut(next, 40))} is no time until the next update. Write it as `--next 30m`, `2h`, `1d`, or `none`.";
            await request.CommitAsync(tx => outbox.TellAsync(tx, call, IncidentMessages.Plain(sentence), cancellationToken), cancellationToken);
            return;
        }
        var clean = Redactor.ForSlack(text);
        await change.RunAsync(
            call,
            (incident, now) => IncidentTransitions.Update(incident, clean, call.UserId, span is { } s ? now + s : null, now),
            (_, after) => (TimelineKinds.Update, $"Update: {clean}{(after.UpdateDueAt is { } due ? $" (the next one is promised for {due.UtcDateTime:yyyy-MM-dd HH:mm} UTC)" : "")}"),
            async (tx, incident) =>
            {
                var start = $":mega: *{IncidentMessages.Head(incident)}*, update by {Mrkdwn.User(call.UserId)}{(incident.UpdateDueAt is { } due ? $"; the next one comes by {Mrkdwn.Date(due)}" : "; no further one is promised")}\n";
                var key = $"update {tx.RequestId}";
                await LongText.PostAsync(outbox, tx, key, incident.Destination, start, clean, $"update-incident-{incident.Number}.txt", cancellationToken);
                if (config.Incident.StakeholdersChannel is not { } channel) return;
                if (incident.Private)
                {
                    await outbox.TellAsync(tx, call, IncidentMessages.Plain($"Posted here alone: incident {incident.Number} is private, so nothing of it goes to the stakeholders."), cancellationToken);
                    return;
                }
                await LongText.PostAsync(outbox, tx, $"{key} stakeholders", Places.Of(channel), $"{start}*{Mrkdwn.Escape(incident.Title, 300)}*\n", clean, $"update-incident-{incident.Number}.txt", cancellationToken);
            },
            cancellationToken);
    }

    private static (string Text, string? Next) Read(IncidentCall call) => call.Fields.TryGetValue(Doing, out var doing)
        ? ($"Affected: {call.Fields.GetValueOrDefault(Affected)}\nBeing done: {doing}", call.Fields.GetValueOrDefault(Next))
        : OptionText.Take(call.Arguments, Next);
}

/// <summary>How often people expect to hear more.</summary>
public static class Cadence
{
    public static IReadOnlyList<(string Text, string Value)> Choices { get; } =
        [("in 15 minutes", "15m"), ("in 30 minutes", "30m"), ("in 1 hour", "1h"), ("in 2 hours", "2h"), ("in 4 hours", "4h"), ("tomorrow", "1d"), ("no further update", "none")];

    public static string Usual(int? severity) => severity switch
    {
        1 => "30m",
        2 => "1h",
        3 => "4h",
        _ => "1d",
    };
}
