using ChatOps.Configuration;
using ChatOps.Database;
using ChatOps.Incidents;
using ChatOps.Scheduling;
using ChatOps.Slack.Blocks;

namespace ChatOps.OnCall.PagerDuty;

/// <summary>Sends PagerDuty what is due, again until it has it. That no phone rings is told in the incident's channel.</summary>
internal sealed partial class TellPagerDuty(PagerDutyClient client, Transactions transactions, Outbox.Outbox outbox, OnCallConfig config, TimeProvider time, ILogger<TellPagerDuty> logger) : ISweepTask
{
    /// <summary>Longer than a call takes.</summary>
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(30);

    /// <summary>So many failures are told.</summary>
    private const int Worrying = 3;

    public string Name => "pager";

    public async Task SweepAsync(CancellationToken cancellationToken)
    {
        if (config.PagerDuty?.RoutingKey is null) return;
        await transactions.RunAsync(requestId: null, tx => PagerStore.AddResolvedAsync(tx, cancellationToken), cancellationToken);
        while (await transactions.RunAsync(requestId: null, tx => PagerStore.ClaimAsync(tx, Lease, cancellationToken), cancellationToken) is { Count: > 0 } due)
            await Task.WhenAll(due.Select(e => TellAsync(e, cancellationToken)));
    }

    /// <summary>A few seconds at first, two minutes in the end.</summary>
    internal static TimeSpan RetryAfter(int attempt) => TimeSpan.FromSeconds(Math.Min(120, 2 * Math.Pow(2, Math.Min(attempt, 6))));

    private async Task TellAsync(PagerEvent pagerEvent, CancellationToken cancellationToken)
    {
        var (answer, reason) = await client.SendAsync(pagerEvent, cancellationToken);
        if (answer != PagerAnswer.Accepted) NotTaken(pagerEvent.Incident, pagerEvent.Action, pagerEvent.Attempts, reason);
        await transactions.RunAsync(requestId: null, async tx =>
        {
            await PagerStore.EndAsync(tx, pagerEvent.Id, answer, answer == PagerAnswer.Accepted ? null : reason, time.GetUtcNow() + RetryAfter(pagerEvent.Attempts), cancellationToken);
            var sentence = (answer, pagerEvent.Action) switch
            {
                (PagerAnswer.Refused, PagerAction.Trigger) => $"No phone rings for incident {pagerEvent.Incident}: {Mrkdwn.Escape(reason, 400)}. Call people yourself, and look at `pagerduty` in chatops.yaml; `doctor` checks it.",
                (PagerAnswer.Refused, _) => $"PagerDuty did not take the {pagerEvent.Action.ToString().ToLowerInvariant()} of incident {pagerEvent.Incident}: {Mrkdwn.Escape(reason, 400)}. Press it there.",
                (PagerAnswer.Again, PagerAction.Trigger) when pagerEvent.Attempts == Worrying => $"No phone rings yet for incident {pagerEvent.Incident}: {Mrkdwn.Escape(reason, 400)}. I go on trying; if it is urgent, call people yourself.",
                _ => null,
            };
            if (sentence is not null) await outbox.ShowAsync(tx, $"pager {pagerEvent.Id} {answer}", Incident.DestinationOf(pagerEvent.Incident), IncidentMessages.Plain(sentence), cancellationToken);
        }, cancellationToken);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "PagerDuty did not take the {Action} of incident {Incident} (attempt {Attempt}): {Reason}")]
    private partial void NotTaken(int incident, PagerAction action, int attempt, string reason);
}
