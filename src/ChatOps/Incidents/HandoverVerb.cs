using System.Globalization;
using ChatOps.Database;
using ChatOps.Inbox;
using ChatOps.Slack.Blocks;
using ChatOps.Timeline;

namespace ChatOps.Incidents;

/// <summary><c>/incident handover @user</c>: offers the lead. It moves when that person accepts, and not before.</summary>
public sealed class HandoverVerb(CurrentRequest request, ChangeIncident change, FindPerson people, TimelineStore timeline, Outbox.Outbox outbox) : IIncidentVerb
{
    public const string Word = "handover";

    public string Name => Word;

    public IReadOnlyList<string> Synonyms => ["hand-over", "handoff", "hand-off"];

    public (string Arguments, string Does) Usage => ("@user | accept | withdraw", "offer the lead, with where things stand; it moves when they accept");

    public bool NeedsIncident => true;

    public ModalViewDefinition? Form(IncidentCall call) => call.Arguments.Trim().Length > 0
        ? null
        : VerbForms.Person(call with { Verb = Word }, "Hand over the lead", "Offer", "To whom?", "They see where things stand and press Accept. Until then the lead stays where it is.");

    public async Task HandleAsync(IncidentCall call, CancellationToken cancellationToken)
    {
        var words = call.Arguments.Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var wanted = call.Fields.GetValueOrDefault(VerbForms.PersonBlock) ?? (words.Length > 0 ? words[0] : "");
        long? number = words.Length > 1 && long.TryParse(words[1], NumberStyles.None, CultureInfo.InvariantCulture, out var n) ? n : null;
        switch (wanted.ToUpperInvariant())
        {
            case "":
                await RefuseAsync(call, "To whom? `handover @somebody`.", cancellationToken);
                return;
            case "ACCEPT":
                await request.CommitAsync(tx => AcceptAsync(tx, call, number, cancellationToken), cancellationToken);
                return;
            case "WITHDRAW" or "CANCEL":
                await request.CommitAsync(tx => WithdrawAsync(tx, call, number, cancellationToken), cancellationToken);
                return;
        }
        var (person, refusal) = await people.RunAsync(call, wanted, cancellationToken);
        if (person is null) await RefuseAsync(call, refusal!.Sentence, cancellationToken);
        else await request.CommitAsync(tx => OfferAsync(tx, call, person, cancellationToken), cancellationToken);
    }

    private async Task OfferAsync(Tx tx, IncidentCall call, Colleague to, CancellationToken cancellationToken)
    {
        var incident = await LockAsync(tx, call, cancellationToken);
        // Whether it could be theirs is asked of the same rule that will give it to them.
        if (IncidentTransitions.Assign(incident, IncidentRole.Lead, to.Id, to.Name, tx.Now).Refusal is { } refusal)
        {
            await outbox.TellAsync(tx, call, IncidentMessages.Plain(refusal.Sentence), cancellationToken);
            return;
        }
        await HandoverStore.EndOpenAsync(tx, outbox, incident, cancellationToken);
        var offer = await HandoverStore.AddAsync(tx, incident.Number, call.UserId, to.Id, cancellationToken);
        await outbox.InviteAsync(tx, incident.Destination, [to.Id], cancellationToken);
        await IncidentMembers.AddAsync(tx, incident.Number, [to.Id], cancellationToken);
        await RecordAsync(tx, call, incident, $"Offered the lead to <@{to.Id}>", cancellationToken);
        var facts = await HandoverFacts.ReadAsync(tx, incident.Number, cancellationToken);
        await outbox.ShowAsync(tx, HandoverMessages.Key(offer.Number), incident.Destination, HandoverMessages.Offer(incident, offer, facts), cancellationToken);
    }

