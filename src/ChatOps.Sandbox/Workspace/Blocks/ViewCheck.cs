using System.Text;
using System.Text.Json.Nodes;

namespace ChatOps.Sandbox.Workspace.Blocks;

/// <summary>The limits of modals and Home tabs.</summary>
internal static class ViewCheck
{
    private const int MaximumBytes = 250 * 1024;

    public static bool TooLarge(JsonNode view) => Encoding.UTF8.GetByteCount(view.ToJsonString(JsonReading.Compact)) > MaximumBytes;

    public static IReadOnlyList<string> Check(JsonNode? node, bool home)
    {
        var findings = new Findings();
        if (node is not JsonObject view)
        {
            findings.Add("must provide an object", "/view");
            return findings.Messages;
        }
        var wanted = home ? "home" : "modal";
        if (view["type"].OnlyString() != wanted)
            findings.Add($"must be \"{wanted}\"", "/view/type");
        string[] common = ["type", "private_metadata", "callback_id", "external_id"];
        if (home)
            findings.Shape(view, "/view", ["blocks"], common);
        else
            findings.Shape(view, "/view", ["title", "blocks"], [.. common, "submit", "close", "clear_on_close", "notify_on_close", "submit_disabled"]);
        foreach (var name in (string[])["title", "submit", "close"])
            findings.Text(view, name, "/view", 24, plainOnly: true);
        foreach (var name in (string[])["clear_on_close", "notify_on_close", "submit_disabled"])
            findings.Bool(view, name, "/view");
        findings.String(view, "private_metadata", "/view", 3000);
        findings.String(view, "callback_id", "/view", 255);
        findings.String(view, "external_id", "/view", 255);
        if (!home && !view.ContainsKey("submit") && Blocks(view).Any(b => b.Text("type") == "input"))
            findings.Add("a submit button is required when the view has input blocks", "/view/submit");
        return [.. findings.Messages, .. view.ContainsKey("blocks") ? BlockCheck.Check(view["blocks"], home ? Surface.Home : Surface.Modal, "/view/blocks") : []];
    }

    public static IEnumerable<JsonObject> Blocks(JsonObject view) => (view["blocks"] as JsonArray ?? []).OfType<JsonObject>();
}
