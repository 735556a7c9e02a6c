using System.Text.Json.Nodes;

namespace ChatOps.Sandbox.Workspace.People;

/// <summary>What came of something a person did: an HTTP status for the control interface and its JSON.</summary>
internal sealed record Outcome(int Status, JsonObject Body)
{
    public static Outcome Ok(params ReadOnlySpan<(string Name, JsonNode? Value)> fields)
    {
        var body = new JsonObject { ["ok"] = true };
        foreach (var (name, value) in fields)
            body[name] = value;
        return new Outcome(200, body);
    }

    /// <param name="status">400 for a mistake in the request, 404 for a thing that is not there, 403 for one this person cannot see.</param>
    public static Outcome Refused(int status, string error, string message) =>
        new(status, new JsonObject { ["ok"] = false, ["error"] = error, ["message"] = message });

    /// <summary>Slack passed it on; whether the app took it is in <c>ack</c>, with <c>ack.error</c> where it did not.</summary>
    public static Outcome Delivered(Delivery.Ack ack, params ReadOnlySpan<(string Name, JsonNode? Value)> fields)
    {
        var outcome = Ok(fields);
        outcome.Body["ack"] = ack.Show();
        return outcome;
    }
}
