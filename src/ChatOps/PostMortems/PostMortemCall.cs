using System.Globalization;
using ChatOps.Incidents;
using ChatOps.Slack.Interaction;

namespace ChatOps.PostMortems;

/// <summary>What presses and forms of a post-mortem have in common.</summary>
internal static class PostMortemCall
{
    /// <summary>Who pressed and where the answer for that person alone goes.</summary>
    public static IncidentCall Of(BlockActionRequest press) => new()
    {
        Verb = PostMortemVerb.Word,
        Arguments = "",
        UserId = press.User.Id,
        ChannelId = press.Channel?.Id ?? press.Container.ChannelId ?? press.User.Id,
        TriggerId = press.TriggerId,
        ResponseUrl = press.ResponseUrl,
    };

    public static int? Number(string? value) => int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    /// <summary>Reads <c>incident|version|channel</c>; zeros where it is something else, which no row has.</summary>
    public static (int Incident, int Version, string Channel) Metadata(string? text)
    {
        var parts = (text ?? "").Split('|', 3);
        return (Number(parts[0]) ?? 0, parts.Length > 1 ? Number(parts[1]) ?? 0 : 0, parts.Length > 2 ? parts[2] : "");
    }
}
