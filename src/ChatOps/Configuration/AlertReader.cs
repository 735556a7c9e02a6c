using System.Globalization;
using ChatOps.Catalog;

namespace ChatOps.Configuration;

/// <summary>The part <c>alerts</c> of the file.</summary>
internal sealed class AlertReader(Reading reading, ServiceCatalog catalog)
{
    private const int ShortestSecret = 8;
    private static readonly string[] Types = ["alertmanager", "grafana", "json"];
    private static readonly string[] Actions = ["open", "suggest", "digest", "ignore"];
    private static readonly string[] Levels = ["critical", "warning", "info"];

    public AlertConfig Read(Section? section)
    {
        if (section is null) return new();
        var sources = Sources(section);
        var alerts = new AlertConfig
        {
            Sources = sources,
            ServiceLabels = section.Has("service_labels") ? [.. section.Words("service_labels").Select(w => w.Text)] : new AlertConfig().ServiceLabels,
            Rules = Rules(section, [.. sources.Keys]),
            DigestChannel = section.Has("digest_channel")
                ? section.Parsed("digest_channel", "", Names.Channel, $"'digest_channel' is no channel name{section.In}", "lower-case letters, digits, '-' and '_', up to 80, such as alerts")
                : null,
            DigestAt = TimeOf(section.Parsed("digest_at", "09:00", t => TimeOnly.TryParseExact(t, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out _) ? t : null,
                $"'digest_at' is no time of day{section.In}", "hours and minutes in quotes, such as \"09:00\"")),
            TimeZone = section.Parsed("time_zone", TimeZoneInfo.Utc, t => TimeZoneInfo.TryFindSystemTimeZoneById(t, out var zone) ? zone : null,
                $"'time_zone' is no time zone that this machine knows{section.In}", "a name of the IANA list, such as Europe/Berlin"),
        };
        section.Done();
        return alerts;
    }

    private Dictionary<string, AlertSource> Sources(Section section)
    {
        var all = new Dictionary<string, AlertSource>(StringComparer.Ordinal);
        foreach (var entry in section.Below("sources", "sources")?.Entries ?? [])
        {
            if (Names.Thing(entry.Key) is null) reading.Mistake(entry.Line, $"'{entry.Key}' is no name for a source of alerts", Names.Rule);
            else if (Section.From(reading, $"alert source '{entry.Key}'", entry.Value) is { } below) all.Add(entry.Key, Source(entry.Key, below));
        }
        return all;
    }

    private AlertSource Source(string name, Section section)
    {
        // A source that is named after its type needs no type.
        if (!Types.Contains(name, StringComparer.Ordinal)) section.Require("type", Types[0]);
        var type = section.OneOf("type", Types, name) switch
        {
            "grafana" => AlertSourceType.Grafana,
            "json" => AlertSourceType.Json,
            _ => AlertSourceType.Alertmanager,
        };
        var source = new AlertSource
        {
            Name = name,
            Type = type,
            Token = Secret(section, "token"),
            Username = section.Text("username"),
            Password = Secret(section, "password"),
            Url = section.Url("url"),
            ApiToken = Secret(section, "api_token"),
            Map = Map(section.Below("map", $"map of alert source '{name}'")),
        };
        // An alert opens incidents and wakes people: nobody may send one who is not known.
        var basic = section.Has("username") || section.Has("password");
        if (!section.Has("token") && !basic)
            reading.Mistake(section.Line, $"nothing proves who sends{section.In}", "add 'token: ${NAME}', or 'username' and 'password'");
        if (section.Has("token") && basic)
            reading.Mistake(section.LineOf("username"), $"a token and a password are given{section.In}", "keep one of the two");
        if (basic && (!section.Has("username") || !section.Has("password")))
            reading.Mistake(section.Line, $"one of 'username' and 'password' is missing{section.In}", "give both");
        if (source.Username?.Contains(':', StringComparison.Ordinal) == true)
            reading.Mistake(section.LineOf("username"), $"'username' holds a colon{section.In}", "basic authentication cannot carry one: choose another name");
        if (type == AlertSourceType.Json) section.Require("map", "{ title: name, status: state }");
        else if (section.Has("map")) reading.Mistake(section.LineOf("map"), $"'map' is for sources of type json{section.In}", "leave it out");
        if (type != AlertSourceType.Alertmanager && section.Has("url"))
            reading.Mistake(section.LineOf("url"), $"'url' is for silences, which only sources of type alertmanager take{section.In}", "leave it out");
        section.Done();
        return source;
    }

    private string? Secret(Section section, string key)
    {
        var secret = section.Secret(key);
        if (secret is null) return null;
        if (secret.Any(c => char.IsControl(c) || c > '~'))
            reading.Mistake(section.LineOf(key), $"'{key}' holds characters that cannot be sent{section.In}", "one line of plain letters, digits and signs");
        else if (secret.Length < ShortestSecret)
            reading.Mistake(section.LineOf(key), $"'{key}' is shorter than {ShortestSecret} characters{section.In}", "make one that nobody guesses, such as by 'openssl rand -hex 24'");
        return secret;
    }

    private static AlertMap Map(Section? section)
    {
        if (section is null) return new();
        section.Require("title", "name");
        var map = new AlertMap
        {
            List = section.Text("list"),
            Status = section.Text("status"),
            Severity = section.Text("severity"),
            Service = section.Text("service"),
            Title = section.Text("title"),
            Fingerprint = section.Text("fingerprint"),
            Group = section.Text("group"),
            Started = section.Text("started"),
            Url = section.Text("url"),
            Resolved = section.Has("resolved") ? [.. section.Words("resolved").Select(w => w.Text)] : new AlertMap().Resolved,
        };
        section.Done();
        return map;
    }

    private List<AlertRule> Rules(Section section, IReadOnlyCollection<string> sources)
    {
        var rules = new List<AlertRule>();
        foreach (var one in section.Sections("rules", "alert rule"))
        {
            one.Require("action", "open");
            var action = one.OneOf("action", Actions, "suggest") switch
            {
                "open" => AlertAction.Open,
                "digest" => AlertAction.Digest,
                "ignore" => AlertAction.Ignore,
                _ => AlertAction.Suggest,
            };
            var rule = new AlertRule
            {
                Name = one.Text("name") ?? $"rule {rules.Count + 1}",
                Match = Match(one.Below("match", $"match{one.In}")),
                Levels = [.. one.Known("levels", "level", Levels).Select(l => l == "critical" ? AlertLevel.Critical : l == "info" ? AlertLevel.Info : AlertLevel.Warning)],
                Services = one.Known("services", "service", [.. catalog.Services.Keys]),
                Sources = one.Known("sources", "source of alerts", sources),
                Action = action,
                Severity = one.Has("severity") ? one.Integer("severity", 2, 1, 4) : null,
                Page = one.Flag("page", otherwise: false),
            };
            if (rule.Page && action != AlertAction.Open)
                reading.Mistake(one.LineOf("page"), $"'page' goes with 'action: open' alone{one.In}", "open an incident, or leave 'page' out");
            one.Done();
            rules.Add(rule);
        }
        return rules;
    }

    private static Dictionary<string, string> Match(Section? section)
    {
        var match = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var entry in section?.Entries ?? [])
        {
            if (section!.Text(entry.Key) is { } value) match[entry.Key] = value;
        }
        return match;
    }

    private static TimeOnly TimeOf(string text) => TimeOnly.ParseExact(text, "HH:mm", CultureInfo.InvariantCulture);
}
