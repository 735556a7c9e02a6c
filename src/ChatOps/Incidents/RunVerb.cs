using ChatOps.Database;
using ChatOps.Inbox;
using ChatOps.Slack.Blocks;
using ChatOps.Slack.WebApi;

namespace ChatOps.Incidents;

/// <summary>The one way to a verb, for what was typed, pressed, submitted or left by the bot itself: finds the incident, opens the form, calls.</summary>
public sealed class RunVerb(IncidentVerbs verbs, IncidentStore incidents, CurrentRequest request, Outbox.Outbox outbox, ISlackApiClient slack)
{
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
        if (verb.NeedsIncident)
        {
            var (found, refusal) = await FindAsync(verb, call, number, cancellationToken);
            if (found is null)
            {
                await RefuseAsync(call, refusal!, cancellationToken);
                return;
            }
            call = found;
        }
        if (!inside && call.TriggerId is { Length: > 0 } trigger && verb.Form(call) is { } form)
        {
            await OpenFormAsync(call, verb, trigger, form, cancellationToken);
            return;
        }
        await verb.HandleAsync(call with { Verb = verb.Name }, cancellationToken);
    }

    private async Task<(IncidentCall? Call, Message? Refusal)> FindAsync(IIncidentVerb verb, IncidentCall call, int? number, CancellationToken cancellationToken)
    {
        if (number is { } known)
            return await incidents.FindAsync(known, cancellationToken) is { } incident ? (call with { Incident = incident }, null) : (null, IncidentMessages.NoSuchIncident(known));
        if (await incidents.OfChannelAsync(call.ChannelId, cancellationToken) is { } here) return (call with { Incident = here }, null);

        // Elsewhere a number works: "/incident logs 7".
        var words = call.Arguments.Split(' ', 2, StringSplitOptions.TrimEntries);
        if (words[0].TrimStart('#') is var first && int.TryParse(first, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var typed))
        {
            return await incidents.FindAsync(typed, cancellationToken) is { } incident
                ? (call with { Incident = incident, Arguments = words.Length > 1 ? words[1] : "" }, null)
                : (null, IncidentMessages.NoSuchIncident(typed));
        }
        var open = await incidents.OpenAsync(call.UserId, cancellationToken);
        return open is [var only] ? (call with { Incident = only }, null) : (null, IncidentMessages.WhichIncident(verb.Name, call.Arguments, open));
    }

    private async Task OpenFormAsync(IncidentCall call, IIncidentVerb verb, string trigger, ModalViewDefinition form, CancellationToken cancellationToken)
    {
        try
        {
            await slack.Views.Open(trigger, form, cancellationToken);
        }
        catch (Slack.SlackException e) when (e.ErrorCode is "expired_trigger_id" or "exchanged_trigger_id")
        {
            // Too late for this trigger; a press of the button brings a fresh one.
            await RefuseAsync(call, IncidentMessages.OpenForm(verb.Name, call.Incident?.Number, call.Arguments), cancellationToken);
        }
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
        if (call.UserId == Timeline.TimelineEntry.Bot) return Task.CompletedTask;
        return call.ResponseUrl is { Length: > 0 } url
            ? outbox.RespondAsync(tx, url, message, replaceOriginal: false, cancellationToken)
            : outbox.EphemeralAsync(tx, call.ChannelId, call.UserId, message, cancellationToken);
    }
}
