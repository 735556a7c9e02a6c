using ChatOps.Slack.Dispatch;

namespace ChatOps.Inbox;

/// <summary>A request that this instance may handle until its claim ends.</summary>
/// <param name="Claim">Which claim it is; a later one makes this one worthless.</param>
/// <param name="ClaimedAt"><see cref="TimeProvider.GetTimestamp"/> at the claim.</param>
internal sealed record InboxRow(long Id, string Source, string Key, string Kind, ReadOnlyMemory<byte> Body, int Attempts, DateTimeOffset ReceivedAt, Guid Claim, long ClaimedAt)
{
    public const string Slack = "slack";

    /// <summary>Stable words for the column <c>kind</c>: "SlashCommand/Form".</summary>
    public static string KindOf(SlackRequest request) => Kinds[((int)request.Kind * 4) + (int)request.Format];

    /// <summary>The request that was stored, or null when its kind is none that this version knows.</summary>
    public SlackRequest? ToSlackRequest()
    {
        var parts = Kind.Split('/');
        if (parts.Length != 2 || !Enum.TryParse<SlackRequestKind>(parts[0], out var kind) || !Enum.TryParse<SlackBodyFormat>(parts[1], out var format)) return null;
        return new SlackRequest { Kind = kind, Format = format, Key = Key, Body = Body, ReceivedAt = ReceivedAt };
    }

    private static readonly string[] Kinds = MakeKinds();

    private static string[] MakeKinds()
    {
        var kinds = new string[64];
        foreach (var kind in Enum.GetValues<SlackRequestKind>())
        {
            foreach (var format in Enum.GetValues<SlackBodyFormat>()) kinds[((int)kind * 4) + (int)format] = $"{kind}/{format}";
        }
        return kinds;
    }
}
