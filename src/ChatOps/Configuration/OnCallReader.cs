using System.Globalization;
using System.Text.RegularExpressions;
using ChatOps.Catalog;

namespace ChatOps.Configuration;

/// <summary>The rotations of the file.</summary>
internal sealed partial class OnCallReader(Reading reading, ServiceCatalog catalog)
{
    private const string EscalateAfter = "escalate_after";
    private static readonly string[] Weekdays = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

    private readonly List<(string Schedule, Word Backup)> backups = [];
    private readonly Dictionary<string, string> answered = new(StringComparer.Ordinal);

    public OnCallConfig Read(Section file)
    {
        var pagerDuty = new PagerDutyReader(reading).Read(file);
        if (file.Below("oncall", "oncall") is not { } section) return new() { PagerDuty = pagerDuty };
        var schedules = new Dictionary<string, Rotation>(StringComparer.Ordinal);
        var after = section.Duration(EscalateAfter, TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(1), TimeSpan.FromHours(2));
        foreach (var entry in section.Entries.Where(e => e.Key != EscalateAfter))
        {
            if (entry.Value is not YamlMap) reading.Mistake(entry.Line, $"'{entry.Key}' is no schedule in oncall", Nearest.Of(entry.Key, [EscalateAfter]) is { } near ? $"did you mean '{near}'?" : "a schedule has people, handover, timezone and start");
            else if (Names.Thing(entry.Key) is null) reading.Mistake(entry.Line, $"'{entry.Key}' is no name for a schedule", Names.Rule);
            else if (Section.From(reading, $"schedule '{entry.Key}'", entry.Value) is { } below) schedules.Add(entry.Key, Schedule(entry.Key, below, pagerDuty));
        }
        foreach (var (schedule, backup) in backups)
        {
            if (backup.Text == schedule) reading.Mistake(backup.Line, $"schedule '{schedule}' is its own backup", "name another schedule, or leave 'backup' out");
            else if (!schedules.ContainsKey(backup.Text)) reading.Mistake(backup.Line, $"unknown schedule '{backup.Text}' in 'backup' of schedule '{schedule}'", Nearest.Hint(backup.Text, [.. schedules.Keys.Where(k => k != schedule)]));
        }
        return new() { Schedules = schedules, EscalateAfter = after, PagerDuty = pagerDuty };
    }

    private Rotation Schedule(string name, Section section, PagerDutyConfig? pagerDuty)
    {
        var rotation = new Rotation { Name = name, Services = Services(name, section), PagerDutySchedule = section.Text("pagerduty") };
        if (section.Text("backup") is { } backup)
        {
            backups.Add((name, new(backup, section.LineOf("backup"))));
            rotation = rotation with { Backup = backup };
        }
        rotation = rotation.PagerDutySchedule is null ? Own(section, rotation) : KeptElsewhere(section, rotation, pagerDuty);
        section.Done();
        return rotation;
    }

    private Rotation KeptElsewhere(Section section, Rotation rotation, PagerDutyConfig? pagerDuty)
    {
        if (pagerDuty?.ApiToken is null) reading.Mistake(section.LineOf("pagerduty"), $"PagerDuty cannot be asked who is on call{section.In}", "add 'api_token: ${PAGERDUTY_API_TOKEN}' under 'pagerduty'");
        foreach (var key in (string[])["people", "handover", "every", "timezone", "start"])
        {
            if (section.Has(key)) reading.Mistake(section.LineOf(key), $"'{key}' stands beside 'pagerduty'{section.In}", "either PagerDuty keeps the schedule, or this file does");
        }
        return rotation;
    }

    private Rotation Own(Section section, Rotation rotation)
    {
        section.Require("people", "[ana, ben]");
        section.Require("handover", "monday 09:00");
        section.Require("timezone", "Europe/Vienna");
        section.Require("start", "2026-01-05");
        var (weekday, time) = Handover(section);
        var days = section.Text("every") is { } every ? Days(section, every, weekday) : weekday is null ? 1 : 7;
        var start = Start(section, weekday);
        return rotation with { People = People(section), Handover = time, Days = days, Zone = Zone(section), Start = start };
    }

    private List<string> People(Section section)
    {
        var people = new List<string>();
        var words = section.Words("people");
        foreach (var word in words)
        {
            var person = word.Text.TrimStart('@');
            if (people.Contains(person, StringComparer.OrdinalIgnoreCase)) reading.Mistake(word.Line, $"'{person}' stands twice in 'people'{section.In}", "name everybody once; the order goes round by itself");
            else people.Add(person);
        }
        if (words.Count == 0 && section.Has("people")) reading.Mistake(section.LineOf("people"), $"'people' is empty{section.In}", "people: [ana, ben]");
        return people;
    }

