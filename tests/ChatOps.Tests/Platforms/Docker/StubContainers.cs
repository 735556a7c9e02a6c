using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace ChatOps.Tests.Platforms.Docker;

/// <summary>
/// The containers, images and volumes of <see cref="StubEngine"/>: shop with v41 and v42, mailer of an image without a name, web of two containers of Compose, gate with a published port.
/// An image whose version is bad ends at once; one that is sick is unhealthy. Keeps how many of a service ran at once, at most and at least.
/// </summary>
internal sealed class StubContainers
{
    private readonly Lock state = new();
    private readonly List<JsonObject> containers = [];
    private readonly List<JsonObject> volumes = [];
    private int made;
    private int starts;

    public StubContainers()
    {
        foreach (var (repository, version, at) in new[]
        {
            ("registry.local:5000/shop", "v42", "2026-11-21T09:00:00Z"), ("registry.local:5000/shop", "v41", "2026-11-18T09:00:00Z"),
            ("web", "v2", "2026-11-20T09:00:00Z"), ("web", "v1", "2026-11-19T09:00:00Z"), ("gate", "v2", "2026-11-20T09:00:00Z"), ("gate", "v1", "2026-11-19T09:00:00Z"), ("gate", "bad", "2026-11-17T09:00:00Z"), ("web", "bad", "2026-11-17T09:00:00Z"), ("web", "sick", "2026-11-16T09:00:00Z"),
        })
        {
            Images.Add((JsonObject)JsonNode.Parse($$$"""{"Id":"sha256:{{{version}}}{{{repository}}}","RepoTags":["{{{repository}}}:{{{version}}}"],"Created":{{{DateTimeOffset.Parse(at, CultureInfo.InvariantCulture).ToUnixTimeSeconds()}}},"Labels":null,"Config":{"Env":["PATH=/bin","BUILD={{{version}}}"],"Cmd":["serve","{{{version}}}"],"Labels":{"version":"{{{version}}}"} } }""")!);
        }
        var shop = Add("shop", "registry.local:5000/shop:v42", memory: 268435456);
        shop["Config"]!["Env"] = new JsonArray("DATABASE_URL=postgres://shop:hunter2hunter2@db/shop", "INVENTORY_URL=http://inventory");
        shop["RestartCount"] = 2;
        shop["State"] = JsonNode.Parse("""{"Running":true,"OOMKilled":true,"ExitCode":0,"StartedAt":"2026-11-21T09:24:11.000000001Z","FinishedAt":"2026-11-21T09:24:10Z"}""");
        volumes.Add((JsonObject)JsonNode.Parse("""
            {"Name":"chatops-operation-1","Labels":{"chatops.operation":"op-of-tom","chatops.target":"shop","chatops.kind":"deploy","chatops.actor":"tom","chatops.reason":"release",
             "chatops.at":"2026-11-21T09:20:00Z","chatops.until":"2026-11-21T09:22:00Z","chatops.from":"v41","chatops.to":"v42","chatops.proof":"place"} }
            """)!);
        volumes.Add((JsonObject)JsonNode.Parse("""{"Name":"chatops-operation-1-end","Labels":{"chatops.ended":"op-of-tom","chatops.target":"shop","chatops.state":"succeeded","chatops.message":"","chatops.at":"2026-11-21T09:20:30Z"} }""")!);
        Add("mailer", "sha256:0123456789ab", memory: 0);
        foreach (var n in new[] { 1, 2 })
            Add($"prod-web-{n}", "web:v2", memory: 0)["Config"]!["Labels"] = new JsonObject { ["com.docker.compose.project"] = "prod", ["com.docker.compose.service"] = "web", ["version"] = "v2" };
        var gate = Add("gate", "gate:v2", memory: 0);
        gate["HostConfig"]!["PortBindings"] = JsonNode.Parse("""{"80/tcp":[{"HostIp":"","HostPort":"80"}]}""");
        gate["HostConfig"]!["RestartPolicy"] = new JsonObject { ["Name"] = "always" };
    }

    public List<JsonObject> Images { get; } = [];

    public List<JsonNode> Events { get; } = [];

    /// <summary>By the container's name.</summary>
    public Dictionary<string, List<(DateTimeOffset At, string Text)>> Logs { get; } = new(StringComparer.Ordinal) { ["shop"] = [] };

    /// <summary>What the registry has beside the images that are here.</summary>
    public HashSet<string> Registry { get; } = new(StringComparer.Ordinal);

    /// <summary>The names of those that run, after each change.</summary>
    public List<string[]> RanTogether { get; } = [];

