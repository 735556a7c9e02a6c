using System.Text.Json;
using ChatOps.Configuration;

namespace ChatOps.Alerts;

/// <summary>Any JSON, by the paths of <see cref="AlertMap"/>. Pure.</summary>
internal static class MappedReader
{
    /// <returns>The alerts, or a sentence for the sender that says what is wrong.</returns>
    public static (IncomingAlerts? Alerts, string? Mistake) Read(JsonElement root, AlertMap map)
    {
        var list = map.List is { } path ? root.At(path) : root;
        IEnumerable<JsonElement> found = list.ValueKind switch
        {
            JsonValueKind.Array => list.EnumerateArray(),
            JsonValueKind.Object => [list],
            _ => [],
        };
        if (list.ValueKind is not (JsonValueKind.Array or JsonValueKind.Object))
            return (null, map.List is null ? "the document is neither a list nor an object" : $"there is no list at '{map.List}', where map.list in chatops.yaml looks for it");
        var alerts = found.Where(e => e.ValueKind == JsonValueKind.Object).Select(e => Alert(e, root, map)).OfType<IncomingAlert>().ToList();
        return alerts.Count == 0 && list.ValueKind == JsonValueKind.Object
            ? (null, $"there is no title at '{map.Title}', where map.title in chatops.yaml looks for it")
            : (new(map.Group is { } group ? root.At(group).Text() ?? "" : "", alerts), null);
    }

    private static IncomingAlert? Alert(JsonElement one, JsonElement root, AlertMap map)
    {
        if (Find(map.Title).Text() is not { } title) return null;
        // Only what is short and plain is a label: what rules can match and people can read.
        var labels = one.Labels();
        var service = Find(map.Service).Text();
        return new IncomingAlert
        {
            Fingerprint = Find(map.Fingerprint).Text() ?? IncomingPrint.Of([title, service ?? ""]),
            Name = title,
            Title = title,
            Firing = Find(map.Status).Text() is not { } status || !map.Resolved.Contains(status, StringComparer.OrdinalIgnoreCase),
            Level = AlertLevels.Read(Find(map.Severity).Text()),
            Labels = labels,
            Service = service,
            StartsAt = Find(map.Started).Time(),
            Url = Find(map.Url).Text(),
        };

        JsonElement Find(string? path)
        {
            if (path is null) return default;
            var own = one.At(path);
            return own.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null ? root.At(path) : own;
        }
    }
}
