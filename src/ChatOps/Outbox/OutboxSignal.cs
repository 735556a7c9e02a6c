using System.Threading.Channels;

namespace ChatOps.Outbox;

/// <summary>Tells this instance's sender that a destination has rows. A hint, never the queue.</summary>
public sealed class OutboxSignal
{
    private readonly Channel<SenderSignal> signals = Channel.CreateUnbounded<SenderSignal>(new UnboundedChannelOptions { SingleReader = true });

    internal ChannelReader<SenderSignal> Reader => signals.Reader;

    internal void Raise(string destination) => signals.Writer.TryWrite(new(destination, Ended: false));

    internal void RaiseEnded(string destination) => signals.Writer.TryWrite(new(destination, Ended: true));
}

/// <param name="Ended">The run of that destination has ended; otherwise there are rows.</param>
internal readonly record struct SenderSignal(string Destination, bool Ended);
