using ChatOps.Catalog;
using ChatOps.Configuration;
using ChatOps.Incidents;
using ChatOps.Slack.Blocks;

namespace ChatOps.Diagnosis;

/// <summary>What was typed after a verb of diagnosis, or why it cannot be used. Pure.</summary>
internal static class VerbArguments
{
    /// <summary>The service that a word names; the sentence offers the nearest name where there is none.</summary>
    public static (string? Service, Message? Refusal) Service(ServiceCatalog catalog, string word, string environment, int incident, string verb, string rest)
    {
        if (catalog.Find(word) is { } service)
        {
            return service.Environments.ContainsKey(environment)
                ? (service.Name, null)
                : (null, IncidentMessages.Plain($"{Mrkdwn.Escape(service.Name)} does not run in {Mrkdwn.Escape(environment)}, so there is nothing to look at. It runs in {Mrkdwn.Escape(string.Join(", ", service.Environments.Keys))}."));
        }
        var said = $"I do not know a service {Mrkdwn.Code(Mrkdwn.Cut(word, 60))}.";
        return Nearest.Of(word, catalog.Services.Keys) is { } near
            ? (null, IncidentMessages.WithButton($"{said} Did you mean {Mrkdwn.Code(near)}?", IncidentButtonHandler.For(Mrkdwn.Cut(near, 60), verb, incident, $"{rest} {near}".Trim(), ButtonStyle.Primary)))
            : (null, IncidentMessages.Plain($"{said} Known are {Mrkdwn.Escape(string.Join(", ", catalog.Services.Keys.Take(20)), 500)}."));
    }

    /// <summary>The question of <c>logs [service] [--since 15m] [--grep text]</c>.</summary>
    public static (LogQuestion? Question, Message? Refusal) Logs(ServiceCatalog catalog, Incident incident, string arguments)
    {
        var text = CommandText.Parse(arguments);
        if (text.Options.Keys.FirstOrDefault(o => o is not ("since" or "grep")) is { } unknown)
            return (null, IncidentMessages.Plain($"`logs` has no option {Mrkdwn.Code("--" + Mrkdwn.Cut(unknown, 40))}. It has `--since 15m` and `--grep text`."));
        TimeSpan? since = null;
        if (text.Options.TryGetValue("since", out var typed))
        {
            if (!Durations.TryParse(typed, out var span) || span > TimeSpan.FromDays(7))
                return (null, IncidentMessages.Plain($"{Mrkdwn.Code("--since " + Mrkdwn.Cut(typed, 40))} is no time up to 7 days. Write it as `15m`, `2h` or `1d`."));
            since = span;
        }
        string? service = null;
        if (text.Words is [var word, ..])
        {
            (service, var refusal) = Service(catalog, word, incident.Environment, incident.Number, "logs", "");
            if (refusal is not null) return (null, refusal);
        }
        return (new LogQuestion(service, since, text.Options.GetValueOrDefault("grep") is { Length: > 0 } grep ? grep : null), null);
    }
}
