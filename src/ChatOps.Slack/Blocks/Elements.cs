namespace ChatOps.Slack.Blocks;

/// <summary>A button. With a <see cref="Url"/> it opens a page, and Slack still sends the action.</summary>
public sealed record Button : InteractiveElement
{
    public override string Type => "button";

    /// <summary>At most 75 characters; Slack cuts from about 30 on a phone.</summary>
    public PlainText Text { get; init; } = new();

    /// <summary>Sent back with the press; at most 2,000 characters.</summary>
    public string? Value { get; init; }

    /// <summary>At most 3,000 characters.</summary>
    public string? Url { get; init; }

    /// <summary><see cref="ButtonStyle.Primary"/>, <see cref="ButtonStyle.Danger"/>, or null for the default.</summary>
    public string? Style { get; init; }

    /// <summary>What a screen reader says instead of the text; at most 75 characters.</summary>
    public string? AccessibilityLabel { get; init; }
}

/// <summary>The styles a button may have.</summary>
public static class ButtonStyle
{
    public const string Primary = "primary";
    public const string Danger = "danger";
}

/// <summary>Slack's own "are you sure" before an element acts.</summary>
public sealed record ConfirmationDialog
{
    /// <summary>At most 100 characters.</summary>
    public PlainText Title { get; init; } = new();

    /// <summary>At most 300 characters.</summary>
    public TextObject Text { get; init; } = new PlainText();

    /// <summary>At most 30 characters.</summary>
    public PlainText Confirm { get; init; } = new();

    /// <summary>At most 30 characters.</summary>
    public PlainText Deny { get; init; } = new();

    /// <summary>As <see cref="Button.Style"/>.</summary>
    public string? Style { get; init; }
}

/// <summary>A line or a box to type into.</summary>
public sealed record PlainTextInput : InteractiveElement
{
    public override string Type => "plain_text_input";

    public string? InitialValue { get; init; }

    public PlainText? Placeholder { get; init; }

    public bool? Multiline { get; init; }

    /// <summary>0 to 3,000.</summary>
    public int? MinLength { get; init; }

    /// <summary>1 to 3,000.</summary>
    public int? MaxLength { get; init; }

    public bool? FocusOnLoad { get; init; }
}

/// <summary>A date and a time of day, in the person's own zone.</summary>
public sealed record DateTimePicker : InteractiveElement
{
    public override string Type => "datetimepicker";

    /// <summary>Seconds since 1970, UTC.</summary>
    public long? InitialDateTime { get; init; }

    public bool? FocusOnLoad { get; init; }
}
