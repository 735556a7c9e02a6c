using System.Globalization;
using System.Text.RegularExpressions;
using ChatOps.Platforms.Described;
using ChatOps.Telemetry.Prometheus;

namespace ChatOps.Configuration;

/// <summary>One described operation: its request, whose places are checked, and where in its answer to find what.</summary>
internal sealed partial class RequestReader(Section section, DescribedOperation operation)
{
    private static readonly string[] Orders = ["newest_first", "oldest_first"];
    private static readonly string[] Units = ["percent", "bytes", "count", "per_second", "ratio", "ms"];

    /// <summary>What the bot itself sets, and what would carry a secret past the redactor.</summary>
    private static readonly string[] NotByHand = ["Authorization", "Proxy-Authorization", "Cookie", "Host", "Content-Length", "Content-Type", "Transfer-Encoding", "Connection"];

    private Reading Reading => section.Reading;

    public DescribedCall? Read()
    {
        var request = Request();
        var call = new DescribedCall(request ?? new(HttpMethod.Get, []))
        {
            Answer = section.Below("answer", $"answer of {Name}") is { } answer && operation.Fields.Count > 0 ? Answer(answer, "") : new Dictionary<string, FieldPlace>(StringComparer.Ordinal),
            Each = operation.List ? DescribedReader.Place(section, "each") : null,
            OldestFirst = operation.List && section.OneOf("order", Orders, operation.Word == "logs" ? "oldest_first" : "newest_first") == "oldest_first",
            Lines = operation.Lines && section.Flag("lines", otherwise: false),
            Series = operation.Series ? Series() : [],
            Services = section.Has("services") ? section.Words("services").Select(w => w.Text).ToHashSet(StringComparer.Ordinal) : null,
        };
        foreach (var field in operation.Required.Where(f => !call.Answer.ContainsKey(f)))
            Reading.Mistake(section.LineOf("answer"), $"the answer of {Name} does not say where {field} is", $"answer: {{ {field}: … }}");
        if (operation is { List: true, Lines: false, Word: not "operation" } && call.Each is null && !section.Has("each"))
            Reading.Mistake(section.Line, $"'each' is missing{section.In}", "each: items, the list in the answer, or each: $ where the answer is the list");
        section.Done();
        return request is null ? null : call;
    }

    private string Name => section.In[" in ".Length..];

    private RequestTemplate? Request()
    {
        section.Require("request", "GET /apps/{service}");
        var (query, headers, body) = (Named("query"), Named("headers"), section.Node("body") is { } node ? Body(node) : null);
        if (section.Text("request") is not { } text) return null;
        if (Form().Match(text) is not { Success: true } match)
        {
            Reading.Mistake(section.LineOf("request"), $"'request' is no method with a path{section.In}", "such as GET /apps/{service}: GET, POST, PUT, PATCH or DELETE, a space, and a path of letters, digits, '-', '.', '_' and places; what follows a '?' goes into 'query'");
            return null;
        }
        var method = HttpMethod.Parse(match.Groups[1].Value);
        var line = section.LineOf("request");
        if (operation.Action is not null && method == HttpMethod.Get) Reading.Mistake(line, $"'request' changes something with GET{section.In}", "whoever stands between may repeat a GET: let the platform take a POST");
        if (operation.Action is null && method != HttpMethod.Get && method != HttpMethod.Post) Reading.Mistake(line, $"'request' reads with {method}{section.In}", "a read is repeated when it fails: GET, or POST where a search needs a body");
        var segments = match.Groups[2].Value.Split('/').Select(Template.Parse).ToList();
        foreach (var segment in segments) Check(segment, line, inPath: true);
        var template = new RequestTemplate(method, segments) { Query = query, Headers = headers, Body = body };
        foreach (var header in template.Headers)
        {
            if (!HeaderName().IsMatch(header.Name)) Reading.Mistake(section.LineOf("headers"), $"'{header.Name}' is no name of a header{section.In}", "letters, digits and '-', such as Idempotency-Key");
            else if (NotByHand.Contains(header.Name, StringComparer.OrdinalIgnoreCase)) Reading.Mistake(section.LineOf("headers"), $"'{header.Name}' cannot be set{section.In}", "credentials are 'token' with 'token_header', or 'username' and 'password'; the rest the bot sets itself");
            if (header.Value.Literal.Any(c => c is < ' ' or > '~')) Reading.Mistake(section.LineOf("headers"), $"'{header.Name}' holds signs that no header has{section.In}", "plain letters, digits and signs");
        }
        if (template.Body is not null && method == HttpMethod.Get) Reading.Mistake(section.LineOf("body"), $"'body' stands with GET{section.In}", "put it into 'query', or use POST");
        foreach (var needed in operation.Needed.Append("service").Where(n => !template.Places.Contains(n, StringComparer.Ordinal) && !(n == "service" && (operation.Word == "operation" || section.Has("services")))))
            Reading.Mistake(line, $"the request does not say {{{needed}}}{section.In}", "put it into the path, 'query', 'headers' or 'body'");
        return template;
    }

    private List<(string, Template)> Named(string key)
    {
        var named = new List<(string, Template)>();
        foreach (var entry in section.Below(key, $"{key}{section.In}")?.Entries ?? [])
        {
            if (Text(entry.Value) is { } template) named.Add((entry.Key, template));
        }
        return named;
    }

