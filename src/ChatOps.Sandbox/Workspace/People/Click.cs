using System.Text.Json.Nodes;
using ChatOps.Sandbox.Workspace.Delivery;
using ChatOps.Sandbox.Workspace.WebApi;

namespace ChatOps.Sandbox.Workspace.People;

/// <summary>A person presses a button or chooses from a menu, in a message, a modal or the Home tab.</summary>
internal sealed class Click(SlackWorkspace workspace, Deliverer deliverer)
{
    public async Task<Outcome> RunAsync(JsonObject body, string baseUrl, CancellationToken cancellationToken)
    {
        SlackDelivery delivery;
        SlackChannel? channel;
        Person? person;
        SlackView? view = null;
        bool stale;
        lock (workspace.Gate)
        {
            channel = null;
            if (!Places.TryPerson(workspace, body, out person, out var refused))
                return refused;
            var payload = Payloads.Interaction("block_actions", person);
            refused = body.Text("view_id") is { Length: > 0 } viewId
                ? InView(body, person, viewId, payload, out view, out stale)
                : InMessage(body, person, baseUrl, payload, out channel, out stale);
            if (refused is not null)
                return refused;
            delivery = new SlackDelivery("interactive", "block_actions", payload, AcceptsResponse: false) { Url = workspace.Manifest.InteractivityUrl };
        }
        var ack = await deliverer.SendAsync(delivery, cancellationToken);
        lock (workspace.Gate)
        {
            if (!ack.Accepted && channel is not null)
                workspace.TellPrivately(channel, person.Id, $"That did not go through: `{ack.Failure}`. The app gave no answer in time.");
            if (view is not null)
                view.Failure = ack.Failure;
        }
        return Outcome.Delivered(ack, ("stale", stale));
    }

    private Outcome? InMessage(JsonObject body, Person person, string baseUrl, JsonObject payload, out SlackChannel? channel, out bool stale)
    {
        stale = false;
        if (!Places.TryChannel(workspace, body, person, out channel, out var refused) || !Places.TryMessage(channel, person, body.Text("ts"), out var message, out refused))
            return refused;
        var now = message.Body["blocks"] as JsonArray ?? [];
        if (Find(now, message.EarlierBlocks, body, out stale) is not { } hit)
            return Outcome.Refused(404, "action_not_found", $"Message {message.Ts} never had an element with action_id {body.Text("action_id") ?? "(nothing)"}.");
        payload["container"] = new JsonObject
        {
            ["type"] = "message", ["message_ts"] = message.Ts, ["channel_id"] = channel.Id, ["is_ephemeral"] = message.VisibleTo is not null,
        };
        if (message.ThreadTs is { } thread)
            payload["container"]!["thread_ts"] = thread;
        Payloads.WithMessage(payload, channel, message);
        var values = FormValues.Initial(now);
        payload["state"] = new JsonObject { ["values"] = values };
        payload["trigger_id"] = workspace.Triggers.Issue(person.Id);
        payload["response_url"] = $"{baseUrl}/response/{workspace.ResponseUrls.Issue(channel.Id, person.Id, message.Ts)}";
        return Act(payload, hit, body["value"]);
    }

    private Outcome? InView(JsonObject body, Person person, string viewId, JsonObject payload, out SlackView? view, out bool stale)
    {
        stale = false;
        view = workspace.Views.Find(viewId);
        if (view is null || view.UserId != person.Id)
            return Outcome.Refused(404, "view_not_found", $"{person.Name} has no view {viewId} open.");
        if (SubmitForm.Fill(workspace, view, body["values"] as JsonObject) is { } mistake)
            return mistake;
        if (Find((JsonArray)view.Body["blocks"]!, view.EarlierBlocks, body, out stale) is not { } hit)
            return Outcome.Refused(404, "action_not_found", $"View {viewId} never had an element with action_id {body.Text("action_id") ?? "(nothing)"}.");
        payload["container"] = new JsonObject { ["type"] = "view", ["view_id"] = view.Id };
        payload["view"] = Payloads.View(view);
        payload["trigger_id"] = workspace.Triggers.Issue(person.Id, view.Id);
        return Act(payload, hit, body["value"]);
    }

    private Outcome? Act(JsonObject payload, (JsonObject Block, JsonObject Element) pressed, JsonNode? value)
    {
        if (!workspace.Manifest.Interactivity)
            return Outcome.Refused(400, "not_interactive", "The app's manifest has interactivity switched off: Slack shows a warning and sends nothing.");
        var action = new JsonObject
        {
            ["action_id"] = pressed.Element.Text("action_id"), ["block_id"] = pressed.Block.Text("block_id"), ["type"] = pressed.Element.Text("type"),
            ["action_ts"] = workspace.NextTs(),
        };
        foreach (var name in (string[])["text", "style", "url", "placeholder"])
        {
            if (pressed.Element[name] is { } property)
                action[name] = property.DeepClone();
        }
        if (FormValues.Choose(workspace, pressed.Element, value, action) is { } mistake)
            return Outcome.Refused(400, "invalid_value", mistake);
        var state = payload["state"]?["values"] ?? payload["view"]?["state"]?["values"];
        if (state?[action.Text("block_id")!]?[action.Text("action_id")!] is JsonObject mine)
        {
            foreach (var (name, chosen) in action.Where(p => mine.ContainsKey(p.Key)).ToList())
                mine[name] = chosen?.DeepClone();
        }
        payload["actions"] = new JsonArray(action);
        return null;
    }

    /// <summary>What is shown now goes first; somebody whose screen is behind presses what was shown before.</summary>
    private static (JsonObject Block, JsonObject Element)? Find(JsonArray now, List<JsonArray> before, JsonObject body, out bool stale)
    {
        var pressed = Find(now, body);
        stale = pressed is null;
        return pressed ?? before.AsEnumerable().Reverse().Select(earlier => Find(earlier, body)).FirstOrDefault(found => found is not null);
    }

    private static (JsonObject Block, JsonObject Element)? Find(JsonArray blocks, JsonObject body)
    {
        var blockId = body.Text("block_id");
        var matches = blocks.OfType<JsonObject>().Where(b => blockId is null || b.Text("block_id") == blockId)
            .SelectMany(b => MessageContent.Interactive(b).Where(e => e.Text("action_id") == body.Text("action_id")).Select(e => (Block: b, Element: e))).ToList();
        if (matches.Count == 0)
            return null;
        // Two buttons of the same action in different blocks differ by their value.
        return body.Text("value") is { } value && matches.Find(m => m.Element.Text("value") == value) is { Element: not null } exact ? exact : matches[0];
    }
}
