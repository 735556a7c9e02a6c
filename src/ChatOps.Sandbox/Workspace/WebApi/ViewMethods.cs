using System.Text.Json.Nodes;
using ChatOps.Sandbox.Workspace.Blocks;

namespace ChatOps.Sandbox.Workspace.WebApi;

/// <summary>Modals and the Home tab.</summary>
internal static class ViewMethods
{
    public static SlackAnswer Open(SlackWorkspace workspace, ApiCall call)
    {
        if (RefuseTrigger(workspace, call, out var trigger) is { } late)
            return late;
        if (Refuse(workspace, call.Node("view"), home: false) is { } refusal)
            return refusal;
        trigger.Used = true;
        var view = Make(workspace, (JsonObject)call.Node("view")!, trigger.UserId, above: null);
        workspace.Views.Open(view);
        return Shown(workspace, view);
    }

    public static SlackAnswer Push(SlackWorkspace workspace, ApiCall call)
    {
        if (RefuseTrigger(workspace, call, out var trigger) is { } late)
            return late;
        if (trigger.ViewId is null || workspace.Views.Find(trigger.ViewId) is not { } origin || workspace.Views.Top(origin.RootId) is not { } top)
            return SlackAnswer.Error("not_found");
        if (workspace.Views.Depth(origin.RootId) >= ViewStack.MaximumDepth)
            return SlackAnswer.Error("push_limit_reached");
        if (Refuse(workspace, call.Node("view"), home: false) is { } refusal)
            return refusal;
        trigger.Used = true;
        var view = Make(workspace, (JsonObject)call.Node("view")!, trigger.UserId, top);
        workspace.Views.Open(view);
        return Shown(workspace, view);
    }

    public static SlackAnswer Update(SlackWorkspace workspace, ApiCall call)
    {
        if (!call.Has("view_id") && !call.Has("external_id"))
            return SlackAnswer.Error("invalid_arguments", "[ERROR] missing required field: view_id or external_id");
        var view = call.Has("view_id") ? workspace.Views.Find(call.Text("view_id")) : workspace.Views.FindExternal(call.Text("external_id"));
        if (view is null)
            return SlackAnswer.Error("not_found");
        if (call.Text("hash") is { Length: > 0 } hash && hash != view.Hash)
            return SlackAnswer.Error("hash_conflict");
        if (Refuse(workspace, call.Node("view"), view.Body.Text("type") == "home", except: view) is { } refusal)
            return refusal;
        Replace(workspace, view, (JsonObject)call.Node("view")!);
        return Shown(workspace, view);
    }

    public static SlackAnswer Publish(SlackWorkspace workspace, ApiCall call)
    {
        if (!workspace.Manifest.HomeTab)
            return SlackAnswer.Error("not_enabled");
        if (workspace.People.Find(p => p.Id == call.Text("user_id")) is not { IsBot: false } person)
            return SlackAnswer.Error("invalid_arguments", "[ERROR] no such user [json-pointer:/user_id]");
        var known = workspace.Views.Home(person.Id);
        if (call.Text("hash") is { Length: > 0 } hash && hash != known?.Hash)
            return SlackAnswer.Error("hash_conflict");
        if (Refuse(workspace, call.Node("view"), home: true, except: known) is { } refusal)
            return refusal;
        if (known is null)
            workspace.Views.Publish(known = Make(workspace, (JsonObject)call.Node("view")!, person.Id, above: null));
        else
            Replace(workspace, known, (JsonObject)call.Node("view")!);
        workspace.Hints.Publish("home", ("user", person.Id));
        return Shown(workspace, known);
    }

    /// <summary>What is wrong with a view that is to be shown, also one that comes in a <c>response_action</c>.</summary>
    public static SlackAnswer? Refuse(SlackWorkspace workspace, JsonNode? node, bool home, SlackView? except = null)
    {
        if (node is not null && ViewCheck.TooLarge(node))
            return SlackAnswer.Error("view_too_large");
        var findings = ViewCheck.Check(node, home);
        if (findings.Count > 0)
            return SlackAnswer.Error("invalid_arguments", findings);
        var externalId = ((JsonObject)node!).Text("external_id");
        return externalId is { Length: > 0 } && workspace.Views.FindExternal(externalId) is { } taken && taken != except
            ? SlackAnswer.Error("duplicate_external_id")
            : null;
    }

    public static SlackView Make(SlackWorkspace workspace, JsonObject body, string userId, SlackView? above)
    {
        var id = workspace.NextId('V');
        var view = new SlackView { Id = id, UserId = userId, Body = Named(body), Hash = NewHash(workspace), RootId = above?.RootId ?? id, PreviousId = above?.Id };
        view.Values = FormValues.Initial(view);
        workspace.Hints.Publish(body.Text("type") == "home" ? "home" : "view", ("user", userId));
        return view;
    }

    public static void Replace(SlackWorkspace workspace, SlackView view, JsonObject body)
    {
        if (view.Body["blocks"] is JsonArray shown)
            view.EarlierBlocks.Add(shown);
        view.Body = Named(body);
        view.Hash = NewHash(workspace);
        view.Errors = [];
        view.Failure = null;
        // What the person has typed survives where the same input is still there.
        var typed = view.Values;
        view.Values = FormValues.Initial(view);
        foreach (var (block, actions) in typed)
        {
            foreach (var (action, value) in actions!.AsObject())
            {
                if (view.Values[block] is JsonObject kept && kept[action] is JsonObject old && old.Text("type") == value!.AsObject().Text("type"))
                    kept[action] = value.DeepClone();
            }
        }
        workspace.Hints.Publish(body.Text("type") == "home" ? "home" : "view", ("user", view.UserId));
    }

    private static JsonObject Named(JsonObject body)
    {
        var copy = body.Clone();
        copy["blocks"] = MessageContent.WithIds((JsonArray)body["blocks"]!);
        return copy;
    }

    private static string NewHash(SlackWorkspace workspace) => $"{workspace.UnixNow}.{System.Security.Cryptography.RandomNumberGenerator.GetHexString(8, lowercase: true)}";

    private static SlackAnswer Shown(SlackWorkspace workspace, SlackView view)
    {
        workspace.Hints.Publish("view", ("user", view.UserId));
        return SlackAnswer.Ok(("view", Shapes.View(view)));
    }

    private static SlackAnswer? RefuseTrigger(SlackWorkspace workspace, ApiCall call, out Triggers.Trigger trigger)
    {
        trigger = null!;
        if (call.Text("trigger_id") is not { Length: > 0 } id)
            return SlackAnswer.Error("invalid_arguments", "[ERROR] missing required field: trigger_id");
        var (found, error) = workspace.Triggers.Look(id);
        trigger = found!;
        return error is null ? null : SlackAnswer.Error(error);
    }
}
