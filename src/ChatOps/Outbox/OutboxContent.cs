using System.Text.Json;
using ChatOps.Slack;
using ChatOps.Slack.Blocks;

namespace ChatOps.Outbox;

/// <summary>The stable words of <c>outbox.kind</c>.</summary>
internal static class OutboxKind
{
    public const string Show = "show";
    public const string Ephemeral = "ephemeral";
    public const string Respond = "respond";
    public const string CreateChannel = "create_channel";
    public const string Invite = "invite";
    public const string Topic = "topic";
    public const string Pin = "pin";
    public const string Upload = "upload";
}

/// <summary>A channel to create for a destination.</summary>
/// <param name="BaseName">From <see cref="ChannelName.For"/>; carries the short id.</param>
/// <param name="ShortId">Proof after a crash that a channel of that name is ours.</param>
public sealed record ChannelToCreate(string BaseName, string ShortId, bool IsPrivate);

internal sealed record Response(string Url, Message Message, bool ReplaceOriginal);

internal sealed record Invitation(IReadOnlyList<string> Users);

internal sealed record ChannelTopic(string Text);

internal sealed record OutboxFile(string FileName, string Title);

internal static class OutboxJson
{
    public static string Write<T>(T content) => JsonSerializer.Serialize(content, SlackJson.Options);

    public static T Read<T>(string content) =>
        JsonSerializer.Deserialize<T>(content, SlackJson.Options) ?? throw new JsonException($"An outbox row without content where {typeof(T).Name} belongs.");
}
