using System.Text.Json;
using ChatOps.Catalog;
using ChatOps.Configuration;
using ChatOps.Confirmations;
using ChatOps.Inbox;
using ChatOps.Incidents;
using ChatOps.Operations;
using ChatOps.Platforms;
using ChatOps.Slack.Blocks;
using ChatOps.Timeline;

namespace ChatOps.Deployments;

/// <summary><c>/rollback service [in env] [to version] [--reason text]</c>, and the same as a verb of <c>/deploy</c>: the card that asks, or why there is none.</summary>
public sealed class RollbackVerb(
    CurrentRequest request, ServiceCatalog catalog, ChatOpsConfig config, PlanChange plan, ProposeAction propose, ConfirmedActions actions, TargetAccess targets,
    OperationStore operations, IncidentStore incidents, TimelineStore timeline, Outbox.Outbox outbox) : IDeployVerb
{
    public const string Word = PlanChange.Rollback;

    public string Name => Word;

    public IReadOnlyList<string> Synonyms => ["roll-back", "revert", "undo"];

    public (string Arguments, string Does) Usage => ("service [in env] [to version] [--reason text]", "goes back to the last good version; the card first, then a button");

    public Task<ModalViewDefinition?> FormAsync(DeployCall call, CancellationToken cancellationToken) =>
        Task.FromResult(string.IsNullOrWhiteSpace(call.Arguments) ? DeployForms.Rollback(call, catalog) : null);

    public async Task HandleAsync(DeployCall call, CancellationToken cancellationToken)
    {
        var (arguments, wrong) = RollbackArguments.Read(call.Arguments, catalog);
        if (arguments is null)
        {
            await request.TellAsync(outbox, call, DeployText.Plain(Mrkdwn.Escape(wrong!)), cancellationToken);
            return;
        }
        // In the channel of an open incident it is a fix of that one.
        var incident = await incidents.OfChannelAsync(call.ChannelId, cancellationToken) is { IsOpen: true } open ? open : null;
        var target = new Target(arguments.Service.Name, EnvironmentOf(arguments, incident));
        if (await operations.ActiveAsync(target, cancellationToken) is { } active)
        {
            await RefuseAsync(call, target, incident, DeploymentMessages.Busy(active), $"operation {active.Number} holds the target", cancellationToken);
            return;
        }
        var (subject, fingerprint, refusal) = await ReadAsync(target, arguments, incident, call, cancellationToken);
        if (subject is null) await RefuseAsync(call, target, incident, DeployText.Plain(DeployText.Draw(refusal!, 1_500)), refusal!, cancellationToken);
        else
        {
            await request.CommitAsync(
                tx => propose.RunAsync(tx, new Proposal { Kind = Word, Subject = subject, RequestedBy = call.UserId, Destination = incident?.Destination ?? call.ChannelId, Fingerprint = fingerprint! }, cancellationToken),
                cancellationToken);
        }
    }

    /// <summary>What was said; else where the incident is, else the last one, which is where going back is urgent.</summary>
    private static string EnvironmentOf(RollbackArguments arguments, Incident? incident) =>
        arguments.Environment ?? (incident is not null && arguments.Service.Environments.ContainsKey(incident.Environment) ? incident.Environment : arguments.Service.Environments.Keys.Last());

    private async Task<(ActionSubject? Subject, string? Fingerprint, string? Refusal)> ReadAsync(Target target, RollbackArguments arguments, Incident? incident, DeployCall call, CancellationToken cancellationToken)
    {
        try
        {
            var words = new PlanWords(arguments.Reason ?? (incident is null ? null : $"incident {incident.Number}"), Risk: null, WayBack: null) { Told = ToldOf(target, incident, call) };
            var (found, refusal) = await plan.RollbackAsync(target, arguments.Version, words, cancellationToken);
            if (found is null) return (null, null, refusal);
            var subject = new ActionSubject(target, found.ToArguments(), incident?.Number);
            return (subject, await actions.Of(Word).FingerprintAsync(subject, cancellationToken), null);
        }
        catch (PlatformException e)
        {
            var (platform, its) = targets.PlatformOf(target);
            return (null, null, $"No card: {e.Message.TrimEnd('.')}, so it is not known what is true now. By hand: {platform.CommandByHand(its, PlatformAction.RollBack, arguments.Version)}");
        }
    }

    /// <summary>The service's team; where it has no channel, the stakeholders. Production alone is news to others, and a private incident is none.</summary>
    private string? ToldOf(Target target, Incident? incident, DeployCall call) =>
        incident is { Private: true } || target.Environment != catalog.Production || (catalog.Services[target.Service].Channel ?? config.Incident.StakeholdersChannel) is not { } channel || Places.Of(channel) == call.ChannelId ? null : channel;

    private Task RefuseAsync(DeployCall call, Target target, Incident? incident, Message message, string why, CancellationToken cancellationToken) => request.CommitAsync(
        async tx =>
        {
            await timeline.AppendAsync(
                tx,
                new TimelineEntry
                {
                    Incident = incident?.Number,
                    Target = target.ToString(),
                    Kind = TimelineKinds.ActionRefused,
                    At = tx.Now,
                    Actor = call.UserId,
                    Text = $"Asked to roll {target} back, refused: {why}",
                    Data = JsonSerializer.SerializeToElement(new { kind = Word }, JsonSerializerOptions.Web),
                },
                cancellationToken);
            await outbox.TellAsync(tx, call, message, cancellationToken);
        },
        cancellationToken);
}
