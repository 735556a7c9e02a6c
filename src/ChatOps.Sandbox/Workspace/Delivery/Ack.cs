using System.Text.Json.Nodes;

namespace ChatOps.Sandbox.Workspace.Delivery;

/// <summary>How the app took a delivery.</summary>
/// <param name="Status">HTTP status; 200 for an acknowledged envelope; 0 when nothing came back.</param>
/// <param name="Milliseconds">Until the acknowledgement, or until Slack gave up.</param>
/// <param name="Body">The JSON the app answered with, or its text; null without one.</param>
/// <param name="Failure">Null when acknowledged; else <c>operation_timeout</c> or <c>dispatch_failed</c>, the words people see.</param>
/// <param name="NoRetry">The app said that this event need not come again.</param>
internal sealed record Ack(int Status, double Milliseconds, JsonNode? Body, string? Failure, bool NoRetry = false)
{
    public const string Timeout = "operation_timeout";
    public const string DispatchFailed = "dispatch_failed";

    public bool Accepted => Failure is null;

    public JsonObject Show() => new() { ["status"] = Status, ["ms"] = Math.Round(Milliseconds, 1), ["body"] = Body?.DeepClone(), ["error"] = Failure };
}

/// <summary>Something Slack has to tell the app.</summary>
/// <param name="Kind">As Socket Mode names it: <c>slash_commands</c>, <c>interactive</c> or <c>events_api</c>.</param>
/// <param name="Name">For people reading the traffic: the command, the kind of interaction or the event.</param>
internal sealed record SlackDelivery(string Kind, string Name, JsonObject Payload, bool AcceptsResponse)
{
    /// <summary>0 for the first attempt.</summary>
    public int Attempt { get; init; }

    /// <summary>Why an event comes again: <c>timeout</c> or <c>http_error</c>.</summary>
    public string? RetryReason { get; init; }

    /// <summary>Where the manifest says this goes, for delivery over HTTP.</summary>
    public string? Url { get; init; }
}

/// <summary>The two ways to the app.</summary>
internal interface ITransport
{
    /// <summary>Sends once and waits for the acknowledgement, at most as long as Slack does.</summary>
    Task<Ack> SendAsync(SlackDelivery delivery, CancellationToken cancellationToken);
}
