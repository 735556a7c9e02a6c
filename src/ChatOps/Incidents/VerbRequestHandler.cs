using System.Text.Json;
using ChatOps.Database;
using ChatOps.Inbox;

namespace ChatOps.Incidents;

/// <summary>A verb that the bot runs by itself, such as the first assessment.</summary>
public sealed class VerbRequestHandler(RunVerb run) : IInternalRequestHandler
{
    private const string Word = "incident.verb";

    public string Kind => Word;

    public Task HandleAsync(JsonElement body, CancellationToken cancellationToken)
    {
        var wanted = body.Deserialize<Wanted>(JsonSerializerOptions.Web) ?? throw new JsonException("An internal request without a body.");
        return run.HandleAsync(
            new IncidentCall { Verb = wanted.Verb, Arguments = wanted.Arguments, UserId = Timeline.TimelineEntry.Bot, ChannelId = Incident.DestinationOf(wanted.Incident) },
            wanted.Incident, inside: true, cancellationToken);
    }

    /// <summary>Leaves the verb to be run after the transaction.</summary>
    /// <param name="once">Makes the request one of a kind: the same incident, verb and word is run once.</param>
    /// <param name="arguments">What would be typed behind the verb.</param>
    public static Task LeaveAsync(InternalRequests requests, Tx tx, int incident, string verb, string once, CancellationToken cancellationToken, string arguments = "") =>
        requests.AddAsync(tx, Word, $"{verb} {incident} {once}", new Wanted(incident, verb, arguments), cancellationToken);

    private sealed record Wanted(int Incident, string Verb, string Arguments);
}
