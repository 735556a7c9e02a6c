using ChatOps.Configuration;
using ChatOps.Inbox;
using ChatOps.Incidents;
using ChatOps.Slack.Interaction;

namespace ChatOps.Deployments;

/// <summary><c>/rollback</c>: in a hurry nobody looks for a verb.</summary>
public sealed class RollbackCommand(DeployVerbHandler verbs, CurrentRequest request, Outbox.Outbox outbox, ChatOpsConfig config) : ISlashCommandHandler
{
    public Task Handle(SlashCommand command, CancellationToken cancellationToken)
    {
        var call = new DeployCall
        {
            Verb = RollbackVerb.Word,
            Arguments = TypedText.Read(command.Text).Trim(),
            UserId = command.UserId,
            UserName = command.UserName,
            ChannelId = command.ChannelId,
            TriggerId = command.TriggerId,
            ResponseUrl = command.ResponseUrl,
        };
        return call.Arguments.ToUpperInvariant() is "HELP" or "?"
            ? request.TellAsync(outbox, call, DeployHelpMessages.Rollback(config.Slack), cancellationToken)
            : verbs.RunAsync(call, inside: false, cancellationToken);
    }
}
