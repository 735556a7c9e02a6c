using System.Globalization;
using ChatOps.Configuration;
using ChatOps.Inbox;
using ChatOps.Incidents;
using ChatOps.Slack.Blocks;
using ChatOps.Timeline;

namespace ChatOps.OnCall;

/// <summary><c>/incident oncall</c>: who is on call; <c>swap</c>, <c>take</c>, <c>accept</c>, <c>decline</c>, <c>cancel</c> change it.</summary>
public sealed class OnCallVerb(WhoIsOnCall whoIsOnCall, OverrideStore overrides, SwapShift swap, OnCallConfig config, IncidentConfig incidents, CurrentRequest request, Outbox.Outbox outbox, TimeProvider time) : IIncidentVerb
{
    public const string Word = "oncall";
    internal const string Swap = "swap";
    internal const string Take = "take";
    internal const string Accept = "accept";
    internal const string Decline = "decline";
    internal const string Cancel = "cancel";

    private static readonly string[] Parts = [Swap, Take, Accept, Decline, Cancel];

    public string Name => Word;

    public IReadOnlyList<string> Synonyms => ["on-call", "rota", "who"];

    public (string Arguments, string Does) Usage => ("[schedule | swap [schedule] [@user] [--from t] [--until t | --for 8h] [why]]", "who is on call, until when, who is next; take over a shift or offer it");

    public bool NeedsIncident => false;

    public ModalViewDefinition? Form(IncidentCall call)
    {
        var words = Words(call);
        var own = config.Schedules.Values.Where(r => r.PagerDutySchedule is null).ToList();
        return words is [Swap] or [Swap, _] && own.Count > 0 && (words.Length == 1 || config.Schedules.ContainsKey(words[1]))
            ? OnCallForms.Swap(call, own, words.Length > 1 ? words[1] : own.Count == 1 ? own[0].Name : null)
            : null;
    }

    public Task HandleAsync(IncidentCall call, CancellationToken cancellationToken)
    {
        var words = Words(call);
        var rest = words.Length > 1 ? words[1] : "";
        return words switch
        {
            [] => ShowAsync(call, only: null, cancellationToken),
            [var name] when config.Schedules.TryGetValue(name, out var one) => ShowAsync(call, one, cancellationToken),
            [Swap or Take, ..] => swap.AskAsync(call, rest, cancellationToken),
            [Accept, ..] when Id(rest) is { } id => swap.DecideAsync(call, id, OverrideState.Active, cancellationToken),
            [Decline, ..] when Id(rest) is { } id => swap.DecideAsync(call, id, OverrideState.Declined, cancellationToken),
            [Cancel, ..] when Id(rest) is { } id => swap.CancelAsync(call, id, cancellationToken),
            _ => TellAsync(call, IncidentMessages.Plain($"I do not know {Mrkdwn.Code(Mrkdwn.Cut(call.Arguments, 60))} of `oncall`.{Meant(words[0])} `/incident oncall` shows who is on call; `/incident oncall swap` takes over."), cancellationToken),
        };
    }

    private async Task ShowAsync(IncidentCall call, Rotation? only, CancellationToken cancellationToken)
    {
        Message message;
        try
        {
            var schedules = only is null ? await whoIsOnCall.AllAsync(cancellationToken) : [await whoIsOnCall.NowAsync(only, cancellationToken)];
            var open = await overrides.OpenAsync(time.GetUtcNow(), cancellationToken);
            message = OnCallMessages.Now(schedules, [.. open.Where(o => only is null || o.Schedule == only.Name)], incidents.OncallGroup, call.UserId);
        }
        catch (SlackDirectoryException e)
        {
            message = IncidentMessages.Plain($"{Mrkdwn.Escape(e.Message)}. Try again in a minute; the schedules are in chatops.yaml.");
        }
        await TellAsync(call, message, cancellationToken);
    }

    private static string Meant(string word) => Nearest.Of(word, Parts) is { } near ? $" Did you mean `{near}`?" : "";

    private Task TellAsync(IncidentCall call, Message message, CancellationToken cancellationToken) =>
        request.CommitAsync(tx => outbox.TellAsync(tx, call, message, cancellationToken), cancellationToken);

    private static string[] Words(IncidentCall call) => call.Arguments.Split((char[])[' ', '\n', '\t'], 2, StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    private static long? Id(string text) => long.TryParse(text.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : null;
}
