using System.Text;
using System.Text.Json;

namespace ChatOps.Sandbox.Demo;

/// <summary>A message as a person sees it now.</summary>
/// <param name="Shown">Everything that can be read in it: its blocks, or its text where it has none.</param>
/// <param name="VisibleTo">The only person who sees it, or null.</param>
public sealed record SeenMessage(string Channel, string Ts, string User, string Text, string Shown, string? VisibleTo, string? ThreadTs, int Edits, IReadOnlyList<SeenButton> Buttons)
{
    public static SeenMessage Read(JsonElement message)
    {
        var shown = new StringBuilder();
        var buttons = new List<SeenButton>();
        var (channel, ts) = (Value(message, "channel") ?? "", Value(message, "ts") ?? "");
        if (message.TryGetProperty("blocks", out var blocks) && blocks.ValueKind == JsonValueKind.Array)
        {
            foreach (var block in blocks.EnumerateArray()) Walk(block, Value(block, "block_id"), channel, ts, shown, buttons);
        }
        var text = Value(message, "text") ?? "";
        return new SeenMessage(channel, ts, Value(message, "user_name") ?? Value(message, "user") ?? "", text, shown.Length > 0 ? shown.ToString() : text, Value(message, "visible_to"), Value(message, "thread_ts"),
            message.TryGetProperty("edits", out var edits) && edits.ValueKind == JsonValueKind.Number ? edits.GetInt32() : 0, buttons);
    }

    /// <summary>The button whose action id begins so and whose value contains that text; null when there is none.</summary>
    public SeenButton? Button(string actionId, string value = "") =>
        Buttons.FirstOrDefault(b => b.ActionId.StartsWith(actionId, StringComparison.Ordinal) && (b.Value ?? "").Contains(value, StringComparison.Ordinal));

    private static void Walk(JsonElement element, string? block, string channel, string ts, StringBuilder shown, List<SeenButton> buttons)
    {
        if (element.ValueKind == JsonValueKind.Array)
        {
            foreach (var item in element.EnumerateArray()) Walk(item, block, channel, ts, shown, buttons);
            return;
        }
        if (element.ValueKind != JsonValueKind.Object) return;
        var type = Value(element, "type");
        if (type is "mrkdwn" or "plain_text")
        {
            shown.AppendLine(Value(element, "text"));
            return;
        }
        if (type == "button")
        {
            var label = element.TryGetProperty("text", out var t) ? Value(t, "text") ?? "" : "";
            buttons.Add(new SeenButton(channel, ts, block, Value(element, "action_id") ?? "", Value(element, "value"), label, Value(element, "style")));
            return;
        }
        foreach (var property in element.EnumerateObject()) Walk(property.Value, block, channel, ts, shown, buttons);
    }

    private static string? Value(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}

/// <summary>A button that can be pressed.</summary>
public sealed record SeenButton(string Channel, string Ts, string? BlockId, string ActionId, string? Value, string Label, string? Style);
