using ChatOps.Catalog;
using ChatOps.Runbooks;

namespace ChatOps.Diagnosis;

/// <summary>
/// Ranks likely causes by all evidence of an incident. Pure. The order of the classes is the design's: a dependency proven down, full or
/// OOM-killed, then a release that the symptoms followed, then what is proven of the service itself, then runbooks, then mere suspicion.
/// </summary>
public static class Hypotheses
{
    /// <summary>Symptoms that begin within this time after a change may be its doing.</summary>
    public static readonly TimeSpan ReleaseReach = TimeSpan.FromMinutes(60);

    /// <summary>Many logs keep whole seconds alone: what followed a change may bear a time less than this before it.</summary>
    private static readonly TimeSpan WholeSecond = TimeSpan.FromSeconds(1);

    internal const string BadRelease = "bad-release";

    /// <summary>Best first; each with its reasons. Empty where nothing is wrong.</summary>
    /// <param name="evidence">All evidence of the incident in the order in which it was asked for.</param>
    public static IReadOnlyList<Hypothesis> Rank(IReadOnlyList<Evidence> evidence, IReadOnlyList<Runbook> runbooks, ServiceCatalog catalog, DateTimeOffset now)
    {
        var view = new EvidenceView(evidence, catalog, now);
        var proven = ProvenCauses.Of(view).ToList();
        var releases = ReleaseCauses.Of(view, proven).ToList();
        var known = RunbookCauses.Of(view, runbooks).ToList();

        var all = new List<Hypothesis>();
        foreach (var cause in proven.Concat(releases))
        {
            // A runbook that says the same of the same service lends its name and its knowledge, and is not listed twice.
            var runbook = known.Where(k => k.Service == cause.Service && Same(k, cause, runbooks))
                .OrderByDescending(k => cause.Cause == ProvenCauses.OutOfMemory && k.For.Any(e => e.Sign == Signs.OomKilled)).ThenByDescending(k => k.Rank).FirstOrDefault();
            if (runbook is null)
            {
                all.Add(cause);
                continue;
            }
            known.RemoveAll(k => k.Service == cause.Service && Same(k, cause, runbooks));
            all.Add(cause with
            {
                Runbook = runbook.Runbook,
                For = [.. cause.For.Concat(runbook.For).Distinct()],
                // What the runbook lacks for its own fix says nothing of a cause that the general rule proves.
                Against = [.. cause.Against.Concat(runbook.Against.Where(e => e.Sign != Signs.NoAnswer)).Distinct()],
            });
        }
        // Whether a release may be the cause is decided by the rule above alone.
        all.AddRange(known.Where(k => runbooks.First(r => r.Name == k.Runbook).Fix.Action != "rollback"));
        return [.. all.Where(h => h.For.Count > 0).OrderByDescending(h => h.Rank).ThenBy(h => h.Service, StringComparer.Ordinal).ThenBy(h => h.Cause, StringComparer.Ordinal)];
    }

    /// <summary>Whether what began then may have followed the change.</summary>
    internal static bool MayFollow(DateTimeOffset began, DateTimeOffset change) => began > change - WholeSecond;

    /// <summary>Whether both stand on the same fact of the same service.</summary>
    private static bool Same(Hypothesis runbook, Hypothesis cause, IReadOnlyList<Runbook> runbooks)
    {
        var fix = runbooks.First(r => r.Name == runbook.Runbook).Fix.Action;
        if (cause.Cause == BadRelease) return fix == "rollback";
        return fix != "rollback" && runbook.For.Intersect(cause.For).Any();
    }
}
