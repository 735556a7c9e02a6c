using System.Text;
using System.Text.Json.Nodes;

namespace ChatOps.Sandbox.Workspace.WebApi;

/// <summary>How the Web API shows the workspace's things, with the fields of the official response shapes.</summary>
internal static class Shapes
{
    public static JsonObject Channel(SlackWorkspace workspace, SlackChannel channel, bool withCount = false)
    {
        if (channel.IsIm)
            return new JsonObject { ["id"] = channel.Id, ["created"] = channel.Created, ["is_im"] = true, ["is_archived"] = false, ["user"] = channel.ImUser, ["is_open"] = true };
        var shown = new JsonObject
        {
            ["id"] = channel.Id, ["name"] = channel.Name, ["name_normalized"] = channel.Name,
            ["is_channel"] = !channel.IsPrivate, ["is_group"] = channel.IsPrivate, ["is_im"] = false, ["is_mpim"] = false, ["is_private"] = channel.IsPrivate,
            ["is_archived"] = channel.IsArchived, ["is_general"] = channel.IsGeneral, ["is_shared"] = false, ["is_ext_shared"] = false, ["is_org_shared"] = false,
            ["created"] = channel.Created, ["updated"] = channel.Created * 1000, ["creator"] = channel.Creator, ["unlinked"] = 0,
            ["is_member"] = channel.Members.Contains(SlackWorkspace.BotUserId, StringComparer.Ordinal),
            ["context_team_id"] = SlackWorkspace.TeamId, ["shared_team_ids"] = new JsonArray(SlackWorkspace.TeamId),
            ["topic"] = new JsonObject { ["value"] = channel.Topic, ["creator"] = "", ["last_set"] = 0 },
            ["purpose"] = new JsonObject { ["value"] = channel.Purpose, ["creator"] = "", ["last_set"] = 0 },
            ["previous_names"] = channel.PreviousNames.ToJsonArray(),
        };
        if (withCount)
            shown["num_members"] = channel.Members.Count;
        return shown;
    }

    public static JsonObject Person(SlackWorkspace workspace, Person person)
    {
        var profile = new JsonObject
        {
            ["title"] = person.Title, ["real_name"] = person.RealName, ["real_name_normalized"] = person.RealName,
            ["display_name"] = person.Name, ["display_name_normalized"] = person.Name, ["team"] = SlackWorkspace.TeamId,
        };
        if (workspace.Manifest.Has("users:read.email") && !person.IsBot)
            profile["email"] = person.Email;
        if (person.Id == SlackWorkspace.BotUserId)
        {
            profile["bot_id"] = SlackWorkspace.BotId;
            profile["api_app_id"] = SlackWorkspace.AppId;
        }
        var zone = TimeZoneInfo.TryFindSystemTimeZoneById(person.TimeZone, out var found) ? found : TimeZoneInfo.Utc;
        return new JsonObject
        {
            ["id"] = person.Id, ["team_id"] = SlackWorkspace.TeamId, ["name"] = person.Name, ["real_name"] = person.RealName, ["deleted"] = person.IsDeactivated,
            ["tz"] = person.TimeZone, ["tz_label"] = zone.StandardName, ["tz_offset"] = (int)zone.GetUtcOffset(workspace.Clock.GetUtcNow()).TotalSeconds,
            ["profile"] = profile, ["is_bot"] = person.IsBot, ["is_app_user"] = false, ["is_admin"] = false, ["is_owner"] = false,
            ["is_restricted"] = false, ["is_ultra_restricted"] = false, ["updated"] = 0,
        };
    }

    public static JsonObject Group(UserGroup group, bool withUsers)
    {
        var shown = new JsonObject
        {
            ["id"] = group.Id, ["team_id"] = SlackWorkspace.TeamId, ["is_usergroup"] = true, ["is_subteam"] = true, ["name"] = group.Name, ["handle"] = group.Handle,
            ["description"] = group.Description, ["is_external"] = false, ["date_create"] = 0, ["date_update"] = 0, ["date_delete"] = 0,
            ["user_count"] = group.Members.Count,
        };
        if (withUsers)
            shown["users"] = group.Members.ToJsonArray();
        return shown;
    }

