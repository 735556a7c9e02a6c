using System.Globalization;
using System.Text.Json.Nodes;

namespace ChatOps.Sandbox.Workspace.Blocks;

/// <summary>The limits of interactive elements, options and confirm dialogs.</summary>
internal static class ElementCheck
{
    private const int PlaceholderLength = 150;

    public static void Check(JsonNode? node, string pointer, Place place, Findings findings)
    {
        if (node is not JsonObject element)
        {
            findings.Add("must provide an object", pointer);
            return;
        }
        var type = element["type"].OnlyString();
        if (type is null || !BlockRules.Elements.TryGetValue(type, out var shape) || (shape.Places & place) == Place.None)
        {
            findings.Add($"unsupported type: {type ?? "(none)"}", $"{pointer}/type");
            return;
        }
        findings.Shape(element, pointer, shape.Required, [.. shape.Optional, "type"]);
        findings.String(element, "action_id", pointer, 255);
        findings.Text(element, "placeholder", pointer, PlaceholderLength, plainOnly: true);
        if (element["confirm"] is { } confirm)
            Confirm(confirm, $"{pointer}/confirm", findings);
        switch (type)
        {
            case "plain_text" or "mrkdwn":
                findings.Text(element, pointer, 3000, plainOnly: false);
                break;
            case "image":
                Image(element, pointer, findings);
                break;
            case "button":
                Button(element, pointer, findings);
                break;
            case "overflow":
                Options(element, "options", pointer, 5, findings, plainText: true);
                break;
            case "checkboxes" or "radio_buttons":
                Options(element, "options", pointer, 10, findings, plainText: false);
                break;
            case "static_select" or "multi_static_select":
                StaticSelect(element, pointer, findings);
                break;
            case "plain_text_input":
                TextInput(element, pointer, findings);
                break;
        }
        InitialOption(element, pointer, findings);
    }

    public static void Image(JsonObject image, string pointer, Findings findings)
    {
        if (image.ContainsKey("image_url") == image.ContainsKey("slack_file"))
            findings.Add("must provide one of image_url or slack_file", pointer);
        findings.String(image, "image_url", pointer, 3000, minimum: 1);
        findings.String(image, "alt_text", pointer, 2000, minimum: 1);
    }

    private static void Button(JsonObject button, string pointer, Findings findings)
    {
        findings.Text(button, "text", pointer, 75, plainOnly: true);
        findings.String(button, "value", pointer, 2000);
        findings.String(button, "url", pointer, 3000);
        findings.String(button, "accessibility_label", pointer, 75);
        Style(button, pointer, findings);
    }

    private static void Style(JsonObject node, string pointer, Findings findings)
    {
        if (node["style"] is { } style && style.OnlyString() is not ("primary" or "danger"))
            findings.Add("must be a valid enum value: primary, danger", $"{pointer}/style");
    }

    private static void Confirm(JsonNode node, string pointer, Findings findings)
    {
        if (node is not JsonObject confirm)
        {
            findings.Add("must provide an object", pointer);
            return;
        }
        findings.Shape(confirm, pointer, ["title", "text", "confirm", "deny"], ["style"]);
        findings.Text(confirm, "title", pointer, 100, plainOnly: true);
        findings.Text(confirm, "text", pointer, 300, plainOnly: false);
        findings.Text(confirm, "confirm", pointer, 30, plainOnly: true);
        findings.Text(confirm, "deny", pointer, 30, plainOnly: true);
        Style(confirm, pointer, findings);
    }

    private static void StaticSelect(JsonObject element, string pointer, Findings findings)
    {
        if (element.ContainsKey("options") == element.ContainsKey("option_groups"))
            findings.Add("must provide one of options or option_groups", pointer);
        Options(element, "options", pointer, 100, findings, plainText: true);
        var groups = findings.Array(element, "option_groups", pointer, 100);
        for (var i = 0; i < groups.Count; i++)
        {
            var here = string.Create(CultureInfo.InvariantCulture, $"{pointer}/option_groups/{i}");
            if (groups[i] is not JsonObject group)
            {
                findings.Add("must provide an object", here);
                continue;
            }
            findings.Shape(group, here, ["label", "options"], []);
            findings.Text(group, "label", here, 75, plainOnly: true);
            Options(group, "options", here, 100, findings, plainText: true);
        }
    }

    private static void Options(JsonObject element, string name, string pointer, int maximum, Findings findings, bool plainText)
    {
        var overflow = element.Text("type") == "overflow";
        var options = findings.Array(element, name, pointer, maximum);
        for (var i = 0; i < options.Count; i++)
        {
            var here = string.Create(CultureInfo.InvariantCulture, $"{pointer}/{name}/{i}");
            if (options[i] is not JsonObject option)
            {
                findings.Add("must provide an object", here);
                continue;
            }
            findings.Shape(option, here, ["text", "value"], overflow ? ["description", "url"] : ["description"]);
            findings.Text(option, "text", here, 75, plainText);
            findings.String(option, "value", here, 150, minimum: 1);
            findings.Text(option, "description", here, 75, plainText);
            findings.String(option, "url", here, 3000);
        }
    }

    private static void TextInput(JsonObject element, string pointer, Findings findings)
    {
        findings.Bool(element, "multiline", pointer);
        findings.String(element, "initial_value", pointer, 3000);
        var minimum = element.Number("min_length");
        var maximum = element.Number("max_length");
        if (minimum is < 0 or > 3000)
            findings.Add("must be between 0 and 3000", $"{pointer}/min_length");
        if (maximum is < 1 or > 3000)
            findings.Add("must be between 1 and 3000", $"{pointer}/max_length");
        if (minimum > maximum)
            findings.Add("must not be greater than max_length", $"{pointer}/min_length");
    }

    private static void InitialOption(JsonObject element, string pointer, Findings findings)
    {
        if (!element.ContainsKey("options") && !element.ContainsKey("option_groups"))
            return;
        var offered = OptionsOf(element).ToList();
        if (element["initial_option"] is { } initial && !offered.Exists(o => JsonNode.DeepEquals(o, initial)))
            findings.Add("must be one of the provided options", $"{pointer}/initial_option");
        foreach (var chosen in element["initial_options"] as JsonArray ?? [])
        {
            if (!offered.Exists(o => JsonNode.DeepEquals(o, chosen)))
                findings.Add("must be one of the provided options", $"{pointer}/initial_options");
        }
    }

    /// <summary>All options of an element, also those inside groups.</summary>
    public static IEnumerable<JsonObject> OptionsOf(JsonObject element) =>
        (element["options"] as JsonArray ?? []).OfType<JsonObject>().Concat(
            (element["option_groups"] as JsonArray ?? []).OfType<JsonObject>().SelectMany(g => (g["options"] as JsonArray ?? []).OfType<JsonObject>()));
}
