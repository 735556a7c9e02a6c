using System.Globalization;
using System.Text.Json.Nodes;
using ChatOps.Sandbox.Workspace.Blocks;
using ChatOps.Sandbox.Workspace.WebApi;

namespace ChatOps.Sandbox.Workspace;

/// <summary>What people fill in, as <c>state.values</c>, and what Slack's own client refuses before the app hears of it.</summary>
internal static class FormValues
{
    private static readonly Dictionary<string, (string Field, string Initial)> Fields = new(StringComparer.Ordinal)
    {
        ["plain_text_input"] = ("value", "initial_value"), ["email_text_input"] = ("value", "initial_value"), ["url_text_input"] = ("value", "initial_value"),
        ["number_input"] = ("value", "initial_value"), ["rich_text_input"] = ("rich_text_value", "initial_value"),
        ["static_select"] = ("selected_option", "initial_option"), ["external_select"] = ("selected_option", "initial_option"),
        ["radio_buttons"] = ("selected_option", "initial_option"), ["checkboxes"] = ("selected_options", "initial_options"),
        ["multi_static_select"] = ("selected_options", "initial_options"), ["multi_external_select"] = ("selected_options", "initial_options"),
        ["users_select"] = ("selected_user", "initial_user"), ["multi_users_select"] = ("selected_users", "initial_users"),
        ["conversations_select"] = ("selected_conversation", "initial_conversation"), ["multi_conversations_select"] = ("selected_conversations", "initial_conversations"),
        ["channels_select"] = ("selected_channel", "initial_channel"), ["multi_channels_select"] = ("selected_channels", "initial_channels"),
        ["datepicker"] = ("selected_date", "initial_date"), ["timepicker"] = ("selected_time", "initial_time"), ["datetimepicker"] = ("selected_date_time", "initial_date_time"),
    };

    public static JsonObject Initial(SlackView view) => Initial(view.Body["blocks"] as JsonArray);

    /// <summary>The state of a form nobody has touched.</summary>
    public static JsonObject Initial(JsonArray? blocks)
    {
        var values = new JsonObject();
        foreach (var block in (blocks ?? []).OfType<JsonObject>())
        {
            foreach (var element in MessageContent.Interactive(block))
            {
                if (!Fields.TryGetValue(element.Text("type") ?? "", out var field))
                    continue;
                var state = new JsonObject { ["type"] = element.Text("type"), [field.Field] = element[field.Initial]?.DeepClone() ?? Nothing(field.Field) };
                if (values[block.Text("block_id")!] is not JsonObject actions)
                    values[block.Text("block_id")!] = actions = [];
                actions[element.Text("action_id")!] = state;
            }
        }
        return values;
    }

    /// <summary>Puts what a person chose into the state.</summary>
    /// <returns>Null, or why that cannot be chosen there.</returns>
    public static string? Set(SlackWorkspace workspace, JsonArray blocks, JsonObject values, string blockId, string actionId, JsonNode? given)
    {
        var element = blocks.OfType<JsonObject>().Where(b => b.Text("block_id") == blockId).SelectMany(MessageContent.Interactive)
            .FirstOrDefault(e => e.Text("action_id") == actionId);
        if (element is null || !Fields.TryGetValue(element.Text("type")!, out var field))
            return $"There is nothing to fill in at block {blockId}, action {actionId}.";
        var (value, mistake) = Chosen(workspace, element, field.Field, given);
        if (mistake is not null)
            return mistake;
        values[blockId]!.AsObject()[actionId]!.AsObject()[field.Field] = value;
        return null;
    }

    /// <summary>The part of an action that says what was chosen, for a <c>block_actions</c> payload.</summary>
    public static string? Choose(SlackWorkspace workspace, JsonObject element, JsonNode? given, JsonObject action)
    {
        var type = element.Text("type")!;
        if (type == "button")
        {
            if (element["value"] is { } value)
                action["value"] = value.DeepClone();
            return null;
        }
        var field = type == "overflow" ? "selected_option" : Fields.TryGetValue(type, out var known) ? known.Field : null;
        if (field is null)
            return $"A {type} cannot be pressed.";
        var (chosen, mistake) = Chosen(workspace, element, field, given);
        action[field] = chosen;
        return mistake ?? (chosen is null && type is "overflow" or "static_select" ? "Say which option, as \"value\"." : null);
    }

