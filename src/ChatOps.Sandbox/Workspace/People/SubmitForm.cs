using System.Text.Json.Nodes;
using ChatOps.Sandbox.Workspace.Delivery;
using ChatOps.Sandbox.Workspace.WebApi;

namespace ChatOps.Sandbox.Workspace.People;

/// <summary>A person fills in a modal and submits it, or closes it.</summary>
internal sealed class SubmitForm(SlackWorkspace workspace, Deliverer deliverer)
{
    public async Task<Outcome> RunAsync(JsonObject body, CancellationToken cancellationToken)
    {
        SlackView? view;
        SlackDelivery delivery;
        lock (workspace.Gate)
        {
            if (Find(body, out var person, out view) is { } refused)
                return refused;
            if (Fill(workspace, view, body["values"] as JsonObject) is { } mistake)
                return mistake;
            view.Errors = FormValues.Problems(view.Body["blocks"] as JsonArray, view.Values);
            workspace.Hints.Publish("view", ("user", person.Id));
            if (view.Errors.Count > 0)
                return Outcome.Ok(("result", "invalid_input"), ("errors", view.Errors.DeepClone()), ("ack", null));
            var payload = Payloads.Interaction("view_submission", person);
            payload["trigger_id"] = workspace.Triggers.Issue(person.Id, view.Id);
            payload["view"] = Payloads.View(view);
            payload["response_urls"] = new JsonArray();
            delivery = new SlackDelivery("interactive", "view_submission", payload, AcceptsResponse: true) { Url = workspace.Manifest.InteractivityUrl };
        }
        var ack = await deliverer.SendAsync(delivery, cancellationToken);
        lock (workspace.Gate)
        {
            view.Failure = ack.Failure;
            var result = ack.Accepted ? React(view, ack.Body as JsonObject) : "kept_open";
            workspace.Hints.Publish("view", ("user", view.UserId));
            return Outcome.Delivered(ack, ("result", result), ("errors", view.Errors.DeepClone()), ("failure", view.Failure));
        }
    }

    /// <summary>The person presses Cancel or the cross.</summary>
    public async Task<Outcome> CloseAsync(JsonObject body, CancellationToken cancellationToken)
    {
        SlackDelivery delivery;
        lock (workspace.Gate)
        {
            if (Find(body, out var person, out var view) is { } refused)
                return refused;
            var all = body.Flag("all") || view.Body.Flag("clear_on_close");
            var told = view.Body.Flag("notify_on_close");
            var payload = Payloads.Interaction("view_closed", person);
            payload["view"] = Payloads.View(view);
            payload["is_cleared"] = all;
            delivery = new SlackDelivery("interactive", "view_closed", payload, AcceptsResponse: false) { Url = workspace.Manifest.InteractivityUrl };
            if (all)
                workspace.Views.CloseAll(view.RootId);
            else
                workspace.Views.Close(view);
            workspace.Hints.Publish("view", ("user", person.Id));
            if (!told)
                return Outcome.Ok();
        }
        return Outcome.Delivered(await deliverer.SendAsync(delivery, cancellationToken));
    }

    /// <summary>Puts <c>{block_id: {action_id: value}}</c> into a view.</summary>
    /// <returns>Null, or why a value cannot be entered.</returns>
    public static Outcome? Fill(SlackWorkspace workspace, SlackView view, JsonObject? values)
    {
        foreach (var (blockId, actions) in values ?? [])
        {
            if (actions is not JsonObject filled)
                return Outcome.Refused(400, "invalid_values", "\"values\" is {block_id: {action_id: value}}.");
            foreach (var (actionId, value) in filled)
            {
                if (FormValues.Set(workspace, (JsonArray)view.Body["blocks"]!, view.Values, blockId, actionId, value) is { } mistake)
                    return Outcome.Refused(400, "invalid_values", mistake);
            }
        }
        return null;
    }

    private Outcome? Find(JsonObject body, out Person person, out SlackView view)
    {
        view = null!;
        if (!Places.TryPerson(workspace, body, out person!, out var refused))
            return refused;
        var found = workspace.Views.Find(body.Text("view_id"));
        if (found is null || found.UserId != person.Id || found.Body.Text("type") != "modal")
            return Outcome.Refused(404, "view_not_found", $"{person.Name} has no modal {body.Text("view_id") ?? "(nothing)"} open.");
        view = found;
        return null;
    }

    /// <summary>Does what the app's answer asks for.</summary>
    private string React(SlackView view, JsonObject? answer)
    {
        view.Errors = [];
        switch (answer?.Text("response_action"))
        {
            case null when answer is null or { Count: 0 }:
                workspace.Views.Close(view);
                return "closed";
            case "clear":
                workspace.Views.CloseAll(view.RootId);
                return "cleared";
            case "errors" when answer["errors"] is JsonObject { Count: > 0 } errors && errors.All(e => IsInput(view, e.Key) && e.Value.OnlyString() is not null):
                view.Errors = errors.Clone();
                return "errors";
            case "update" when ViewMethods.Refuse(workspace, answer["view"], home: false, except: view) is null:
                ViewMethods.Replace(workspace, view, (JsonObject)answer["view"]!);
                return "updated";
            case "push" when workspace.Views.Depth(view.RootId) < ViewStack.MaximumDepth && ViewMethods.Refuse(workspace, answer["view"], home: false) is null:
                workspace.Views.Open(ViewMethods.Make(workspace, (JsonObject)answer["view"]!, view.UserId, view));
                return "pushed";
            default:
                // Slack shows its connection trouble bar for an answer that it cannot use; nothing tells the app.
                view.Failure = "invalid_response";
                return "kept_open";
        }
    }

    private static bool IsInput(SlackView view, string blockId) =>
        (view.Body["blocks"] as JsonArray ?? []).OfType<JsonObject>().Any(b => b.Text("type") == "input" && b.Text("block_id") == blockId);
}
