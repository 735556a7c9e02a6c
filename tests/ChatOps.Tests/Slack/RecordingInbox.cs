using System.Collections.Concurrent;
using ChatOps.Slack.Dispatch;

namespace ChatOps.Tests.Slack;

/// <summary>Keeps what was offered to it, and answers as it is told.</summary>
internal sealed class RecordingInbox : ISlackInbox
{
    private readonly SemaphoreSlim arrived = new(0);

    public ConcurrentQueue<SlackRequest> Offered { get; } = new();

    public Func<SlackRequest, Task<SlackAcceptance>> Accept { get; set; } = _ => Task.FromResult(SlackAcceptance.Accepted);

    public async ValueTask<SlackAcceptance> AcceptAsync(SlackRequest request, CancellationToken cancellationToken)
    {
        Offered.Enqueue(request);
        arrived.Release();
        return await Accept(request);
    }

    public async Task WaitForOneAsync() => (await arrived.WaitAsync(TimeSpan.FromSeconds(10))).ShouldBeTrue("nothing reached the inbox");
}
