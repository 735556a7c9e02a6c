using ChatOps.Database;
using ChatOps.Operations;
using ChatOps.Timeline;

namespace ChatOps.Deployments;

/// <summary>Marks a version bad where an operation went back from it, and writes down by whom and why.</summary>
public sealed class MarkBad(TimelineStore timeline)
{
    /// <param name="by">A Slack user id, or <see cref="TimelineEntry.Bot"/> for what a press armed.</param>
    public async Task RunAsync(Tx tx, Operation operation, string version, string by, string reason, CancellationToken cancellationToken)
    {
        if (!await BadVersionStore.MarkAsync(tx, operation.Target, version, by, reason, operation.Id, cancellationToken)) return;
        await timeline.AppendAsync(
            tx,
            new TimelineEntry
            {
                Incident = operation.Incident,
                Target = operation.Target.ToString(),
                Kind = TimelineKinds.VersionMarked,
                At = tx.Now,
                Actor = by,
                Text = $"marked {version} bad in {operation.Target.Environment}: {reason}",
                Part = $"{operation.Id} {version}",
            },
            cancellationToken);
    }
}
