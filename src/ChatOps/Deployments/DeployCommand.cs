using ChatOps.Incidents;
using ChatOps.Slack.Interaction;

namespace ChatOps.Deployments;

/// <summary><c>/deploy verb arguments</c>, or <c>/deploy service …</c>.</summary>
public sealed class DeployCommand(DeployVerbHandler verbs) : ISlashCommandHandler
{
    public Task Handle(SlashCommand command, CancellationToken cancellationToken) => verbs.TypedAsync(
        new DeployCall
        {
            Verb = "",
            Arguments = TypedText.Read(command.Text).Trim(),
            UserId = command.UserId,
            UserName = command.UserName,
            ChannelId = command.ChannelId,
            TriggerId = command.TriggerId,
            ResponseUrl = command.ResponseUrl,
            Mentions = TypedText.Mentions(command.Text),
        },
        cancellationToken);
}
