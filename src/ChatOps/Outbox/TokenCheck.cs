using ChatOps.Observability;
using ChatOps.Slack;
using ChatOps.Slack.WebApi;

namespace ChatOps.Outbox;

/// <summary>Asks Slack every minute whether it takes the token, so that a bot with nothing to say knows it too.</summary>
internal sealed class TokenCheck(ISlackApiClient slack, SlackStanding standing) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromMinutes(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, TimeProvider.System);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken)) await LookAsync(stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The process ends.
        }
    }

    private async Task LookAsync(CancellationToken cancellationToken)
    {
        try
        {
            await slack.Auth.Test(cancellationToken);
            standing.Took();
        }
        catch (SlackException e) when (SlackRefusals.Of(OutboxKind.Show, e.ErrorCode) == SlackRefusal.Token)
        {
            standing.Refused(e.ErrorCode);
        }
        catch (Exception e) when (e is SlackException or SlackRateLimitedException or SlackUnreachableException)
        {
            // Slack is away or busy: that says nothing of the token.
        }
    }
}
