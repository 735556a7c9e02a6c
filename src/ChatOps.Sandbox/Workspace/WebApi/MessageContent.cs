using System.Text.Json.Nodes;
using ChatOps.Sandbox.Workspace.Blocks;

namespace ChatOps.Sandbox.Workspace.WebApi;

/// <summary>What a message may carry: text, blocks, metadata, as chat.postMessage, chat.update and response_url take them.</summary>
internal static class MessageContent
{
    private const int MaximumText = 40_000;
    private const int MaximumMarkdown = 12_000;

    /// <summary>Refuses what Slack would refuse.</summary>
    public static SlackAnswer? Refuse(JsonObject arguments)
    {
        if (arguments["markdown_text"].OnlyString() is { } markdown)
        {
            if (arguments["text"] is not null || arguments["blocks"] is not null)
                return SlackAnswer.Error("markdown_text_conflict");
            if (markdown.Length > MaximumMarkdown)
                return SlackAnswer.Error("msg_too_long");
        }
        if (arguments["blocks"] is { } blocks)
        {
            if (blocks is not JsonArray)
                return SlackAnswer.Error("invalid_blocks_format");
            var findings = BlockCheck.Check(blocks, Surface.Message);
            if (findings.Count > 0)
                return SlackAnswer.Error("invalid_blocks", findings);
            if (BlockCheck.TooLong(blocks))
                return SlackAnswer.Error("msg_blocks_too_long");
        }
        if (arguments["attachments"] is { } attachments and not JsonArray { Count: <= 100 })
            return SlackAnswer.Error(attachments is JsonArray ? "too_many_attachments" : "invalid_attachments");
        return RefuseMetadata(arguments["metadata"]);
    }

    public static bool IsEmpty(JsonObject arguments) =>
        string.IsNullOrEmpty(arguments.Text("text")) && string.IsNullOrEmpty(arguments.Text("markdown_text"))
        && arguments["blocks"] is not JsonArray { Count: > 0 } && arguments["attachments"] is not JsonArray { Count: > 0 };

    /// <summary>The message that the arguments make. Text stays raw mrkdwn; what is over 40,000 characters is cut.</summary>
    public static JsonObject Body(JsonObject arguments)
    {
        var body = new JsonObject
        {
            ["user"] = SlackWorkspace.BotUserId, ["bot_id"] = SlackWorkspace.BotId, ["app_id"] = SlackWorkspace.AppId,
            ["text"] = Cut(arguments.Text("text") ?? arguments.Text("markdown_text") ?? ""),
        };
        if (arguments["blocks"] is JsonArray { Count: > 0 } blocks)
            body["blocks"] = WithIds(blocks);
        if (arguments["attachments"] is JsonArray { Count: > 0 } attachments)
            body["attachments"] = attachments.DeepClone();
        if (arguments["metadata"] is JsonObject { Count: > 0 } metadata)
            body["metadata"] = metadata.DeepClone();
        return body;
    }

    /// <summary>Slack names blocks and elements that came without an id.</summary>
    public static JsonArray WithIds(JsonArray blocks)
    {
        var copy = (JsonArray)blocks.DeepClone();
        foreach (var block in copy.OfType<JsonObject>())
        {
            block["block_id"] ??= Name();
            foreach (var element in Interactive(block))
                element["action_id"] ??= Name();
        }
        return copy;
    }

    /// <summary>The elements of a block that can be pressed or filled in.</summary>
    public static IEnumerable<JsonObject> Interactive(JsonObject block)
    {
        var candidates = block.Text("type") switch
        {
            "actions" => (block["elements"] as JsonArray ?? []).OfType<JsonObject>(),
            "section" => block["accessory"] is JsonObject accessory ? [accessory] : [],
            "input" => block["element"] is JsonObject element ? [element] : [],
            _ => [],
        };
        return candidates.Where(e => e.Text("type") != "image");
    }

    private static string Name() => System.Security.Cryptography.RandomNumberGenerator.GetHexString(5);

    private static string Cut(string text) => text.Length > MaximumText ? text[..MaximumText] : text;

    private static SlackAnswer? RefuseMetadata(JsonNode? metadata)
    {
        switch (metadata)
        {
            case null or JsonObject { Count: 0 }:
                return null;
            case JsonObject o when o["event_type"].OnlyString() is { Length: > 0 } && o["event_payload"] is JsonObject:
                return o.Count == 2 ? null : SlackAnswer.Error("invalid_metadata_schema");
            case JsonObject:
                return SlackAnswer.Error("invalid_metadata_schema");
            default:
                return SlackAnswer.Error("invalid_metadata_format");
        }
    }
}
