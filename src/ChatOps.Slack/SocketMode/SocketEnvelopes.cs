using ChatOps.Slack.Dispatch;
using Microsoft.Extensions.Logging;

namespace ChatOps.Slack.SocketMode;

/// <summary>
/// What becomes of an envelope. There is no negative answer over a socket: what is not durable is not acknowledged, and Slack delivers it again or tells the person.
/// </summary>
internal sealed partial class SocketEnvelopes(SlackIntake intake, UnacceptedRequests unaccepted, TimeProvider time, ILogger<SocketEnvelopes> logger)
{
    /// <summary>Slack waits 3 s. An acknowledgement that arrives after that would tell nobody anything.</summary>
    internal static readonly TimeSpan AcknowledgeWithin = TimeSpan.FromSeconds(2.5);

    /// <summary>Handles one delivery and acknowledges it at most once. Never throws: nobody awaits it but the connection's own count.</summary>
    /// <param name="envelope">What came.</param>
    /// <param name="connection">Where it came from, and where its acknowledgement goes.</param>
    /// <param name="started">When it came, as <see cref="TimeProvider.GetTimestamp"/>.</param>
    /// <param name="cancellationToken">Ends with the connection.</param>
    public async Task HandleAsync(SocketEnvelope envelope, SocketConnection connection, long started, CancellationToken cancellationToken)
    {
        try
        {
            var reading = SlackRequestReader.ReadEnvelope(envelope.Type, envelope.Payload, time.GetUtcNow());
            if (reading.Request is not { } request || envelope.Id is not { } id)
            {
                LogNotTaken(envelope.Type, reading.Kind);
                return;
            }

            // Not the connection's token: that the socket goes away does not decide whether a request is kept.
            var answer = await intake.OfferAsync(request, CancellationToken.None);
            if (answer.Verdict is IntakeVerdict.Refuse or IntakeVerdict.Broken)
            {
                LogNotAcknowledged(request, answer.Verdict);
                return;
            }
            if (time.GetElapsedTime(started) > AcknowledgeWithin)
            {
                SlackMetrics.LateEnvelope();
                LogLate(request, (long)time.GetElapsedTime(started).TotalMilliseconds);
                return;
            }
            if (!await connection.TrySendAsync(SocketEnvelope.Acknowledgement(id, envelope.AcceptsResponse ? answer.Body : null), cancellationToken))
            {
                LogGone(request);
                return;
            }
            if (answer.Verdict == IntakeVerdict.AcknowledgeAndAnswer)
                unaccepted.Answer(request, answer.Acceptance);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            LogStopped(envelope.Type);
        }
#pragma warning disable CA1031 // The envelope's own catch block: an inbox that throws must not end the socket; without an acknowledgement Slack knows.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            LogFailed(failure, envelope.Type);
        }
    }

    public void Unreadable() => LogUnreadable();

    [LoggerMessage(EventId = 2301, Level = LogLevel.Warning, Message = "An envelope of type {Type} was not taken: {Kind}")]
    private partial void LogNotTaken(string type, SlackReadingKind kind);

    [LoggerMessage(EventId = 2302, Level = LogLevel.Warning, Message = "{Request} was not acknowledged: {Verdict}")]
    private partial void LogNotAcknowledged(SlackRequest request, IntakeVerdict verdict);

    [LoggerMessage(EventId = 2303, Level = LogLevel.Warning, Message = "{Request} was accepted after {Milliseconds} ms, too late to be acknowledged")]
    private partial void LogLate(SlackRequest request, long milliseconds);

    [LoggerMessage(EventId = 2304, Level = LogLevel.Warning, Message = "{Request} was accepted, but its socket was gone before the acknowledgement")]
    private partial void LogGone(SlackRequest request);

    [LoggerMessage(EventId = 2305, Level = LogLevel.Error, Message = "An envelope of type {Type} failed and was not acknowledged")]
    private partial void LogFailed(Exception failure, string type);

    [LoggerMessage(EventId = 2306, Level = LogLevel.Warning, Message = "A message over the socket was not JSON with a type")]
    private partial void LogUnreadable();

    [LoggerMessage(EventId = 2307, Level = LogLevel.Warning, Message = "The socket ended before an envelope of type {Type} was acknowledged")]
    private partial void LogStopped(string type);
}
