using System.Text.Json.Nodes;

namespace ChatOps.Sandbox.Workspace;

internal sealed record Person(string Id, string Name, string RealName, string Title, string Email, string TimeZone, bool IsBot)
{
    /// <summary>The account is closed.</summary>
    public bool IsDeactivated { get; set; }
}

internal sealed record UserGroup(string Id, string Handle, string Name, string Description, IReadOnlyList<string> Members);

/// <summary>A message and what became of it. Guarded by the workspace's lock.</summary>
internal sealed class SlackMessage
{
    public required string Ts { get; init; }
    public required JsonObject Body { get; set; }

    /// <summary>The only person who sees it; null: everyone in the channel.</summary>
    public string? VisibleTo { get; init; }

    public int Edits { get; set; }

    /// <summary>Blocks it had before edits: somebody whose screen is behind can still press those buttons.</summary>
    public List<JsonArray> EarlierBlocks { get; } = [];

    public string? ThreadTs => Body.Text("thread_ts");

    public bool IsReply => ThreadTs is { } parent && parent != Ts;
}

internal sealed class SlackChannel
{
    public required string Id { get; init; }
    public required string Name { get; set; }
    public required string Creator { get; init; }
    public required long Created { get; init; }
    public bool IsPrivate { get; init; }
    public bool IsGeneral { get; init; }

    /// <summary>The person at the other end of a direct message with the bot.</summary>
    public string? ImUser { get; init; }

    public bool IsIm => ImUser is not null;
    public bool IsArchived { get; set; }
    public string Topic { get; set; } = "";
    public string Purpose { get; set; } = "";
    public List<string> Members { get; } = [];
    public List<string> PreviousNames { get; } = [];
    public List<SlackMessage> Messages { get; } = [];
    public List<(string Ts, string By, long At)> Pins { get; } = [];
    public List<JsonObject> Bookmarks { get; } = [];

    /// <summary>The first word of the scopes that govern this kind of conversation.</summary>
    public string ScopeFamily => IsIm ? "im" : IsPrivate ? "groups" : "channels";

    public SlackMessage? Find(string? ts) => Messages.Find(m => m.Ts == ts);
}

/// <summary>A modal on somebody's screen, or a published Home tab.</summary>
internal sealed class SlackView
{
    public required string Id { get; init; }
    public required string UserId { get; init; }
    public required JsonObject Body { get; set; }
    public required string Hash { get; set; }
    public required string RootId { get; init; }
    public string? PreviousId { get; init; }

    /// <summary>Blocks it had before it was drawn anew: somebody whose screen is behind can still press those buttons.</summary>
    public List<JsonArray> EarlierBlocks { get; } = [];

    /// <summary>What the person was told when the form was not accepted: block id to sentence.</summary>
    public JsonObject Errors { get; set; } = [];

    /// <summary>Why the last submission did not get through, for example <c>operation_timeout</c>.</summary>
    public string? Failure { get; set; }

    /// <summary>What the person has filled in, as <c>state.values</c>.</summary>
    public JsonObject Values { get; set; } = [];

    public string? ExternalId => Body.Text("external_id") is { Length: > 0 } id ? id : null;
}

internal sealed class SlackFile
{
    public required string Id { get; init; }
    public required string Name { get; init; }
    public required int Length { get; init; }
    public required long Created { get; init; }
    public string Title { get; set; } = "";
    public byte[]? Content { get; set; }
    public bool Completed { get; set; }
    public List<string> Channels { get; } = [];
}
