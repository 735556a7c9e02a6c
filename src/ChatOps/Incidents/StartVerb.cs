using ChatOps.Catalog;
using ChatOps.Configuration;
using ChatOps.Inbox;
using ChatOps.Slack.Blocks;

namespace ChatOps.Incidents;

/// <summary><c>/incident start [title] [--service s] [--sev 1..4] [--private|--public] [--drill]</c></summary>
public sealed class StartVerb(StartIncident start, IncidentStore incidents, ServiceCatalog catalog, ChatOpsConfig config, CurrentRequest request, Outbox.Outbox outbox) : IIncidentVerb
{
    public const string Word = "start";

    private static readonly string[] Kinds = ["private", "public", "drill"];

    public string Name => Word;

    public IReadOnlyList<string> Synonyms => ["declare", "open", "new", "begin"];

    public (string Arguments, string Does) Usage => ("[title] [--service s] [--sev 1..4] [--private] [--drill]", "declare an incident; without a severity nobody else is called yet");

    public bool NeedsIncident => false;

    public ModalViewDefinition? Form(IncidentCall call)
    {
        var text = Read(call.Arguments);
        return text.Words.Count == 0 && !text.Options.ContainsKey("service") ? IncidentForms.StartForm(call.ChannelId, text.Text, catalog.Services.Keys, IsPrivate(text), text.Options.ContainsKey("drill")) : null;
    }

    public async Task HandleAsync(IncidentCall call, CancellationToken cancellationToken)
    {
        var text = Read(call.Arguments);
        if (Check(text) is { } refusal)
        {
            await request.CommitAsync(tx => outbox.TellAsync(tx, call, refusal, cancellationToken), cancellationToken);
            return;
        }

        var service = text.Options.TryGetValue("service", out var named) ? catalog.Find(named) : Mentioned(text.Words);
        var title = text.Text.Length > 0 ? text.Text.ReplaceLineEndings(" ") : $"{service?.Name} is in trouble";
        var known = text.Options.ContainsKey("new") ? [] : await TouchingAsync(service, call.UserId, text.Options.ContainsKey("drill"), cancellationToken);
        if (known.Count > 0)
        {
            await request.CommitAsync(tx => outbox.TellAsync(tx, call, IncidentMessages.JoinOffer(known, call.Arguments), cancellationToken), cancellationToken);
            return;
        }

        var declaration = new Declaration(
            Mrkdwn.Cut(title, IncidentForms.MaximumTitle), title, Severity(text), service?.Name, call.UserId, call.ChannelId, Invite: [])
        {
            Private = IsPrivate(text), Drill = text.Options.ContainsKey("drill"), ByName = call.UserName,
        };
        await request.CommitAsync(async tx =>
        {
            var incident = await start.RunAsync(tx, declaration, cancellationToken);
            await outbox.TellAsync(tx, call, IncidentMessages.Declared(incident, IncidentDrawing.Place(incident)), cancellationToken);
        }, cancellationToken);
    }

    private static CommandText Read(string arguments) => CommandText.Parse(arguments, "new", "private", "public", "drill");

    private bool IsPrivate(CommandText text) => !text.Options.ContainsKey("public") && (config.Incident.PrivateByDefault || text.Options.ContainsKey("private"));

    private static int? Severity(CommandText text) =>
        text.Options.TryGetValue("sev", out var value) || text.Options.TryGetValue("severity", out value) ? Severities.Parse(value) : null;

    private Message? Check(CommandText text)
    {
        if ((text.Options.TryGetValue("sev", out var severity) || text.Options.TryGetValue("severity", out severity)) && Severities.Parse(severity) is null)
            return IncidentMessages.Plain($"There is no severity {Mrkdwn.Code(Mrkdwn.Cut(severity, 40))}: it is 1 ({Severities.All[0].Meaning}) to 4 ({Severities.All[3].Meaning}). Leave `--sev` out when you are not sure; I suggest one.");

        if (text.Options.TryGetValue("service", out var service) && catalog.Find(service) is null)
        {
            var nearest = Nearest.Of(service, catalog.Services.Keys);
            var again = nearest is null ? "" : $"\"{text.Text.Replace('"', '\'')}\" --service {nearest}{(Severity(text) is { } s ? $" --sev {s}" : "")}{string.Concat(Kinds.Where(text.Options.ContainsKey).Select(o => $" --{o}"))}";
            var sentence = $"I do not know a service {Mrkdwn.Code(Mrkdwn.Cut(service, 60))}.";
            return nearest is null
                ? IncidentMessages.Plain($"{sentence} I know: {Mrkdwn.Escape(string.Join(", ", catalog.Services.Keys.Take(30)))}. Or leave `--service` out: I look at all of them.")
                : IncidentMessages.WithButton($"{sentence} Did you mean `{nearest}`?", IncidentButtonHandler.For($"Start with {nearest}", Word, incident: null, again, ButtonStyle.Primary));
        }
        var strange = text.Options.Keys.FirstOrDefault(o => o is not ("sev" or "severity" or "service" or "new" or "private" or "public" or "drill"));
        return strange is null ? null : IncidentMessages.Plain($"I do not know the option {Mrkdwn.Code("--" + Mrkdwn.Cut(strange, 40))}. `start` takes `--service`, `--sev`, `--private` and `--drill`.");
    }

    /// <summary>A title such as "shop is slow" names its service; only a name that stands there as a word counts, and only one.</summary>
    private Service? Mentioned(IReadOnlyList<string> words)
    {
        var found = words.SelectMany(w => w.Split(' ')).Select(w => catalog.Find(w.Trim(',', '.', ':', '!', '?'))).OfType<Service>().Distinct().ToList();
        return found is [var only] ? only : null;
    }

    private async Task<IReadOnlyList<(Incident, string)>> TouchingAsync(Service? service, string viewer, bool drill, CancellationToken cancellationToken)
    {
        if (service is null) return [];
        var touching = new List<(Incident, string)>();
        foreach (var incident in await incidents.OpenAsync(viewer, cancellationToken))
        {
            // Nobody practises in a real incident, and nobody works on a real one in a drill.
            if (incident.Service is not { } other || incident.Drill != drill) continue;
            if (other == service.Name) touching.Add((incident, $"about {other} too"));
            else if (catalog.DependenciesOf(service.Name).Any(d => d.Name == other)) touching.Add((incident, $"about {other}, which {service.Name} needs"));
            else if (catalog.DependentsOf(service.Name).Any(d => d.Name == other)) touching.Add((incident, $"about {other}, which needs {service.Name}"));
        }
        return touching;
    }
}
