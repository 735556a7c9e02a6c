using System.Text.Json.Nodes;

namespace ChatOps.Platforms.Docker;

/// <summary>
/// A container as an old one was asked for, of another image. What the old one only had from its image (variables, command, labels, health check) is left
/// to the new image, else the new version would run with the old version's defaults; volumes without a name go along, since they hold its data. Pure.
/// </summary>
internal static class ContainerCopy
{
    private static readonly string[] FromImage = ["WorkingDir", "User", "StopSignal", "Healthcheck", "Shell", "OnBuild"];
    private static readonly string[] Sets = ["ExposedPorts", "Volumes"];
    private static readonly string[] Endpoint = ["IPAMConfig", "Links", "DriverOpts"];

    /// <param name="image">The old container's, as <c>/images/{id}/json</c> has it; null: it is gone, and nothing can be told apart.</param>
    /// <param name="labels">Added to its own.</param>
    /// <returns>The body for <c>/containers/create</c>, with its first network.</returns>
    public static JsonObject Body(DockerContainer old, JsonNode? image, string reference, IEnumerable<(string Name, string Value)> labels)
    {
        var defaults = image.At("Config") ?? image.At("ContainerConfig");
        var body = Copy(old.Json.At("Config"));
        body["Image"] = reference;
        // Two of them would be in each other's way.
        body.Remove("MacAddress");
        foreach (var key in FromImage.Where(k => JsonNode.DeepEquals(body[k], defaults.At(k)))) body.Remove(key);
        // A command without its entry point is another command.
        if (JsonNode.DeepEquals(body["Entrypoint"], defaults.At("Entrypoint")))
        {
            body.Remove("Entrypoint");
            if (JsonNode.DeepEquals(body["Cmd"], defaults.At("Cmd"))) body.Remove("Cmd");
        }
        var inherited = defaults.Items("Env").Select(e => e.GetValue<string>()).ToHashSet(StringComparer.Ordinal);
        body["Env"] = new JsonArray([.. old.Json.Items("Config", "Env").Where(e => !inherited.Contains(e.GetValue<string>())).Select(e => e.DeepClone())]);
        foreach (var key in Sets)
            if (body[key] is JsonObject set) body[key] = new JsonObject(set.Where(e => defaults.At(key, e.Key) is null).Select(e => KeyValuePair.Create(e.Key, e.Value?.DeepClone())).ToList());
        var own = Copy(old.Json.At("Config", "Labels")).Where(l => l.Value.Text() is var v && v != defaults.Text("Labels", l.Key) && !l.Key.StartsWith("chatops.", StringComparison.Ordinal));
        body["Labels"] = new JsonObject([.. own.Select(l => KeyValuePair.Create(l.Key, l.Value?.DeepClone())), .. labels.Select(l => KeyValuePair.Create<string, JsonNode?>(l.Name, l.Value))]);
        // The Engine made it of the old id, or it is the host's.
        if (body.Text("Hostname") is not { } host || old.Id.StartsWith(host, StringComparison.Ordinal) || old.Json.Text("HostConfig", "NetworkMode") == "host") body.Remove("Hostname");
        body["HostConfig"] = HostConfig(old);
        if (Networks(old) is [var first, ..]) body["NetworkingConfig"] = new JsonObject { ["EndpointsConfig"] = new JsonObject { [first.Name] = first.Endpoint } };
        return body;
    }

    /// <summary>The first is the one it is made with; the others it joins before it starts.</summary>
    public static IReadOnlyList<(string Name, JsonObject Endpoint)> Networks(DockerContainer old)
    {
        var mode = old.Json.Text("HostConfig", "NetworkMode") ?? "";
        if (mode is "host" or "none" || mode.StartsWith("container:", StringComparison.Ordinal)) return [];
        return [.. old.Networks.OrderByDescending(n => n.Key == mode).ThenBy(n => n.Key, StringComparer.Ordinal).Select(n =>
        {
            var endpoint = new JsonObject();
            foreach (var key in Endpoint)
                if (n.Value.At(key) is { } value) endpoint[key] = value.DeepClone();
            // The usual network knows no aliases; elsewhere the Engine adds the id by itself.
            var aliases = n.Value.Items("Aliases").Select(a => a.GetValue<string>()).Where(a => n.Key != "bridge" && !old.Id.StartsWith(a, StringComparison.Ordinal)).ToList();
            if (aliases.Count > 0) endpoint["Aliases"] = new JsonArray([.. aliases.Select(a => (JsonNode)a)]);
            return (n.Key, endpoint);
        })];
    }

    private static JsonObject HostConfig(DockerContainer old)
    {
        var host = Copy(old.Json.At("HostConfig"));
        host.Remove("ContainerIDFile");
        var binds = host.Items("Binds").Select(b => b.GetValue<string>()).ToList();
        var bound = binds.Select(b => b.Split(':').ElementAtOrDefault(1)).Concat(host.Items("Mounts").Select(m => m.Text("Target"))).ToHashSet(StringComparer.Ordinal);
        binds.AddRange(old.Json.Items("Mounts").Where(m => m.Text("Type") == "volume" && m.Text("Name") is not null && !bound.Contains(m.Text("Destination")))
            .Select(m => $"{m.Text("Name")}:{m.Text("Destination")}{(m.Flag("RW") ? "" : ":ro")}"));
        host["Binds"] = new JsonArray([.. binds.Select(b => (JsonNode)b)]);
        // Told as /db:/shop/alias, asked for as db:alias.
        if (host["Links"] is JsonArray links)
            host["Links"] = new JsonArray([.. links.OfType<JsonNode>().Select(l => l.GetValue<string>().Split(':')).Select(l => (JsonNode)$"{l[0].TrimStart('/')}:{l[^1].Split('/')[^1]}")]);
        return host;
    }

    private static JsonObject Copy(JsonNode? node) => node?.DeepClone() as JsonObject ?? [];
}
