namespace ChatOps.Outbox;

/// <summary>One attempt to send a row.</summary>
internal sealed class Attempt(DestinationView destination, BegunRow begun, CancellationToken deadline)
{
    public DestinationView Destination { get; } = destination;
    public OpenRow Row { get; } = begun.Row;

    /// <summary>As it is sent: channels that are mentioned by their key are filled in.</summary>
    public string Content { get; set; } = begun.Content;

    public byte[]? File { get; } = begun.File;

    /// <summary>The destination's channel, once it is resolved.</summary>
    public string? Channel { get; set; }

    /// <summary>Ends one deadline after the row was marked as begun.</summary>
    public CancellationToken Deadline { get; } = deadline;

    /// <summary>An earlier attempt may have reached Slack, and nobody has looked yet.</summary>
    public bool MayBeThere { get; set; } = begun.Row.Sending;

    /// <summary>The row's time was over during a call that only reads: nothing was done.</summary>
    public bool ReadCutOff { get; private set; }

    /// <summary>Slack did not take the channel's name; it may be a channel that the bot has to join first, which takes its id.</summary>
    public bool NameRefused { get; set; }

    /// <summary>A new post to a channel that is known by its name alone: Slack takes the name and answers with the id.</summary>
    public bool GoesByName => !NameRefused && !MayBeThere && Row.IsPost && Channel is null && Destination.ChannelId is null && ChatOps.Outbox.Destination.IsName(Destination.Key);

    /// <summary>A call that changes nothing at Slack.</summary>
    public async Task<T> ReadAsync<T>(Task<T> read)
    {
        try
        {
            return await read;
        }
        catch (OperationCanceledException)
        {
            ReadCutOff = true;
            throw;
        }
    }
}
