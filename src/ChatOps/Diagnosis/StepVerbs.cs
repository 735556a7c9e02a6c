using ChatOps.Catalog;
using ChatOps.Deployments;
using ChatOps.Inbox;
using ChatOps.Incidents;
using ChatOps.Timeline;

namespace ChatOps.Diagnosis;

/// <summary><c>/incident assess</c></summary>
public sealed class AssessVerb(StepRun run, Assess assess, EvidenceStore evidence, ServiceCatalog catalog) : IIncidentVerb
{
    public string Name => "assess";

    public IReadOnlyList<string> Synonyms => ["check", "look", "triage", "health"];

    public (string Arguments, string Does) Usage => ("", "health of the service and all it needs, what changed, how bad it is");

    public bool NeedsIncident => true;

    public Task HandleAsync(IncidentCall call, CancellationToken cancellationToken)
    {
        IReadOnlyList<PastIncident> past = [];
        return run.RunAsync(call, Name, "looking at health and changes",
            async (context, report, token) =>
            {
                var result = await assess.RunAsync(context, report, token);
                past = await evidence.PastAsync(call.Incident!.Number, result.Evidence, 3, token);
                return result with { Evidence = [.. result.Evidence, .. past.Select(p => AsEvidence(p, call.Incident, result))] };
            },
            (view, result) => DiagnosisMessages.Assessed(view, result, past),
            async (tx, view, result) =>
            {
                await ProbeStore.AddAsync(tx, view.Incident.Number, result.Probes, cancellationToken);
                var incident = view.Incident with
                {
                    SeverityRule = view.Incident.Status == IncidentStatus.Triage && result.Severity is { } s ? s.Sentence : view.Incident.SeverityRule ?? result.Severity?.Sentence,
                    // Nobody said which service: the one that people feel, which is what fails and not what makes it fail.
                    Service = view.Incident.Service ?? Felt(result),
                };
                await LinkDeploysAsync(tx, incident, cancellationToken);
                return incident;
            },
            cancellationToken);
    }

    /// <summary>What was deployed shortly before counts as its cause in the figures, as far as a rule can say.</summary>
    private Task LinkDeploysAsync(Database.Tx tx, Incident incident, CancellationToken cancellationToken) => incident is { Drill: false, Service: { } service }
        ? DeploymentStore.LinkAsync(tx, incident.Number, [service, .. catalog.DependenciesOf(service).Select(s => s.Name)], incident.Environment, incident.OnsetAt ?? incident.DeclaredAt, Hypotheses.ReleaseReach, cancellationToken)
        : Task.CompletedTask;

    private static string? Felt(AssessResult result) =>
        result.Broken.OrderByDescending(s => Standing.Of(result.Evidence, s).FailedProbes.Count > 0).ThenBy(s => result.Looked.ToList().IndexOf(s)).FirstOrDefault();

    private static Evidence AsEvidence(PastIncident past, Incident incident, AssessResult result) => new()
    {
        Sign = Signs.PastIncident,
        Service = past.Service ?? incident.Service ?? (result.Broken is [var first, ..] ? first : ""),
        Weight = Weight.Info,
        At = past.ResolvedAt ?? result.At,
        Source = "the record of incidents",
        Text = $"incident {past.Number} had the same signs: {past.Title}; what fixed it: {past.FixedBy ?? "nobody wrote it down"}",
        Data = new Dictionary<string, string> { ["incident"] = past.Number.ToString(System.Globalization.CultureInfo.InvariantCulture) },
    };
}

/// <summary><c>/incident logs [service] [--since 15m] [--grep text]</c></summary>
public sealed class LogsVerb(StepRun run, CheckLogs logs, ServiceCatalog catalog, CurrentRequest request, Outbox.Outbox outbox) : IIncidentVerb
{
    public string Name => "logs";

    public IReadOnlyList<string> Synonyms => ["log", "errors"];

    public (string Arguments, string Does) Usage => ("[service] [--since 15m] [--grep text]", "what the logs say now that they did not say before");

    public bool NeedsIncident => true;

