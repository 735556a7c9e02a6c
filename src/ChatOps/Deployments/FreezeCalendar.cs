using ChatOps.Catalog;
using ChatOps.Configuration;
using ChatOps.Scheduling;

namespace ChatOps.Deployments;

/// <summary>
/// Which freezes of <c>chatops.yaml</c> are in force. Pure. They go by the clock on the wall: one from 02:30 begins with the jump in the night in which
/// the clock jumps over 02:30, and with the first of the two in the night that has two.
/// </summary>
public static class FreezeCalendar
{
    /// <summary>Those that cover the target at that moment, with the moments at which they began and end; the longest first.</summary>
    public static IReadOnlyList<FreezeFact> InForce(IReadOnlyList<FreezeWindow> windows, Target target, DateTimeOffset at) =>
    [
        .. windows.Where(w => w.Covers(target.Service, target.Environment)).Select(w => At(w, at)).OfType<FreezeFact>().OrderByDescending(f => f.Until)
    ];

    private static FreezeFact? At(FreezeWindow window, DateTimeOffset at)
    {
        if (window is { Begins: { } begins, Ends: { } ends })
            return Within(window, LocalTime.At(begins, window.TimeZone), LocalTime.At(ends, window.TimeZone), at);
        if (window is not { From: { } from, To: { } to }) return null;
        var length = ((int)to.Day - (int)from.Day + 7) % 7;
        if (length == 0 && to.Time <= from.Time) length = 7;
        // A window may have begun in the week before; one day more on either side is for what the zone adds.
        var today = LocalTime.DayOf(at, window.TimeZone);
        for (var back = 0; back <= 8; back++)
        {
            var day = today.AddDays(-back);
            if (day.DayOfWeek == from.Day && Within(window, LocalTime.At(day, from.Time, window.TimeZone), LocalTime.At(day.AddDays(length), to.Time, window.TimeZone), at) is { } found) return found;
        }
        return null;
    }

    private static FreezeFact? Within(FreezeWindow window, DateTimeOffset begins, DateTimeOffset ends, DateTimeOffset at) =>
        begins <= at && at < ends ? new(window.Reason, By: null, begins, ends) : null;
}
