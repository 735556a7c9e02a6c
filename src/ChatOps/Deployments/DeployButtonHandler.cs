using ChatOps.Database;
using ChatOps.Inbox;
using ChatOps.Slack.Blocks;
using ChatOps.Slack.Interaction;

namespace ChatOps.Deployments;

/// <summary>A button that does what a verb of <c>/deploy</c> does.</summary>
public sealed class DeployButtonHandler(DeployVerbHandler verbs) : IBlockActionHandler<ButtonAction>
{
    /// <summary>Every such element's action id begins with it; a suffix after ':' tells those of one block apart.</summary>
    public const string ActionId = "deploy.verb";

    public Task Handle(ButtonAction action, BlockActionRequest request, CancellationToken cancellationToken)
    {
        var parts = (action.Value ?? DeployHelpVerb.Word).Split('|', 2);
        var call = CallOf(request) with { Verb = parts[0], Arguments = parts.Length > 1 ? parts[1] : "" };
        return call.Verb == DeployHelpMessages.TypedVerb ? verbs.TypedAsync(call with { Verb = "" }, cancellationToken) : verbs.RunAsync(call, inside: false, cancellationToken);
    }

    /// <summary>Who pressed, and where the answer for that person alone goes.</summary>
    internal static DeployCall CallOf(BlockActionRequest request) => new()
    {
        Verb = "",
        Arguments = "",
        UserId = request.User.Id,
        UserName = request.User.Username ?? request.User.Name,
        ChannelId = request.Channel?.Id ?? request.Container.ChannelId ?? request.User.Id,
        TriggerId = request.TriggerId,
        ResponseUrl = request.ResponseUrl,
        Pressed = true,
    };

    /// <param name="verb">"" for what <see cref="IDeployDefault"/> does.</param>
    public static Button For(string text, string verb, string arguments = "", string? style = null) => new()
    {
        ActionId = Mrkdwn.Cut($"{ActionId}:{verb}{(arguments.Length == 0 ? "" : "-" + string.Concat(arguments.Where(char.IsAsciiLetterOrDigit)))}", BlockLimits.ActionId),
        Text = Mrkdwn.Cut(text, BlockLimits.ButtonText),
        Value = Mrkdwn.Cut($"{verb}|{arguments}", BlockLimits.ButtonValue),
        Style = style,
    };
}

internal static class DeployTelling
{
    /// <summary>Answers the person alone; nothing else happened, and the request is complete.</summary>
    public static Task TellAsync(this CurrentRequest request, Outbox.Outbox outbox, DeployCall call, Message message, CancellationToken cancellationToken) =>
        request.CommitAsync(tx => outbox.TellAsync(tx, call, message, cancellationToken), cancellationToken);

    /// <summary>For the eyes of the person who called: at the response URL where there is one, else in the channel.</summary>
    public static Task TellAsync(this Outbox.Outbox outbox, Tx tx, DeployCall call, Message message, CancellationToken cancellationToken) =>
        outbox.TellAsync(tx, call.ResponseUrl, call.ChannelId, call.UserId, message, cancellationToken);
}
