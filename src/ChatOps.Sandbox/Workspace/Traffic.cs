using System.Text.Json.Nodes;

namespace ChatOps.Sandbox.Workspace;

/// <summary>Everything the bot called and everything that was delivered to it, the newest 20,000.</summary>
internal sealed class Traffic(TimeProvider clock)
{
    private const int Kept = 20_000;
    private readonly Lock gate = new();
    private readonly Queue<JsonObject> entries = new();
    private long count;

    /// <param name="kind"><c>call</c>, <c>delivery</c>, <c>response_url</c>, <c>upload</c> or <c>socket</c>.</param>
    public void Record(string kind, string method, JsonNode? arguments, DateTimeOffset at, int status, JsonNode? answer, double milliseconds)
    {
        var entry = new JsonObject
        {
            ["kind"] = kind, ["method"] = method, ["args"] = arguments?.DeepClone(), ["at"] = at.ToString("O"), ["status"] = status,
            ["answer"] = answer?.DeepClone(), ["ms"] = Math.Round(milliseconds, 1),
        };
        lock (gate)
        {
            entry["n"] = ++count;
            entries.Enqueue(entry);
            while (entries.Count > Kept)
                entries.Dequeue();
        }
    }

    public DateTimeOffset Now => clock.GetUtcNow();

    public JsonArray Since(long n, string? method)
    {
        lock (gate)
            return new JsonArray([.. entries.Where(e => (long)e["n"]! > n && (method is null || e.Text("method") == method)).Select(e => e.DeepClone())]);
    }
}
