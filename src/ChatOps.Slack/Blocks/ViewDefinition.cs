using System.Text.Json;
using System.Text.Json.Serialization;

namespace ChatOps.Slack.Blocks;

/// <summary>What the bot sends to open or change a modal or a Home tab.</summary>
[JsonConverter(typeof(ViewDefinitionConverter))]
public abstract record ViewDefinition
{
    [JsonPropertyOrder(-1)]
    public abstract string Type { get; }

    /// <summary>At most 100.</summary>
    public ValueList<Block> Blocks { get; init; } = [];

    /// <summary>Names the handler of the submission; at most 255 characters.</summary>
    public string? CallbackId { get; init; }

    /// <summary>Comes back with the submission; at most 3,000 characters. No secrets: the person's browser has it.</summary>
    public string? PrivateMetadata { get; init; }

    /// <summary>Unique in the workspace; at most 255 characters.</summary>
    public string? ExternalId { get; init; }
}

/// <summary>A modal.</summary>
public sealed record ModalViewDefinition : ViewDefinition
{
    public override string Type => "modal";

    /// <summary>At most 24 characters.</summary>
    public PlainText Title { get; init; } = new();

    /// <summary>At most 24 characters; required when there is an input block.</summary>
    public PlainText? Submit { get; init; }

    /// <summary>At most 24 characters.</summary>
    public PlainText? Close { get; init; }

    public bool? ClearOnClose { get; init; }

    /// <summary>Send <c>view_closed</c> when the person closes it.</summary>
    public bool? NotifyOnClose { get; init; }
}

/// <summary>The bot's Home tab for one person.</summary>
public sealed record HomeViewDefinition : ViewDefinition
{
    public override string Type => "home";
}

internal sealed class ViewDefinitionConverter() : TypedConverter<ViewDefinition>(("modal", typeof(ModalViewDefinition)), ("home", typeof(HomeViewDefinition)))
{
    protected override ViewDefinition Unknown(string type, JsonElement raw) => throw new JsonException($"A view of type '{type}' is not known, or has fields of the wrong kind.");

    protected override JsonElement? RawOf(ViewDefinition value) => null;
}
