using ChatOps.Catalog;
using ChatOps.Configuration;
using ChatOps.Database;
using ChatOps.Incidents;
using ChatOps.Operations;
using ChatOps.Permissions;
using ChatOps.Platforms;
using ChatOps.Slack.Blocks;
using ChatOps.Timeline;
using Dapper;

namespace ChatOps.Alerts;

/// <summary>Silences an alert where it comes from, for a while. The comment there carries the operation's id, by which it is found again after a crash.</summary>
internal sealed class SilenceAction(
    AlertConfig config, AlertmanagerClient client, SlackDirectory directory, JoinAlerts join, SuggestIncident suggest, Transactions transactions, Outbox.Outbox outbox, TimeProvider time) : IOneCallAction
{
    public string Kind => PermissionActions.Silence;

    public Target AuthorityOf(ActionSubject subject) => SilencePlan.Of(subject.Arguments).Authority;

    public async Task<string> FingerprintAsync(ActionSubject subject, CancellationToken cancellationToken)
    {
        var plan = SilencePlan.Of(subject.Arguments);
        var wanted = plan.Matchers.ToHashSet();
        var held = (await client.SilencesAsync(SourceOf(plan), cancellationToken)).Where(s => !s.IsOver && wanted.SetEquals(s.Matchers)).MaxBy(s => s.EndsAt);
        return held is null ? "silenced=no" : $"silenced=until {held.EndsAt.UtcDateTime:yyyy-MM-dd HH:mm} UTC";
    }

    public async Task<OperationOutcome> ExecuteAsync(Operation operation, OperationRun run, CancellationToken cancellationToken)
    {
        var plan = SilencePlan.Of(operation.Arguments);
        var source = SourceOf(plan);
        var by = await directory.DisplayNameAsync(operation.ConfirmedBy, cancellationToken);
        var now = time.GetUtcNow();
        var until = now.AddMinutes(plan.Minutes);
        var comment = $"{(operation.Incident is { } number ? $"Incident {number}. " : "")}By {by} through ChatOps, operation {operation.Id}";
        var id = await run.CallAsync(ct => client.CreateAsync(source, plan.Matchers, now, until, by, comment, ct), cancellationToken);
        await KeepAsync(operation, plan, id, until, cancellationToken);
        return Done(plan, until);
    }

    public async Task<OperationOutcome> RecoverAsync(Operation operation, CancellationToken cancellationToken)
    {
        var plan = SilencePlan.Of(operation.Arguments);
        var found = (await client.SilencesAsync(SourceOf(plan), cancellationToken)).FirstOrDefault(s => s.Comment.Contains(operation.Id.ToString(), StringComparison.Ordinal));
        if (found is null) return OperationOutcome.NotDone($"{plan.Source} holds no such silence: {plan.Name} was not silenced. Choose it again if it is still right.");
        await KeepAsync(operation, plan, found.Id, found.EndsAt, cancellationToken);
        // It may be over by now, by itself or by somebody's hand there; it was made all the same.
        return found.IsOver
            ? OperationOutcome.Succeeded($"{plan.Source} said nothing of {plan.Name} until {found.EndsAt.UtcDateTime:yyyy-MM-dd HH:mm} UTC. That silence is over.")
            : Done(plan, found.EndsAt);
    }

    public Message Render(ActionCard card) => SilenceMessages.Card(card);

    public async Task FinishedAsync(Tx tx, Operation operation, OperationOutcome outcome, CancellationToken cancellationToken)
    {
        var plan = SilencePlan.Of(operation.Arguments);
        if (operation.Incident is { } number)
        {
            if (await IncidentStore.LockAsync(tx, number, cancellationToken) is { } incident) await join.ShowAsync(tx, incident, cancellationToken);
        }
        else if (plan.Suggestion is { } suggestion)
        {
            await suggest.ShowAsync(tx, suggestion, cancellationToken);
        }
        await outbox.ShowAsync(tx, $"operation {operation.Id} outcome", operation.Destination, SilenceMessages.Finished(operation, outcome), cancellationToken);
    }

    public string? CommandByHand(ActionSubject subject)
    {
        var plan = SilencePlan.Of(subject.Arguments);
        var matchers = string.Join(' ', plan.Matchers.Select(m => ShellText.Quoted($"{m.Name}={m.Value}")));
        return config.Sources.GetValueOrDefault(plan.Source)?.Url is { } url
            ? $"amtool silence add --alertmanager.url={url} --duration={plan.Minutes}m --author=\"$USER\" --comment='by hand' {matchers}"
            : null;
    }

    /// <exception cref="PlatformException">The configuration has it no more.</exception>
    private AlertSource SourceOf(SilencePlan plan) => config.Sources.GetValueOrDefault(plan.Source) is { Url: not null } source
        ? source
        : throw new PlatformException($"chatops.yaml has no alert source {plan.Source} with a 'url' any more.", CallOutcome.NotDone);

    private Task<int> KeepAsync(Operation operation, SilencePlan plan, string id, DateTimeOffset until, CancellationToken cancellationToken) =>
        transactions.RunAsync(requestId: null, tx => tx.Connection.ExecuteAsync(new CommandDefinition(
            """
            INSERT INTO alert_silences (operation, source, silence_id, name, incident, suggestion, by_whom, ends_at)
            VALUES (@Id, @Source, @silence, @Name, @Incident, @Suggestion, @ConfirmedBy, @until) ON CONFLICT (operation) DO NOTHING
            """,
            new { operation.Id, plan.Source, silence = id, plan.Name, operation.Incident, plan.Suggestion, operation.ConfirmedBy, until },
            tx.Transaction, cancellationToken: cancellationToken)), cancellationToken);

    private static OperationOutcome Done(SilencePlan plan, DateTimeOffset until) =>
        OperationOutcome.Succeeded($"{plan.Source} says nothing of {plan.Name} until {until.UtcDateTime:yyyy-MM-dd HH:mm} UTC. It still fires; what is broken stays broken.");
}
