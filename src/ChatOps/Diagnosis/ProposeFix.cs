using ChatOps.Catalog;
using ChatOps.Confirmations;
using ChatOps.Deployments;
using ChatOps.Inbox;
using ChatOps.Incidents;
using ChatOps.Operations;
using ChatOps.Platforms;
using ChatOps.Runbooks;
using ChatOps.Slack.Blocks;

namespace ChatOps.Diagnosis;

/// <summary>Draws the card that asks before a fix: reads what is true now, then puts it to the people.</summary>
public sealed class ProposeFix(
    CurrentRequest request, Database.Transactions transactions, EvidenceStore evidence, PlanChange plan, ProposeAction propose, ConfirmedActions actions, TargetAccess targets,
    RunbookShelf runbooks, ServiceCatalog catalog, Configuration.ChatOpsConfig config, Outbox.Outbox outbox, TimeProvider time)
{
    /// <summary>Who waits longer than this is told that something is under way.</summary>
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(2);

    /// <param name="service">Null: the one that the leading cause with this fix is about, else the incident's.</param>
    /// <param name="version">For a rollback; null: the last good one.</param>
    public async Task RunAsync(IncidentCall call, string action, string? service, string? version, CancellationToken cancellationToken)
    {
        var incident = call.Incident!;
        if (!incident.IsOpen)
        {
            await RefuseAsync(call, $"Incident {incident.Number} is {IncidentMessages.StatusWord(incident.Status)}, so nothing is changed in its name. Start a new one if something is wrong.", cancellationToken);
            return;
        }
        var known = await evidence.OfIncidentAsync(incident.Number, cancellationToken);
        var ranked = Hypotheses.Rank(known, runbooks.All, catalog, time.GetUtcNow());
        service ??= ranked.FirstOrDefault(h => h.Fix == action)?.Service ?? incident.Service;
        if (service is null)
        {
            await RefuseAsync(call, $"Which service? Say it: `fix {action} service`.", cancellationToken);
            return;
        }
        var target = new Target(service, incident.Environment);
        var reading = ReadAsync(action, target, incident.Number, WordsOf(ranked, service, action) with { Told = incident.Private || incident.Drill || target.Environment != catalog.Production ? null : catalog.Services.GetValueOrDefault(service)?.Channel ?? config.Incident.StakeholdersChannel }, version, cancellationToken);
        if (await Task.WhenAny(reading, Task.Delay(Quiet, time, cancellationToken)) != reading)
            await transactions.RunAsync(requestId: null, tx => outbox.EphemeralAsync(tx, call.ChannelId, call.UserId, IncidentMessages.Plain($"I ask the platform what is true of {Mrkdwn.Escape(service)} now; the card follows."), cancellationToken), cancellationToken);
        var (subject, fingerprint, refusal) = await reading;
        if (subject is null)
        {
            await RefuseAsync(call, Mrkdwn.Escape(Timeline.Redactor.ForSlack(refusal!), 1_500), cancellationToken);
            return;
        }
        await request.CommitAsync(tx => propose.RunAsync(tx, new Proposal
        {
            Kind = action, Subject = subject, RequestedBy = call.UserId, Destination = incident.Destination, Fingerprint = fingerprint!,
        }, cancellationToken), cancellationToken);
    }

    private async Task<(ActionSubject? Subject, string? Fingerprint, string? Refusal)> ReadAsync(string action, Target target, int incident, PlanWords words, string? version, CancellationToken cancellationToken)
    {
        try
        {
            var (found, refusal) = action switch
            {
                FixOption.Restart => await plan.RestartAsync(target, words, cancellationToken),
                FixOption.Memory => await plan.RaiseMemoryAsync(target, words, cancellationToken),
                _ => await plan.RollbackAsync(target, version, words, cancellationToken),
            };
            if (found is null) return (null, null, refusal);
            var subject = new ActionSubject(target, found.ToArguments(), incident);
            return (subject, await actions.Of(action).FingerprintAsync(subject, cancellationToken), null);
        }
        catch (PlatformException e)
        {
            return (null, null, $"No card: {e.Message.TrimEnd('.')}, so it is not known what is true now. {ByHand(action, target, version)}");
        }
    }

    /// <summary>The platform does not answer the bot; it may answer a person.</summary>
    private string ByHand(string action, Target target, string? version)
    {
        if (catalog.Find(target) is null) return "";
        var (platform, its) = targets.PlatformOf(target);
        return $"By hand: {platform.CommandByHand(its, action switch { FixOption.Restart => PlatformAction.Restart, FixOption.Memory => PlatformAction.MemoryLimit, _ => PlatformAction.RollBack }, action == FixOption.Memory ? null : version)}";
    }

    private PlanWords WordsOf(IReadOnlyList<Hypothesis> ranked, string service, string action)
    {
        var cause = ranked.FirstOrDefault(h => h.Service == service && h.Fix == action) ?? ranked.FirstOrDefault(h => h.Service == service);
        var runbook = runbooks.Find(cause?.Runbook) is { } found && found.Fix.Action == action ? found : null;
        return new(cause?.Title, runbook?.Risk, action == FixOption.Restart ? runbook?.WayBack : null);
    }

    private Task RefuseAsync(IncidentCall call, string sentence, CancellationToken cancellationToken) =>
        request.CommitAsync(tx => outbox.TellAsync(tx, call, IncidentMessages.Plain(sentence), cancellationToken), cancellationToken);
}
