using System.Globalization;

namespace ChatOps.Sandbox.Shop.Platform;

/// <summary>What was done to the services, by whom and when.</summary>
internal sealed class ChangeHistory(TimeProvider clock)
{
    private readonly Lock gate = new();
    private readonly List<(string Unit, Change Change)> all = [];
    private int last;

    /// <summary>Adds a change that has begun and answers its id.</summary>
    public string Begin(Unit unit, string kind, string actor, bool automatic, string? reason, string? from, string? to, string? operationId)
    {
        lock (gate)
        {
            var change = new Change(NextId(), kind, clock.GetUtcNow(), null, "running", actor, automatic, reason, from, to, operationId, null);
            all.Add((unit.Key, change));
            return change.Id;
        }
    }

    public void End(string id, bool succeeded, string? detail)
    {
        lock (gate)
        {
            var at = all.FindIndex(c => c.Change.Id == id);
            all[at] = all[at] with { Change = all[at].Change with { State = succeeded ? "succeeded" : "failed", FinishedAt = clock.GetUtcNow(), Detail = detail } };
        }
    }

    /// <summary>A change of the time before the platform was started here.</summary>
    public void AddPast(Unit unit, string kind, string actor, string reason, string? from, string? to, DateTimeOffset at)
    {
        lock (gate) all.Add((unit.Key, new Change(NextId(), kind, at, at + TimeSpan.FromSeconds(3), "succeeded", actor, false, reason, from, to, null, null)));
    }

    public IReadOnlyList<Change> Since(Unit unit, DateTimeOffset since)
    {
        lock (gate) return [.. all.Where(c => c.Unit == unit.Key && c.Change.At >= since).Select(c => c.Change).OrderByDescending(c => c.At)];
    }

    private string NextId() => string.Create(CultureInfo.InvariantCulture, $"c-{++last}");
}