    /// <summary>What Slack's client says about a form before it sends it: block id to sentence.</summary>
    public static JsonObject Problems(JsonArray? blocks, JsonObject values)
    {
        var problems = new JsonObject();
        foreach (var block in (blocks ?? []).OfType<JsonObject>().Where(b => b.Text("type") == "input"))
        {
            var element = block["element"]!.AsObject();
            var (field, _) = Fields.GetValueOrDefault(element.Text("type")!, ("value", ""));
            var value = values[block.Text("block_id")!]?[element.Text("action_id")!]?[field];
            var empty = value is null or JsonArray { Count: 0 } || value.Text() == "";
            var problem = empty ? (block.Flag("optional") ? null : "Please complete this required field.") : Problem(element, value!);
            if (problem is not null)
                problems[block.Text("block_id")!] = problem;
        }
        return problems;
    }

    private static string? Problem(JsonObject element, JsonNode value)
    {
        var text = value.Text() ?? "";
        switch (element.Text("type"))
        {
            case "plain_text_input" when element.Number("min_length") is { } least && text.Length < least:
                return $"Must be at least {least} characters long.";
            case "plain_text_input" when text.Length > (element.Number("max_length") ?? 3000):
                return $"Must be at most {element.Number("max_length") ?? 3000} characters long.";
            case "email_text_input" when !System.Net.Mail.MailAddress.TryCreate(text, out _):
                return "Must be an e-mail address.";
            case "url_text_input" when !Uri.TryCreate(text, UriKind.Absolute, out _):
                return "Must be a full web address.";
            case "number_input":
                if (!decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) || (!element.Flag("is_decimal_allowed") && number != decimal.Truncate(number)))
                    return "Must be a number.";
                var outside = (decimal.TryParse(element.Text("min_value"), CultureInfo.InvariantCulture, out var low) && number < low)
                    || (decimal.TryParse(element.Text("max_value"), CultureInfo.InvariantCulture, out var high) && number > high);
                return outside ? "Is outside the range." : null;
            default:
                return null;
        }
    }

    private static (JsonNode? Value, string? Mistake) Chosen(SlackWorkspace workspace, JsonObject element, string field, JsonNode? given)
    {
        var several = field.EndsWith('s') && field.StartsWith("selected_", StringComparison.Ordinal);
        if (given is null || (!several && given.Text() == "" && field != "value"))
            return (Nothing(field), null);
        if (!several)
            return field == "rich_text_value" ? (given.DeepClone(), null) : One(workspace, element, field, given);
        var chosen = new JsonArray();
        foreach (var item in given is JsonArray array ? [.. array] : (given.Text() ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(t => (JsonNode?)t))
        {
            var (value, mistake) = One(workspace, element, field, item);
            if (mistake is not null)
                return (null, mistake);
            chosen.Add(value);
        }
        return (chosen, null);
    }

    private static (JsonNode? Value, string? Mistake) One(SlackWorkspace workspace, JsonObject element, string field, JsonNode? given)
    {
        var text = given is JsonObject o ? o.Text("value") : given.Text();
        switch (field)
        {
            case "selected_option" or "selected_options":
                if (element.Text("type")!.Contains("external", StringComparison.Ordinal))
                    return given is JsonObject ? (given.DeepClone(), null) : (null, "Give the whole option, as the app offered it.");
                var option = ElementCheck.OptionsOf(element).FirstOrDefault(x => x.Text("value") == text);
                return option is null ? (null, $"There is no option {text}.") : (option.DeepClone(), null);
            case "selected_user" or "selected_users":
                return workspace.FindPerson(text) is { } person ? (person.Id, null) : (null, $"There is nobody called {text}.");
            case "selected_channel" or "selected_channels" or "selected_conversation" or "selected_conversations":
                return workspace.FindChannel(text) is { } channel ? (channel.Id, null) : (null, $"There is no channel {text}.");
            case "selected_date_time":
                return long.TryParse(text, out var seconds) ? (seconds, null) : (null, "A date and time is a number of seconds.");
            default:
                return (text, null);
        }
    }

    private static JsonArray? Nothing(string field) => field.EndsWith('s') && field.StartsWith("selected_", StringComparison.Ordinal) ? [] : null;
}
