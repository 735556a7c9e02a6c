using System.Text.Json.Nodes;

namespace ChatOps.Sandbox.Workspace;

/// <summary>What the Web API answers: almost always HTTP 200 with <c>ok</c>, and the reason in <c>error</c>.</summary>
internal sealed record SlackAnswer(JsonObject Body, int Status = 200, int? RetryAfter = null)
{
    public bool IsOk => Body.Flag("ok");

    public static SlackAnswer Ok(params ReadOnlySpan<(string Name, JsonNode? Value)> fields)
    {
        var body = new JsonObject { ["ok"] = true };
        foreach (var (name, value) in fields)
            body[name] = value;
        return new SlackAnswer(body);
    }

    public static SlackAnswer Error(string error, params IReadOnlyList<string> messages)
    {
        var body = new JsonObject { ["ok"] = false, ["error"] = error };
        if (messages.Count > 0)
            body["response_metadata"] = new JsonObject { ["messages"] = messages.ToJsonArray() };
        return new SlackAnswer(body);
    }

    public static SlackAnswer MissingScope(string needed, IEnumerable<string> provided) =>
        new(new JsonObject { ["ok"] = false, ["error"] = "missing_scope", ["needed"] = needed, ["provided"] = string.Join(',', provided) });

    public static SlackAnswer RateLimited(int seconds) =>
        new(new JsonObject { ["ok"] = false, ["error"] = "ratelimited" }, Status: 429, RetryAfter: seconds);
}
