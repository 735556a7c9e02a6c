using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.Json.Nodes;
using ChatOps.Catalog;
using ChatOps.Configuration;
using ChatOps.Timeline;

namespace ChatOps.Platforms.Docker;

/// <summary>What went wrong, told to people from the Engine's <c>message</c>. Without credentials.</summary>
internal sealed class DockerFailures(PlatformDefinition definition)
{
    private readonly string?[] secrets = [definition.Token, ((DockerSettings)definition.Settings!).RegistryPassword];

    public string Name => definition.Name;

    public string Clean(string text) =>
        Redactor.ForRecord(secrets.OfType<string>().Where(s => s.Length > 0).Aggregate(text, (t, secret) => t.Replace(secret, "[redacted]", StringComparison.Ordinal)));

    public string? CleanOrNull(string? text) => text is null ? null : Clean(text);

    public static PlatformException NotDone(string sentence, string? code = null) => new(sentence, CallOutcome.NotDone) { Code = code };

    public PlatformException NoAnswer(TimeSpan waited, CallOutcome outcome, Exception? inner) => new($"{Name} did not answer within {Durations.Text(waited)}{FailureText.Begun(outcome)}", outcome, inner);

    public PlatformException Unreachable(Exception e, CallOutcome outcome)
    {
        var socket = ((DockerSettings)definition.Settings!).Socket;
        var why = Inner(e)?.SocketErrorCode switch
        {
            SocketError.AccessDenied => $"the bot's user may not open {socket}; give it the group that owns the socket (usually docker), which is as good as root there",
            SocketError.AddressNotAvailable or SocketError.InvalidArgument when socket is not null => $"there is no {socket}; start the Engine there, or correct 'socket' of platform {Name} in chatops.yaml",
            _ => NetworkFailure.Text(e),
        };
        return new($"{Name} cannot be reached: {why}{FailureText.Begun(outcome)}", outcome, e);
    }

    public PlatformException NotTheApi(CallOutcome outcome) => new($"{Name} sent an answer that is not the Docker Engine's{FailureText.Begun(outcome)}", outcome);

    /// <summary>A status of 300 or more.</summary>
    /// <param name="effect">It was asked to change something: after 408 and 5xx nobody knows whether it did.</param>
    public PlatformException Refused(HttpStatusCode status, ReadOnlySpan<byte> body, bool effect, TimeSpan? retryAfter = null)
    {
        var words = Parse(body).Text("message") is { } message ? Short(message) : null;
        var outcome = effect && status is (HttpStatusCode.RequestTimeout or >= HttpStatusCode.InternalServerError) ? CallOutcome.Unknown : CallOutcome.NotDone;
        var sentence = status switch
        {
            HttpStatusCode.Unauthorized => $"{Name} refused: credentials not accepted (401); check those of platform {Name} in chatops.yaml",
            HttpStatusCode.Forbidden => $"{Name} refused (403){Said(words)}; what stands before the Engine does not allow this call",
            HttpStatusCode.NotFound when words is null => $"{Name} does not know this address (404); check the url of platform {Name} in chatops.yaml",
            HttpStatusCode.NotFound => $"{Name} does not have it (404){Said(words)}",
            HttpStatusCode.TooManyRequests => $"{Name} asks to wait{(retryAfter is { Ticks: > 0 } wait ? $" {Durations.Text(wait)}" : "")} (429)",
            < HttpStatusCode.BadRequest => $"{Name} points elsewhere ({(int)status}); correct the url of platform {Name} in chatops.yaml",
            >= HttpStatusCode.InternalServerError => $"{Name} could not do it ({(int)status}){Said(words)}{FailureText.Begun(outcome)}",
            _ => $"{Name} refused ({(int)status}){Said(words)}",
        };
        return new(sentence, outcome) { Code = $"http_{(int)status}" };
    }

    /// <summary>Words of the Engine or of a container, for a sentence.</summary>
    public string Short(string text) => FailureText.Short(Clean(text));

    public static JsonNode? Parse(ReadOnlySpan<byte> body)
    {
        try
        {
            return JsonNode.Parse(body);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static SocketException? Inner(Exception? e) => e is null or SocketException ? e as SocketException : Inner(e.InnerException);

    private static string Said(string? words) => words is null ? "" : $": {words}";
}
