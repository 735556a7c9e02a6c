using System.Threading.Channels;

namespace ChatOps.Outbox;

/// <summary>Tells this instance's sender that a destination has rows. A hint, never the queue.</summary>
public sealed class OutboxSignal
{
    private readonly Channel<string> destinations = Channel.CreateUnbounded<string>(new UnboundedChannelOptions { SingleReader = true });

    internal ChannelReader<string> Destinations => destinations.Reader;

    internal void Raise(string destination) => destinations.Writer.TryWrite(destination);
}
