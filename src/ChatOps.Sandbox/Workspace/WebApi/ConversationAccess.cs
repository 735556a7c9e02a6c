namespace ChatOps.Sandbox.Workspace.WebApi;

/// <summary>Which conversations the bot can see, and which scope each kind of conversation needs.</summary>
internal static class ConversationAccess
{
    /// <summary>Looks a channel up as the bot may see it: private ones only as a member, and by id, never by name.</summary>
    public static SlackChannel? Visible(this SlackWorkspace workspace, string? id)
    {
        var channel = workspace.Channels.Find(c => c.Id == id);
        return channel is null || (channel.IsPrivate && !channel.HasBot()) ? null : channel;
    }

    public static bool HasBot(this SlackChannel channel) => channel.Members.Contains(SlackWorkspace.BotUserId, StringComparer.Ordinal);

    /// <summary>
    /// The channel of a call, or why it is refused. Methods list the scopes of all kinds of conversation; which of them counts is known only here:
    /// a public channel needs <c>channels:*</c>, a private one <c>groups:*</c>, a direct message <c>im:*</c>.
    /// </summary>
    public static SlackAnswer? Refuse(this SlackWorkspace workspace, ApiCall call, out SlackChannel channel, bool member = false, bool live = false, bool direct = true)
    {
        var found = workspace.Visible(call.Text("channel"));
        channel = found!;
        if (found is null)
            return SlackAnswer.Error("channel_not_found");
        if (RefuseScope(workspace, call.Method, found.ScopeFamily) is { } scope)
            return scope;
        if (found.IsIm && !direct)
            return SlackAnswer.Error("method_not_supported_for_channel_type");
        if (live && found.IsArchived)
            return SlackAnswer.Error("is_archived");
        return member && !found.HasBot() ? SlackAnswer.Error("not_in_channel") : null;
    }

    public static SlackAnswer? RefuseScope(this SlackWorkspace workspace, string method, string family)
    {
        var wanted = MethodCatalog.All[method].BotScopes.Where(s => s.StartsWith(family + ":", StringComparison.Ordinal)).ToList();
        return wanted.Count > 0 && !wanted.Exists(workspace.Manifest.Has)
            ? SlackAnswer.MissingScope(string.Join(',', wanted), workspace.Manifest.Scopes)
            : null;
    }
}
