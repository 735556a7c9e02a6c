using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace ChatOps.Slack;

/// <summary>What the Slack layer counts, under the meter <see cref="MeterName"/>.</summary>
public static class SlackMetrics
{
    public const string MeterName = "ChatOps.Slack";

    /// <summary>Envelopes that were durable too late to be acknowledged.</summary>
    public const string LateEnvelopes = "chatops.slack.socket.late";

    private static readonly Meter Meter = new(MeterName);

    private static readonly Histogram<double> ApiDuration = Meter.CreateHistogram<double>("chatops.slack.api.duration", "s", "Calls of the Web API, by method and outcome");

    private static readonly Counter<long> Late = Meter.CreateCounter<long>(LateEnvelopes, "{envelope}", "Envelopes that were not acknowledged because it took longer than 2.5 s");

    private static readonly Counter<long> Refused = Meter.CreateCounter<long>("chatops.slack.requests.refused", "{request}", "Requests that were not accepted, by reason");

    internal static void ApiCall(string method, string outcome, TimeSpan took) =>
        ApiDuration.Record(took.TotalSeconds, new KeyValuePair<string, object?>("method", method), new KeyValuePair<string, object?>("outcome", outcome));

    internal static void LateEnvelope() => Late.Add(1);

    internal static void RequestRefused(string reason) => Refused.Add(1, new TagList { { "reason", reason } });
}
