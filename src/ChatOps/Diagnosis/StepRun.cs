using System.Text.Json;
using ChatOps.Catalog;
using ChatOps.Database;
using ChatOps.Inbox;
using ChatOps.Incidents;
using ChatOps.Runbooks;
using ChatOps.Slack.Blocks;
using ChatOps.Timeline;

namespace ChatOps.Diagnosis;

/// <summary>
/// Carries one step from "working" to its result: shows something at once, edits it while sources answer, then writes evidence, ranking, timeline,
/// messages and the completion of the request in one transaction.
/// </summary>
public sealed class StepRun(
    CurrentRequest request, Transactions transactions, EvidenceStore evidence, TimelineStore timeline, Outbox.Outbox outbox, IncidentDrawing drawing,
    RunbookShelf runbooks, ServiceCatalog catalog, TimeProvider time)
{
    /// <summary>Edits of one message in a second do more harm than they tell.</summary>
    private static readonly TimeSpan BetweenEdits = TimeSpan.FromMilliseconds(500);

    /// <param name="work">The step. Its third parameter reports progress.</param>
    /// <param name="render">The result for people.</param>
    /// <param name="more">Further rows of the closing transaction, and the incident with what the step found out; may be null.</param>
    /// <param name="below">What stands below the result, such as a file.</param>
    public async Task RunAsync<TResult>(
        IncidentCall call, string step, string doing,
        Func<StepContext, Action<StepProgress>, CancellationToken, Task<TResult>> work,
        Func<StepView, TResult, Message> render,
        Func<Tx, StepView, TResult, Task<Incident>>? more,
        CancellationToken cancellationToken,
        Func<Tx, StepView, TResult, Task>? below = null)
        where TResult : StepResult
    {
        var incident = call.Incident!;
        var id = await transactions.RunAsync(request.Id, tx => BeginAsync(tx, call, incident, step, doing, cancellationToken), cancellationToken);
        var known = await evidence.OfIncidentAsync(incident.Number, cancellationToken);
        var result = await WatchAsync(incident, id, doing, progress => work(ContextOf(incident, known), progress, cancellationToken), cancellationToken);

        var all = known.Concat(result.Evidence).ToList();
        var hypotheses = Hypotheses.Rank(all, runbooks.All, catalog, result.At);
        await request.CommitAsync(async tx =>
        {
            var before = await IncidentStore.LockAsync(tx, incident.Number, cancellationToken) ?? throw new InvalidOperationException($"Incident {incident.Number} has no row.");
            var onset = Earliest(before, OnsetEstimate.From(all));
            var view = new StepView(WithFindings(before, hypotheses, onset), step, id, call.UserId, hypotheses, onset);
            await EvidenceStore.AddAsync(tx, incident.Number, id, result.Evidence, cancellationToken);
            await StepStore.FinishAsync(tx, id, result.Sentence, (result as VerifyResult)?.Passed, hypotheses, cancellationToken);
            if (onset is not null && onset.At != before.OnsetAt) await RecordOnsetAsync(tx, incident, onset, cancellationToken);
            await timeline.AppendAsync(tx, Entry(incident, call, TimelineKinds.StepFinished, tx.Now, $"{Capital(step)}: {result.Sentence}",
                new
                {
                    step,
                    stepId = id,
                    facts = result.Evidence.Count,
                    answered = result.Answered,
                    asked = result.Asked,
                    noAnswer = result.NoAnswers.Select(n => n.Sentence),
                    cause = hypotheses is [var first, ..] ? first.Title : null,
                    passed = (result as VerifyResult)?.Passed,
                }), cancellationToken);
            if (more is not null) view = view with { Incident = await more(tx, view, result) };
            if (view.Incident != before)
            {
                await IncidentStore.SaveAsync(tx, view.Incident, cancellationToken);
                await drawing.ShowAsync(tx, view.Incident, cancellationToken);
            }
            // An outcome is a new message, since edits reach no sleeping phone. What the bot began by itself is the first message
            // of a channel to which people were invited just now: that one becomes the result.
            var message = render(view, result);
            if (call.UserId == TimelineEntry.Bot)
            {
                await outbox.ShowAsync(tx, StepMessages.KeyOf(id), incident.Destination, message, cancellationToken);
            }
            else
            {
                await outbox.ShowAsync(tx, StepMessages.KeyOf(id), incident.Destination, StepMessages.Done(view, result, doing), cancellationToken);
                await outbox.ShowAsync(tx, StepMessages.ResultKeyOf(id), incident.Destination, message, cancellationToken);
            }
            if (below is not null) await below(tx, view, result);
        }, cancellationToken);
    }

    private async Task<long> BeginAsync(Tx tx, IncidentCall call, Incident incident, string step, string doing, CancellationToken cancellationToken)
    {
        var id = await StepStore.BeginAsync(tx, incident.Number, step, call.UserId, cancellationToken);
        await timeline.AppendAsync(tx, Entry(incident, call, TimelineKinds.StepStarted, tx.Now, $"{Capital(step)} started", new { step, stepId = id }), cancellationToken);
        await outbox.ShowAsync(tx, StepMessages.KeyOf(id), incident.Destination, StepMessages.Working(incident, doing, null), cancellationToken);
        return id;
    }

    /// <summary>Shows what is known so far while the step runs, at most twice a second.</summary>
    private async Task<TResult> WatchAsync<TResult>(Incident incident, long id, string doing, Func<Action<StepProgress>, Task<TResult>> work, CancellationToken cancellationToken)
    {
        StepProgress? latest = null;
        StepProgress? shown = null;
        var changed = new SemaphoreSlim(0);
        var running = work(progress =>
        {
            latest = progress;
            changed.Release();
        });
        while (!running.IsCompleted)
        {
            await Task.WhenAny(running, changed.WaitAsync(cancellationToken));
            if (running.IsCompleted) break;
            if (latest is { } now && now != shown)
            {
                shown = now;
                await outbox.ShowNowAsync(StepMessages.KeyOf(id), incident.Destination, StepMessages.Working(incident, doing, now), cancellationToken);
                await Task.WhenAny(running, Task.Delay(BetweenEdits, time, cancellationToken));
            }
        }
        return await running;
    }

    private async Task RecordOnsetAsync(Tx tx, Incident incident, OnsetEstimate onset, CancellationToken cancellationToken) =>
        await timeline.AppendAsync(tx, new TimelineEntry
        {
            Incident = incident.Number, Kind = TimelineKinds.Onset, At = onset.At, Actor = TimelineEntry.Bot, Text = $"It began: {onset.Source}",
            Data = JsonSerializer.SerializeToElement(new { source = onset.Source }, JsonSerializerOptions.Web),
        }, cancellationToken);

    private static StepContext ContextOf(Incident incident, IReadOnlyList<Evidence> known) => new()
    {
        Service = incident.Service, Environment = incident.Environment, Onset = incident.OnsetAt, DeclaredAt = incident.DeclaredAt, Known = known,
    };

    /// <summary>A probe of the sweep may have failed before any step looked; the mere end of a process gives way to what was felt.</summary>
    private static OnsetEstimate? Earliest(Incident incident, OnsetEstimate? found) =>
        found is not null && incident.OnsetAt is { } known && known <= found.At && incident.OnsetSource is { } source && !source.StartsWith(OnsetEstimate.EndOfProcess, StringComparison.Ordinal)
            ? new(known, source) : found;

    /// <summary>The cause is only suspected: a person confirms it, and from then on no ranking changes it.</summary>
    private static Incident WithFindings(Incident incident, IReadOnlyList<Hypothesis> hypotheses, OnsetEstimate? onset) => incident with
    {
        OnsetAt = onset?.At ?? incident.OnsetAt,
        OnsetSource = onset?.Source ?? incident.OnsetSource,
        Cause = incident.CauseConfirmedBy is null && hypotheses is [var first, ..] && first.Rank >= RunbookCauses.WithDirectEvidence ? first.Title : incident.Cause,
    };

    private static TimelineEntry Entry(Incident incident, IncidentCall call, string kind, DateTimeOffset at, string text, object data) => new()
    {
        Incident = incident.Number,
        Target = incident.Service is { } service ? new Target(service, incident.Environment).ToString() : null,
        Kind = kind,
        At = at,
        Actor = call.UserId,
        Text = text,
        Data = JsonSerializer.SerializeToElement(data, JsonSerializerOptions.Web),
    };

    private static string Capital(string step) => char.ToUpperInvariant(step[0]) + step[1..];
}

/// <summary>What a result is drawn with.</summary>
/// <param name="Incident">As it is after the step.</param>
public sealed record StepView(Incident Incident, string Step, long StepId, string RequestedBy, IReadOnlyList<Hypothesis> Hypotheses, OnsetEstimate? Onset);