    public JsonObject? Find(string idOrName)
    {
        lock (state) return (JsonObject?)containers.Find(c => (string?)c["Id"] == idOrName || (string?)c["Name"] == "/" + idOrName)?.DeepClone();
    }

    public IReadOnlyList<string> Names(string beginning)
    {
        lock (state) return [.. containers.Select(NameOf).Where(n => n.StartsWith(beginning, StringComparison.Ordinal)).Order(StringComparer.Ordinal)];
    }

    /// <summary>Somebody else does something to it.</summary>
    public void Touch(string name, Action<JsonObject> change)
    {
        lock (state) change(containers.Find(c => NameOf(c) == name)!);
    }

    public JsonArray List(JsonNode filters)
    {
        lock (state)
        {
            var labels = (filters["label"] as JsonArray ?? []).Select(l => ((string)l!).Split('='));
            var name = (string?)filters["name"]?[0];
            return new([.. containers.Where(c => labels.All(l => (string?)c["Config"]!["Labels"]?[l[0]] == l[1]) && (name is null || Regex.IsMatch((string)c["Name"]!, name)))
                .Select(c => new JsonObject { ["Id"] = c["Id"]!.DeepClone(), ["Names"] = new JsonArray(c["Name"]!.DeepClone()), ["Labels"] = c["Config"]!["Labels"]?.DeepClone() })]);
        }
    }

    public JsonObject? Image(string reference) => Images.Find(i => (string?)i["Id"] == reference || i["RepoTags"]!.AsArray().Any(t => (string?)t == reference));

    public JsonArray Volumes(string? label)
    {
        lock (state) return new([.. volumes.Where(v => label is null || (string?)v["Labels"]?[label.Split('=')[0]] == label.Split('=')[1]).Select(v => v.DeepClone())]);
    }

    /// <returns>The status, what is answered, and whether something was begun at a service.</returns>
    public (int Status, JsonNode? Answer, bool Action) Change(string method, List<string> parts, IQueryCollection query, JsonObject? body)
    {
        lock (state)
        {
            var its = parts is ["containers", var id, ..] ? containers.Find(c => (string?)c["Id"] == id || (string?)c["Name"] == "/" + id) : null;
            var changed = (method, parts) switch
            {
                ("POST", ["volumes", "create"]) => (201, Store(body!), false),
                ("DELETE", ["volumes", var name]) => (volumes.RemoveAll(v => (string?)v["Name"] == name) > 0 ? 204 : 404, null, false),
                ("POST", ["images", "create"]) => Pull($"{query["fromImage"]}:{query["tag"]}"),
                ("POST", ["containers", "create"]) => Create(query["name"]!, body!),
                (_, ["containers", ..]) when its is null => (404, "No such container", false),
                ("DELETE", ["containers", _]) => (containers.Remove(its!) ? 204 : 404, null, false),
                ("POST", [_, _, "start"]) => Start(its!, restart: false),
                ("POST", [_, _, "restart"]) => Start(its!, restart: true),
                ("POST", [_, _, "stop"]) => Stop(its!),
                ("POST", [_, _, "rename"]) => Rename(its!, query["name"]!),
                ("POST", [_, _, "update"]) => Update(its!, body!),
                _ => ((int Status, JsonNode? Answer, bool Action))(404, "page not found", false),
            };
            RanTogether.Add([.. containers.Where(c => (bool?)c["State"]!["Running"] == true).Select(NameOf)]);
            return changed;
        }
    }

    public static JsonObject Stats() => (JsonObject)JsonNode.Parse("""
        {"read":"2026-11-21T09:30:00Z","cpu_stats":{"cpu_usage":{"total_usage":300},"system_cpu_usage":2000,"online_cpus":2},"precpu_stats":{"cpu_usage":{"total_usage":100},"system_cpu_usage":1000},
         "memory_stats":{"usage":209715200,"stats":{"inactive_file":1048576} } }
        """)!;

    private static string NameOf(JsonObject container) => ((string)container["Name"]!).TrimStart('/');

    private JsonObject Add(string name, string image, long memory)
    {
        var container = (JsonObject)JsonNode.Parse($$"""
            {"Id":"","Name":"/{{name}}","Created":"2026-11-21T09:20:00Z","Image":"","RestartCount":0,
             "State":{"Running":true,"ExitCode":0,"StartedAt":"2026-11-21T09:20:01Z","FinishedAt":"0001-01-01T00:00:00Z"},
             "Config":{"Image":"{{image}}","Env":["PATH=/bin"],"Cmd":["serve"],"Labels":{},"StopTimeout":0,"Tty":false},
             "HostConfig":{"Memory":{{memory}},"MemorySwap":0,"NetworkMode":"shopnet","PortBindings":{},"RestartPolicy":{"Name":"no"} },
             "Mounts":[],"NetworkSettings":{"Networks":{"shopnet":{"Aliases":["{{name}}"]} } } }
            """)!;
        container["Id"] = $"c{++made:00000000000}";
        container["Image"] = (string?)Image(image)?["Id"] ?? image;
        containers.Add(container);
        return container;
    }

