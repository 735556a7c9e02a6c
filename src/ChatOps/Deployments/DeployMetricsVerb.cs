using ChatOps.Catalog;
using ChatOps.Configuration;
using ChatOps.Inbox;

namespace ChatOps.Deployments;

/// <summary><c>/deploy metrics [service|@team]</c>: the four DORA figures.</summary>
public sealed class DeployMetricsVerb(ServiceCatalog catalog, ReadDora dora, CurrentRequest request, Outbox.Outbox outbox) : IDeployVerb
{
    /// <summary>More would not fit into one message.</summary>
    private const int Most = 8;

    public string Name => "metrics";

    public IReadOnlyList<string> Synonyms => ["figures", "dora", "stats"];

    public (string Arguments, string Does) Usage => ("[service|@team]", "how often, how fast, how many fail, how long until mended: 30 and 90 days");

    public async Task HandleAsync(DeployCall call, CancellationToken cancellationToken)
    {
        var word = Incidents.CommandText.Parse(call.Arguments).Words is [var first, ..] ? first : "";
        var team = word.TrimStart('@');
        var owned = catalog.Services.Values.Where(s => s.Owner is { } o && o.Equals(team, StringComparison.OrdinalIgnoreCase)).ToList();
        var reports = new List<DoraReport>();
        if (word.Length == 0)
        {
            // Teams first where there are several: a team is what the figures are about.
            foreach (var group in catalog.Services.Values.GroupBy(s => s.Owner ?? "", StringComparer.OrdinalIgnoreCase).Where(g => g.Key.Length > 0 && g.Count() > 1).Take(Most / 2))
                reports.Add(await dora.OfAsync($"@{group.Key}", [.. group], cancellationToken));
            foreach (var service in catalog.Services.Values.Take(Most - reports.Count)) reports.Add(await dora.OfAsync(service.Name, [service], cancellationToken));
        }
        else if (!word.StartsWith('@') && catalog.Find(word) is { } service)
        {
            reports.Add(await dora.OfAsync(service.Name, [service], cancellationToken));
        }
        else if (owned.Count > 0)
        {
            reports.Add(await dora.OfAsync($"@{owned[0].Owner}", owned, cancellationToken));
            foreach (var one in owned.Take(Most - 1)) reports.Add(await dora.OfAsync(one.Name, [one], cancellationToken));
        }
        List<string> known = [.. catalog.Services.Keys, .. catalog.Services.Values.Select(s => s.Owner).OfType<string>().Distinct(StringComparer.OrdinalIgnoreCase).Select(o => $"@{o}")];
        var message = reports.Count == 0
            ? LockMessages.Refused($"There is no service or team '{word}'; {(Nearest.Of(word, known) is { } near ? $"did you mean {near}?" : $"there are: {string.Join(", ", known.Take(20))}.")}")
            : DoraMessages.Figures(reports);
        await request.TellAsync(outbox, call, message, cancellationToken);
    }
}
