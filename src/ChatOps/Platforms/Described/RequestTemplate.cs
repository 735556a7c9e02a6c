using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;

namespace ChatOps.Platforms.Described;

/// <summary>A request with places. What fills them stays where it stands: one segment of the path, one value of the query, one line of a header, one string of the body.</summary>
internal sealed record RequestTemplate(HttpMethod Method, IReadOnlyList<Template> Segments)
{
    public IReadOnlyList<(string Name, Template Value)> Query { get; init; } = [];

    public IReadOnlyList<(string Name, Template Value)> Headers { get; init; } = [];

    public BodyPart? Body { get; init; }

    /// <summary>All places of it.</summary>
    public IEnumerable<string> Places =>
        Segments.Concat(Query.Select(q => q.Value)).Concat(Headers.Select(h => h.Value)).SelectMany(t => t.Places).Concat(Body?.Places ?? []);

    /// <exception cref="PlatformException">A value cannot stand in the path.</exception>
    public Uri Address(Uri platform, string name, Placeholders values)
    {
        var address = new StringBuilder(platform.AbsoluteUri.TrimEnd('/'));
        foreach (var segment in Segments) address.Append('/').Append(Segment(segment, name, values));
        var sign = '?';
        foreach (var (parameter, template) in Query)
        {
            if (template.Render(values, Uri.EscapeDataString, Uri.EscapeDataString) is not { } value) continue;
            address.Append(sign).Append(Uri.EscapeDataString(parameter)).Append('=').Append(value);
            sign = '&';
        }
        // As it is written: the usual clean-up would take some encodings back.
        return new(address.ToString(), new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
    }

    /// <inheritdoc cref="Address"/>
    public HttpRequestMessage Render(Uri platform, string name, Placeholders values)
    {
        var request = new HttpRequestMessage(Method, Address(platform, name, values));
        if (Body is not null)
        {
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(Body.Render(values)?.ToJsonString() ?? "null"));
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        }
        foreach (var (header, template) in Headers)
        {
            if (template.Render(values, HeaderValue) is { } value) request.Headers.TryAddWithoutValidation(header, value);
        }
        return request;
    }

    /// <summary>A header is one line of ASCII (https://www.rfc-editor.org/rfc/rfc9110#section-5.5): the rest is percent-encoded.</summary>
    public static string HeaderValue(string text)
    {
        var value = new StringBuilder(text.Length);
        foreach (var b in Encoding.UTF8.GetBytes(text))
        {
            if (b is >= 0x20 and <= 0x7e and not (byte)'%') value.Append((char)b);
            else value.Append(CultureInfo.InvariantCulture, $"%{b:X2}");
        }
        return value.ToString();
    }

    // Whoever cleans an address up drops empty segments and follows dots, encoded or not: the call would go elsewhere.
    private static string Segment(Template template, string name, Placeholders values)
    {
        var segment = template.Render(values, Uri.EscapeDataString)!;
        return segment is "" or "." or ".." && template.Places.FirstOrDefault() is { } place
            ? throw new PlatformException($"{name} cannot be asked: '{values.Text(place)}' cannot stand in the path of an address as {{{place}}}", CallOutcome.NotDone) { Code = "bad_name" }
            : segment;
    }
}

/// <summary>A piece of a JSON body.</summary>
internal abstract record BodyPart
{
    public abstract IEnumerable<string> Places { get; }

    public abstract JsonNode? Render(Placeholders values);

    /// <summary>It is a place that has no value this time: its member is left out.</summary>
    public virtual bool Absent(Placeholders values) => false;
}

internal sealed record BodyMap(IReadOnlyList<(string Name, BodyPart Value)> Members) : BodyPart
{
    public override IEnumerable<string> Places => Members.SelectMany(m => m.Value.Places);

    public override JsonNode Render(Placeholders values) =>
        new JsonObject(Members.Where(m => !m.Value.Absent(values)).Select(m => KeyValuePair.Create(m.Name, m.Value.Render(values))));
}

internal sealed record BodyList(IReadOnlyList<BodyPart> Items) : BodyPart
{
    public override IEnumerable<string> Places => Items.SelectMany(i => i.Places);

    public override JsonNode Render(Placeholders values) => new JsonArray([.. Items.Where(i => !i.Absent(values)).Select(i => i.Render(values))]);
}

/// <summary>A string; where it is one place alone that holds a number, that number.</summary>
internal sealed record BodyText(Template Text) : BodyPart
{
    public override IEnumerable<string> Places => Text.Places;

    public override bool Absent(Placeholders values) => Text.Only is { } only && values.Text(only) is null;

    public override JsonNode? Render(Placeholders values) => Text.Render(values, t => t) is not { } text ? null
        : Text.Only is { } only && values.IsNumber(only) ? JsonValue.Create(long.Parse(text, CultureInfo.InvariantCulture)) : JsonValue.Create(text);
}

/// <summary>What has no places: a number, true, false or null.</summary>
internal sealed record BodyFixed(string Json) : BodyPart
{
    public override IEnumerable<string> Places => [];

    public override JsonNode? Render(Placeholders values) => JsonNode.Parse(Json);
}