    private List<string> Services(string name, Section section)
    {
        var services = new List<string>();
        foreach (var word in section.Words("services"))
        {
            if (!catalog.Services.ContainsKey(word.Text)) reading.Mistake(word.Line, $"unknown service '{word.Text}'{section.In}", Nearest.Hint(word.Text, [.. catalog.Services.Keys]));
            else if (!answered.TryAdd(word.Text, name)) reading.Mistake(word.Line, $"schedule '{answered[word.Text]}' answers for '{word.Text}' already", "let one schedule answer for a service");
            else services.Add(word.Text);
        }
        return services;
    }

    private (DayOfWeek? Weekday, TimeOnly Time) Handover(Section section)
    {
        if (section.Text("handover") is not { } text) return (null, default);
        var match = HandoverForm().Match(text.Trim());
        var day = match.Groups["day"].Value.ToLowerInvariant();
        if (!match.Success || !TimeOnly.TryParseExact(match.Groups["time"].Value, ["HH:mm", "H:mm"], CultureInfo.InvariantCulture, DateTimeStyles.None, out var time))
        {
            reading.Mistake(section.LineOf("handover"), $"'handover' is '{text}'{section.In}", "a weekday and a local time, such as monday 09:00, or a time alone for every day");
            return (null, default);
        }
        if (day.Length == 0) return (null, time);
        var index = Array.FindIndex(Weekdays, w => w == day || (day.Length == 3 && w.StartsWith(day, StringComparison.Ordinal)));
        if (index >= 0) return ((DayOfWeek)((index + 1) % 7), time);
        reading.Mistake(section.LineOf("handover"), $"unknown weekday '{day}'{section.In}", Nearest.Hint(day, Weekdays));
        return (null, time);
    }

    private int Days(Section section, string text, DayOfWeek? weekday)
    {
        var match = EveryForm().Match(text.Trim());
        var days = match.Success ? int.Parse(match.Groups["n"].ValueSpan, CultureInfo.InvariantCulture) * (match.Groups["unit"].Value == "w" ? 7 : 1) : 0;
        if (days is < 1 or > 364) reading.Mistake(section.LineOf("every"), $"'every' is '{text}'{section.In}", "days or weeks up to 52w, such as 1w or 1d");
        else if (weekday is not null && days % 7 != 0) reading.Mistake(section.LineOf("every"), $"'every' is '{text}', and the handover is on one weekday{section.In}", "whole weeks, such as 1w; or leave the weekday out of 'handover'");
        else return days;
        return 7;
    }

    private DateOnly Start(Section section, DayOfWeek? weekday)
    {
        if (section.Text("start") is not { } text) return new(2026, 1, 5);
        if (!DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var start) || start.Year is < 2000 or > 2100)
        {
            reading.Mistake(section.LineOf("start"), $"'start' is '{text}'{section.In}", "a date from 2000 to 2100, such as 2026-01-05");
            return new(2026, 1, 5);
        }
        if (weekday is { } day && start.DayOfWeek != day)
        {
            var next = start.AddDays(((int)day - (int)start.DayOfWeek + 7) % 7);
            reading.Mistake(section.LineOf("start"), $"'start' is a {start.DayOfWeek}, and the handover is on {day}s{section.In}", $"start: {next.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)}");
        }
        return start;
    }

    private TimeZoneInfo Zone(Section section)
    {
        if (section.Text("timezone") is not { } name) return TimeZoneInfo.Utc;
        if ((name == "UTC" || name.Contains('/', StringComparison.Ordinal)) && TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone)) return zone;
        var known = TimeZoneInfo.GetSystemTimeZones().Select(z => z.Id).Where(id => id.Contains('/', StringComparison.Ordinal));
        reading.Mistake(section.LineOf("timezone"), $"unknown time zone '{name}'{section.In}", Nearest.Of(name, known) is { } near ? $"did you mean '{near}'?" : "an IANA name, such as Europe/Vienna, America/New_York or UTC");
        return TimeZoneInfo.Utc;
    }

    [GeneratedRegex(@"\A(?:(?<day>[A-Za-z]+)\s+)?(?<time>[0-9]{1,2}:[0-9]{2})\z", RegexOptions.ExplicitCapture)]
    private static partial Regex HandoverForm();

    [GeneratedRegex(@"\A(?<n>[0-9]{1,3})(?<unit>d|w)\z", RegexOptions.ExplicitCapture)]
    private static partial Regex EveryForm();
}
