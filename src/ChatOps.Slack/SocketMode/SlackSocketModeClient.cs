using System.Net.WebSockets;
using ChatOps.Slack.WebApi;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ChatOps.Slack.SocketMode;

/// <summary>
/// Keeps the app's sockets open: each with an address of its own, the successor opened before the predecessor is dropped, reconnecting with
/// exponential backoff and full jitter. Source: https://docs.slack.dev/apis/events-api/using-socket-mode.
/// </summary>
public sealed partial class SlackSocketModeClient : BackgroundService
{
    private static readonly TimeSpan FirstBackoff = TimeSpan.FromSeconds(0.5);
    private static readonly TimeSpan LongestBackoff = TimeSpan.FromSeconds(30);

    private readonly SlackOptions options;
    private readonly ISlackApiClient slack;
    private readonly SocketEnvelopes envelopes;
    private readonly TimeProvider time;
    private readonly ILogger<SlackSocketModeClient> logger;
    private int open;

    internal SlackSocketModeClient(SlackOptions options, ISlackApiClient slack, SocketEnvelopes envelopes, TimeProvider time, ILogger<SlackSocketModeClient> logger)
    {
        this.options = options;
        this.slack = slack;
        this.envelopes = envelopes;
        this.time = time;
        this.logger = logger;
    }

    /// <summary>Sockets over which Slack delivers now; 0 means that nobody hears the people.</summary>
    public int OpenSockets => Volatile.Read(ref open);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(Enumerable.Range(0, options.Sockets).Select(number => KeepOpenAsync(number, stoppingToken)));

    private async Task KeepOpenAsync(int number, CancellationToken cancellationToken)
    {
        SocketConnection? current = null;
        var shortLived = 0;
        try
        {
            while (await OpenAsync(number, cancellationToken) is { } successor)
            {
                _ = CountAsync(successor);
                LogOpen(number);
                var predecessor = current;
                current = successor;
                if (predecessor is not null)
                    await predecessor.DisposeAsync();

                var opened = time.GetTimestamp();
                var end = await current.Ending.WaitAsync(cancellationToken);
                LogEnding(number, end);
                if (end == SocketEnd.LinkDisabled)
                {
                    LogLinkDisabled();
                    return;
                }
                if (end == SocketEnd.Closed)
                {
                    await current.DisposeAsync();
                    current = null;
                    // A Slack that says hello and hangs up at once is not called again at once.
                    shortLived = time.GetElapsedTime(opened) < LongestBackoff ? shortLived + 1 : 0;
                    await Task.Delay(Jitter(shortLived), time, cancellationToken);
                }
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            LogStopped(number);
        }
        finally
        {
            if (current is not null)
                await current.DisposeAsync();
        }
    }

    /// <summary>Counts it until it ends by itself: Slack closes what it has asked to be replaced, also where a successor does not open.</summary>
    private async Task CountAsync(SocketConnection connection)
    {
        Interlocked.Increment(ref open);
        await connection.Receiving.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Interlocked.Decrement(ref open);
    }

    /// <summary>A connection that has said hello, however long it takes.</summary>
    private async Task<SocketConnection?> OpenAsync(int number, CancellationToken cancellationToken)
    {
        for (var attempt = 0; ; attempt++)
        {
            TimeSpan wait;
            try
            {
                var address = await slack.AppsConnections.Open(cancellationToken);
                return await SocketConnection.OpenAsync(address, envelopes, time, options.CallDeadline, cancellationToken);
            }
            catch (SlackRateLimitedException limited)
            {
                wait = limited.RetryAfter + Jitter(attempt: 0);
                LogFailed(limited, number, wait);
            }
            catch (SlackException refused) when (refused.ErrorCode is "link_disabled" or "socket_mode_disabled")
            {
                LogLinkDisabled();
                return null;
            }
            catch (SlackException refused)
            {
                wait = LongestBackoff + Jitter(attempt: 0);
                LogRefused(refused, number, wait);
            }
            catch (Exception failure) when (failure is SlackUnreachableException or WebSocketException or IOException
                || (failure is OperationCanceledException && !cancellationToken.IsCancellationRequested))
            {
                wait = Jitter(attempt);
                LogFailed(failure, number, wait);
            }
            await Task.Delay(wait, time, cancellationToken);
        }
    }

    /// <summary>Anything between nothing and the backoff, so that instances that lost Slack together do not come back together.</summary>
    private static TimeSpan Jitter(int attempt)
    {
        var most = Math.Min(LongestBackoff.TotalMilliseconds, FirstBackoff.TotalMilliseconds * Math.Pow(2, Math.Min(attempt, 10)));
        return TimeSpan.FromMilliseconds(Random.Shared.NextDouble() * most);
    }

    [LoggerMessage(EventId = 2401, Level = LogLevel.Information, Message = "Socket {Number} to Slack is open")]
    private partial void LogOpen(int number);

    [LoggerMessage(EventId = 2402, Level = LogLevel.Information, Message = "Socket {Number} to Slack is ending: {End}")]
    private partial void LogEnding(int number, SocketEnd end);

    [LoggerMessage(EventId = 2403, Level = LogLevel.Critical, Message = "Socket Mode is switched off for the Slack app, so nothing that people do reaches the bot: switch it on under \"Socket Mode\" of the app and restart the bot")]
    private partial void LogLinkDisabled();

    [LoggerMessage(EventId = 2404, Level = LogLevel.Warning, Message = "Socket {Number} to Slack could not be opened; next attempt in {Wait}")]
    private partial void LogFailed(Exception failure, int number, TimeSpan wait);

    [LoggerMessage(EventId = 2405, Level = LogLevel.Error, Message = "Slack refuses to open socket {Number}; next attempt in {Wait}")]
    private partial void LogRefused(Exception failure, int number, TimeSpan wait);

    [LoggerMessage(EventId = 2406, Level = LogLevel.Debug, Message = "Socket {Number} to Slack stopped with the bot")]
    private partial void LogStopped(int number);
}
