using ChatOps.Slack;
using ChatOps.Slack.Blocks;
using ChatOps.Slack.WebApi;

namespace ChatOps.Outbox;

internal static class FormOpening
{
    /// <summary>Opens the form while there is time: it cannot wait its turn as messages do.</summary>
    /// <returns>False: too late for this trigger, or too late before Slack can be asked again. A press of a button brings a fresh one.</returns>
    public static async Task<bool> OpenInTimeAsync(this IViewsApi views, string trigger, ModalViewDefinition form, CancellationToken cancellationToken)
    {
        try
        {
            await views.Open(trigger, form, cancellationToken);
            return true;
        }
        catch (Exception e) when (e is SlackException { ErrorCode: "expired_trigger_id" or "exchanged_trigger_id" } or SlackUnreachableException or SlackRateLimitedException)
        {
            return false;
        }
    }
}
