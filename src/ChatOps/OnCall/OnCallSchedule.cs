using ChatOps.Configuration;
using ChatOps.Scheduling;

namespace ChatOps.OnCall;

/// <summary>A time in which one person is on call.</summary>
/// <param name="Person">A handle or an id of the rotation, or the id of whoever took over.</param>
/// <param name="From">The first instant.</param>
/// <param name="Until">The first instant after it.</param>
/// <param name="Override">Why it is not the one whose turn it is; null: it is their turn.</param>
public sealed record Shift(string Person, DateTimeOffset From, DateTimeOffset Until, ShiftOverride? Override);

/// <summary>
/// Who is on call when. Pure. Handovers are at a local time of day (<see cref="LocalTime"/>), so that a shift across a change of the clocks is an hour longer or shorter.
/// Before its first day the rotation reads backwards: at every instant exactly one person is on call.
/// </summary>
public sealed class OnCallSchedule(Rotation rotation)
{
    public string Name => rotation.Name;

    /// <summary>Handles or ids in the order of their shifts.</summary>
    public IReadOnlyList<string> People => rotation.People;

    /// <summary>The shift that an instant lies in.</summary>
    /// <param name="overrides">Those of this schedule that count; of several at one instant the newest.</param>
    public Shift At(DateTimeOffset instant, IReadOnlyList<ShiftOverride> overrides)
    {
        var duty = DutyAt(instant, overrides);
        var from = duty.Override?.From ?? Start(duty.Turn);
        var until = duty.Override?.Until ?? Start(duty.Turn + 1);
        // A newer override may cut a piece out; one that lies below does not show.
        foreach (var edge in overrides.SelectMany(o => (DateTimeOffset[])[o.From, o.Until]))
        {
            if (edge > from && edge <= instant && DutyAt(edge.AddTicks(-1), overrides) != duty) from = edge;
            if (edge < until && edge > instant && DutyAt(edge, overrides) != duty) until = edge;
        }
        return new Shift(duty.Override?.Person ?? PersonOf(duty.Turn), from, until, duty.Override);
    }

    /// <summary>The shifts from an instant on, the one it lies in first; they follow each other without a gap. Endless.</summary>
    public IEnumerable<Shift> From(DateTimeOffset instant, IReadOnlyList<ShiftOverride> overrides)
    {
        for (var shift = At(instant, overrides); ; shift = At(shift.Until, overrides)) yield return shift;
    }

    /// <summary>Who comes after an instant's turn by the rotation alone, nearest first, everybody else once.</summary>
    public IEnumerable<string> NextInRotation(DateTimeOffset instant)
    {
        var turn = TurnAt(instant);
        return Enumerable.Range(1, People.Count - 1).Select(i => PersonOf(turn + i));
    }

    private Duty DutyAt(DateTimeOffset instant, IReadOnlyList<ShiftOverride> overrides) =>
        overrides.Where(o => o.Covers(instant)).MaxBy(o => o.Id) is { } newest ? new Duty(newest, Turn: 0) : new Duty(Override: null, TurnAt(instant));

    private string PersonOf(long turn) => People[(int)(((turn % People.Count) + People.Count) % People.Count)];

    /// <summary>The newest turn that has begun; of turns that begin at one instant (a day that a zone left out) the last.</summary>
    private long TurnAt(DateTimeOffset instant)
    {
        var day = LocalTime.DayOf(instant, rotation.Zone);
        var turn = (long)Math.Floor((day.DayNumber - rotation.Start.DayNumber) / (double)rotation.Days);
        while (Start(turn) > instant) turn--;
        while (Start(turn + 1) <= instant) turn++;
        return turn;
    }

    private DateTimeOffset Start(long turn) => LocalTime.At(rotation.Start.AddDays((int)(turn * rotation.Days)), rotation.Handover, rotation.Zone);

    /// <param name="Turn">Of the rotation; nothing where an override counts, which holds beyond a handover.</param>
    private sealed record Duty(ShiftOverride? Override, long Turn);
}