    public static JsonObject View(SlackView view)
    {
        var shown = view.Body.Clone();
        foreach (var (name, value) in new Dictionary<string, JsonNode?>(StringComparer.Ordinal)
        {
            ["id"] = view.Id, ["team_id"] = SlackWorkspace.TeamId, ["hash"] = view.Hash, ["root_view_id"] = view.RootId, ["previous_view_id"] = view.PreviousId,
            ["app_id"] = SlackWorkspace.AppId, ["app_installed_team_id"] = SlackWorkspace.TeamId, ["bot_id"] = SlackWorkspace.BotId,
            ["state"] = new JsonObject { ["values"] = view.Values.Clone() },
        })
            shown[name] = value;
        foreach (var name in (string[])["private_metadata", "callback_id", "external_id"])
            shown[name] ??= "";
        foreach (var name in (string[])["submit", "close"])
            shown[name] ??= null;
        foreach (var name in (string[])["clear_on_close", "notify_on_close"])
            shown[name] ??= false;
        return shown;
    }

    public static JsonObject File(SlackFile file, string baseUrl) => new()
    {
        ["id"] = file.Id, ["name"] = file.Name, ["title"] = file.Title.Length > 0 ? file.Title : file.Name, ["created"] = file.Created, ["timestamp"] = file.Created,
        ["user"] = SlackWorkspace.BotUserId, ["size"] = file.Length, ["mode"] = "hosted", ["is_external"] = false, ["mimetype"] = MimeType(file.Name),
        ["filetype"] = Path.GetExtension(file.Name).TrimStart('.'), ["url_private"] = $"{baseUrl}/control/files/{file.Id}",
        ["url_private_download"] = $"{baseUrl}/control/files/{file.Id}", ["permalink"] = $"{baseUrl}/control/files/{file.Id}", ["channels"] = file.Channels.ToJsonArray(),
    };

    public static string MimeType(string name) => Path.GetExtension(name) switch
    {
        ".json" => "application/json",
        ".png" => "image/png",
        ".svg" => "image/svg+xml",
        ".html" => "text/html",
        _ => "text/plain",
    };

    /// <summary>A message as history shows it: the payload of metadata only when asked for.</summary>
    public static JsonObject Message(SlackChannel channel, SlackMessage message, bool allMetadata)
    {
        var shown = message.Body.Clone();
        if (!allMetadata && shown["metadata"] is JsonObject metadata)
            shown["metadata"] = new JsonObject { ["event_type"] = metadata.Text("event_type") };
        var replies = channel.Messages.Where(m => m.IsReply && m.ThreadTs == message.Ts && m.VisibleTo is null).ToList();
        if (replies.Count > 0)
        {
            shown["thread_ts"] = message.Ts;
            shown["reply_count"] = replies.Count;
            shown["reply_users"] = replies.Select(r => r.Body.Text("user") ?? "").Distinct(StringComparer.Ordinal).ToJsonArray();
            shown["latest_reply"] = replies[^1].Ts;
        }
        return shown;
    }

    /// <summary>One page of a list: <c>limit</c>, <c>cursor</c> in, items and <c>next_cursor</c> out.</summary>
    public static (IReadOnlyList<T> Items, string Next, SlackAnswer? Refusal) Page<T>(ApiCall call, IReadOnlyList<T> all, int standard, int maximum)
    {
        var limit = call.Number("limit") is { } asked and > 0 ? Math.Min(asked, maximum) : standard;
        var start = 0;
        if (call.Text("cursor") is { Length: > 0 } cursor)
        {
            var text = TryDecode(cursor);
            if (text is null || !text.StartsWith("next:", StringComparison.Ordinal) || !int.TryParse(text[5..], out start) || start > all.Count)
                return ([], "", SlackAnswer.Error("invalid_cursor"));
        }
        var items = all.Skip(start).Take(limit).ToList();
        var next = start + items.Count < all.Count ? Convert.ToBase64String(Encoding.UTF8.GetBytes($"next:{start + items.Count}")) : "";
        return (items, next, null);
    }

    private static string? TryDecode(string cursor)
    {
        var bytes = new byte[cursor.Length];
        return Convert.TryFromBase64String(cursor, bytes, out var length) ? Encoding.UTF8.GetString(bytes, 0, length) : null;
    }
}
