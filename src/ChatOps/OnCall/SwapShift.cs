using ChatOps.Configuration;
using ChatOps.Database;
using ChatOps.Inbox;
using ChatOps.Incidents;
using ChatOps.Slack.Blocks;
using ChatOps.Timeline;

namespace ChatOps.OnCall;

/// <summary>Somebody takes over a shift: at once where they ask themselves, after their press where another asks them.</summary>
public sealed class SwapShift(
    OverrideStore overrides, WhoIsOnCall whoIsOnCall, IncidentStore incidents, SlackDirectory directory, OnCallConfig config,
    TimelineStore timeline, CurrentRequest request, Outbox.Outbox outbox, TimeProvider time)
{
    /// <param name="text">What follows <c>swap</c>.</param>
    public async Task AskAsync(IncidentCall call, string text, CancellationToken cancellationToken)
    {
        var here = await incidents.OfChannelAsync(call.ChannelId, cancellationToken);
        var (wanted, refusal) = SwapText.Read(text, config.Schedules, ScheduleHere(here), time.GetUtcNow());
        if (wanted is null)
        {
            await TellAsync(call, refusal!, cancellationToken);
            return;
        }
        try
        {
            var person = wanted.Person is { } name ? await directory.FindAccountAsync(name, cancellationToken) is { Deleted: false, IsBot: false } user ? user.Id : null : call.UserId;
            if (person is null)
            {
                await TellAsync(call, $"Nobody here is called {Mrkdwn.Code("@" + Mrkdwn.Cut(wanted.Person!, 60))}. Use the handle of the person who takes over, or leave it out: then it is you.", cancellationToken);
                return;
            }
            var schedule = new OnCallSchedule(config.Schedules[wanted.Schedule]);
            var open = await OpenOfAsync(wanted.Schedule, cancellationToken);
            var asked = new ShiftOverride
            {
                Schedule = wanted.Schedule,
                Person = person,
                From = wanted.From,
                Until = wanted.Until ?? schedule.At(wanted.From, open).Until,
                AskedBy = call.UserId,
                Why = Redactor.ForSlack(Mrkdwn.Cut(wanted.Why, 300)),
                State = person == call.UserId ? OverrideState.Active : OverrideState.Offered,
                Incident = here is { IsOpen: true } ? here.Number : null,
            };
            var replaced = await ReplacedAsync(asked, open, cancellationToken);
            await request.CommitAsync(async tx =>
            {
                var made = await OverrideStore.AddAsync(tx, asked, cancellationToken);
                if (made.State == OverrideState.Active) await TakenAsync(tx, made, replaced, cancellationToken);
                else await outbox.ShowAsync(tx, OnCallMessages.OfferKey(made.Id), made.Person, OnCallMessages.Offer(made), cancellationToken);
                await outbox.TellAsync(tx, call, made.State == OverrideState.Active ? OnCallMessages.Taken(made) : IncidentMessages.Plain($"I asked {Mrkdwn.User(made.Person)}. Until they accept, nothing changes."), cancellationToken);
            }, cancellationToken);
        }
        catch (SlackDirectoryException e)
        {
            await TellAsync(call, $"{Mrkdwn.Escape(e.Message)}, so nothing was changed. Try again in a minute.", cancellationToken);
        }
    }

    /// <summary>The press of the one who was asked.</summary>
    public async Task DecideAsync(IncidentCall call, long id, OverrideState decision, CancellationToken cancellationToken)
    {
        var found = await overrides.FindAsync(id, cancellationToken);
        if (found is null || found.Person != call.UserId)
        {
            await TellAsync(call, found is null ? $"There is no swap {id}. `/incident oncall` lists them." : $"This asks {Mrkdwn.User(found.Person)}, who alone can answer it. To take the shift yourself: `/incident oncall swap`.", cancellationToken);
            return;
        }
        var replaced = decision == OverrideState.Active ? await ReplacedOrNobodyAsync(found, cancellationToken) : null;
        await request.CommitAsync(async tx =>
        {
            if (await OverrideStore.DecideAsync(tx, id, decision, call.UserId, [OverrideState.Offered], cancellationToken) is not { } decided)
            {
                await outbox.TellAsync(tx, call, IncidentMessages.Plain("That is decided already, or its time is over. `/incident oncall` shows what counts."), cancellationToken);
                return;
            }
            await outbox.ShowAsync(tx, OnCallMessages.OfferKey(id), decided.Person, OnCallMessages.Decided(decided), cancellationToken);
            await outbox.ShowAsync(tx, $"oncall answer {id}", decided.AskedBy, decision == OverrideState.Active ? OnCallMessages.Taken(decided) : OnCallMessages.Declined(decided), cancellationToken);
            if (decision == OverrideState.Active) await TakenAsync(tx, decided, replaced == decided.AskedBy ? null : replaced, cancellationToken);
        }, cancellationToken);
    }

    /// <summary>Back to the rotation: by whoever took over or asked for it.</summary>
    public async Task CancelAsync(IncidentCall call, long id, CancellationToken cancellationToken)
    {
        var found = await overrides.FindAsync(id, cancellationToken);
        if (found is null || (found.Person != call.UserId && found.AskedBy != call.UserId))
        {
            await TellAsync(call, found is null ? $"There is no swap {id}. `/incident oncall` lists them." : $"Only {Mrkdwn.User(found.Person)} or {Mrkdwn.User(found.AskedBy)} can cancel it: ask one of them, or take the shift over yourself with `/incident oncall swap`.", cancellationToken);
            return;
        }
        await request.CommitAsync(async tx =>
        {
            if (await OverrideStore.DecideAsync(tx, id, OverrideState.Cancelled, call.UserId, [OverrideState.Offered, OverrideState.Active], cancellationToken) is not { } cancelled)
            {
                await outbox.TellAsync(tx, call, IncidentMessages.Plain("It does not count any more. `/incident oncall` shows what does."), cancellationToken);
                return;
            }
            if (cancelled.Person != cancelled.AskedBy) await outbox.ShowAsync(tx, OnCallMessages.OfferKey(id), cancelled.Person, OnCallMessages.Decided(cancelled), cancellationToken);
            var other = call.UserId == cancelled.Person ? cancelled.AskedBy : cancelled.Person;
            if (other != call.UserId) await outbox.ShowAsync(tx, $"oncall cancelled {id}", other, OnCallMessages.Cancelled(cancelled, call.UserId), cancellationToken);
            if (cancelled.Incident is { } incident) await RecordAsync(tx, incident, call.UserId, $"Cancelled: <@{cancelled.Person}> takes over {cancelled.Schedule}", cancellationToken);
            await outbox.TellAsync(tx, call, OnCallMessages.Cancelled(cancelled, call.UserId), cancellationToken);
        }, cancellationToken);
    }

    private async Task TakenAsync(Tx tx, ShiftOverride swap, string? replaced, CancellationToken cancellationToken)
    {
        // It is the incident's business only while there is one.
        if (swap.Incident is { } incident)
        {
            await RecordAsync(tx, incident, swap.Person, $"<@{swap.Person}> takes over {swap.Schedule}{(swap.Why.Length == 0 ? "" : $": {swap.Why}")}", cancellationToken);
            await outbox.ShowAsync(tx, $"oncall taken {swap.Id}", Incident.DestinationOf(incident), OnCallMessages.Taken(swap), cancellationToken);
        }
        if (replaced is not null && replaced != swap.Person) await outbox.ShowAsync(tx, $"oncall replaced {swap.Id}", replaced, OnCallMessages.Taken(swap), cancellationToken);
    }

    private Task RecordAsync(Tx tx, int incident, string actor, string text, CancellationToken cancellationToken) =>
        timeline.AppendAsync(tx, new TimelineEntry { Incident = incident, Kind = TimelineKinds.ShiftTaken, At = tx.Now, Actor = actor, Text = text }, cancellationToken);

    /// <summary>Who would be on call when it begins.</summary>
    private async Task<string?> ReplacedAsync(ShiftOverride swap, IReadOnlyList<ShiftOverride> open, CancellationToken cancellationToken) =>
        config.Schedules.TryGetValue(swap.Schedule, out var rotation) && rotation.PagerDutySchedule is null
            ? (await directory.FindAccountAsync(new OnCallSchedule(rotation).At(swap.From, open).Person, cancellationToken))?.Id
            : null;

    private async Task<string?> ReplacedOrNobodyAsync(ShiftOverride swap, CancellationToken cancellationToken)
    {
        try
        {
            return await ReplacedAsync(swap, await OpenOfAsync(swap.Schedule, cancellationToken), cancellationToken);
        }
        catch (SlackDirectoryException)
        {
            // The press counts all the same; whoever is replaced sees it in the list.
            return null;
        }
    }

    private async Task<List<ShiftOverride>> OpenOfAsync(string schedule, CancellationToken cancellationToken) =>
        [.. (await overrides.OpenAsync(time.GetUtcNow(), cancellationToken)).Where(o => o.State == OverrideState.Active && o.Schedule == schedule)];

    private string? ScheduleHere(Incident? here)
    {
        var own = config.Schedules.Values.Where(r => r.PagerDutySchedule is null).ToList();
        return here is null ? own is [var only] ? only.Name : null : whoIsOnCall.ScheduleOf(here.Service)?.Name;
    }

    private Task TellAsync(IncidentCall call, string sentence, CancellationToken cancellationToken) =>
        request.CommitAsync(tx => outbox.TellAsync(tx, call, IncidentMessages.Plain(sentence), cancellationToken), cancellationToken);
}
