using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ChatOps.Tests.Capture;

/// <summary>A channel in which things happen one after the other, and what Slack tells the app of each, with the contents of that moment.</summary>
internal sealed class ToldChannel(string id)
{
    private readonly List<JsonObject> messages = [];
    private readonly List<JsonObject> told = [];
    private long clock = 1_795_000_000_000_000;

    public IReadOnlyList<JsonObject> Told => told;

    public IReadOnlyList<string> Messages => [.. messages.Select(m => (string)m["ts"]!)];

    public void Post(string user, string text, string? thread)
    {
        var ts = Next();
        var message = new JsonObject { ["type"] = "message", ["user"] = user, ["text"] = text, ["ts"] = ts, ["team"] = "T0" };
        if (thread is not null) message["thread_ts"] = thread;
        messages.Add(message);
        Tell(Copy(message), ts);
    }

    public void Edit(string ts, string text)
    {
        if (Find(ts) is not { } message) return;
        var before = Copy(message);
        message["text"] = text;
        message["edited"] = new JsonObject { ["user"] = (string)message["user"]!, ["ts"] = Next() };
        Tell(new JsonObject { ["type"] = "message", ["subtype"] = "message_changed", ["hidden"] = true, ["message"] = Copy(message), ["previous_message"] = before }, Next());
    }

    public void Delete(string ts)
    {
        if (Find(ts) is not { } message) return;
        messages.Remove(message);
        Tell(new JsonObject { ["type"] = "message", ["subtype"] = "message_deleted", ["hidden"] = true, ["deleted_ts"] = ts, ["previous_message"] = Copy(message) }, Next());
    }

    public void Pin(string user, string ts)
    {
        if (Find(ts) is { } message)
            Tell(new JsonObject { ["type"] = "pin_added", ["user"] = user, ["channel_id"] = id, ["item"] = new JsonObject { ["type"] = "message", ["channel"] = id, ["message"] = Copy(message) } }, ts: null);
    }

    public void React(string user, string ts, string name)
    {
        if (Find(ts) is { } message)
            Tell(new JsonObject { ["type"] = "reaction_added", ["user"] = user, ["reaction"] = name, ["item_user"] = (string)message["user"]!, ["item"] = new JsonObject { ["type"] = "message", ["channel"] = id, ["ts"] = ts } }, ts: null);
    }

    public void Member(string user, bool joined) =>
        Tell(new JsonObject { ["type"] = joined ? "member_joined_channel" : "member_left_channel", ["user"] = user, ["channel_type"] = "C", ["team"] = "T0" }, ts: null);

    public void Topic(string user, string topic) =>
        Tell(new JsonObject { ["type"] = "message", ["subtype"] = "channel_topic", ["user"] = user, ["topic"] = topic, ["text"] = topic }, Next());

    /// <summary>One delivery of it; another delivery of the same thing has another id here, as if the first had been forgotten.</summary>
    public static string Delivery(JsonObject happened, string eventId) => new JsonObject
    {
        ["type"] = "event_callback", ["event_id"] = eventId, ["event_time"] = 1_795_000_000, ["team_id"] = "T0", ["api_app_id"] = "A0", ["event"] = Copy(happened),
        ["authorizations"] = new JsonArray(new JsonObject { ["team_id"] = "T0", ["user_id"] = "U0CHATOPS1", ["is_bot"] = true }),
    }.ToJsonString();

    private JsonObject? Find(string ts) => messages.Find(m => (string)m["ts"]! == ts);

    private void Tell(JsonObject happened, string? ts)
    {
        if (ts is not null) happened["ts"] = ts;
        happened["channel"] ??= id;
        happened["event_ts"] = ts ?? Next();
        told.Add(happened);
    }

    private string Next() => string.Create(CultureInfo.InvariantCulture, $"{(clock += 1_000_100) / 1_000_000}.{clock % 1_000_000:D6}");

    private static JsonObject Copy(JsonObject node) => JsonSerializer.SerializeToNode(node)!.AsObject();
}
