using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ChatOps.Catalog;

namespace ChatOps.Configuration;

/// <summary>The probes below <c>health</c> and <c>checks</c>.</summary>
internal static partial class ProbeReader
{
    private static readonly string[] Types = ["http", "tcp", "dns", "tls", "redis", "postgres"];
    private static readonly string[] Methods = ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH"];
    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static IReadOnlyList<ProbeDefinition> Read(Section section, string key)
    {
        var probes = new List<ProbeDefinition>();
        foreach (var one in section.Sections(key, key == "health" ? "health probe" : "check"))
        {
            if (Probe(one) is not { } probe) continue;
            if (probes.Exists(p => p.Name == probe.Name)) one.Reading.Mistake(one.LineOf("name"), $"two probes are called '{probe.Name}'{one.In}", "give each its own name");
            probes.Add(probe);
        }
        return probes;
    }

    private static ProbeDefinition? Probe(Section one)
    {
        var name = one.Required("name", "ready");
        var timeout = one.Duration("timeout", TimeSpan.FromSeconds(3), TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(60));
        var types = Types.Where(one.Has).ToList();
        if (types.Count != 1)
        {
            one.Reading.Mistake(one.Line, types.Count == 0 ? $"nothing to ask is named{one.In}" : $"{string.Join(" and ", types.Select(t => $"'{t}'"))} together{one.In}",
                "name exactly one of http: URL, tcp: host:port, dns: name, tls: host:port, redis: host:port, postgres: address");
            return null;
        }
        var probe = new ProbeDefinition { Name = name ?? "", Type = ProbeType.Http, Address = "", Timeout = timeout };
        probe = types[0] switch
        {
            "http" => Http(probe, one),
            "tcp" => HostProbeReader.Tcp(probe, one),
            "dns" => HostProbeReader.Dns(probe, one),
            "tls" => HostProbeReader.Tls(probe, one),
            "redis" => HostProbeReader.Redis(probe, one),
            _ => HostProbeReader.Postgres(probe, one),
        };
        one.Done();
        return probe;
    }

    private static ProbeDefinition Http(ProbeDefinition probe, Section one) => probe with
    {
        Address = one.Url("http")?.AbsoluteUri ?? "",
        Method = one.OneOf("method", Methods, one.Has("body") ? "POST" : "GET")!,
        Body = Body(one),
        ExpectStatus = one.Has("expect") ? one.Integer("expect", 200, 100, 599) : null,
        ExpectText = one.Text("expect_text"),
    };

    /// <summary>Text as it is; a map or a list becomes JSON.</summary>
    private static string? Body(Section one) => one.Node("body") switch
    {
        null => null,
        YamlScalar => one.Text("body"),
        var node => Json(node, one.Reading)?.ToJsonString(Plain),
    };

    private static JsonNode? Json(YamlNode node, Reading reading) => node switch
    {
        YamlMap map => new JsonObject(map.Entries.Select(e => KeyValuePair.Create(e.Key, Json(e.Value, reading)))),
        YamlList list => new JsonArray([.. list.Items.Select(i => Json(i, reading))]),
        YamlScalar { IsNull: true } => null,
        YamlScalar { Plain: true, Text: "true" or "false" } flag => JsonValue.Create(flag.Text == "true"),
        YamlScalar { Plain: true } number when JsonNumber().IsMatch(number.Text) => JsonNode.Parse(number.Text),
        YamlScalar text => JsonValue.Create(reading.Complete(text) ?? ""),
        _ => null,
    };

    [GeneratedRegex(@"\A-?(?:0|[1-9][0-9]{0,17})(?:\.[0-9]{1,17})?\z")]
    private static partial Regex JsonNumber();
}
