using ChatOps.Slack.Blocks;

namespace ChatOps.Slack.WebApi;

/// <summary>An answer at a <c>response_url</c>.</summary>
public sealed record ResponseMessage
{
    public const string Ephemeral = "ephemeral";
    public const string InChannel = "in_channel";

    public string? Text { get; init; }

    public ValueList<Block>? Blocks { get; init; }

    /// <summary><see cref="Ephemeral"/> (Slack's default) or <see cref="InChannel"/>.</summary>
    public string? ResponseType { get; init; }

    /// <summary>Take the place of the message that was clicked. Slack's default for clicks is true.</summary>
    public bool? ReplaceOriginal { get; init; }

    public bool? DeleteOriginal { get; init; }

    public string? ThreadTs { get; init; }

    /// <summary>For the person alone, beside what is there.</summary>
    public static ResponseMessage OnlyForYou(string text, ValueList<Block>? blocks = null) => new() { Text = text, Blocks = blocks, ResponseType = Ephemeral, ReplaceOriginal = false };
}
