using System.Text.Json;
using System.Text.Json.Nodes;
using ChatOps.Slack;
using ChatOps.Slack.Blocks;
using ChatOps.Timeline;

namespace ChatOps.Outbox;

/// <summary>The stable words of <c>outbox.kind</c>.</summary>
internal static class OutboxKind
{
    public const string Show = "show";
    public const string Ephemeral = "ephemeral";
    public const string Respond = "respond";
    public const string CreateChannel = "create_channel";
    public const string Invite = "invite";
    public const string Join = "join";
    public const string Topic = "topic";
    public const string Pin = "pin";
    public const string Upload = "upload";
    public const string Archive = "archive";
    public const string Home = "home";
}

/// <summary>A channel to create for a destination.</summary>
/// <param name="BaseName">From <see cref="ChannelName.For"/>; carries the short id.</param>
/// <param name="ShortId">Proof after a crash that a channel of that name is ours.</param>
public sealed record ChannelToCreate(string BaseName, string ShortId, bool IsPrivate);

internal sealed record Response(string Url, Message Message, bool ReplaceOriginal);

internal sealed record Invitation(IReadOnlyList<string> Users);

internal sealed record ChannelTopic(string Text);

internal sealed record OutboxFile(string FileName, string Title);

internal static class OutboxJson
{
    /// <summary>No secret leaves: every text passes the redactor on its way into the table, whoever drew it.</summary>
    public static string Write<T>(T content)
    {
        var node = JsonSerializer.SerializeToNode(content, SlackJson.Options)!;
        Redact(node);
        return node.ToJsonString(SlackJson.Options);
    }

    public static T Read<T>(string content) =>
        JsonSerializer.Deserialize<T>(content, SlackJson.Options) ?? throw new JsonException($"An outbox row without content where {typeof(T).Name} belongs.");

    // Ids, values and addresses of buttons stay: they are the bot's own, and changed they would lead nowhere.
    private static void Redact(JsonNode node)
    {
        switch (node)
        {
            case JsonArray array:
                foreach (var item in array.OfType<JsonNode>()) Redact(item);
                break;
            case JsonObject record:
                foreach (var (name, value) in record.ToList())
                {
                    if (value is JsonValue && name is "text" or "title" or "alt_text" && value.GetValueKind() == JsonValueKind.String)
                    {
                        var before = value.GetValue<string>();
                        var after = Redactor.ForRecord(before);
                        if (!ReferenceEquals(before, after)) record[name] = after;
                    }
                    else if (value is not null)
                    {
                        Redact(value);
                    }
                }
                break;
        }
    }
}
