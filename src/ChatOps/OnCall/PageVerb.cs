using System.Globalization;
using ChatOps.Configuration;
using ChatOps.Inbox;
using ChatOps.Incidents;
using ChatOps.Slack.Blocks;
using ChatOps.Timeline;

namespace ChatOps.OnCall;

/// <summary>
/// <c>/incident page [@user|schedule] [reason]</c>, and <c>page ack</c>. The bot leaves it with a reason where somebody is to be called,
/// and without one where an incident is opened or gets worse.
/// </summary>
public sealed class PageVerb(OpenIncident opened, AcknowledgePage acknowledge, WhoIsOnCall whoIsOnCall, SlackDirectory directory, OnCallConfig config, CurrentRequest request, Outbox.Outbox outbox) : IIncidentVerb
{
    public const string Word = "page";

    /// <summary>The word of the button.</summary>
    internal const string Acknowledge = "ack";

    public string Name => Word;

    public IReadOnlyList<string> Synonyms => ["call", "wake"];

    public (string Arguments, string Does) Usage => ("[@user|schedule] [reason]", "call whoever is on call, or someone; `page ack` acknowledges");

    public bool NeedsIncident => true;

    public ModalViewDefinition? Form(IncidentCall call) => call.Arguments.Trim().Length == 0 ? OnCallForms.Page(call) : null;

    public Task HandleAsync(IncidentCall call, CancellationToken cancellationToken)
    {
        var arguments = call.Arguments.Trim();
        if (call.UserId == TimelineEntry.Bot)
            return arguments.Length == 0 ? opened.RunAsync(call.Incident!, cancellationToken) : PageAsync(call, person: null, schedule: null, arguments, "", cancellationToken);
        var words = arguments.Split((char[])[' ', '\n', '\t'], 2, StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        var rest = words.Length > 1 ? words[1] : "";
        return words switch
        {
            [Acknowledge, ..] when long.TryParse(rest, NumberStyles.None, CultureInfo.InvariantCulture, out var id) => acknowledge.RunAsync(call, id, cancellationToken),
            [Acknowledge] => acknowledge.RunAsync(call, id: null, cancellationToken),
            [['@', _, ..], ..] => PersonAsync(call, words[0][1..], rest, cancellationToken),
            [var first, ..] when config.Schedules.ContainsKey(first) => PageAsync(call, person: null, first, rest, $"whoever is on call in {Mrkdwn.Escape(first)}", cancellationToken),
            _ => PageAsync(call, person: null, schedule: null, arguments, "whoever is on call", cancellationToken),
        };
    }

    private async Task PersonAsync(IncidentCall call, string name, string reason, CancellationToken cancellationToken)
    {
        string refusal;
        try
        {
            if (await directory.FindAccountAsync(name, cancellationToken) is { Deleted: false, IsBot: false } user)
            {
                await PageAsync(call, user.Id, schedule: null, reason, Mrkdwn.User(user.Id), cancellationToken);
                return;
            }
            refusal = $"Nobody here is called {Mrkdwn.Code("@" + Mrkdwn.Cut(name, 60))}. Use the handle, or leave it out: `/incident page reason` calls whoever is on call.";
        }
        catch (SlackDirectoryException e)
        {
            refusal = $"{Mrkdwn.Escape(e.Message)}, so nobody was paged. Try again in a minute, or call them by phone.";
        }
        await RefuseAsync(call, refusal, cancellationToken);
    }

    private Task PageAsync(IncidentCall call, string? person, string? schedule, string reason, string whom, CancellationToken cancellationToken)
    {
        var incident = call.Incident!;
        if (!incident.IsOpen) return RefuseAsync(call, $"Incident {incident.Number} is {IncidentMessages.StatusWord(incident.Status)}: nobody is paged for it. Start a new one if something is wrong.", cancellationToken);
        if (person is null && !whoIsOnCall.IsKnown) return RefuseAsync(call, "Nobody is on call: chatops.yaml has no schedule and no `incident.oncall`. Name somebody: `/incident page @user reason`.", cancellationToken);
        return request.CommitAsync(async tx =>
        {
            await PageStore.AddAsync(tx, new Page
            {
                Incident = incident.Number,
                Reason = Redactor.ForSlack(Mrkdwn.Cut(reason.Length > 0 ? reason : "No reason was given.", 1_000)),
                AskedBy = call.UserId,
                Person = person,
                Schedule = schedule,
                Lead = incident.Lead,
            }, $"request {tx.RequestId}", cancellationToken);
            await outbox.TellAsync(tx, call, PageMessages.Paging(incident, whom), cancellationToken);
        }, cancellationToken);
    }

    private Task RefuseAsync(IncidentCall call, string sentence, CancellationToken cancellationToken) =>
        request.CommitAsync(tx => outbox.TellAsync(tx, call, IncidentMessages.Plain(sentence), cancellationToken), cancellationToken);
}
