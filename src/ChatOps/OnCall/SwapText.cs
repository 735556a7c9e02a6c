using System.Globalization;
using ChatOps.Configuration;
using ChatOps.Incidents;
using ChatOps.Scheduling;
using ChatOps.Slack.Blocks;

namespace ChatOps.OnCall;

/// <summary>Who wants to be replaced by whom, as typed.</summary>
/// <param name="Person">A handle or id; null: the one who asks.</param>
/// <param name="Until">Null: until the shift ends in which it begins.</param>
public sealed record Swap(string Schedule, string? Person, DateTimeOffset From, DateTimeOffset? Until, string Why);

/// <summary>Reads <c>swap [schedule] [@user] [--from t] [--until t | --for 8h] [why]</c>. Pure. Times are local to the schedule.</summary>
public static class SwapText
{
    private static readonly TimeSpan Longest = TimeSpan.FromDays(92);

    /// <param name="text">What follows <c>swap</c>.</param>
    /// <param name="schedules">Those that the file keeps; PagerDuty's own are swapped there.</param>
    /// <param name="here">The schedule that is meant where none is named; null: it has to be.</param>
    public static (Swap? Swap, string? Refusal) Read(string text, IReadOnlyDictionary<string, Rotation> schedules, string? here, DateTimeOffset now)
    {
        var typed = CommandText.Parse(text);
        if (typed.Options.Keys.FirstOrDefault(o => o is not ("from" or "until" or "for" or "why")) is { } strange)
            return (null, $"I do not know the option {Mrkdwn.Code("--" + Mrkdwn.Cut(strange, 40))}. A swap takes `--from`, `--until`, `--for` and `--why`.");
        var words = typed.Words.ToList();
        var schedule = Take(words, w => schedules.ContainsKey(w)) ?? here;
        var person = Take(words, w => w.Length > 1 && w[0] == '@')?[1..];
        if (schedule is null) return (null, $"Which schedule? There {(schedules.Count == 0 ? "is none in chatops.yaml that can be swapped here" : $"is {string.Join(", ", schedules.Keys.Select(k => Mrkdwn.Escape(k)))}")}.");
        var rotation = schedules[schedule];
        if (rotation.PagerDutySchedule is not null) return (null, $"PagerDuty keeps {Mrkdwn.Escape(schedule)}: make the override there.");

        var from = now;
        if (typed.Options.TryGetValue("from", out var first) && !TryTime(first, rotation.Zone, now, out from)) return (null, NoTime(first));
        // What has passed stays as it was.
        if (from < now) from = now;
        DateTimeOffset? until = null;
        if (typed.Options.TryGetValue("until", out var last))
        {
            if (!TryTime(last, rotation.Zone, from, out var end)) return (null, NoTime(last));
            until = end;
        }
        else if (typed.Options.TryGetValue("for", out var length))
        {
            if (!Durations.TryParse(length, out var duration)) return (null, $"{Mrkdwn.Code(Mrkdwn.Cut(length, 40))} is no duration: write `--for 8h` or `--for 2d`.");
            until = from + duration;
        }
        if (until <= from) return (null, "It would end before it begins. Give an end that is still to come, such as `--for 8h`.");
        if (until - from > Longest) return (null, $"That is longer than {Durations.Text(Longest)}: change the schedule in chatops.yaml instead.");
        var why = typed.Options.TryGetValue("why", out var reason) ? reason : string.Join(' ', words);
        return (new Swap(schedule, person, from, until, why), null);
    }

    /// <summary>A date and a time, a time (the next one), or seconds since 1970.</summary>
    internal static bool TryTime(string text, TimeZoneInfo zone, DateTimeOffset after, out DateTimeOffset time)
    {
        time = default;
        if (text.Length is > 8 and < 12 && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds))
        {
            time = DateTimeOffset.FromUnixTimeSeconds(seconds);
            return true;
        }
        if (DateTime.TryParseExact(text, ["yyyy-MM-dd'T'HH:mm", "yyyy-MM-dd HH:mm"], CultureInfo.InvariantCulture, DateTimeStyles.None, out var local) && local.Year is > 2000 and < 2200)
        {
            time = LocalTime.At(DateOnly.FromDateTime(local), TimeOnly.FromDateTime(local), zone);
            return true;
        }
        if (!TimeOnly.TryParseExact(text, ["HH:mm", "H:mm"], CultureInfo.InvariantCulture, DateTimeStyles.None, out var clock)) return false;
        var day = LocalTime.DayOf(after, zone);
        time = LocalTime.At(day, clock, zone);
        if (time <= after) time = LocalTime.At(day.AddDays(1), clock, zone);
        return true;
    }

    private static string NoTime(string text) => $"{Mrkdwn.Code(Mrkdwn.Cut(text, 40))} is no time: write `2026-01-31T09:00`, or `18:30` for the next one, in the schedule's own time zone.";

    private static string? Take(List<string> words, Func<string, bool> fits)
    {
        // Only before the reason begins: a reason may name anything.
        for (var i = 0; i < Math.Min(2, words.Count); i++)
        {
            if (!fits(words[i])) continue;
            var word = words[i];
            words.RemoveAt(i);
            return word;
        }
        return null;
    }
}