    public Task HandleAsync(IncidentCall call, CancellationToken cancellationToken)
    {
        var (question, refusal) = VerbArguments.Logs(catalog, call.Incident!, call.Arguments);
        if (question is null) return request.CommitAsync(tx => outbox.TellAsync(tx, call, refusal!, cancellationToken), cancellationToken);
        return run.RunAsync(call, Name, question.Service is { } service ? $"reading the logs of {service}" : "reading the logs",
            (context, report, token) => logs.RunAsync(context, question, report, token),
            DiagnosisMessages.Logs,
            more: null,
            cancellationToken,
            below: async (tx, view, result) =>
            {
                if (result.Excerpt.Length == 0) return;
                await outbox.UploadAsync(tx, view.Incident.Destination, $"logs-incident-{view.Incident.Number}-{tx.Now.UtcDateTime:HHmmss}.txt",
                    $"Logs of {string.Join(", ", result.Looked)} since {result.WindowStart.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC, redacted", result.Excerpt, cancellationToken);
            });
    }
}

/// <summary><c>/incident resources [service]</c></summary>
public sealed class ResourcesVerb(StepRun run, CheckResources resources, ServiceCatalog catalog, CurrentRequest request, Outbox.Outbox outbox) : IIncidentVerb
{
    public string Name => "resources";

    public IReadOnlyList<string> Synonyms => ["metrics", "usage", "res"];

    public (string Arguments, string Does) Usage => ("[service]", "CPU, memory, disk, connections, restarts against their limits");

    public bool NeedsIncident => true;

    public Task HandleAsync(IncidentCall call, CancellationToken cancellationToken)
    {
        string? service = null;
        if (CommandText.Parse(call.Arguments).Words is [var word, ..])
        {
            (service, var refusal) = VerbArguments.Service(catalog, word, call.Incident!.Environment, call.Incident.Number, Name, "");
            if (refusal is not null) return request.CommitAsync(tx => outbox.TellAsync(tx, call, refusal, cancellationToken), cancellationToken);
        }
        return run.RunAsync(call, Name, service is null ? "measuring" : $"measuring {service}",
            (context, report, token) => resources.RunAsync(context, service, report, token),
            DiagnosisMessages.Resources,
            async (tx, view, result) =>
            {
                await ProbeStore.AddAsync(tx, view.Incident.Number, result.Probes, cancellationToken);
                return view.Incident;
            },
            cancellationToken);
    }
}

/// <summary><c>/incident verify</c></summary>
public sealed class VerifyVerb(StepRun run, Verify verify, StepStore steps, TimelineStore timeline) : IIncidentVerb
{
    /// <summary>How long trouble that comes back is still the same trouble.</summary>
    private static readonly TimeSpan WatchTime = TimeSpan.FromMinutes(15);

    public string Name => "verify";

    public IReadOnlyList<string> Synonyms => ["confirm", "test"];

    public (string Arguments, string Does) Usage => ("", "whether it works again: go or no-go");

    public bool NeedsIncident => true;

    public async Task HandleAsync(IncidentCall call, CancellationToken cancellationToken)
    {
        var fixedAt = await steps.LastFixAsync(call.Incident!.Number, cancellationToken);
        await run.RunAsync(call, Name, "verifying",
            (context, report, token) => verify.RunAsync(context, fixedAt, report, token),
            DiagnosisMessages.Verified,
            async (tx, view, result) =>
            {
                await ProbeStore.AddAsync(tx, view.Incident.Number, result.Probes, cancellationToken);
                if (!result.Passed || view.Incident.Status is not (IncidentStatus.Open or IncidentStatus.Watching)) return view.Incident;
                if (IncidentTransitions.Watch(view.Incident, tx.Now + WatchTime).Incident is not { } watched) return view.Incident;
                await timeline.AppendAsync(tx, new TimelineEntry
                {
                    Incident = watched.Number, Kind = TimelineKinds.Watch, At = tx.Now, Actor = TimelineEntry.Bot,
                    Text = $"Verified; watched until {watched.WatchUntil!.Value.UtcDateTime:HH:mm:ss} UTC",
                }, cancellationToken);
                return watched;
            },
            cancellationToken);
    }
}
