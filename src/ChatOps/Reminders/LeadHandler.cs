using System.Globalization;
using ChatOps.Incidents;
using ChatOps.Slack.Interaction;

namespace ChatOps.Reminders;

/// <summary>"I lead" on the reminder that nobody does: the same as typing it.</summary>
public sealed class LeadHandler(RunVerb run) : IBlockActionHandler<ButtonAction>
{
    public const string ActionId = "reminder.lead";

    public Task Handle(ButtonAction action, BlockActionRequest request, CancellationToken cancellationToken) => run.HandleAsync(
        ReminderCall.Of(request) with { Verb = "role", Arguments = $"lead <@{request.User.Id}>" },
        int.TryParse(action.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null,
        inside: false, cancellationToken);
}
