namespace ChatOps.Scheduling;

/// <summary>
/// Work that becomes due: rows hold <c>due_at</c>, the sweep looks every second. It claims in the database what it works on,
/// since the sweep may run on two instances at once and a run may come twice.
/// </summary>
public interface ISweepTask
{
    /// <summary>For logs.</summary>
    string Name { get; }

    Task SweepAsync(CancellationToken cancellationToken);
}
