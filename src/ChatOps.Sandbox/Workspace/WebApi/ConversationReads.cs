using System.Text.Json.Nodes;

namespace ChatOps.Sandbox.Workspace.WebApi;

/// <summary>Conversations: looked up, listed and read.</summary>
internal static class ConversationReads
{
    private static readonly Dictionary<string, string> Families = new(StringComparer.Ordinal)
    {
        ["public_channel"] = "channels", ["private_channel"] = "groups", ["im"] = "im", ["mpim"] = "mpim",
    };

    public static SlackAnswer Info(SlackWorkspace workspace, ApiCall call) =>
        workspace.Refuse(call, out var channel) ?? SlackAnswer.Ok(("channel", Shapes.Channel(workspace, channel, call.Flag("include_num_members"))));

    public static SlackAnswer List(SlackWorkspace workspace, ApiCall call) => Listed(workspace, call, c => !c.IsPrivate || c.HasBot());

    /// <summary>users.conversations: those a person (the bot itself without <c>user</c>) is a member of, as far as the bot sees them.</summary>
    public static SlackAnswer OfUser(SlackWorkspace workspace, ApiCall call)
    {
        var user = call.Text("user") ?? SlackWorkspace.BotUserId;
        return Listed(workspace, call, c => c.Members.Contains(user, StringComparer.Ordinal) && (!c.IsPrivate || c.HasBot()));
    }

    public static SlackAnswer Members(SlackWorkspace workspace, ApiCall call)
    {
        if (workspace.Refuse(call, out var channel) is { } refusal)
            return refusal;
        var (items, next, mistake) = Shapes.Page(call, channel.Members, standard: 100, maximum: 999);
        return mistake ?? SlackAnswer.Ok(("members", items.ToJsonArray()), ("response_metadata", new JsonObject { ["next_cursor"] = next }));
    }

    public static SlackAnswer History(SlackWorkspace workspace, ApiCall call)
    {
        if (workspace.Refuse(call, out var channel, member: true) is { } refusal)
            return refusal;
        if (Window(call, out var inside) is { } mistake)
            return mistake;
        var shown = channel.Messages
            .Where(m => m.VisibleTo is null && (!m.IsReply || m.Body.Text("subtype") == "thread_broadcast") && inside(m.Ts)).Reverse().ToList();
        return Paged(channel, call, shown, standard: 100);
    }

    public static SlackAnswer Replies(SlackWorkspace workspace, ApiCall call)
    {
        if (workspace.Refuse(call, out var channel, member: true) is { } refusal)
            return refusal;
        if (Window(call, out var inside) is { } mistake)
            return mistake;
        if (channel.Find(call.Text("ts")) is not { VisibleTo: null } parent)
            return SlackAnswer.Error("thread_not_found");
        var shown = channel.Messages
            .Where(m => m.VisibleTo is null && (m == parent || (m.ThreadTs == parent.Ts && m.IsReply && inside(m.Ts)))).ToList();
        return Paged(channel, call, shown, standard: 1000);
    }

    private static SlackAnswer Paged(SlackChannel channel, ApiCall call, List<SlackMessage> shown, int standard)
    {
        var (items, next, mistake) = Shapes.Page(call, shown, standard, maximum: 999);
        if (mistake is not null)
            return mistake;
        var messages = new JsonArray([.. items.Select(m => (JsonNode)Shapes.Message(channel, m, call.Flag("include_all_metadata")))]);
        return SlackAnswer.Ok(("messages", messages), ("has_more", next.Length > 0), ("response_metadata", new JsonObject { ["next_cursor"] = next }));
    }

    private static SlackAnswer? Window(ApiCall call, out Func<string, bool> inside)
    {
        var oldest = call.Text("oldest") is { Length: > 0 } from ? Micros(from) : 0;
        var latest = call.Text("latest") is { Length: > 0 } until ? Micros(until) : long.MaxValue;
        var inclusive = call.Flag("inclusive");
        inside = ts => Micros(ts) is { } at && (inclusive ? at >= oldest && at <= latest : at > oldest && at < latest);
        return oldest is null ? SlackAnswer.Error("invalid_ts_oldest") : latest is null ? SlackAnswer.Error("invalid_ts_latest") : null;
    }

    private static long? Micros(string ts)
    {
        var parts = ts.Split('.');
        if (parts.Length > 2 || !long.TryParse(parts[0], out var seconds))
            return null;
        var fraction = parts.Length == 2 ? parts[1].PadRight(6, '0') : "000000";
        return fraction.Length == 6 && long.TryParse(fraction, out var micros) ? (seconds * 1_000_000) + micros : null;
    }

    private static SlackAnswer Listed(SlackWorkspace workspace, ApiCall call, Func<SlackChannel, bool> wanted)
    {
        var types = (call.Text("types") ?? "public_channel").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (Array.Exists(types, t => !Families.ContainsKey(t)))
            return SlackAnswer.Error("invalid_types");
        foreach (var type in types)
        {
            if (workspace.RefuseScope(call.Method, Families[type]) is { } refusal)
                return refusal;
        }
        var families = types.Select(t => Families[t]).ToHashSet(StringComparer.Ordinal);
        var found = workspace.Channels.Where(c => families.Contains(c.ScopeFamily) && wanted(c) && !(call.Flag("exclude_archived") && c.IsArchived)).ToList();
        var (items, next, mistake) = Shapes.Page(call, found, standard: 100, maximum: 1000);
        return mistake ?? SlackAnswer.Ok(
            ("channels", new JsonArray([.. items.Select(c => (JsonNode)Shapes.Channel(workspace, c, withCount: true))])),
            ("response_metadata", new JsonObject { ["next_cursor"] = next }));
    }
}
