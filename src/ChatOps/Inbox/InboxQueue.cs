using System.Threading.Channels;

namespace ChatOps.Inbox;

/// <summary>What this instance has claimed and not begun: requests that hold a three-second trigger first.</summary>
internal sealed class InboxQueue
{
    private const int Room = 5_000;

    /// <summary>Bytes of bodies. Slack's are small; those of other systems may be a megabyte each.</summary>
    private const long RoomForBodies = 32 * 1024 * 1024;

    private readonly Channel<InboxRow> withTrigger = Channel.CreateUnbounded<InboxRow>();
    private readonly Channel<InboxRow> others = Channel.CreateUnbounded<InboxRow>();
    private long bodies;
    private volatile bool closed;

    /// <summary>False while so much waits, or after <see cref="Close"/>, that further requests had better stay unclaimed.</summary>
    public bool HasRoom => !closed && withTrigger.Reader.Count + others.Reader.Count < Room && Interlocked.Read(ref bodies) < RoomForBodies;

    public void Add(InboxRow row, bool hasTrigger)
    {
        Interlocked.Add(ref bodies, row.Body.Length);
        (hasTrigger ? withTrigger : others).Writer.TryWrite(row);
    }

    /// <summary>A row was read from one of the two and waits no more.</summary>
    public void Took(InboxRow row) => Interlocked.Add(ref bodies, -row.Body.Length);

    /// <summary>Nobody here handles anything more.</summary>
    public void Close() => closed = true;

    public ChannelReader<InboxRow> WithTrigger => withTrigger.Reader;

    public ChannelReader<InboxRow> Others => others.Reader;
}
