using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ChatOps.Catalog;

namespace ChatOps.Configuration;

/// <summary>The probes below <c>health</c> and <c>checks</c>.</summary>
internal static partial class ProbeReader
{
    private static readonly string[] Types = ["http", "tcp", "postgres"];
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
                "name exactly one of http: URL, tcp: host:port, postgres: address");
            return null;
        }
        var probe = new ProbeDefinition { Name = name ?? "", Type = ProbeType.Http, Address = "", Timeout = timeout };
        probe = types[0] switch
        {
            "http" => Http(probe, one),
            "tcp" => Tcp(probe, one),
            _ => Postgres(probe, one),
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

    private static ProbeDefinition Tcp(ProbeDefinition probe, Section one) => probe with
    {
        Type = ProbeType.Tcp,
        Address = one.Parsed("tcp", "", text => HostAndPort().IsMatch(text) && int.Parse(text[(text.LastIndexOf(':') + 1)..], CultureInfo.InvariantCulture) is > 0 and < 65536 ? text : null,
            $"'tcp' is no host and port{one.In}", "host:port, such as cache.internal:6379"),
    };

    private static ProbeDefinition Postgres(ProbeDefinition probe, Section one)
    {
        var address = one.Secret("postgres") ?? "";
        if (address.Length > 0 && !PostgresAddress.TryParse(address, out _))
            one.Reading.Mistake(one.LineOf("postgres"), $"'postgres' is no PostgreSQL address{one.In}", "postgres://user:password@host:5432/name, from a variable or a file");
        return probe with { Type = ProbeType.Postgres, Address = address, Body = one.Text("query"), ExpectText = one.Text("expect_text") };
    }

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

    [GeneratedRegex(@"\A(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\]):[0-9]{1,5}\z")]
    private static partial Regex HostAndPort();

    [GeneratedRegex(@"\A-?(?:0|[1-9][0-9]{0,17})(?:\.[0-9]{1,17})?\z")]
    private static partial Regex JsonNumber();
}
