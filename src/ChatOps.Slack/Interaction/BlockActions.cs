using System.Text.Json;
using System.Text.Json.Serialization;
using ChatOps.Slack.Blocks;

namespace ChatOps.Slack.Interaction;

/// <summary>A person used a button, a menu or a picker.</summary>
public sealed record BlockActionRequest
{
    public InteractionUser User { get; init; } = new();

    /// <summary>Null in a view.</summary>
    public InteractionChannel? Channel { get; init; }

    /// <summary>The message as it was when used; null in a view.</summary>
    public MessageEvent? Message { get; init; }

    /// <summary>The view with what is filled in; null in a message.</summary>
    public View? View { get; init; }

    public InteractionTeam? Team { get; init; }

    /// <summary>Opens one modal within 3 seconds.</summary>
    public string TriggerId { get; init; } = "";

    /// <summary>Takes five answers within 30 minutes; the only way to change an ephemeral message. Null in a view.</summary>
    public string? ResponseUrl { get; init; }

    public InteractionContainer Container { get; init; } = new();

    /// <summary>The state of the message's inputs and menus.</summary>
    public ViewState? State { get; init; }

    /// <summary>Nearly always one.</summary>
    public ValueList<BlockAction> Actions { get; init; } = [];
}

/// <summary>One use of an element.</summary>
[JsonConverter(typeof(BlockActionConverter))]
public abstract record BlockAction
{
    public abstract string Type { get; }

    /// <summary>As sent, with its suffix after a colon where it has one.</summary>
    public string ActionId { get; init; } = "";

    public string BlockId { get; init; } = "";

    /// <summary>When it was used, by Slack's clock.</summary>
    public string ActionTs { get; init; } = "";
}

public sealed record ButtonAction : BlockAction
{
    public override string Type => "button";

    public string? Value { get; init; }

    public TextObject? Text { get; init; }

    public string? Url { get; init; }
}

public sealed record StaticSelectAction : BlockAction
{
    public override string Type => "static_select";

    public Option? SelectedOption { get; init; }
}

public sealed record OverflowAction : BlockAction
{
    public override string Type => "overflow";

    public Option? SelectedOption { get; init; }
}

public sealed record UserSelectAction : BlockAction
{
    public override string Type => "users_select";

    public string? SelectedUser { get; init; }
}

public sealed record ConversationSelectAction : BlockAction
{
    public override string Type => "conversations_select";

    public string? SelectedConversation { get; init; }
}

public sealed record RadioButtonAction : BlockAction
{
    public override string Type => "radio_buttons";

    public Option? SelectedOption { get; init; }
}

public sealed record CheckboxGroupAction : BlockAction
{
    public override string Type => "checkboxes";

    public ValueList<Option> SelectedOptions { get; init; } = [];
}

public sealed record PlainTextInputAction : BlockAction
{
    public override string Type => "plain_text_input";

    public string? Value { get; init; }
}

public sealed record DateTimePickerAction : BlockAction
{
    public override string Type => "datetimepicker";

    /// <summary>Seconds since 1970, UTC.</summary>
    public long? SelectedDateTime { get; init; }
}

/// <summary>The use of an element of a type that this library does not know, as it came.</summary>
public sealed record UnknownAction : BlockAction
{
    public UnknownAction(string type, JsonElement raw)
    {
        Type = type;
        Raw = raw;
    }

    public override string Type { get; }

    [JsonIgnore]
    public JsonElement Raw { get; }
}

internal sealed class BlockActionConverter() : TypedConverter<BlockAction>(
    ("button", typeof(ButtonAction)), ("static_select", typeof(StaticSelectAction)), ("overflow", typeof(OverflowAction)), ("users_select", typeof(UserSelectAction)),
    ("conversations_select", typeof(ConversationSelectAction)), ("radio_buttons", typeof(RadioButtonAction)), ("checkboxes", typeof(CheckboxGroupAction)),
    ("plain_text_input", typeof(PlainTextInputAction)), ("datetimepicker", typeof(DateTimePickerAction)))
{
    protected override BlockAction Unknown(string type, JsonElement raw) => new UnknownAction(type, raw)
    {
        ActionId = Text(raw, "action_id"),
        BlockId = Text(raw, "block_id"),
        ActionTs = Text(raw, "action_ts"),
    };

    protected override JsonElement? RawOf(BlockAction value) => (value as UnknownAction)?.Raw;

    private static string Text(JsonElement raw, string name) =>
        raw.ValueKind == JsonValueKind.Object && raw.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";
}
