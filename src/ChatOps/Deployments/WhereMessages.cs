using ChatOps.Catalog;
using ChatOps.Configuration;
using ChatOps.Incidents;
using ChatOps.Platforms;
using ChatOps.Slack.Blocks;
using static ChatOps.Deployments.DeployText;

namespace ChatOps.Deployments;

/// <summary>What runs where, what goes on and what was. Pure; texts of people and platforms are redacted and escaped here.</summary>
public static class WhereMessages
{
    private const int MostLines = 20;

    public static Message Where(Service service, IReadOnlyList<WhereIs> all)
    {
        // Environments that differ are what people look for.
        var versions = all.Select(w => w.Status?.Version).OfType<string>().Distinct(StringComparer.Ordinal).Count();
        var head = versions switch { 0 => "", 1 => all.Count > 1 ? ": the same version everywhere" : "", _ => ": versions differ" };
        return new Message
        {
            Text = $"{Escape(service.Name, 100)}{head}: {string.Join(", ", all.Select(w => $"{Escape(w.Target.Environment, 60)} {Escape(w.Status?.Version ?? "?", 60)}"))}",
            Blocks =
            [
                Section($"*{Escape(service.Name, 100)}*{head}"),
                .. IncidentMessages.Sections(all.Select(Line)),
                new ActionsBlock { Elements = [DeployButtonHandler.For("History", "history", service.Name), DeployButtonHandler.For("Figures", "metrics", service.Name)] },
            ],
        };
    }

    private static string Line(WhereIs where)
    {
        var environment = $"*{Escape(where.Target.Environment, 60)}*";
        var line = where.Status is not { } status
            ? $":grey_question: {environment}: not known: {Escape(where.Unknown ?? "no answer", 300)}"
            : $"{Mark(status)} {environment}: {(status.Version is { } v ? $"*{Escape(v, 100)}*" : "no version")}, {status.State.ToString().ToLowerInvariant()}{Since(status)}{(status.Detail is { } d ? $" ({Escape(d, 200)})" : "")}";
        if (where.Status?.Candidate is { } candidate) line += $"\n      beside it {Escape(candidate.Version, 100)} with {candidate.Percent} % of the traffic";
        if (where.Lock is { } held) line += $"\n      :lock: locked by {PersonOf(held.Owner)}{LockMessages.End(held.Until)}: {Escape(held.Reason, 200)}";
        if (where.Bad.Count > 0) line += $"\n      :biohazard_sign: marked bad: {Escape(string.Join(", ", where.Bad.Take(8).Select(b => b.Version)), 300)}";
        return line;
    }

    private static string Mark(TargetStatus status) => status.State switch
    {
        TargetState.Running => ":large_green_circle:",
        TargetState.Starting => ":large_yellow_circle:",
        TargetState.Unknown => ":grey_question:",
        _ => ":red_circle:",
    };

    private static string Since(TargetStatus status) => status.DeployedAt is { } at ? $", deployed {At(at)}{(status.DeployedBy is { } by ? $" by {Escape(by, 60)}" : "")}" : "";

