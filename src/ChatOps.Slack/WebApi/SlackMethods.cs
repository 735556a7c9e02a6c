using System.Collections.Frozen;
using System.Text.Json;

namespace ChatOps.Slack.WebApi;

/// <summary>How a method wants its arguments: everything is posted as JSON unless it stands here. Source: the method pages of https://docs.slack.dev.</summary>
internal static class SlackMethods
{
    private static readonly FrozenSet<string> Get = FrozenSet.ToFrozenSet(
        [
            "auth.revoke", "bots.info", "chat.getPermalink", "conversations.history", "conversations.info", "conversations.list", "conversations.members",
            "conversations.replies", "emoji.list", "files.info", "pins.list", "reactions.get", "team.info", "usergroups.list", "usergroups.users.list",
            "users.conversations", "users.info", "users.list", "users.lookupByEmail", "users.profile.get",
        ],
        StringComparer.Ordinal);

    private static readonly FrozenSet<string> Form = FrozenSet.ToFrozenSet(
        ["files.getUploadURLExternal", "oauth.v2.access", "oauth.v2.exchange", "openid.connect.token", "openid.connect.userInfo"],
        StringComparer.Ordinal);

    public static bool IsGet(string method) => Get.Contains(method);

    public static bool IsForm(string method) => Form.Contains(method);

    /// <summary>Changes nothing, so that it may be tried again.</summary>
    public static bool OnlyReads(string method) => (IsGet(method) && method != "auth.revoke") || method is "auth.test" or "api.test";

    /// <summary>The arguments as the fields of a form or a query; what is no plain value goes as JSON.</summary>
    public static IEnumerable<KeyValuePair<string, string>> Fields(object? arguments)
    {
        if (arguments is null)
            yield break;
        foreach (var property in JsonSerializer.SerializeToElement(arguments, arguments.GetType(), SlackJson.Options).EnumerateObject())
        {
            if (property.Value.ValueKind != JsonValueKind.Null)
                yield return new(property.Name, property.Value.ValueKind == JsonValueKind.String ? property.Value.GetString()! : property.Value.GetRawText());
        }
    }
}
