using System.Text.Json;
using ChatOps.Slack.Blocks;

namespace ChatOps.Slack.Interaction;

/// <summary>A person pressed the modal's submit button.</summary>
public sealed record ViewSubmission
{
    public View View { get; init; } = new();

    public InteractionUser User { get; init; } = new();

    public InteractionTeam? Team { get; init; }

    public string? TriggerId { get; init; }

    /// <summary>Only where an input asked for it with <c>response_url_enabled</c>.</summary>
    public ValueList<ViewResponseUrl>? ResponseUrls { get; init; }

    /// <summary>What was typed or chosen in one element; null where nothing was, or where it is blank.</summary>
    public string? Value(string blockId, string actionId) =>
        View.State.Find(blockId, actionId)?.Single is { } value && !string.IsNullOrWhiteSpace(value) ? value : null;

    /// <summary>The values of all that was ticked in a group of checkboxes.</summary>
    public IReadOnlyList<string> Values(string blockId, string actionId) =>
        View.State.Find(blockId, actionId)?.SelectedOptions is { } options ? [.. options.Select(o => o.Value)] : [];
}

/// <summary>Where a submission may be answered.</summary>
public sealed record ViewResponseUrl
{
    public string? BlockId { get; init; }

    public string? ActionId { get; init; }

    public string? ChannelId { get; init; }

    public string ResponseUrl { get; init; } = "";
}

/// <summary>A person closed a modal that asked to hear of it.</summary>
public sealed record ViewClosed
{
    public View View { get; init; } = new();

    public InteractionUser User { get; init; } = new();

    public InteractionTeam? Team { get; init; }

    /// <summary>The whole stack was closed.</summary>
    public bool IsCleared { get; init; }
}

/// <summary>The answer inside the acknowledgement of a submission that is <em>not</em> accepted, as its JSON.</summary>
public sealed record ViewSubmissionResponse
{
    public string ResponseAction { get; private init; } = "";

    /// <summary>By <c>block_id</c>.</summary>
    [System.Text.Json.Serialization.JsonPropertyName("errors")]
    public IReadOnlyDictionary<string, string>? FieldErrors { get; private init; }

    public ViewDefinition? View { get; private init; }

    /// <summary>The modal stays open and shows each sentence under its input block, named by <c>block_id</c>.</summary>
    public static ViewSubmissionResponse Errors(IReadOnlyDictionary<string, string> errors) => new() { ResponseAction = "errors", FieldErrors = errors };

    /// <summary>The modal stays open and shows <paramref name="view"/> instead; nothing is accepted.</summary>
    public static ViewSubmissionResponse Update(ViewDefinition view) => new() { ResponseAction = "update", View = view };

    /// <summary>As UTF-8 JSON for the acknowledgement.</summary>
    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, SlackJson.Options);
}
