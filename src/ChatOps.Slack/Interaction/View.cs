using ChatOps.Slack.Blocks;

namespace ChatOps.Slack.Interaction;

/// <summary>A modal or Home tab as Slack holds it.</summary>
public sealed record View
{
    public string Id { get; init; } = "";

    /// <summary><c>modal</c> or <c>home</c>.</summary>
    public string? Type { get; init; }

    public string CallbackId { get; init; } = "";

    public string? PrivateMetadata { get; init; }

    /// <summary>Changes with every update; given to <c>views.update</c> it refuses to overwrite a newer state.</summary>
    public string? Hash { get; init; }

    public string? ExternalId { get; init; }

    public string? TeamId { get; init; }

    public string? RootViewId { get; init; }

    public string? PreviousViewId { get; init; }

    public string? BotId { get; init; }

    public ValueList<Block>? Blocks { get; init; }

    public ViewState State { get; init; } = new();
}

/// <summary>What the person has filled in.</summary>
public sealed record ViewState
{
    /// <summary>By <c>block_id</c>, then by <c>action_id</c>.</summary>
    public IReadOnlyDictionary<string, IReadOnlyDictionary<string, ElementValue>>? Values { get; init; }

    /// <summary>The element's state; null where the form has no such element.</summary>
    public ElementValue? Find(string blockId, string actionId) =>
        Values is not null && Values.TryGetValue(blockId, out var block) && block.TryGetValue(actionId, out var value) ? value : null;
}

/// <summary>The state of one element; which property is set depends on <see cref="Type"/>.</summary>
public sealed record ElementValue
{
    public string? Type { get; init; }

    public string? Value { get; init; }

    public Option? SelectedOption { get; init; }

    public ValueList<Option>? SelectedOptions { get; init; }

    public string? SelectedUser { get; init; }

    public string? SelectedConversation { get; init; }

    public string? SelectedChannel { get; init; }

    public string? SelectedDate { get; init; }

    public string? SelectedTime { get; init; }

    /// <summary>Seconds since 1970, UTC.</summary>
    public long? SelectedDateTime { get; init; }

    /// <summary>The one thing that was typed or chosen, whatever the element; null where nothing was.</summary>
    public string? Single =>
        Value ?? SelectedOption?.Value ?? SelectedUser ?? SelectedConversation ?? SelectedChannel ?? SelectedDate ?? SelectedTime
        ?? SelectedDateTime?.ToString(System.Globalization.CultureInfo.InvariantCulture)
        ?? (SelectedOptions is [var only] ? only.Value : null);
}
