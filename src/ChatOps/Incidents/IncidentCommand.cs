using ChatOps.Slack.Interaction;

namespace ChatOps.Incidents;

/// <summary><c>/incident verb arguments</c>.</summary>
public sealed class IncidentCommand(RunVerb run) : ISlashCommandHandler
{
    public Task Handle(SlashCommand command, CancellationToken cancellationToken)
    {
        var words = TypedText.Read(command.Text).Trim().Split((char[])[' ', '\n', '\t'], 2, StringSplitOptions.TrimEntries);
        // "/incident 7" asks what can be done with incident 7.
        if (words[0].TrimStart('#') is { Length: > 0 } first && first.All(char.IsAsciiDigit)) words = [MenuVerb.Word, first];
        return run.HandleAsync(
            new IncidentCall
            {
                Verb = words[0].Length == 0 ? MenuVerb.Word : words[0].ToLowerInvariant(),
                Arguments = words.Length > 1 ? words[1] : "",
                UserId = command.UserId,
                UserName = command.UserName,
                ChannelId = command.ChannelId,
                TriggerId = command.TriggerId,
                ResponseUrl = command.ResponseUrl,
                Mentions = TypedText.Mentions(command.Text),
            },
            number: null, inside: false, cancellationToken);
    }
}
