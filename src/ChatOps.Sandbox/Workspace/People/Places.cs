using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;

namespace ChatOps.Sandbox.Workspace.People;

/// <summary>Finds the person and the channel of a request, by name or id, and whether the one can see the other.</summary>
internal static class Places
{
    public static bool TryPerson(SlackWorkspace workspace, JsonObject body, [NotNullWhen(true)] out Person? person, [NotNullWhen(false)] out Outcome? refused)
    {
        person = workspace.FindPerson(body.Text("user"));
        refused = person switch
        {
            null => Outcome.Refused(404, "user_not_found", $"There is nobody called {body.Text("user") ?? "(nothing)"}; GET /control/users lists everyone."),
            { IsDeactivated: true } => Outcome.Refused(400, "account_inactive", $"{person.Name} has no account any more."),
            { IsBot: true } => Outcome.Refused(400, "user_is_bot", $"{person.Name} is an app; only people type and click here."),
            _ => null,
        };
        return refused is null;
    }

    /// <summary>A channel by name or id; <c>@chatops</c> or the bot's id is the person's direct message with the bot.</summary>
    public static bool TryChannel(SlackWorkspace workspace, JsonObject body, Person person, [NotNullWhen(true)] out SlackChannel? channel, [NotNullWhen(false)] out Outcome? refused)
    {
        var wanted = body.Text("channel");
        channel = workspace.FindChannel(wanted);
        if (channel is null && workspace.FindPerson(wanted)?.Id == SlackWorkspace.BotUserId)
            channel = workspace.DirectMessage(person);
        refused = channel is null
            ? Outcome.Refused(404, "channel_not_found", $"There is no channel {wanted ?? "(nothing)"}; GET /control/channels lists them.")
            : channel.IsPrivate && !channel.Members.Contains(person.Id, StringComparer.Ordinal)
                ? Outcome.Refused(403, "not_a_member", $"{person.Name} is not a member of {channel.Name} and cannot see it.")
                : null;
        return refused is null;
    }

    public static bool TryMessage(SlackChannel channel, Person person, string? ts, [NotNullWhen(true)] out SlackMessage? message, [NotNullWhen(false)] out Outcome? refused)
    {
        message = channel.Find(ts);
        refused = message is null || (message.VisibleTo is { } only && only != person.Id)
            ? Outcome.Refused(404, "message_not_found", $"{person.Name} sees no message {ts ?? "(nothing)"} in {channel.Name}.")
            : null;
        return refused is null;
    }

    /// <summary>Who types in a public channel joins it first, as Slack asks them to.</summary>
    public static Outcome? Enter(SlackWorkspace workspace, SlackChannel channel, Person person)
    {
        if (channel.IsArchived)
            return Outcome.Refused(400, "is_archived", $"{channel.Name} is archived; nobody can write there.");
        if (!channel.Members.Contains(person.Id, StringComparer.Ordinal))
            workspace.Join(channel, person.Id, inviter: null);
        return null;
    }
}
