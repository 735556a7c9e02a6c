using ChatOps.Slack.Interaction;

namespace ChatOps.Incidents;

/// <summary><c>/incident verb arguments</c>.</summary>
public sealed class IncidentCommand(RunVerb run) : ISlashCommandHandler
{
    public Task Handle(SlashCommand command, CancellationToken cancellationToken)
    {
        var words = TypedText.Read(command.Text).Trim().Split((char[])[' ', '\n', '\t'], 2, StringSplitOptions.TrimEntries);
        return run.HandleAsync(
            new IncidentCall
            {
                Verb = words[0].Length == 0 ? HelpVerb.Word : words[0].ToLowerInvariant(),
                Arguments = words.Length > 1 ? words[1] : "",
                UserId = command.UserId,
                ChannelId = command.ChannelId,
                TriggerId = command.TriggerId,
                ResponseUrl = command.ResponseUrl,
            },
            number: null, inside: false, cancellationToken);
    }
}
