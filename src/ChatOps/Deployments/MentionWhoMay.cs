using ChatOps.Catalog;
using ChatOps.Permissions;
using ChatOps.Slack.Blocks;
using ChatOps.Timeline;

namespace ChatOps.Deployments;

/// <summary>Mentions, which notify, of the people and groups that the rules name for something.</summary>
public sealed class MentionWhoMay(PermissionCheck permissions, SlackDirectory directory)
{
    /// <param name="action">One of <see cref="PermissionActions"/>.</param>
    /// <returns>Fit for Slack; the bare name where Slack does not know it or does not answer; "" where no rule names anyone.</returns>
    public async Task<string> RunAsync(string action, Target target, CancellationToken cancellationToken)
    {
        var mentions = new List<string>();
        foreach (var (name, isGroup) in permissions.NamedFor(action, target)) mentions.Add(await MentionAsync(name, isGroup, cancellationToken));
        return string.Join(' ', mentions.Distinct(StringComparer.Ordinal));
    }

    private async Task<string> MentionAsync(string name, bool isGroup, CancellationToken cancellationToken)
    {
        try
        {
            if (isGroup && await directory.FindGroupAsync(name, cancellationToken) is { } group) return Mrkdwn.UserGroup(group.Id);
            if (!isGroup && await directory.FindAccountAsync(name, cancellationToken) is { } person) return Mrkdwn.User(person.Id);
        }
        catch (SlackDirectoryException)
        {
            // The name alone still tells people whom it is about.
        }
        return $"@{Mrkdwn.Escape(name, 80)}";
    }
}
