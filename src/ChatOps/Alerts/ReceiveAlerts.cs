using System.Text.Json;
using ChatOps.Inbox;

namespace ChatOps.Alerts;

/// <summary>Writes down what a source posted. What follows from it is decided for all that changed at once, by <see cref="DecideAlerts"/>.</summary>
internal sealed class ReceiveAlerts(CurrentRequest request) : IInternalRequestHandler
{
    /// <summary>Rows of the inbox carry it.</summary>
    public const string Word = "alerts.received";

    public string Kind => Word;

    public Task HandleAsync(JsonElement body, CancellationToken cancellationToken)
    {
        var received = body.Deserialize<ReceivedAlerts>(JsonSerializerOptions.Web) ?? throw new JsonException("A request of a source of alerts without a body.");
        return request.CommitAsync(tx => AlertStore.SaveAsync(tx, received.Source, received.Alerts, cancellationToken), cancellationToken);
    }
}
