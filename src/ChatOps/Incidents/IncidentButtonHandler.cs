using System.Globalization;
using ChatOps.Slack.Blocks;
using ChatOps.Slack.Interaction;

namespace ChatOps.Incidents;

/// <summary>A button or a menu that does what a verb does.</summary>
public sealed class IncidentButtonHandler(RunVerb run) : IBlockActionHandler<ButtonAction>, IBlockActionHandler<OverflowAction>, IBlockActionHandler<StaticSelectAction>
{
    /// <summary>Every such element's action id begins with it; a suffix after ':' tells those of one block apart.</summary>
    public const string ActionId = "incident.verb";

    public Task Handle(ButtonAction action, BlockActionRequest request, CancellationToken cancellationToken) => RunAsync(action.Value, request, cancellationToken);

    public Task Handle(OverflowAction action, BlockActionRequest request, CancellationToken cancellationToken) => RunAsync(action.SelectedOption?.Value, request, cancellationToken);

    public Task Handle(StaticSelectAction action, BlockActionRequest request, CancellationToken cancellationToken) => RunAsync(action.SelectedOption?.Value, request, cancellationToken);

    private Task RunAsync(string? value, BlockActionRequest request, CancellationToken cancellationToken)
    {
        var parts = (value ?? HelpVerb.Word).Split('|', 3);
        var channel = request.Channel?.Id ?? request.Container.ChannelId ?? request.User.Id;
        return run.HandleAsync(
            new IncidentCall
            {
                Verb = parts[0],
                Arguments = parts.Length > 2 ? parts[2] : "",
                UserId = request.User.Id,
                UserName = request.User.Username ?? request.User.Name,
                Pressed = true,
                ChannelId = channel,
                TriggerId = request.TriggerId,
                ResponseUrl = request.ResponseUrl,
            },
            parts.Length > 1 && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null,
            inside: false, cancellationToken);
    }

    /// <summary>A button for a verb.</summary>
    /// <param name="incident">The incident's number, or null for a verb that needs none or finds its own.</param>
    public static Button For(string text, string verb, int? incident, string arguments = "", string? style = null) => new()
    {
        ActionId = Mrkdwn.Cut($"{ActionId}:{verb}{(arguments.Length == 0 ? "" : "-" + string.Concat(arguments.Where(char.IsAsciiLetterOrDigit)))}", BlockLimits.ActionId),
        Text = text,
        Value = ValueOf(verb, incident, arguments),
        Style = style,
    };

    public static string ValueOf(string verb, int? incident, string arguments) => $"{verb}|{incident}|{arguments}";
}
