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
}
