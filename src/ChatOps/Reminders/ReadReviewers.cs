using ChatOps.Deployments;
using ChatOps.Permissions;

namespace ChatOps.Reminders;

/// <summary>Whom a deploy without its review is put to. Read before the transaction: it asks Slack.</summary>
public sealed class ReadReviewers(DeployReviewStore reviews, MentionWhoMay mention)
{
    /// <returns>Mentions by target, of the deploys that wait for a review.</returns>
    public async Task<IReadOnlyDictionary<string, string>> RunAsync(CancellationToken cancellationToken)
    {
        var mentions = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var target in (await reviews.AllAsync(cancellationToken)).Select(r => r.Target).Distinct(StringComparer.Ordinal))
            mentions[target] = await mention.RunAsync(PermissionActions.Deploy, Catalog.Target.Parse(target), cancellationToken);
        return mentions;
    }
}
