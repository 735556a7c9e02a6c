namespace ChatOps.Slack.Blocks;

/// <summary>One choice of a menu or a group.</summary>
public sealed record Option
{
    public Option()
    {
    }

    public Option(string text, string value)
    {
        Text = new PlainText(text);
        Value = value;
    }

    /// <summary>At most 75 characters; mrkdwn only in radio buttons and checkboxes.</summary>
    public TextObject Text { get; init; } = new PlainText();

    /// <summary>At most 150 characters.</summary>
    public string Value { get; init; } = "";

    /// <summary>At most 75 characters.</summary>
    public TextObject? Description { get; init; }

    /// <summary>Overflow menus only; at most 3,000 characters.</summary>
    public string? Url { get; init; }
}

/// <summary>Options under a heading.</summary>
public sealed record OptionGroup
{
    public PlainText Label { get; init; } = new();

    public ValueList<Option> Options { get; init; } = [];
}

/// <summary>A menu of given options: at most 100, or at most 100 groups.</summary>
public sealed record StaticSelectMenu : InteractiveElement
{
    public override string Type => "static_select";

    public PlainText? Placeholder { get; init; }

    public ValueList<Option>? Options { get; init; }

    public ValueList<OptionGroup>? OptionGroups { get; init; }

    public Option? InitialOption { get; init; }

    public bool? FocusOnLoad { get; init; }
}

/// <summary>A menu of the people of the workspace.</summary>
public sealed record UserSelectMenu : InteractiveElement
{
    public override string Type => "users_select";

    public PlainText? Placeholder { get; init; }

    public string? InitialUser { get; init; }

    public bool? FocusOnLoad { get; init; }
}

/// <summary>A menu of the channels and conversations of the workspace.</summary>
public sealed record ConversationSelectMenu : InteractiveElement
{
    public override string Type => "conversations_select";

    public PlainText? Placeholder { get; init; }

    public string? InitialConversation { get; init; }

    public bool? DefaultToCurrentConversation { get; init; }

    /// <summary>Modals only: gives the submission a <c>response_url</c>.</summary>
    public bool? ResponseUrlEnabled { get; init; }
}

/// <summary>The menu behind three dots; at most 5 options.</summary>
public sealed record OverflowMenu : InteractiveElement
{
    public override string Type => "overflow";

    public ValueList<Option> Options { get; init; } = [];
}

/// <summary>One of several, all of them visible; at most 10.</summary>
public sealed record RadioButtonGroup : InteractiveElement
{
    public override string Type => "radio_buttons";

    public ValueList<Option> Options { get; init; } = [];

    public Option? InitialOption { get; init; }
}

/// <summary>Any of several, all of them visible; at most 10.</summary>
public sealed record CheckboxGroup : InteractiveElement
{
    public override string Type => "checkboxes";

    public ValueList<Option> Options { get; init; } = [];

    public ValueList<Option>? InitialOptions { get; init; }
}