    private JsonNode Store(JsonObject volume)
    {
        var there = volumes.Find(v => (string?)v["Name"] == (string?)volume["Name"]);
        if (there is null) volumes.Add(there = (JsonObject)volume.DeepClone());
        return there.DeepClone();
    }

    private (int, JsonNode?, bool) Pull(string reference)
    {
        if (!Registry.Contains(reference)) return (404, $"manifest for {reference} not found: manifest unknown", false);
        Images.Add(new() { ["Id"] = $"sha256:{reference}", ["RepoTags"] = new JsonArray(reference), ["Created"] = 1795600000, ["Config"] = new JsonObject() });
        return (200, new JsonObject { ["status"] = "Downloaded" }, false);
    }

    private (int, JsonNode?, bool) Create(string name, JsonObject body)
    {
        if (containers.Exists(c => NameOf(c) == name)) return (409, $"Conflict. The container name \"/{name}\" is already in use", false);
        if (Image((string)body["Image"]!) is not { } image) return (404, $"No such image: {body["Image"]}", false);
        var container = Add(name, (string)body["Image"]!, memory: 0);
        var config = (JsonObject)body.DeepClone();
        config.Remove("HostConfig");
        config.Remove("NetworkingConfig");
        // As the Engine does: what was not asked for is the image's.
        config["Cmd"] ??= image["Config"]?["Cmd"]?.DeepClone();
        config["Env"] = new JsonArray([.. (config["Env"] as JsonArray ?? []).Concat(image["Config"]?["Env"] as JsonArray ?? []).Select(e => e!.DeepClone())]);
        container["Config"] = config;
        container["HostConfig"] = body["HostConfig"]!.DeepClone();
        container["Created"] = "2026-11-21T10:00:00Z";
        container["State"] = JsonNode.Parse("""{"Running":false,"ExitCode":0,"StartedAt":"0001-01-01T00:00:00Z","FinishedAt":"0001-01-01T00:00:00Z"}""");
        return (201, new JsonObject { ["Id"] = (string?)container["Id"] }, true);
    }

    private (int, JsonNode?, bool) Start(JsonObject container, bool restart)
    {
        var was = container["State"]!;
        if (!restart && (bool?)was["Running"] == true) return (304, null, false);
        var port = Port(container);
        if (port is not null && containers.Exists(c => c != container && (bool?)c["State"]!["Running"] == true && Port(c) == port)) return (500, $"driver failed: port {port} is already allocated", false);
        var bad = ((string)container["Config"]!["Image"]!).EndsWith(":bad", StringComparison.Ordinal);
        var sick = ((string)container["Config"]!["Image"]!).EndsWith(":sick", StringComparison.Ordinal);
        container["RestartCount"] = 0;
        container["State"] = new JsonObject
        {
            ["Running"] = !bad, ["ExitCode"] = bad ? 1 : 0, ["StartedAt"] = $"2026-11-21T10:00:00.{++starts:000000000}Z", ["FinishedAt"] = bad ? "2026-11-21T10:00:01Z" : was["FinishedAt"]!.DeepClone(),
            ["Health"] = sick ? JsonNode.Parse("""{"Status":"unhealthy","Log":[{"Output":"GET /health: 500"}]}""") : null,
        };
        return (204, null, restart);
    }

    private static (int, JsonNode?, bool) Stop(JsonObject container)
    {
        if ((bool?)container["State"]!["Running"] != true) return (304, null, false);
        (container["State"]!["Running"], container["State"]!["ExitCode"], container["State"]!["FinishedAt"]) = (false, 143, "2026-11-21T10:00:02Z");
        return (204, null, false);
    }

    private (int, JsonNode?, bool) Rename(JsonObject container, string name)
    {
        if (containers.Exists(c => NameOf(c) == name)) return (409, "Conflict", false);
        container["Name"] = "/" + name;
        return (204, null, false);
    }

    private static (int, JsonNode?, bool) Update(JsonObject container, JsonObject body)
    {
        foreach (var (key, value) in body) container["HostConfig"]![key] = value?.DeepClone();
        return (200, new JsonObject { ["Warnings"] = null }, body["Memory"] is not null);
    }

    private static string? Port(JsonObject container) => (string?)(container["HostConfig"]!["PortBindings"] as JsonObject ?? []).FirstOrDefault().Value?[0]?["HostPort"];
}
