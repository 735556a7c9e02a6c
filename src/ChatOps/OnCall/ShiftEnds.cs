namespace ChatOps.OnCall;

/// <summary>A time in which one person is on call in a schedule, however many shifts it is made of.</summary>
/// <param name="Person">A Slack user.</param>
/// <param name="From">When it began, or the first moment that was looked at.</param>
/// <param name="Until">When it ends; null: not within the time that was looked at.</param>
/// <param name="Next">The Slack user who comes then; null: nobody is known.</param>
public sealed record OnCallUntil(string Schedule, string Person, DateTimeOffset From, DateTimeOffset? Until, string? Next);

/// <summary>Whose time on call ends when. Pure.</summary>
public static class ShiftEnds
{
    /// <summary>So long before the end the one who leads an incident is told.</summary>
    public static readonly TimeSpan Notice = TimeSpan.FromMinutes(30);

    /// <summary>So long after the end it is still worth being told: it was snoozed, or no instance ran at the time.</summary>
    public static readonly TimeSpan Late = TimeSpan.FromHours(2);

    /// <summary>Who is on call from one moment to another. Shifts of one person that follow each other are one time: nobody is relieved by themselves.</summary>
    /// <param name="shifts">From the first moment on, without a gap; may be endless.</param>
    /// <param name="until">What ends later has no end here.</param>
    /// <param name="idOf">The Slack user of a handle or an id; null: nobody.</param>
    public static IReadOnlyList<OnCallUntil> Of(string schedule, IEnumerable<Shift> shifts, DateTimeOffset until, Func<string, string?> idOf)
    {
        var times = new List<OnCallUntil>();
        (string? Person, DateTimeOffset From)? current = null;
        foreach (var shift in shifts)
        {
            var person = idOf(shift.Person);
            if (current is not { } before) current = (person, shift.From);
            else if (before.Person != person)
            {
                if (before.Person is { } relieved) times.Add(new(schedule, relieved, before.From, shift.From, person));
                current = (person, shift.From);
            }
            if (shift.Until <= until) continue;
            if (current is (Person: { } last, var from)) times.Add(new(schedule, last, from, Until: null, Next: null));
            break;
        }
        return times;
    }
}
