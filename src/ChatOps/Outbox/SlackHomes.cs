using ChatOps.Slack.Blocks;
using ChatOps.Slack.WebApi;

namespace ChatOps.Outbox;

/// <summary>
/// Draws Home tabs. No hash is sent: a destination has one sender and keeps its order, so the last one written is the one that is seen;
/// publishing the same once more does no harm.
/// </summary>
internal static class SlackHomes
{
    /// <summary>In place of a view that Slack does not take.</summary>
    private static readonly HomeViewDefinition Plain = new()
    {
        Blocks = [new SectionBlock { Text = new Markdown("Slack did not take what I wanted to show here. `/incident list` shows what is open, `/incident help` what I can do.") }],
    };

    public static async Task<SendResult> PublishAsync(ISlackApiClient slack, Attempt attempt, bool plain)
    {
        await slack.Views.Publish(attempt.Row.Recipient!, plain ? Plain : OutboxJson.Read<HomeViewDefinition>(attempt.Content), attempt.Deadline);
        return new Sent { Note = plain ? "sent as plain text" : null };
    }
}
