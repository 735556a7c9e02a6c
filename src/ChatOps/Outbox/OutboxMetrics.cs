using System.Diagnostics.Metrics;

namespace ChatOps.Outbox;

/// <summary>Counters of the meter <c>ChatOps.Outbox</c>, each by kind of row.</summary>
internal sealed class OutboxMetrics : IDisposable
{
    private readonly Meter meter = new("ChatOps.Outbox");
    private readonly Counter<long> sent;
    private readonly Counter<long> retried;
    private readonly Counter<long> dead;

    public OutboxMetrics()
    {
        sent = meter.CreateCounter<long>("chatops.outbox.sent", description: "Rows that Slack took");
        retried = meter.CreateCounter<long>("chatops.outbox.retried", description: "Attempts that are to be repeated or looked up");
        dead = meter.CreateCounter<long>("chatops.outbox.dead", description: "Rows that Slack refused for good");
    }

    public void Count(OpenRow row, SendResult result)
    {
        var kind = new KeyValuePair<string, object?>("kind", row.Kind);
        (result switch { Sent => sent, Again => retried, _ => dead }).Add(1, kind);
    }

    public void Dispose() => meter.Dispose();
}
