namespace ChatOps.Sandbox.Workspace.Blocks;

[Flags]
internal enum Surface
{
    None = 0,
    Message = 1,
    Modal = 2,
    Home = 4,
    All = Message | Modal | Home,
}

/// <summary>Where an interactive element may stand.</summary>
[Flags]
internal enum Place
{
    None = 0,
    Accessory = 1,
    Actions = 2,
    Input = 4,
    Context = 8,
}

/// <summary>Which properties a block has. Slack refuses properties that it does not know.</summary>
internal sealed record BlockShape(Surface Surfaces, string[] Required, string[] Optional);

internal sealed record ElementShape(Place Places, string[] Required, string[] Optional);

/// <summary>Block Kit as tables: types, properties, places. Source: Slack's Block Kit reference, limits as in facts/slack.md.</summary>
internal static class BlockRules
{
    private static readonly string[] SelectCommon = ["action_id", "placeholder", "confirm", "focus_on_load"];

    public static readonly IReadOnlyDictionary<string, BlockShape> Blocks = new Dictionary<string, BlockShape>(StringComparer.Ordinal)
    {
        ["actions"] = new(Surface.All, ["elements"], []),
        ["context"] = new(Surface.All, ["elements"], []),
        ["divider"] = new(Surface.All, [], []),
        ["header"] = new(Surface.All, ["text"], []),
        ["image"] = new(Surface.All, ["alt_text"], ["image_url", "slack_file", "title"]),
        ["input"] = new(Surface.All, ["label", "element"], ["dispatch_action", "hint", "optional"]),
        ["markdown"] = new(Surface.Message, ["text"], []),
        ["rich_text"] = new(Surface.All, ["elements"], []),
        ["section"] = new(Surface.All, [], ["text", "fields", "accessory", "expand"]),
        ["table"] = new(Surface.Message, ["rows"], ["column_settings"]),
        ["video"] = new(Surface.All, ["alt_text", "title", "thumbnail_url", "video_url"], ["author_name", "description", "provider_icon_url", "provider_name", "title_url"]),
    };

    public static readonly IReadOnlyDictionary<string, ElementShape> Elements = new Dictionary<string, ElementShape>(StringComparer.Ordinal)
    {
        ["button"] = new(Place.Accessory | Place.Actions, ["text"], ["action_id", "url", "value", "style", "confirm", "accessibility_label"]),
        ["checkboxes"] = new(Place.Accessory | Place.Actions | Place.Input, ["options"], ["action_id", "initial_options", "confirm", "focus_on_load"]),
        ["radio_buttons"] = new(Place.Accessory | Place.Actions | Place.Input, ["options"], ["action_id", "initial_option", "confirm", "focus_on_load"]),
        ["overflow"] = new(Place.Accessory | Place.Actions, ["options"], ["action_id", "confirm"]),
        ["datepicker"] = new(Place.Accessory | Place.Actions | Place.Input, [], [.. SelectCommon, "initial_date"]),
        ["timepicker"] = new(Place.Accessory | Place.Actions | Place.Input, [], [.. SelectCommon, "initial_time", "timezone"]),
        ["datetimepicker"] = new(Place.Actions | Place.Input, [], ["action_id", "initial_date_time", "confirm", "focus_on_load"]),
        ["static_select"] = Select(["options", "option_groups", "initial_option"]),
        ["external_select"] = Select(["initial_option", "min_query_length"]),
        ["users_select"] = Select(["initial_user"]),
        ["conversations_select"] = Select(["initial_conversation", "default_to_current_conversation", "response_url_enabled", "filter"]),
        ["channels_select"] = Select(["initial_channel", "response_url_enabled"]),
        ["multi_static_select"] = MultiSelect(["options", "option_groups", "initial_options", "max_selected_items"]),
        ["multi_external_select"] = MultiSelect(["initial_options", "min_query_length", "max_selected_items"]),
        ["multi_users_select"] = MultiSelect(["initial_users", "max_selected_items"]),
        ["multi_conversations_select"] = MultiSelect(["initial_conversations", "default_to_current_conversation", "filter", "max_selected_items"]),
        ["multi_channels_select"] = MultiSelect(["initial_channels", "max_selected_items"]),
        ["plain_text_input"] = new(Place.Input, [], ["action_id", "initial_value", "multiline", "min_length", "max_length", "dispatch_action_config", "focus_on_load", "placeholder"]),
        ["rich_text_input"] = new(Place.Input, [], ["action_id", "initial_value", "dispatch_action_config", "focus_on_load", "placeholder"]),
        ["email_text_input"] = new(Place.Input, [], ["action_id", "initial_value", "dispatch_action_config", "focus_on_load", "placeholder"]),
        ["url_text_input"] = new(Place.Input, [], ["action_id", "initial_value", "dispatch_action_config", "focus_on_load", "placeholder"]),
        ["number_input"] = new(Place.Input, ["is_decimal_allowed"], ["action_id", "initial_value", "min_value", "max_value", "dispatch_action_config", "focus_on_load", "placeholder"]),
        ["file_input"] = new(Place.Input, [], ["action_id", "filetypes", "max_files"]),
        ["image"] = new(Place.Accessory | Place.Context, ["alt_text"], ["image_url", "slack_file"]),
        ["mrkdwn"] = new(Place.Context, ["text"], ["verbatim"]),
        ["plain_text"] = new(Place.Context, ["text"], ["emoji"]),
    };

    public static readonly IReadOnlySet<string> RichTextParts =
        new HashSet<string>(StringComparer.Ordinal) { "rich_text_section", "rich_text_list", "rich_text_preformatted", "rich_text_quote" };

    private static ElementShape Select(string[] more) => new(Place.Accessory | Place.Actions | Place.Input, [], [.. SelectCommon, .. more]);

    private static ElementShape MultiSelect(string[] more) => new(Place.Accessory | Place.Input, [], [.. SelectCommon, .. more]);
}
