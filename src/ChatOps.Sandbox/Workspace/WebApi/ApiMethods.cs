namespace ChatOps.Sandbox.Workspace.WebApi;

/// <summary>The methods the sandbox plays. What <c>methods.json</c> knows and this table does not is answered with <c>not_implemented</c>.</summary>
internal static class ApiMethods
{
    public static readonly IReadOnlyDictionary<string, Func<SlackWorkspace, ApiCall, SlackAnswer>> All =
        new Dictionary<string, Func<SlackWorkspace, ApiCall, SlackAnswer>>(StringComparer.Ordinal)
        {
            ["api.test"] = (_, call) => call.Text("error") is { Length: > 0 } error ? SlackAnswer.Error(error) : SlackAnswer.Ok(("args", call.Arguments.DeepClone())),
            ["auth.test"] = PeopleMethods.AuthTest,
            ["bookmarks.add"] = PinMethods.AddBookmark,
            ["chat.delete"] = ChatMethods.Delete,
            ["chat.getPermalink"] = ChatMethods.GetPermalink,
            ["chat.postEphemeral"] = ChatMethods.PostEphemeral,
            ["chat.postMessage"] = ChatMethods.PostMessage,
            ["chat.update"] = ChatMethods.Update,
            ["conversations.archive"] = ConversationMethods.Archive,
            ["conversations.create"] = ConversationMethods.Create,
            ["conversations.history"] = ConversationReads.History,
            ["conversations.info"] = ConversationReads.Info,
            ["conversations.invite"] = ConversationMethods.Invite,
            ["conversations.join"] = ConversationMethods.Join,
            ["conversations.kick"] = ConversationMethods.Kick,
            ["conversations.leave"] = ConversationMethods.Leave,
            ["conversations.list"] = ConversationReads.List,
            ["conversations.members"] = ConversationReads.Members,
            ["conversations.open"] = ConversationMethods.Open,
            ["conversations.rename"] = ConversationMethods.Rename,
            ["conversations.replies"] = ConversationReads.Replies,
            ["conversations.setPurpose"] = ConversationMethods.SetPurpose,
            ["conversations.setTopic"] = ConversationMethods.SetTopic,
            ["files.completeUploadExternal"] = FileMethods.Complete,
            ["files.getUploadURLExternal"] = FileMethods.GetUploadUrl,
            ["pins.add"] = PinMethods.Add,
            ["pins.list"] = PinMethods.List,
            ["pins.remove"] = PinMethods.Remove,
            ["reactions.add"] = PinMethods.React,
            ["reactions.get"] = PinMethods.GetReactions,
            ["reactions.remove"] = PinMethods.Unreact,
            ["team.info"] = PeopleMethods.TeamInfo,
            ["usergroups.list"] = PeopleMethods.Groups,
            ["usergroups.users.list"] = PeopleMethods.GroupMembers,
            ["users.conversations"] = ConversationReads.OfUser,
            ["users.info"] = PeopleMethods.Info,
            ["users.list"] = PeopleMethods.List,
            ["users.lookupByEmail"] = PeopleMethods.LookupByEmail,
            ["views.open"] = ViewMethods.Open,
            ["views.publish"] = ViewMethods.Publish,
            ["views.push"] = ViewMethods.Push,
            ["views.update"] = ViewMethods.Update,
        };
}
