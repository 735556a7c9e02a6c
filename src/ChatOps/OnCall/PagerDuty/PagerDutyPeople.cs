using ChatOps.Configuration;
using ChatOps.Timeline;

namespace ChatOps.OnCall.PagerDuty;

/// <summary>Who PagerDuty's people are in Slack: by the list in the file, else by their e-mail address.</summary>
public sealed class PagerDutyPeople(OnCallConfig config, SlackDirectory directory)
{
    /// <returns>The Slack user; null: nobody, or deactivated.</returns>
    /// <exception cref="SlackDirectoryException">Slack does not tell who people are.</exception>
    public async Task<string?> SlackUserAsync(PagerDutyOnCall onCall, CancellationToken cancellationToken)
    {
        var named = config.PagerDuty?.People.FirstOrDefault(p => p.Value == onCall.UserId).Key;
        var user = named is not null ? await directory.FindAccountAsync(named, cancellationToken)
            : onCall.Email is { Length: > 0 } email ? await directory.FindByEmailAsync(email, cancellationToken)
            : null;
        return user is { Deleted: false } ? user.Id : null;
    }
}
