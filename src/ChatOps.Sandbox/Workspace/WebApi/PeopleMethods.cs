using System.Text.Json.Nodes;

namespace ChatOps.Sandbox.Workspace.WebApi;

/// <summary>Users, user groups and who the bot is.</summary>
internal static class PeopleMethods
{
    public static SlackAnswer AuthTest(SlackWorkspace workspace, ApiCall call) => SlackAnswer.Ok(
        ("url", call.BaseUrl + "/"), ("team", "Sandbox"), ("team_id", SlackWorkspace.TeamId), ("user", workspace.Bot.Name),
        ("user_id", SlackWorkspace.BotUserId), ("bot_id", SlackWorkspace.BotId), ("is_enterprise_install", false));

    public static SlackAnswer TeamInfo(SlackWorkspace workspace, ApiCall call) => SlackAnswer.Ok(
        ("team", new JsonObject { ["id"] = SlackWorkspace.TeamId, ["name"] = "Sandbox", ["domain"] = SlackWorkspace.Domain }));

    public static SlackAnswer Info(SlackWorkspace workspace, ApiCall call) =>
        workspace.People.Find(p => p.Id == call.Text("user")) is { } person
            ? SlackAnswer.Ok(("user", Shapes.Person(workspace, person)))
            : SlackAnswer.Error("user_not_found");

    public static SlackAnswer List(SlackWorkspace workspace, ApiCall call)
    {
        var (items, next, mistake) = Shapes.Page(call, workspace.People, standard: 1000, maximum: 1000);
        return mistake ?? SlackAnswer.Ok(
            ("members", new JsonArray([.. items.Select(p => (JsonNode)Shapes.Person(workspace, p))])), ("cache_ts", workspace.UnixNow),
            ("response_metadata", new JsonObject { ["next_cursor"] = next }));
    }

    public static SlackAnswer LookupByEmail(SlackWorkspace workspace, ApiCall call) =>
        workspace.People.Find(p => !p.IsBot && string.Equals(p.Email, call.Text("email"), StringComparison.OrdinalIgnoreCase)) is { } person
            ? SlackAnswer.Ok(("user", Shapes.Person(workspace, person)))
            : SlackAnswer.Error("users_not_found");

    public static SlackAnswer Groups(SlackWorkspace workspace, ApiCall call) =>
        SlackAnswer.Ok(("usergroups", new JsonArray([.. workspace.Groups.Select(g => (JsonNode)Shapes.Group(g, call.Flag("include_users")))])));

    public static SlackAnswer GroupMembers(SlackWorkspace workspace, ApiCall call) =>
        workspace.Groups.Find(g => g.Id == call.Text("usergroup")) is { } group
            ? SlackAnswer.Ok(("users", group.Members.ToJsonArray()))
            : SlackAnswer.Error("no_such_subteam");
}
