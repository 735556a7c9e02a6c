namespace ChatOps.Incidents;

/// <summary>Channels of the configuration as destinations of the outbox.</summary>
public static class Places
{
    /// <param name="channel">A name, with or without '#', or Slack's id. No name has capitals, so the two cannot be taken for each other.</param>
    public static string Of(string channel) => Outbox.Destination.IsChannelId(channel) ? channel : "#" + channel.TrimStart('#');
}
