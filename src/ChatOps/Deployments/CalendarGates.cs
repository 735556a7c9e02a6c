using ChatOps.Scheduling;
using static ChatOps.Deployments.ArtifactGates;

namespace ChatOps.Deployments;

/// <summary>Gates about the moment: what people decided, and what goes on. Pure.</summary>
internal static class CalendarGates
{
    public static GateResult Concurrent(DeployFacts facts)
    {
        const string gate = "concurrent";
        return facts.Active is { } active
            ? Fail(gate, GateCodes.TargetBusy, $"{facts.Target.Service} in {facts.Target.Environment} is being changed by {GateWords.Person(active.By)} since {GateWords.Time(active.Since)}: {active.Kind}{(active.Version is { } v ? $" to {v}" : "")}, operation {active.Number}.", facts.Request.IsRollback ? "Wait until it ends, or abort it: a rollback does not queue." : "Wait until it ends. A request that nothing else refuses waits in the queue by itself, and a newer one takes its place.")
            : Pass(gate, "Nobody else changes it.");
    }

    public static GateResult Lock(DeployFacts facts)
    {
        const string gate = "lock";
        if (facts.Lock is not { } held) return Pass(gate, "It is not locked.");
        // A lock that has ended is none, whether or not anybody cleaned up.
        if (held.Until is { } until && until <= facts.Request.At) return Pass(gate, $"The lock of {GateWords.Person(held.By)} ended {GateWords.Time(until)}.");
        return Fail(gate, GateCodes.Locked, $"{facts.Target.Service} in {facts.Target.Environment} is locked by {GateWords.Person(held.By)} since {GateWords.Time(held.Since)}{(held.Until is { } end ? $" until {GateWords.Time(end)}" : "")}: {held.Reason.TrimEnd('.')}.",
            $"Ask {GateWords.Person(held.By)}, or `/deploy unlock {facts.Target.Service} {facts.Target.Environment}`.");
    }

    public static GateResult Incident(DeployFacts facts)
    {
        const string gate = "incident";
        if (facts.Request.IsRollback) return Skip(gate, "A rollback waits for no incident.");
        var others = facts.OpenIncidents.Where(i => i.Number != facts.Request.Incident).ToList();
        if (others.Count == 0) return Pass(gate, facts.OpenIncidents.Count == 0 ? $"No incident is open on {facts.Target.Service}." : $"It is the fix of incident {facts.Request.Incident}.");
        var named = others.Where(i => !i.Private).Select(i => $"incident {i.Number}{(i.Severity is { } s ? $" (SEV{s})" : "")}").ToList();
        var hidden = others.Count - named.Count;
        if (hidden > 0) named.Add(hidden == 1 ? "an incident that is private" : $"{hidden} incidents that are private");
        return Fail(gate, GateCodes.IncidentOpen, $"{GateWords.Capital(string.Join(" and ", named))} {(others.Count == 1 ? "is" : "are")} open on {facts.Target.Service}.",
            others.Exists(i => !i.Private) ? "Wait until it is resolved; if this is its fix, ask for the deploy in that incident's channel." : "Wait until it is resolved.");
    }

    public static GateResult Freeze(DeployFacts facts)
    {
        const string gate = "freeze";
        if (facts.Request.IsRollback) return Skip(gate, "A rollback waits for no freeze.");
        if (facts.Freezes.Count == 0) return Pass(gate, "No freeze is in force.");
        if (facts.Emergency is { } incident) return Pass(gate, $"It is the fix of incident {incident.Number} (SEV{incident.Severity}) by its lead; a second person reviews it within 24 hours.");
        // The one that lasts longest is the one that counts.
        var freeze = facts.Freezes.OrderByDescending(f => f.Until ?? DateTimeOffset.MaxValue).First();
        return Fail(gate, GateCodes.Frozen, $"Deploys to {facts.Target.Environment} are frozen{(freeze.By is { } by ? $" by {GateWords.Person(by)}" : " by chatops.yaml")} since {GateWords.Time(freeze.Since)}{(freeze.Until is { } until ? $" until {GateWords.Time(until)}" : "")}: {freeze.Reason.TrimEnd('.')}.",
            $"Wait until it ends; an exception is `--force freeze --reason …` and needs a second person to press.");
    }

    public static GateResult Friday(DeployFacts facts)
    {
        const string gate = "friday";
        if (facts.Request.IsRollback) return Skip(gate, "A rollback waits for no Monday.");
        if (facts.Friday is not { } rule) return Skip(gate, "chatops.yaml has no rule for Fridays.");
        if (rule.Environments.Count == 0 ? !facts.IsLastEnvironment : !rule.Environments.Contains(facts.Target.Environment, StringComparer.Ordinal)) return Skip(gate, $"The rule for Fridays is not about {facts.Target.Environment}.");
        if (!IsFriday(facts)) return Pass(gate, "It is not Friday.");
        return facts.Request.HasReason
            ? Pass(gate, "It is Friday, and the request says why.")
            : Fail(gate, GateCodes.FridayWithoutReason, $"It is Friday in {rule.TimeZone.Id}: what breaks now, breaks on a weekend.", "Wait for Monday, or add --reason and say why it cannot wait.");
    }

    /// <summary>By the rule's clock and from its hour on.</summary>
    internal static bool IsFriday(DeployFacts facts)
    {
        if (facts.Friday is not { } rule) return false;
        var day = LocalTime.DayOf(facts.Request.At, rule.TimeZone);
        return day.DayOfWeek == DayOfWeek.Friday && facts.Request.At >= LocalTime.At(day, rule.After, rule.TimeZone);
    }
}