    private BodyPart? Body(YamlNode node) => node switch
    {
        YamlMap map when !IsPlace(map) => new BodyMap([.. map.Entries.Select(e => (e.Key, Body(e.Value))).Where(e => e.Item2 is not null).Select(e => (e.Key, e.Item2!))]),
        YamlList list => new BodyList([.. list.Items.Select(Body).OfType<BodyPart>()]),
        YamlScalar { IsNull: true } => new BodyFixed("null"),
        YamlScalar { Plain: true } plain when Fixed().IsMatch(plain.Text) => new BodyFixed(plain.Text),
        _ => Text(node) is { } text ? new BodyText(text) : null,
    };

    private Template? Text(YamlNode node)
    {
        if (node is not YamlScalar scalar)
        {
            var what = node is YamlMap map && IsPlace(map) ? $"\"{{{map.Entries[0].Key}}}\"" : "\"{service}\"";
            Reading.Mistake(node.Line, $"a single value must stand here{section.In}", $"write a place in quotes: {what}");
            return null;
        }
        if (Reading.Complete(scalar) is not { } text) return null;
        var template = Template.Parse(text);
        Check(template, scalar.Line, inPath: false);
        return template;
    }

    private void Check(Template template, int line, bool inPath)
    {
        foreach (var place in template.Places)
        {
            if (!operation.AllPlaces.Contains(place, StringComparer.Ordinal)) Reading.Mistake(line, $"there is no place {{{place}}}{section.In}", Nearest.Hint(place, operation.AllPlaces));
            else if (Placeholders.Optional.Contains(place) && (inPath || template.Only is null))
                Reading.Mistake(line, $"{{{place}}} may have no value{section.In}", "let it stand alone in 'query', 'headers' or 'body': it is then left out");
        }
    }

    private Dictionary<string, FieldPlace> Answer(Section answer, string prefix)
    {
        var places = new Dictionary<string, FieldPlace>(StringComparer.Ordinal);
        foreach (var group in operation.Fields.Where(f => f.StartsWith(prefix, StringComparison.Ordinal)).GroupBy(f => f[prefix.Length..].Split('.')[0].TrimEnd('?'), StringComparer.Ordinal))
        {
            var field = prefix + group.Key;
            if (!answer.Has(group.Key)) continue;
            if (group.First().Contains('.', StringComparison.Ordinal) && prefix.Length == 0)
            {
                if (answer.Below(group.Key, $"{field} of {Name}") is not { } below) continue;
                foreach (var (name, place) in Answer(below, field + ".")) places.Add(name, place);
                if (!below.Has("at") && field == "last_exit") Reading.Mistake(below.Line, $"'at' is missing{below.In}", "without its time an end proves nothing");
            }
            else if (Field(answer, group.Key, yesOrNo: group.First().EndsWith('?')) is { } place)
            {
                places.Add(field, place);
            }
        }
        answer.Done();
        return places;
    }

    private static FieldPlace? Field(Section answer, string key, bool yesOrNo)
    {
        if (!yesOrNo || answer.Node(key) is YamlScalar) return DescribedReader.Place(answer, key) is { } plain ? new(plain, null) : null;
        if (answer.Below(key, $"'{key}'{answer.In}") is not { } below) return null;
        below.Require("at", "app.end");
        below.Require("is", "[OOMKilled]");
        var words = below.Words("is").Select(w => w.Text).ToHashSet(StringComparer.OrdinalIgnoreCase);
        var place = DescribedReader.Place(below, "at");
        below.Done();
        return place is null ? null : new(place, words);
    }

    private List<SeriesPlaces> Series()
    {
        section.Require("series", "{ memory: { value: usage.memory } }");
        var series = new List<SeriesPlaces>();
        foreach (var entry in section.Below("series", $"series{section.In}")?.Entries ?? [])
        {
            if (Names.Thing(entry.Key) is null) Reading.Mistake(entry.Line, $"'{entry.Key}' is no name of a figure{section.In}", Names.Rule);
            if (Section.From(Reading, $"figure '{entry.Key}'{section.In}", entry.Value) is not { } below) continue;
            var points = DescribedReader.Place(below, "points");
            if (!below.Has("points")) below.Require("value", "usage.memory");
            var factor = below.Parsed("factor", "1", t => double.TryParse(t, NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out var n) && n > 0 && double.IsFinite(n) ? t : null, $"'factor' is no number above 0{below.In}", "what makes the platform's unit the bot's, such as 1000 for seconds");
            series.Add(new(
                entry.Key,
                below.OneOf("unit", Units, PromDefaults.UnitOf(entry.Key) ?? "count")!,
                points,
                DescribedReader.Place(below, "at") ?? JsonPlace.Parse("[0]")!,
                DescribedReader.Place(below, "value") ?? JsonPlace.Parse("[1]")!,
                DescribedReader.Place(below, "limit"),
                double.Parse(factor, CultureInfo.InvariantCulture)));
            below.Done();
        }
        return series;
    }

    /// <summary>What YAML makes of a place without quotes.</summary>
    private static bool IsPlace(YamlMap map) => map.Entries is [{ Value: YamlScalar { IsNull: true } }] && DescribedOperations.All.Any(o => o.AllPlaces.Contains(map.Entries[0].Key, StringComparer.Ordinal));

    [GeneratedRegex(@"\A(GET|POST|PUT|PATCH|DELETE) /((?!/)(?:(?!\.{1,2}(?:/|\z))(?:[A-Za-z0-9._~!$&'()*+,;=:@-]|\{[A-Za-z0-9_-]+\})+(?:/|\z))+)\z")]
    private static partial Regex Form();

    [GeneratedRegex(@"\A[A-Za-z0-9-]{1,64}\z")]
    internal static partial Regex HeaderName();

    [GeneratedRegex(@"\A(?:true|false|-?(?:0|[1-9][0-9]{0,17})(?:\.[0-9]{1,17})?)\z")]
    private static partial Regex Fixed();
}
