namespace ChatOps.Outbox;

/// <summary>The events of the sender.</summary>
internal sealed partial class SenderLog(ILogger<ChannelSender> logger)
{
    public void Told(string destination, OpenRow row, SendResult result)
    {
        switch (result)
        {
            case Sent { Note: { } note }:
                SentWithNote(row.Kind, row.Id, destination, note);
                break;
            case Again again:
                Waits(row.Kind, row.Id, destination, again.Wait.TotalSeconds, again.Error);
                break;
            case Dead dead:
                Refused(row.Kind, row.Id, destination, dead.Error);
                break;
            default:
                Took(row.Kind, row.Id, destination);
                break;
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The sender of {Destination} cannot reach the database: {Reason}")]
    public partial void DatabaseAway(string destination, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "Sending {Kind} {Row} to {Destination} broke")]
    public partial void Broke(Exception exception, string kind, long row, string destination);

    [LoggerMessage(Level = LogLevel.Debug, Message = "Slack took {Kind} {Row} for {Destination}")]
    private partial void Took(string kind, long row, string destination);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Slack took {Kind} {Row} for {Destination}: {Note}")]
    private partial void SentWithNote(string kind, long row, string destination, string note);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Kind} {Row} for {Destination} waits {Seconds:0.0} s: {Error}")]
    private partial void Waits(string kind, long row, string destination, double seconds, string error);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Kind} {Row} for {Destination} will not be sent: {Error}")]
    private partial void Refused(string kind, long row, string destination, string error);
}
