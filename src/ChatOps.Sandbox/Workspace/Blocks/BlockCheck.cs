using System.Globalization;
using System.Text.Json.Nodes;

namespace ChatOps.Sandbox.Workspace.Blocks;

/// <summary>Block Kit's limits, checked on the JSON that came over the wire and by nothing that the bot itself uses.</summary>
internal static class BlockCheck
{
    private const int TextInAllBlocks = 13_200;

    public static int MaximumBlocks(Surface surface) => surface == Surface.Message ? 50 : 100;

    /// <summary>Checks a list of blocks.</summary>
    /// <returns>What is wrong, in Slack's wording with JSON pointers; empty when Slack would take it.</returns>
    public static IReadOnlyList<string> Check(JsonNode? blocks, Surface surface, string pointer = "/blocks")
    {
        var findings = new Findings();
        if (blocks is not JsonArray array)
        {
            findings.Add("must be an array", pointer);
            return findings.Messages;
        }
        if (array.Count > MaximumBlocks(surface))
            findings.Add(string.Create(CultureInfo.InvariantCulture, $"no more than {MaximumBlocks(surface)} items allowed"), pointer);
        var blockIds = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < array.Count; i++)
        {
            var here = string.Create(CultureInfo.InvariantCulture, $"{pointer}/{i}");
            if (array[i] is not JsonObject block)
                findings.Add("must provide an object", here);
            else
                Block(block, here, surface, blockIds, findings);
        }
        if (array.OfType<JsonObject>().Count(b => b.Text("type") == "table") > 1)
            findings.Add("only one table is allowed", pointer);
        return findings.Messages;
    }

    /// <summary>Whether all texts together are more than a message may hold.</summary>
    public static bool TooLong(JsonNode? blocks) => TextLength(blocks) > TextInAllBlocks;

    private static int TextLength(JsonNode? node) => node switch
    {
        JsonObject o => o.Sum(p => p.Key == "text" && p.Value.OnlyString() is { } text ? text.Length : TextLength(p.Value)),
        JsonArray a => a.Sum(TextLength),
        _ => 0,
    };

    private static void Block(JsonObject block, string pointer, Surface surface, HashSet<string> blockIds, Findings findings)
    {
        var type = block["type"].OnlyString();
        if (type is null)
        {
            findings.Add("missing required field: type", pointer);
            return;
        }
        if (!BlockRules.Blocks.TryGetValue(type, out var shape) || (shape.Surfaces & surface) == Surface.None)
        {
            findings.Add($"unsupported type: {type}", $"{pointer}/type");
            return;
        }
        findings.Shape(block, pointer, shape.Required, [.. shape.Optional, "type", "block_id"]);
        if (findings.String(block, "block_id", pointer, 255) is { } id && !blockIds.Add(id))
            findings.Add($"`block_id` \"{id}\" already exists for another block", $"{pointer}/block_id");
        switch (type)
        {
            case "header":
                findings.Text(block, "text", pointer, 150, plainOnly: true);
                break;
            case "section":
                Section(block, pointer, findings);
                break;
            case "context":
                foreach (var (element, at) in Items(findings.Array(block, "elements", pointer, 10), $"{pointer}/elements"))
                    ElementCheck.Check(element, at, Place.Context, findings);
                break;
            case "actions":
                Actions(block, pointer, findings);
                break;
            case "input":
                findings.Text(block, "label", pointer, 2000, plainOnly: true);
                findings.Text(block, "hint", pointer, 2000, plainOnly: true);
                findings.Bool(block, "optional", pointer);
                findings.Bool(block, "dispatch_action", pointer);
                if (block["element"] is { } element2)
                    ElementCheck.Check(element2, $"{pointer}/element", Place.Input, findings);
                break;
            case "image":
                ElementCheck.Image(block, pointer, findings);
                findings.Text(block, "title", pointer, 2000, plainOnly: true);
                break;
            case "markdown":
                findings.String(block, "text", pointer, 12_000, minimum: 1);
                break;
            case "rich_text":
                foreach (var (part, at) in Items(findings.Array(block, "elements", pointer, int.MaxValue), $"{pointer}/elements"))
                {
                    if (part is not JsonObject o || !BlockRules.RichTextParts.Contains(o.Text("type") ?? ""))
                        findings.Add("unsupported type", $"{at}/type");
                }
                break;
            case "table":
                foreach (var (row, at) in Items(findings.Array(block, "rows", pointer, 100), $"{pointer}/rows"))
                {
                    if (row is not JsonArray { Count: <= 20 })
                        findings.Add("no more than 20 items allowed", at);
                }
                break;
        }
    }

    private static void Section(JsonObject block, string pointer, Findings findings)
    {
        if (!block.ContainsKey("text") && !block.ContainsKey("fields"))
            findings.Add("missing required field: text or fields", pointer);
        findings.Text(block, "text", pointer, 3000, plainOnly: false);
        foreach (var (field, at) in Items(findings.Array(block, "fields", pointer, 10), $"{pointer}/fields"))
            findings.Text(field, at, 2000, plainOnly: false);
        findings.Bool(block, "expand", pointer);
        if (block["accessory"] is { } accessory)
            ElementCheck.Check(accessory, $"{pointer}/accessory", Place.Accessory, findings);
    }

    private static void Actions(JsonObject block, string pointer, Findings findings)
    {
        var actionIds = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (element, at) in Items(findings.Array(block, "elements", pointer, 25), $"{pointer}/elements"))
        {
            ElementCheck.Check(element, at, Place.Actions, findings);
            if (element is JsonObject o && o.Text("action_id") is { } id && !actionIds.Add(id))
                findings.Add($"`action_id` \"{id}\" already exists for another element", $"{at}/action_id");
        }
    }

    private static IEnumerable<(JsonNode? Item, string Pointer)> Items(IReadOnlyList<JsonNode?> items, string pointer) =>
        items.Select((item, i) => (item, string.Create(CultureInfo.InvariantCulture, $"{pointer}/{i}")));
}
