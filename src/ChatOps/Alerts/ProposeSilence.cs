using ChatOps.Catalog;
using ChatOps.Configuration;
using ChatOps.Confirmations;
using ChatOps.Database;
using ChatOps.Inbox;
using ChatOps.Incidents;
using ChatOps.Operations;
using ChatOps.Permissions;
using ChatOps.Platforms;
using ChatOps.Slack.Blocks;
using ChatOps.Timeline;

namespace ChatOps.Alerts;

/// <summary>Draws the card that asks before an alert is silenced: finds the alert, reads what its source says now, then puts it to the people.</summary>
internal sealed class ProposeSilence(
    CurrentRequest request, SilenceReading reading, ProposeAction propose, SilenceAction action, PermissionCheck permissions, AlertConfig config, ServiceCatalog catalog)
{
    public static readonly TimeSpan Usual = TimeSpan.FromHours(1);
    private static readonly TimeSpan Least = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Most = TimeSpan.FromDays(7);

    /// <param name="source">Null: any.</param>
    /// <param name="name">Of the alert; null: the only one, else it is asked which.</param>
    /// <param name="destination">Where the card goes.</param>
    /// <param name="tell">Answers the person alone.</param>
    public async Task RunAsync(
        SilenceScope scope, string? source, string? name, TimeSpan length, string userId, string destination, Func<Tx, Message, Task> tell, CancellationToken cancellationToken)
    {
        if (length < Least || length > Most)
        {
            await RefuseAsync(tell, $"A silence lasts from {Durations.Text(Least)} to {Durations.Text(Most)}: say `--for 1h`.", cancellationToken);
            return;
        }
        var firing = await reading.FiringAsync(scope, cancellationToken);
        var named = firing.Where(g => (name is null || g.Name.Equals(name, StringComparison.OrdinalIgnoreCase)) && (source is null || g.Source == source)).ToList();
        var fit = named.Where(g => config.Sources.GetValueOrDefault(g.Source)?.Url is not null).ToList();
        if (fit is not [var chosen])
        {
            await request.CommitAsync(tx => tell(tx, fit.Count > 1 ? AlertMessages.WhichToSilence(scope.ToString(), fit) : IncidentMessages.Plain(WhyNone(firing, named, name))), cancellationToken);
            return;
        }
        var (matchers, count, service) = await reading.CommonAsync(scope, chosen.Source, chosen.Name, cancellationToken);
        if (count == 0 || matchers.Count == 0)
        {
            await RefuseAsync(tell, $"{AlertMessages.Said(chosen.Name, 100)} has no label by which it could be silenced. Silence it in {AlertMessages.Said(chosen.Source, 80)} itself.", cancellationToken);
            return;
        }
        var plan = new SilencePlan
        {
            Source = chosen.Source,
            Name = chosen.Name,
            Matchers = matchers,
            Minutes = (int)length.TotalMinutes,
            Firing = count,
            Service = service,
            Environment = catalog.Production,
            Suggestion = scope.Suggestion,
            WhoMay = "",
        };
        plan = plan with { WhoMay = permissions.WhoMay(PermissionActions.Silence, plan.Authority) };
        var subject = new ActionSubject(plan.Target(scope.ToString()), plan.ToArguments(), scope.Incident);
        string fingerprint;
        try
        {
            fingerprint = await action.FingerprintAsync(subject, cancellationToken);
        }
        catch (PlatformException e)
        {
            await RefuseAsync(tell, $"No card: {AlertMessages.Said(e.Message.TrimEnd('.'), 500)}. By hand: {Mrkdwn.Code(action.CommandByHand(subject) ?? "there is no command")}", cancellationToken);
            return;
        }
        await request.CommitAsync(tx => propose.RunAsync(tx, new Proposal
        {
            Kind = action.Kind, Subject = subject, RequestedBy = userId, Destination = destination, Fingerprint = fingerprint,
        }, cancellationToken), cancellationToken);
    }

    private static string WhyNone(IReadOnlyList<AlertGroup> firing, List<AlertGroup> named, string? name) =>
        firing.Count == 0 ? "No alert fires here, so there is nothing to silence."
        : named.Count == 0 ? $"No alert {Mrkdwn.Code(Mrkdwn.Cut(name ?? "", 80))} fires here. What fires: {string.Join(", ", firing.Take(8).Select(g => Mrkdwn.Code(Mrkdwn.Cut(Redactor.ForSlack(g.Name), 80))))}."
        : $"{AlertMessages.Said(named[0].Source, 80)} takes no silences from here: chatops.yaml has no 'url' for it (only sources of type alertmanager have one). Silence it there.";

    private Task RefuseAsync(Func<Tx, Message, Task> tell, string sentence, CancellationToken cancellationToken) =>
        request.CommitAsync(tx => tell(tx, IncidentMessages.Plain(sentence)), cancellationToken);
}
