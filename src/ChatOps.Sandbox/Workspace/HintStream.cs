using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using System.Threading.Channels;

namespace ChatOps.Sandbox.Workspace;

/// <summary>Tells open pages that something changed and is worth fetching again. A hint carries no content and may be lost.</summary>
public sealed class HintStream
{
    private readonly ConcurrentDictionary<Channel<string>, bool> listeners = new();

    /// <param name="type"><c>message</c>, <c>channel</c>, <c>view</c>, <c>home</c> or <c>shop</c>.</param>
    /// <param name="fields">What it concerns, for example the channel.</param>
    public void Publish(string type, params ReadOnlySpan<(string Name, string Value)> fields)
    {
        if (listeners.IsEmpty)
            return;
        var hint = new JsonObject { ["type"] = type };
        foreach (var (name, value) in fields)
            hint[name] = value;
        var text = hint.ToJsonString(JsonReading.Compact);
        foreach (var listener in listeners.Keys)
            listener.Writer.TryWrite(text);
    }

    /// <summary>All hints from now on, until cancelled.</summary>
    public async IAsyncEnumerable<string> ListenAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var channel = Channel.CreateBounded<string>(new BoundedChannelOptions(1000) { FullMode = BoundedChannelFullMode.DropOldest });
        listeners[channel] = true;
        try
        {
            await foreach (var hint in channel.Reader.ReadAllAsync(cancellationToken))
                yield return hint;
        }
        finally
        {
            listeners.TryRemove(channel, out _);
        }
    }
}
