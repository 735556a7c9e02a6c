using System.Collections.Concurrent;
using ChatOps.Catalog;
using ChatOps.Deployments;
using ChatOps.Platforms;
using ChatOps.Runbooks;

namespace ChatOps.Diagnosis;

/// <summary>What may be done now: looks once more at what the likely causes are about, then chooses.</summary>
public sealed class Fix(DiagnosisSources sources, ServiceCatalog catalog, RunbookShelf runbooks, TimeProvider time)
{
    /// <summary>As long ago as somebody may have gone back from a version that is still listed.</summary>
    private static readonly TimeSpan History = TimeSpan.FromDays(30);

    /// <param name="past">Actions on the same targets, newest first.</param>
    /// <param name="marked">Versions that are marked bad, by service.</param>
    public async Task<FixResult> RunAsync(StepContext context, IReadOnlyList<PastAction> past, ILookup<string, string> marked, Action<StepProgress>? report, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var before = Hypotheses.Rank(context.Known, runbooks.All, catalog, now);
        var services = before.Take(5).Select(h => h.Service).Append(context.Service).OfType<string>().Distinct()
            .Where(s => catalog.Find(new Target(s, context.Environment)) is not null).ToList();
        var asking = new Asking(report, time);
        var good = new ConcurrentDictionary<string, LastGoodVersion>(StringComparer.Ordinal);
        var memory = new ConcurrentDictionary<string, MemoryRaise>(StringComparer.Ordinal);
        await Task.WhenAll(services.SelectMany(s => Questions(new(s, context.Environment), context, asking, good, memory, marked, now, cancellationToken)));

        var evidence = context.Known.Concat(asking.Facts).ToList();
        var hypotheses = Hypotheses.Rank(evidence, runbooks.All, catalog, now);
        var choice = FixChoice.From(new()
        {
            Service = context.Service, Hypotheses = hypotheses, Evidence = evidence, Runbooks = runbooks.All, Catalog = catalog, Past = past, Good = good, Memory = memory, Now = now,
        });
        var first = choice.Options[0];
        return new()
        {
            At = now,
            Evidence = asking.Facts,
            NoAnswers = asking.Silent,
            Answered = asking.Answered,
            Asked = asking.Asked,
            Choice = choice,
            ByHand = [.. hypotheses.Where(h => h.Fix is null).Select(h => (h, Book: runbooks.Find(h.Runbook))).Where(x => x.Book is { Fix.Action: null } && x.h.Rank >= RunbookCauses.WithDirectEvidence)
                .Select(x => $"{x.h.Title}: {x.Book!.Fix.Text.Replace("{service}", x.h.Service, StringComparison.Ordinal)}").Take(2)],
            Sentence = first.Action == FixOption.Page
                ? "no cause is proven, so nothing is offered but to ask the owner"
                : $"best is to {first.Action switch { FixOption.Rollback => $"roll {first.Service} back to {first.Version}", FixOption.Memory => $"raise the memory limit of {first.Service}", _ => $"restart {first.Service}" }}",
        };
    }

    private IEnumerable<Task> Questions(Target target, StepContext context, Asking asking, ConcurrentDictionary<string, LastGoodVersion> good, ConcurrentDictionary<string, MemoryRaise> memory, ILookup<string, string> marked, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var (platform, its) = sources.PlatformOf(target);
        var source = $"platform {platform.Name}";
        yield return asking.AskAsync(target, $"{source} (state of {target.Service})", async ct =>
        {
            var status = platform.StatusAsync(its, ct);
            var releases = platform.ReleasesAsync(its, ct);
            var changes = platform.ChangesAsync(its, now - History, ct);
            await Task.WhenAll(status, releases, changes);
            return new Looked(await status, await releases, await changes, await RaiseAsync(platform, its, await status, now, ct));
        }, looked =>
        {
            good[target.Service] = LastGoodVersion.Find(looked.Releases, looked.Changes, looked.Status.Version, marked[target.Service]);
            if (looked.Raise is { } raise) memory[target.Service] = raise;
            return Observations.OfStatus(target.Service, looked.Status, source, context.SuspectFrom() - TimeSpan.FromMinutes(15), now);
        }, cancellationToken);
        if (catalog.Find(target)!.Health.Count > 0)
            yield return asking.AskAsync(target, $"health of {target.Service}", ct => sources.ProbeAsync(target, false, ct), Observations.OfProbes, cancellationToken);
    }

    /// <summary>That it is not known takes nothing of the rest away.</summary>
    private static async Task<MemoryRaise?> RaiseAsync(IPlatform platform, PlatformTarget its, TargetStatus status, DateTimeOffset now, CancellationToken cancellationToken)
    {
        try
        {
            return await MemoryRaise.ReadAsync(platform, its, status, now, cancellationToken);
        }
        catch (PlatformException)
        {
            return null;
        }
    }

    private sealed record Looked(TargetStatus Status, IReadOnlyList<Release> Releases, IReadOnlyList<TargetChange> Changes, MemoryRaise? Raise);
}

public sealed record FixResult : StepResult
{
    public required FixChoice Choice { get; init; }

    /// <summary>What the runbooks say a person must do, since neither a restart nor a rollback helps.</summary>
    public required IReadOnlyList<string> ByHand { get; init; }
}
