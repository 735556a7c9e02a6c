using System.Text.Json;
using System.Text.Json.Serialization;

namespace ChatOps.Slack.Interaction;

/// <summary>Something that happened in the workspace.</summary>
[JsonConverter(typeof(SlackEventConverter))]
public abstract record SlackEvent
{
    public abstract string Type { get; }

    public string? EventTs { get; init; }
}

/// <summary>Somebody mentioned the bot.</summary>
public sealed record AppMention : SlackEvent
{
    public override string Type => "app_mention";

    public string User { get; init; } = "";

    public string? BotId { get; init; }

    public string Text { get; init; } = "";

    /// <summary>When it was written.</summary>
    public string Ts { get; init; } = "";

    public string Channel { get; init; } = "";

    public string? ThreadTs { get; init; }
}

/// <summary>Somebody opened the bot's Home tab or its messages.</summary>
public sealed record AppHomeOpened : SlackEvent
{
    public override string Type => "app_home_opened";

    public string User { get; init; } = "";

    public string? Channel { get; init; }

    /// <summary><c>home</c> or <c>messages</c>.</summary>
    public string? Tab { get; init; }

    public View? View { get; init; }
}

/// <summary>Slack delivers no more events for the rest of this minute.</summary>
public sealed record AppRateLimited : SlackEvent
{
    public override string Type => "app_rate_limited";

    public string? TeamId { get; init; }

    /// <summary>Seconds since 1970, at the minute's start.</summary>
    public long MinuteRateLimited { get; init; }
}

public sealed record AppUninstalled : SlackEvent
{
    public override string Type => "app_uninstalled";
}

public sealed record TokensRevoked : SlackEvent
{
    public override string Type => "tokens_revoked";

    public RevokedTokens Tokens { get; init; } = new();
}

/// <summary>Ids of users whose tokens ended; never the tokens themselves.</summary>
public sealed record RevokedTokens
{
    public ValueList<string>? Oauth { get; init; }

    public ValueList<string>? Bot { get; init; }
}

/// <summary>A user group gained or lost people.</summary>
public sealed record SubteamMembersChanged : SlackEvent
{
    public override string Type => "subteam_members_changed";

    public string SubteamId { get; init; } = "";

    public string? TeamId { get; init; }

    public ValueList<string>? AddedUsers { get; init; }

    public ValueList<string>? RemovedUsers { get; init; }
}

/// <summary>A person's profile changed.</summary>
public sealed record UserChange : SlackEvent
{
    public override string Type => "user_change";

    public WebApi.User User { get; init; } = new();
}

/// <summary>An event of a type that this library does not know, as it came.</summary>
public sealed record UnknownEvent : SlackEvent
{
    public UnknownEvent()
        : this("", default)
    {
    }

    public UnknownEvent(string type, JsonElement raw)
    {
        Type = type;
        Raw = raw;
    }

    public override string Type { get; }

    [JsonIgnore]
    public JsonElement Raw { get; }
}

internal sealed class SlackEventConverter() : TypedConverter<SlackEvent>(EventTypes.All)
{
    protected override SlackEvent Unknown(string type, JsonElement raw) => new UnknownEvent(type, raw);

    protected override JsonElement? RawOf(SlackEvent value) => (value as UnknownEvent)?.Raw;
}

/// <summary>The events this library knows, by Slack's names.</summary>
public static class EventTypes
{
    internal static (string Name, Type Type)[] All { get; } =
    [
        ("app_mention", typeof(AppMention)), ("app_home_opened", typeof(AppHomeOpened)), ("app_rate_limited", typeof(AppRateLimited)),
        ("app_uninstalled", typeof(AppUninstalled)), ("tokens_revoked", typeof(TokensRevoked)), ("subteam_members_changed", typeof(SubteamMembersChanged)),
        ("user_change", typeof(UserChange)), ("message", typeof(MessageEvent)), ("reaction_added", typeof(ReactionAdded)), ("reaction_removed", typeof(ReactionRemoved)),
        ("pin_added", typeof(PinAdded)), ("pin_removed", typeof(PinRemoved)), ("member_joined_channel", typeof(MemberJoinedChannel)),
        ("member_left_channel", typeof(MemberLeftChannel)), ("channel_archive", typeof(ChannelArchive)), ("channel_rename", typeof(ChannelRename)),
        ("group_archive", typeof(GroupArchive)), ("group_rename", typeof(GroupRename)), ("channel_unarchive", typeof(ChannelUnarchive)),
        ("group_unarchive", typeof(GroupUnarchive)), ("channel_deleted", typeof(ChannelDeleted)), ("group_deleted", typeof(GroupDeleted)),
        ("channel_left", typeof(ChannelLeft)), ("group_left", typeof(GroupLeft)),
    ];

    /// <summary>Slack's name of the event <typeparamref name="TEvent"/>.</summary>
    public static string NameOf<TEvent>()
        where TEvent : SlackEvent =>
        Array.Find(All, e => e.Type == typeof(TEvent)).Name ?? throw new InvalidOperationException($"{typeof(TEvent).Name} is not an event that Slack sends by a name of its own.");
}
