using ChatOps.Scheduling;

namespace ChatOps.Reminders;

/// <summary>How long a reminder can be put off. Pure.</summary>
public static class SnoozeTimes
{
    private const string Morning = "morning";
    private static readonly TimeSpan NineOClock = TimeSpan.FromHours(9);

    /// <summary>The stable word of the button's value, and its label.</summary>
    public static IReadOnlyList<(string Word, string Label)> Choices { get; } = [("15m", "Snooze 15 min"), ("1h", "Snooze 1 h"), (Morning, "Until tomorrow 9:00")];

    /// <summary>Null: no such choice.</summary>
    /// <param name="zone">The person's.</param>
    public static DateTimeOffset? Until(string word, DateTimeOffset now, TimeZoneInfo zone) => word switch
    {
        "15m" => now + TimeSpan.FromMinutes(15),
        "1h" => now + TimeSpan.FromHours(1),
        Morning => LocalTime.At(TimeZoneInfo.ConvertTime(now, zone).Date.AddDays(1) + NineOClock, zone),
        _ => null,
    };
}
