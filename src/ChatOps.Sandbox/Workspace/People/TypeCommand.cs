using System.Text.Json.Nodes;
using ChatOps.Sandbox.Workspace.Delivery;

namespace ChatOps.Sandbox.Workspace.People;

/// <summary>A person types a slash command.</summary>
internal sealed class TypeCommand(SlackWorkspace workspace, Deliverer deliverer)
{
    public async Task<Outcome> RunAsync(JsonObject body, string baseUrl, CancellationToken cancellationToken)
    {
        SlackDelivery delivery;
        ResponseUrls.Grant grant;
        SlackChannel? channel;
        Person? person;
        lock (workspace.Gate)
        {
            if (!Places.TryPerson(workspace, body, out person, out var refused) || !Places.TryChannel(workspace, body, person, out channel, out refused))
                return refused;
            var wanted = "/" + (body.Text("command") ?? "").TrimStart('/');
            if (workspace.Manifest.Commands.FirstOrDefault(c => c.Command == wanted) is not { } command)
                return Outcome.Refused(400, "unknown_command", $"The app's manifest has no command {wanted}.");
            if (body.Text("thread_ts") is { Length: > 0 })
                return Outcome.Refused(400, "not_in_threads", $"{wanted} cannot be used in a thread: Slack has slash commands in channels only.");
            if (Places.Enter(workspace, channel, person) is { } closed)
                return closed;
            var text = body.Text("text")?.Trim() ?? "";
            var key = workspace.ResponseUrls.Issue(channel.Id, person.Id, originalTs: null);
            grant = new ResponseUrls.Grant(channel.Id, person.Id, OriginalTs: null, workspace.Clock.GetUtcNow());
            delivery = new SlackDelivery("slash_commands", wanted,
                Payloads.SlashCommand(channel, person, wanted, command.ShouldEscape ? Typing.Encode(workspace, text, withNames: true) : text,
                    $"{baseUrl}/response/{key}", workspace.Triggers.Issue(person.Id)), AcceptsResponse: true) { Url = command.Url };
        }
        var ack = await deliverer.SendAsync(delivery, cancellationToken);
        lock (workspace.Gate)
            Show(channel, person, delivery.Name, grant, ack);
        return Outcome.Delivered(ack);
    }

    private void Show(SlackChannel channel, Person person, string command, ResponseUrls.Grant grant, Ack ack)
    {
        if (!ack.Accepted)
        {
            workspace.TellPrivately(channel, person.Id, $"{command} failed: `{ack.Failure}`. The app gave no answer in time.");
            return;
        }
        var said = ack.Body switch
        {
            JsonObject answer => answer,
            JsonValue text when !string.IsNullOrWhiteSpace(text.Text()) => new JsonObject { ["text"] = text.Text() },
            _ => null,
        };
        if (said is { Count: > 0 } && ResponseUrlEndpoint.Say(workspace, grant, said) is { IsOk: false } refused)
            workspace.TellPrivately(channel, person.Id, $"{command} failed: `{refused.Body.Text("error")}`. What the app answered cannot be shown.");
    }
}
