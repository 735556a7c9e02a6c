using System.Text.Json;
using ChatOps.Catalog;
using ChatOps.Database;
using ChatOps.Inbox;
using ChatOps.Scheduling;
using ChatOps.Slack.Blocks;
using ChatOps.Telemetry;
using ChatOps.Telemetry.Probes;
using ChatOps.Timeline;

namespace ChatOps.Incidents;

/// <summary>Every 30 s while an incident is open: asks the probes, so that downtime is measured and not guessed, and watches after a fix.</summary>
public sealed partial class ProbeIncidents(
    ProbeStore probes,
    Prober prober,
    ServiceCatalog catalog,
    Transactions transactions,
    TimelineStore timeline,
    IncidentDrawing drawing,
    Outbox.Outbox outbox,
    InternalRequests internalRequests,
    ILogger<ProbeIncidents> logger) : ISweepTask
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(30);

    // After it was resolved the healthy time is still waited for, but not for ever.
    private static readonly TimeSpan LongestAfterResolve = TimeSpan.FromMinutes(30);

    public string Name => "probe incidents";

    public async Task SweepAsync(CancellationToken cancellationToken)
    {
        var due = await transactions.RunAsync(requestId: null, tx => IncidentStore.ClaimProbesAsync(tx, Interval, cancellationToken), cancellationToken);
        await Task.WhenAll(due.Select(incident => ProbeAsync(incident, cancellationToken)));
    }

    private async Task ProbeAsync(Incident incident, CancellationToken cancellationToken)
    {
        var own = incident.Service is { } service ? new Target(service, incident.Environment) : null;
        var asked = Questions(incident, own).Select(q => prober.ProbeAsync(q.Target, q.Set, cancellationToken));
        var results = (await Task.WhenAll(asked)).SelectMany(r => r).ToList();

        IReadOnlyList<ProbeAnswer> before = own is null ? [] : await probes.AnswersAsync(incident.Number, own.ToString(), cancellationToken);
        await transactions.RunAsync(requestId: null, tx => RecordAsync(tx, incident.Number, own, before, results, cancellationToken), cancellationToken);
    }

    /// <summary>
    /// Health and checks of the service, and the health of what it needs. A service without a probe, or none that is known, is watched by all that said that it works again.
    /// </summary>
    private IEnumerable<(Target Target, ProbeSet Set)> Questions(Incident incident, Target? own)
    {
        var isWatchedByOthers = incident.Status == IncidentStatus.Watching && (own is null || catalog.Find(own) is not { } its || its.Health.Count + its.Checks.Count == 0);
        var others = own is not null ? catalog.DependenciesOf(own.Service) : isWatchedByOthers ? catalog.Services.Values : [];
        foreach (var target in others.Select(s => new Target(s.Name, incident.Environment)))
        {
            yield return (target, ProbeSet.Health);
            if (isWatchedByOthers) yield return (target, ProbeSet.Checks);
        }
        if (own is null) yield break;
        yield return (own, ProbeSet.Health);
        yield return (own, ProbeSet.Checks);
    }

    private async Task RecordAsync(Tx tx, int number, Target? own, IReadOnlyList<ProbeAnswer> before, List<ProbeResult> results, CancellationToken cancellationToken)
    {
        if (await IncidentStore.LockAsync(tx, number, cancellationToken) is not { } incident) return;
        await ProbeStore.AddAsync(tx, number, results, cancellationToken);

        var mine = results.Where(r => r.Target == own).OrderBy(r => r.At).ToList();
        var failing = mine.Find(r => !r.Healthy);
        if (mine.Count > 0 && WasHealthy(before) != (failing is null)) await RecordTurnAsync(tx, incident, mine, failing, cancellationToken);

        var after = incident;
        if (failing is not null && incident.OnsetAt is null) after = after with { OnsetAt = failing.At, OnsetSource = $"probe {failing.Probe}" };
        if (incident.Status == IncidentStatus.Watching)
            after = await WatchAsync(tx, after, mine.Count > 0 ? mine : results, cancellationToken);
        if (after.OnsetAt is { } onset)
        {
            var answers = before.Concat(mine.Select(r => new ProbeAnswer($"{r.Target} {r.Probe}", r.Healthy, r.At)));
            var downtime = Downtime.Measure(onset, answers);
            if (downtime.End is { } end && after.MitigatedAt != end) after = await MitigatedAsync(tx, after, downtime, cancellationToken);
            else if (downtime.End is null && failing is not null) after = after with { MitigatedAt = null };
        }

        if (after != incident)
        {
            await IncidentStore.SaveAsync(tx, after, cancellationToken);
            await drawing.ShowAsync(tx, after, cancellationToken);
        }
        if (IsOver(after, tx.Now)) await IncidentStore.StopProbesAsync(tx, number, cancellationToken);
    }

    private static bool IsOver(Incident incident, DateTimeOffset now) => incident.Status switch
    {
        IncidentStatus.Triage or IncidentStatus.Open or IncidentStatus.Watching => false,
        IncidentStatus.Resolved => incident.MitigatedAt is not null || incident.OnsetAt is null || now - incident.ResolvedAt > LongestAfterResolve,
        _ => true,
    };

    /// <summary>Null while nothing was asked yet.</summary>
    private static bool? WasHealthy(IReadOnlyList<ProbeAnswer> before) =>
        before.Count == 0 ? null : before.GroupBy(a => a.Probe, StringComparer.Ordinal).All(g => g.Last().Healthy);

    private Task RecordTurnAsync(Tx tx, Incident incident, List<ProbeResult> mine, ProbeResult? failing, CancellationToken cancellationToken)
    {
        var own = mine[0].Target;
        Turned(incident.Number, own, failing is null);
        return timeline.AppendAsync(tx, new TimelineEntry
        {
            Incident = incident.Number,
            Target = own.ToString(),
            Kind = failing is null ? TimelineKinds.HealthBack : TimelineKinds.HealthLost,
            At = failing?.At ?? mine[^1].At,
            Actor = TimelineEntry.Bot,
            Text = failing is null
                ? $"{own.Service} answers all its probes: {string.Join(", ", mine.Select(r => $"{r.Probe} {r.Detail}"))}"
                : $"{own.Service} fails its probe {failing.Probe}: {failing.Detail}",
        }, cancellationToken);
    }

    /// <param name="watched">Of the service itself; where it has no probe, those that said that it works again.</param>
    private async Task<Incident> WatchAsync(Tx tx, Incident incident, List<ProbeResult> watched, CancellationToken cancellationToken)
    {
        var failing = watched.Find(r => !r.Healthy);
        var mention = incident.Lead is { } lead ? $" {Mrkdwn.User(lead)}" : "";
        if (failing is not null)
        {
            var text = $"Incident {incident.Number}: {failing.Target.Service} fails again while it is watched.{mention} Look again?\n{failing.Probe}: {Mrkdwn.Escape(failing.Detail, 500)}";
            await AppendWatchAsync(tx, incident, $"Trouble while watching: {failing.Probe} {failing.Detail}", cancellationToken);
            await outbox.ShowAsync(tx, $"incident {incident.Number} watch {tx.Now.ToUnixTimeSeconds()}", incident.Destination,
                IncidentMessages.WithButton(text,
                    IncidentButtonHandler.For("Assess", "assess", incident.Number, style: ButtonStyle.Primary),
                    IncidentButtonHandler.For("Fix", "fix", incident.Number),
                    IncidentButtonHandler.For("Verify again", "verify", incident.Number)), cancellationToken);
            return IncidentTransitions.ReopenQuestion(incident);
        }
        if (incident.WatchUntil is not { } until || tx.Now < until) return incident;

        // Nothing is probed any more where chatops.yaml has changed since.
        await AppendWatchAsync(tx, incident, watched.Count > 0 ? "The watch ended: healthy all the time" : "The watch ended: no probe watched", cancellationToken);
        await outbox.ShowAsync(tx, $"incident {incident.Number} watch over {until.ToUnixTimeSeconds()}", incident.Destination,
            IncidentMessages.WithButton($"Incident {incident.Number}: {(watched.Count > 0 ? "healthy for the whole watch" : "the watch is over, though no probe watched")}.{mention} Resolve it?",
                IncidentButtonHandler.For("Resolve", "resolve", incident.Number, style: ButtonStyle.Primary),
                IncidentButtonHandler.For("Verify again", "verify", incident.Number)), cancellationToken);
        return incident with { WatchUntil = null };
    }

    private async Task<Incident> MitigatedAsync(Tx tx, Incident incident, Downtime downtime, CancellationToken cancellationToken)
    {
        await timeline.AppendAsync(tx, new TimelineEntry
        {
            Incident = incident.Number,
            Kind = TimelineKinds.Watch,
            At = tx.Now,
            Actor = TimelineEntry.Bot,
            Text = $"Five healthy minutes since {downtime.End:HH:mm:ss} UTC: the downtime was {downtime.Length:hh\\:mm\\:ss}",
            Data = JsonSerializer.SerializeToElement(new { downtime.Start, downtime.End, seconds = (int)downtime.Length!.Value.TotalSeconds, gapSeconds = (int)downtime.LargestGap.TotalSeconds }, JsonSerializerOptions.Web),
        }, cancellationToken);
        // The post-mortem was written before this was known.
        if (incident.Status == IncidentStatus.Resolved)
            await VerbRequestHandler.LeaveAsync(internalRequests, tx, incident.Number, "postmortem", $"mitigated {downtime.End!.Value.ToUnixTimeSeconds()}", cancellationToken);
        return incident with { MitigatedAt = downtime.End };
    }

    private Task AppendWatchAsync(Tx tx, Incident incident, string text, CancellationToken cancellationToken) => timeline.AppendAsync(
        tx, new TimelineEntry { Incident = incident.Number, Kind = TimelineKinds.Watch, At = tx.Now, Actor = TimelineEntry.Bot, Text = text }, cancellationToken);

    [LoggerMessage(Level = LogLevel.Information, Message = "Incident {Incident}: {Target} healthy: {Healthy}")]
    private partial void Turned(int incident, Target target, bool healthy);
}
