using System.Threading.Channels;

namespace ChatOps.Inbox;

/// <summary>What this instance has claimed and not begun: requests that hold a three-second trigger first.</summary>
internal sealed class InboxQueue
{
    private const int Room = 5_000;

    private readonly Channel<InboxRow> withTrigger = Channel.CreateUnbounded<InboxRow>();
    private readonly Channel<InboxRow> others = Channel.CreateUnbounded<InboxRow>();

    /// <summary>False while so much waits that further requests had better stay unclaimed.</summary>
    public bool HasRoom => withTrigger.Reader.Count + others.Reader.Count < Room;

    public void Add(InboxRow row, bool hasTrigger) => (hasTrigger ? withTrigger : others).Writer.TryWrite(row);

    public ChannelReader<InboxRow> WithTrigger => withTrigger.Reader;

    public ChannelReader<InboxRow> Others => others.Reader;
}
