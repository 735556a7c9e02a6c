using System.Globalization;
using ChatOps.Database;
using ChatOps.Inbox;
using ChatOps.Outbox;
using ChatOps.Slack.Blocks;
using ChatOps.Slack.WebApi;
using ChatOps.Timeline;

namespace ChatOps.Incidents;

/// <summary>The one way to a verb, for what was typed, pressed, submitted or left by the bot itself: finds the incident, opens the form, calls.</summary>
public sealed class RunVerb(IncidentVerbs verbs, IncidentStore incidents, CurrentRequest request, Outbox.Outbox outbox, ISlackApiClient slack)
{
    private const int RecentToPick = 50;

    /// <param name="call">With the verb as typed; its incident is found here.</param>
    /// <param name="number">The incident, where the caller knows it; else it is found by the channel, the first word or because only one is open.</param>
    /// <param name="inside">The open modal that the call came from; a form is then not opened again.</param>
    public async Task HandleAsync(IncidentCall call, int? number, bool inside, CancellationToken cancellationToken)
    {
        if (verbs.Find(call.Verb) is not { } verb)
        {
            await RefuseAsync(call, IncidentMessages.UnknownVerb(call.Verb, verbs.Nearest(call.Verb)), cancellationToken);
            return;
        }
        call = call with { Word = call.Verb, Verb = verb.Name };
        if (verb.NeedsIncident)
        {
            var (found, refusal) = await FindAsync(verb, call, number, cancellationToken);
            if (found is null)
            {
                await RefuseAsync(call, refusal!, cancellationToken);
                return;
            }
            call = found;
            if (call.Incident is { Status: IncidentStatus.Merged } merged && !verb.OnlyLooks)
            {
                await RefuseAsync(call, IncidentMessages.GoesOn(merged, verb.Name, call.Arguments), cancellationToken);
                return;
            }
        }
        else if (number is { } shown)
        {
            call = call with { Incident = await SeenAsync(call, shown, cancellationToken) };
        }
        if (!inside && call.TriggerId is { Length: > 0 } trigger && await verb.FormAsync(call, cancellationToken) is { } form)
        {
            await OpenFormAsync(call, verb, trigger, form, cancellationToken);
            return;
        }
        await verb.HandleAsync(call, cancellationToken);
    }

    private async Task<(IncidentCall? Call, Message? Refusal)> FindAsync(IIncidentVerb verb, IncidentCall call, int? number, CancellationToken cancellationToken)
    {
        if (number is { } known)
            return await SeenAsync(call, known, cancellationToken) is { } incident ? (call with { Incident = incident }, null) : (null, IncidentMessages.NoSuchIncident(known));
        if (await incidents.OfChannelAsync(call.ChannelId, cancellationToken) is { } here) return (call with { Incident = here }, null);

        // Elsewhere a number works: "/incident logs 7".
        var words = call.Arguments.Split(' ', 2, StringSplitOptions.TrimEntries);
        if (words[0].TrimStart('#') is var first && int.TryParse(first, NumberStyles.None, CultureInfo.InvariantCulture, out var typed))
        {
            return await SeenAsync(call, typed, cancellationToken) is { } incident
                ? (call with { Incident = incident, Arguments = words.Length > 1 ? words[1] : "" }, null)
                : (null, IncidentMessages.NoSuchIncident(typed));
        }
        var offered = verb.IsForEnded ? await incidents.RecentAsync(call.UserId, RecentToPick, cancellationToken) : await incidents.OpenAsync(call.UserId, cancellationToken);
        return offered is [var only] && !verb.IsForEnded ? (call with { Incident = only }, null) : (null, IncidentPicker.Which(verb.Name, call.Arguments, offered, verb.IsForEnded));
    }

    /// <summary>A private incident does not exist for those outside. Whoever stands in its channel sees it anyway.</summary>
    private async Task<Incident?> SeenAsync(IncidentCall call, int number, CancellationToken cancellationToken)
    {
        if (call.UserId == TimelineEntry.Bot) return await incidents.FindAsync(number, cancellationToken);
        return await incidents.FindAsync(number, call.UserId, cancellationToken)
            ?? (await incidents.OfChannelAsync(call.ChannelId, cancellationToken) is { } here && here.Number == number ? here : null);
    }

    private async Task OpenFormAsync(IncidentCall call, IIncidentVerb verb, string trigger, ModalViewDefinition form, CancellationToken cancellationToken)
    {
        if (!await slack.Views.OpenInTimeAsync(trigger, form, cancellationToken))
            await RefuseAsync(call, IncidentMessages.OpenForm(verb.Name, call.Incident?.Number, call.Arguments), cancellationToken);
    }

    /// <summary>Answers the person alone; the request is done and nothing else happened.</summary>
    private Task RefuseAsync(IncidentCall call, Message message, CancellationToken cancellationToken) =>
        request.CommitAsync(tx => outbox.TellAsync(tx, call, message, cancellationToken), cancellationToken);
}

internal static class Telling
{
    /// <summary>For the eyes of the person who called: at the response URL where there is one, else in the channel.</summary>
    public static Task TellAsync(this Outbox.Outbox outbox, Tx tx, IncidentCall call, Message message, CancellationToken cancellationToken)
    {
        return call.UserId == TimelineEntry.Bot ? Task.CompletedTask : outbox.TellAsync(tx, call.ResponseUrl, call.ChannelId, call.UserId, message, cancellationToken);
    }
}