    public static Message Status(
        string? service, IReadOnlyList<Deployment> running, IReadOnlyList<WaitingDeploy> waiting, IReadOnlyList<DeployLock> locks, IReadOnlyList<DeployFreeze> freezes,
        IReadOnlyList<(string Environment, FreezeFact Freeze)> configured, DateTimeOffset now)
    {
        var lines = running.Select(d => $":rocket: {LockMessages.Name(d.Target)}: {(d.IsRollback ? "rolling back" : StrategyChoice.Word(d.Strategy))} {Change(d)}, confirmed by {PersonOf(d.ConfirmedBy)}, for {Durations.Text(Whole(now - d.StartedAt))}")
            .Concat(waiting.Select(w => $":hourglass: {LockMessages.Name(w.Place)}: {Escape(w.Version, 60)} waits since {At(w.AskedAt)}, asked for by {PersonOf(w.RequestedBy)}"))
            .Concat(locks.Select(l => $":lock: {LockMessages.Name(Target.Parse(l.Target))}: locked by {PersonOf(l.Owner)} since {At(l.LockedAt)}{LockMessages.End(l.Until)}: {Escape(l.Reason, 200)}"))
            .Concat(freezes.Select(f => $":snowflake: {Escape(FreezeRight.Where(f.Environment), 60)}: frozen by {PersonOf(f.DeclaredBy)} since {At(f.Since)}{LockMessages.End(f.Until)}: {Escape(f.Reason, 200)}"))
            .Concat(configured.Select(f => $":snowflake: {Escape(f.Environment, 60)}: frozen by chatops.yaml{LockMessages.End(f.Freeze.Until)}: {Escape(f.Freeze.Reason, 200)}")).ToList();
        var of = service is null ? "" : $" of {Escape(service, 100)}";
        if (lines.Count == 0) return Plain($":white_check_mark: Nothing{of} is being deployed, locked or frozen.");
        return new Message
        {
            Text = $"{running.Count} being deployed, {waiting.Count} waiting, {locks.Count} locked, {freezes.Count + configured.Count} frozen{of}",
            Blocks = [.. IncidentMessages.Sections(Cut(lines))],
        };
    }

    /// <param name="seen">Incidents that the reader may see; others are not named.</param>
    public static Message History(Target target, bool oneEnvironment, IReadOnlyList<Deployment> all, IReadOnlySet<int> seen, int most)
    {
        var what = oneEnvironment ? LockMessages.Name(target) : Escape(target.Service, 100);
        if (all.Count == 0) return Plain($"ChatOps has deployed nothing of {what} yet. What others deployed past it is known to the platform alone.");
        var lines = all.Select(d =>
        {
            var line = $"{Sign(d)} {At(d.StartedAt)}  {(oneEnvironment ? "" : $"{Escape(d.Target.Environment, 60)}  ")}*{Change(d)}* {(d.IsRollback ? "(rollback)" : StrategyChoice.Word(d.Strategy))} by {PersonOf(d.ConfirmedBy)}: {Outcome(d)}";
            if (d.Caused is { } caused && seen.Contains(caused)) line += $" · incident {caused} followed";
            if (d.Incident is { } fix && seen.Contains(fix)) line += $" · for incident {fix}";
            if (d.Forced.Count > 0) line += $" · gates overridden: {Escape(string.Join(", ", d.Forced), 100)}";
            return line;
        });
        return new Message
        {
            Text = $"The last {all.Count} of {what}",
            Blocks = [Section($"*{what}*{(all.Count == most ? $": the last {most}" : "")}"), .. IncidentMessages.Sections(lines)],
        };
    }

    private static string Change(Deployment deployment) => $"{(deployment.FromVersion is { } from ? $"{Escape(from, 60)} → " : "")}{Escape(deployment.ToVersion, 60)}";

    private static string Sign(Deployment deployment) => deployment.Outcome switch
    {
        null => ":rocket:",
        DeploymentOutcome.Succeeded => ":white_check_mark:",
        DeploymentOutcome.RolledBack => ":leftwards_arrow_with_hook:",
        DeploymentOutcome.NotDone => ":no_entry_sign:",
        DeploymentOutcome.Unknown => ":grey_question:",
        _ => ":x:",
    };

    private static string Outcome(Deployment deployment) => (deployment.Outcome switch
    {
        null => "under way",
        DeploymentOutcome.Succeeded => "done",
        DeploymentOutcome.RolledBack => "taken back",
        DeploymentOutcome.NotDone => "nothing was done",
        DeploymentOutcome.Unknown => "not known whether it happened",
        _ => "failed",
    }) + (deployment.FinishedAt is { } end ? $" after {Durations.Text(Whole(end - deployment.StartedAt))}" : "");

    private static TimeSpan Whole(TimeSpan span) => span > TimeSpan.Zero ? TimeSpan.FromSeconds(Math.Round(span.TotalSeconds)) : TimeSpan.Zero;

    private static List<string> Cut(List<string> lines) => lines.Count <= MostLines ? lines : [.. lines.Take(MostLines), $"and {lines.Count - MostLines} more"];
}
