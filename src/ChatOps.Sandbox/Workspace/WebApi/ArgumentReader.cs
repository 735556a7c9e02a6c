using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace ChatOps.Sandbox.Workspace.WebApi;

/// <summary>Token and arguments of a request, from header, query, form or JSON body as Slack looks for them.</summary>
internal sealed record ApiRequest(string? Token, JsonObject Arguments, SlackAnswer? Refusal, string? Warning);

internal static class ArgumentReader
{
    /// <summary>Arguments that hold JSON also when they come in a form.</summary>
    private static readonly Dictionary<string, string> Structured = new(StringComparer.Ordinal)
    {
        ["blocks"] = "invalid_blocks_format", ["attachments"] = "invalid_attachments", ["metadata"] = "invalid_metadata_format",
        ["view"] = "invalid_arguments", ["files"] = "invalid_arguments",
    };

    public static async Task<ApiRequest> ReadAsync(HttpRequest request, MethodFacts? facts, CancellationToken cancellationToken)
    {
        var arguments = new JsonObject();
        foreach (var (name, values) in request.Query)
            arguments[name] = values.ToString();
        var refusal = await ReadBodyAsync(request, facts, arguments, cancellationToken);
        var token = arguments.Text("token");
        arguments.Remove("token");
        if (request.Headers.Authorization.ToString() is { Length: > 0 } header)
            token = header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase) ? header["Bearer ".Length..].Trim() : header;
        var warning = request.HasJsonContentType() && request.ContentType!.Contains("charset", StringComparison.OrdinalIgnoreCase) is false ? "missing_charset" : null;
        return new ApiRequest(token, arguments, refusal ?? Unpack(arguments), warning);
    }

    /// <summary>Missing and mistyped arguments, as Slack names them.</summary>
    public static SlackAnswer? Check(MethodFacts facts, JsonObject arguments)
    {
        // A name that is merely unknown is ignored, as by Slack; one that could not be anybody's is refused.
        if (arguments.Any(a => !a.Key.All(c => char.IsAsciiLetterOrDigit(c) || c == '_')))
            return SlackAnswer.Error("invalid_arg_name");
        var missing = facts.Required.Where(name => arguments[name] is null || (arguments.Text(name) == "" && name != "topic" && name != "purpose")).ToList();
        if (missing.Count > 0)
        {
            if (facts.Errors.Contains("invalid_name_required", StringComparer.Ordinal) && missing is ["name"])
                return SlackAnswer.Error("invalid_name_required");
            var error = facts.Errors.Contains("missing_argument", StringComparer.Ordinal) ? "missing_argument" : "invalid_arguments";
            return SlackAnswer.Error(error, [.. missing.Select(name => $"[ERROR] missing required field: {name}")]);
        }
        var wrong = new List<string>();
        foreach (var (name, value) in arguments)
        {
            if (value is not null && facts.Arguments.TryGetValue(name, out var type) && Mistake(type, value) is { } mistake)
                wrong.Add($"[ERROR] {mistake} [json-pointer:/{name}]");
        }
        return wrong.Count > 0 ? SlackAnswer.Error("invalid_arguments", wrong) : null;
    }

    private static string? Mistake(string type, JsonNode value)
    {
        switch (type)
        {
            case "boolean" when value.Text() is not ("true" or "false" or "1" or "0" or "True" or "False"):
                return "must be a boolean";
            case "number" or "integer" when !int.TryParse(value.Text(), NumberStyles.Integer, CultureInfo.InvariantCulture, out _):
                return "must be an integer";
            case "channel" or "user" or "timestamp" or "string" when value is JsonObject or JsonArray:
                return "must be a string";
            case "timestamp" when value.OnlyString() is null:
                return "must be a string";
            case "array" when value is not JsonArray:
                return "must be an array";
        }
        if (type.StartsWith("enum(", StringComparison.Ordinal) && !type[5..type.IndexOf(')', StringComparison.Ordinal)].Split(',').Contains(value.Text() ?? "", StringComparer.Ordinal))
            return $"must be one of {type[5..type.IndexOf(')', StringComparison.Ordinal)]}";
        return null;
    }

    private static async Task<SlackAnswer?> ReadBodyAsync(HttpRequest request, MethodFacts? facts, JsonObject arguments, CancellationToken cancellationToken)
    {
        if (!HttpMethods.IsPost(request.Method) || request.ContentLength is 0 || request.ContentType is null)
            return null;
        if (request.HasFormContentType)
        {
            var form = await request.ReadFormAsync(cancellationToken);
            foreach (var (name, values) in form)
                arguments[name] = values.ToString();
            return null;
        }
        if (!request.HasJsonContentType())
            return SlackAnswer.Error("invalid_post_type");
        using var reader = new StreamReader(request.Body, Encoding.UTF8);
        var text = await reader.ReadToEndAsync(cancellationToken);
        // Methods that are not documented to take JSON do not look at such a body: the arguments are simply missing.
        if (facts is { AcceptsJson: false } || text.Length == 0)
            return null;
        if (JsonReading.TryParse(text) is not { } body)
            return SlackAnswer.Error("invalid_json");
        if (body is not JsonObject o)
            return SlackAnswer.Error("json_not_object");
        foreach (var (name, value) in o)
            arguments[name] = value?.DeepClone();
        return null;
    }

    private static SlackAnswer? Unpack(JsonObject arguments)
    {
        foreach (var (name, error) in Structured)
        {
            if (arguments[name].OnlyString() is not { } text)
                continue;
            if (text.Length == 0)
            {
                arguments.Remove(name);
                continue;
            }
            if (JsonReading.TryParse(text) is not { } parsed)
                return SlackAnswer.Error(error);
            arguments[name] = parsed;
        }
        return null;
    }
}
