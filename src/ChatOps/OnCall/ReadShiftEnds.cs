using ChatOps.Configuration;
using ChatOps.Timeline;

namespace ChatOps.OnCall;

/// <summary>
/// Reads whose time on call ends soon, or ended lately, in the rotations of the file. Schedules that PagerDuty keeps are not among them: it tells who is on call, and not who comes next.
/// </summary>
public sealed class ReadShiftEnds(OnCallConfig config, WhoIsOnCall whoIsOnCall, OverrideStore overrides, SlackDirectory directory, TimeProvider time)
{
    /// <summary>Asks Slack's directory, so never within a transaction. While Slack does not tell who people are, nobody's time is known.</summary>
    public async Task<ShiftTimes> RunAsync(CancellationToken cancellationToken)
    {
        var rotations = config.Schedules.Values.Where(r => r.PagerDutySchedule is null).ToList();
        if (rotations.Count == 0) return ShiftTimes.None;
        var (from, until) = (time.GetUtcNow() - ShiftEnds.Late, time.GetUtcNow() + ShiftEnds.Notice);
        var active = (await overrides.OpenAsync(from, cancellationToken)).Where(o => o.State == OverrideState.Active).ToList();
        var shifts = rotations.Select(r => (Rotation: r, Shifts: Until(new OnCallSchedule(r).From(from, [.. active.Where(o => o.Schedule == r.Name)]), until))).ToList();
        var ids = new Dictionary<string, string?>(StringComparer.Ordinal);
        try
        {
            foreach (var name in shifts.SelectMany(s => s.Shifts).Select(s => s.Person).Distinct(StringComparer.Ordinal))
                ids[name] = await directory.FindAccountAsync(name, cancellationToken) is { Deleted: false } user ? user.Id : null;
        }
        catch (SlackDirectoryException)
        {
            // They are asked for again at the next look; a shift that ended meanwhile is still told for a while.
            return ShiftTimes.None;
        }
        return new([.. shifts.SelectMany(s => ShiftEnds.Of(s.Rotation.Name, s.Shifts, until, name => ids[name]))], whoIsOnCall.ScheduleOf);
    }

    /// <summary>Those that begin before then, and the one that follows them.</summary>
    private static List<Shift> Until(IEnumerable<Shift> shifts, DateTimeOffset until)
    {
        var all = new List<Shift>();
        foreach (var shift in shifts)
        {
            all.Add(shift);
            if (shift.Until > until) break;
        }
        return all;
    }
}

/// <summary>The times of all schedules, as they were read at one moment.</summary>
public sealed class ShiftTimes(IReadOnlyList<OnCallUntil> times, Func<string?, Rotation?> scheduleOf)
{
    public static ShiftTimes None { get; } = new([], _ => null);

    /// <summary>Those of the schedule that answers for the service first, then those of the one behind it, then the others.</summary>
    public IReadOnlyList<OnCallUntil> For(string? service)
    {
        var own = scheduleOf(service);
        return [.. times.OrderBy(t => t.Schedule == own?.Name ? 0 : t.Schedule == own?.Backup ? 1 : 2)];
    }
}
