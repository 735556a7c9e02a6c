using ChatOps.Catalog;

namespace ChatOps.Configuration;

/// <summary>The parts <c>freezes</c> and <c>friday</c> of the file.</summary>
internal sealed class DeployReader(Reading reading, ServiceCatalog catalog)
{
    public DeployConfig Read(Section file) => new() { Freezes = Freezes(file), Friday = Friday(file) };

    private List<FreezeWindow> Freezes(Section file)
    {
        var freezes = new List<FreezeWindow>();
        foreach (var one in file.Sections("freezes", "freeze"))
        {
            one.Require("reason", "the sale");
            one.Require("from", "friday 16:00");
            one.Require("to", "monday 08:00");
            var window = new FreezeWindow
            {
                Reason = one.Text("reason") ?? "",
                Environments = one.Known("environments", "environment", [.. catalog.Environments]),
                Services = one.Known("services", "service", [.. catalog.Services.Keys]),
                TimeZone = Zone(one),
            };
            freezes.Add(Window(one, window));
            one.Done();
        }
        return freezes;
    }

    private FreezeWindow Window(Section section, FreezeWindow window)
    {
        if (section.Text("from") is not { } from || section.Text("to") is not { } to) return window;
        var (weekFrom, weekTo) = (WallClock.Weekly(from), WallClock.Weekly(to));
        var (begins, ends) = (WallClock.Dated(from, endOfDay: false), WallClock.Dated(to, endOfDay: true));
        if (weekFrom is null && begins is null) NoMoment(section, "from", from);
        else if (weekTo is null && ends is null) NoMoment(section, "to", to);
        else if (weekFrom is null != weekTo is null)
            reading.Mistake(section.LineOf("to"), $"'from' is '{from}' and 'to' is '{to}'{section.In}", "two weekdays for every week, or two dates for once");
        else if (weekFrom is not null && weekFrom == weekTo)
            reading.Mistake(section.LineOf("to"), $"'from' and 'to' are the same moment of the week{section.In}", "a freeze that ends: friday 16:00 to monday 08:00");
        else if (begins >= ends)
            reading.Mistake(section.LineOf("to"), $"'to' is not after 'from'{section.In}", "an end after its begin");
        return window with { From = weekFrom, To = weekTo, Begins = begins, Ends = ends };
    }

    private void NoMoment(Section section, string key, string text) => reading.Mistake(section.LineOf(key), $"'{key}' is '{text}'{section.In}",
        WallClock.Weekday(text) is { } day && Nearest.Of(day, WallClock.Weekdays) is { } near && near != day ? $"did you mean '{near}'?" : "a weekday and a time such as friday 16:00, or a date such as 2026-11-24 or 2026-11-24 18:00");

    private FridayRule? Friday(Section file)
    {
        if (file.Node("friday") is YamlScalar { Text: "off" or "false" }) return null;
        if (file.Below("friday", "friday") is not { } section) return new();
        var rule = new FridayRule
        {
            Environments = section.Known("environments", "environment", [.. catalog.Environments]),
            TimeZone = Zone(section),
        };
        if (section.Text("after") is { } text)
        {
            if (WallClock.Time(text) is { } after) rule = rule with { After = after };
            else reading.Mistake(section.LineOf("after"), $"'after' is '{text}'{section.In}", "hours and minutes in quotes, such as \"12:00\"");
        }
        section.Done();
        return rule;
    }

    private TimeZoneInfo Zone(Section section)
    {
        if (section.Text("timezone") is not { } name) return TimeZoneInfo.Utc;
        if ((name == "UTC" || name.Contains('/', StringComparison.Ordinal)) && TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone)) return zone;
        var known = TimeZoneInfo.GetSystemTimeZones().Select(z => z.Id).Where(id => id.Contains('/', StringComparison.Ordinal));
        reading.Mistake(section.LineOf("timezone"), $"unknown time zone '{name}'{section.In}", Nearest.Of(name, known) is { } near ? $"did you mean '{near}'?" : "an IANA name, such as Europe/Vienna, America/New_York or UTC");
        return TimeZoneInfo.Utc;
    }
}
