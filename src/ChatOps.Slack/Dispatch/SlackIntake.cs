using System.Runtime.CompilerServices;
using System.Text.Json;

namespace ChatOps.Slack.Dispatch;

/// <summary>What the transport does with a request.</summary>
internal enum IntakeVerdict
{
    /// <summary>Tell Slack that it is ours now.</summary>
    Acknowledge,

    /// <summary>Tell Slack that it is ours now, then call <see cref="UnacceptedRequests.Answer"/>.</summary>
    AcknowledgeAndAnswer,

    /// <summary>Tell Slack nothing, or that it did not work.</summary>
    Refuse,

    /// <summary>The body is not shaped as Slack's are.</summary>
    Broken,
}

/// <summary>The way between a transport and the inbox, the same for both.</summary>
/// <param name="Verdict">What to do.</param>
/// <param name="Acceptance">What the inbox said.</param>
/// <param name="Body">JSON to send with the acknowledgement.</param>
internal readonly record struct IntakeAnswer(IntakeVerdict Verdict, SlackAcceptance Acceptance = SlackAcceptance.Accepted, byte[]? Body = null);

/// <summary>Offers requests to the inbox. The acknowledgement belongs after this returned.</summary>
internal sealed class SlackIntake(ISlackInbox inbox, SlackDispatcher dispatcher, UnacceptedRequests unaccepted)
{
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<IntakeAnswer> OfferAsync(SlackRequest request, CancellationToken cancellationToken)
    {
        if (request.Kind == SlackRequestKind.ViewSubmission)
        {
            try
            {
                if (dispatcher.Acknowledge(request) is { } response)
                    return new(IntakeVerdict.Acknowledge, Body: response.ToJson());
            }
            catch (JsonException)
            {
                return new(IntakeVerdict.Broken);
            }
        }

        var acceptance = await inbox.AcceptAsync(request, cancellationToken);
        if (acceptance is SlackAcceptance.Accepted or SlackAcceptance.Duplicate)
            return new(IntakeVerdict.Acknowledge, acceptance);
        SlackMetrics.RequestRefused(acceptance == SlackAcceptance.Unavailable ? "unavailable" : "unknown");
        return new(unaccepted.CanAnswer(request, acceptance) ? IntakeVerdict.AcknowledgeAndAnswer : IntakeVerdict.Refuse, acceptance);
    }
}