    private async Task AcceptAsync(Tx tx, IncidentCall call, long? number, CancellationToken cancellationToken)
    {
        var incident = await LockAsync(tx, call, cancellationToken);
        var offer = number is { } n ? await HandoverStore.FindAsync(tx, incident.Number, n, cancellationToken) : await HandoverStore.OpenAsync(tx, incident.Number, cancellationToken);
        if (Refusal(offer, call.UserId) is { } sentence)
        {
            await outbox.TellAsync(tx, call, IncidentMessages.Plain(sentence), cancellationToken);
            return;
        }
        var (after, refusal) = IncidentTransitions.Assign(incident, IncidentRole.Lead, call.UserId, call.UserName, tx.Now);
        if (after is null)
        {
            await outbox.TellAsync(tx, call, IncidentMessages.Plain(refusal!.Sentence), cancellationToken);
            return;
        }
        await HandoverStore.EndAsync(tx, outbox, after, offer!, HandoverState.Accepted, call.UserId, cancellationToken);
        await change.WriteAsync(tx, call, incident, after, (TimelineKinds.Handover, $"Accepted the lead{(incident.Lead is { } old ? $" from <@{old}>" : "")}"), cancellationToken);
        await outbox.ShowAsync(tx, $"{HandoverMessages.Key(offer!.Number)} accepted", after.Destination, HandoverMessages.Taken(after, incident.Lead), cancellationToken);
    }

    private async Task WithdrawAsync(Tx tx, IncidentCall call, long? number, CancellationToken cancellationToken)
    {
        var incident = await LockAsync(tx, call, cancellationToken);
        var offer = number is { } n ? await HandoverStore.FindAsync(tx, incident.Number, n, cancellationToken) : await HandoverStore.OpenAsync(tx, incident.Number, cancellationToken);
        var refusal = offer is not { State: HandoverState.Offered } ? Closed(offer)
            // The one to whom it was offered declines by it.
            : call.UserId != offer.FromUser && call.UserId != offer.ToUser && call.UserId != incident.Lead ? $"{Mrkdwn.User(offer.FromUser)} offered it to {Mrkdwn.User(offer.ToUser)}: one of them, or the lead, withdraws it."
            : null;
        if (refusal is not null)
        {
            await outbox.TellAsync(tx, call, IncidentMessages.Plain(refusal), cancellationToken);
            return;
        }
        await HandoverStore.EndAsync(tx, outbox, incident, offer!, HandoverState.Withdrawn, call.UserId, cancellationToken);
        await RecordAsync(tx, call, incident, $"Withdrew the offer of the lead to <@{offer!.ToUser}>", cancellationToken);
    }

    private static string? Refusal(Handover? offer, string person) => offer switch
    {
        not { State: HandoverState.Offered } => Closed(offer),
        { ToUser: var to } when to != person => $"This offer is for {Mrkdwn.User(to)}; nothing was changed. To take the lead yourself, let it be offered to you: `handover @you`.",
        _ => null,
    };

    private static string Closed(Handover? offer) => offer switch
    {
        null => "Nobody offers the lead just now. `handover @somebody` does.",
        { State: HandoverState.Accepted } => $"{Mrkdwn.User(offer.ToUser)} accepted it already. Nothing to do.",
        { State: HandoverState.Withdrawn } => $"{Mrkdwn.User(offer.DecidedBy ?? offer.FromUser)} withdrew this offer. `handover @somebody` makes a new one.",
        _ => "This offer is void: another one, another lead or the end of the incident came after it. `handover @somebody` makes a new one.",
    };

    private static async Task<Incident> LockAsync(Tx tx, IncidentCall call, CancellationToken cancellationToken) =>
        await IncidentStore.LockAsync(tx, call.Incident!.Number, cancellationToken) ?? throw new InvalidOperationException($"Incident {call.Incident.Number} has no row.");

    private Task RecordAsync(Tx tx, IncidentCall call, Incident incident, string text, CancellationToken cancellationToken) => timeline.AppendAsync(
        tx, new TimelineEntry { Incident = incident.Number, Kind = TimelineKinds.Handover, At = tx.Now, Actor = call.UserId, Text = text }, cancellationToken);

    private Task RefuseAsync(IncidentCall call, string sentence, CancellationToken cancellationToken) =>
        request.CommitAsync(tx => outbox.TellAsync(tx, call, IncidentMessages.Plain(sentence), cancellationToken), cancellationToken);
}
