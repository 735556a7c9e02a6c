using ChatOps.Slack.Interaction;

namespace ChatOps.Deployments;

/// <summary>A version was chosen from the list: the same as to type it.</summary>
public sealed class ChooseHandler(AskDeploy ask) : IBlockActionHandler<ButtonAction>
{
    /// <summary>Messages of years ago carry it; the value is what would be typed.</summary>
    public const string Prefix = "deploy.choose";

    public Task Handle(ButtonAction action, BlockActionRequest press, CancellationToken cancellationToken) =>
        ask.RunAsync(action.Value ?? "", press.User.Id, press.Channel?.Id ?? press.Container.ChannelId ?? press.User.Id, cancellationToken);
}
