using System.Text.Json;
using ChatOps.Database;
using ChatOps.Timeline;

namespace ChatOps.Confirmations;

/// <summary>Timeline entries about cards.</summary>
internal static class CardRecord
{
    public static TimelineEntry Of(Tx tx, PendingAction action, string kind, string actor, string text) => new()
    {
        Incident = action.Subject.Incident,
        Target = action.Subject.Target.ToString(),
        Kind = kind,
        At = tx.Now,
        Actor = actor,
        Text = text,
        Data = JsonSerializer.SerializeToElement(new { action = action.Id, kind = action.Kind, fingerprint = action.Fingerprint }, JsonSerializerOptions.Web),
        Part = action.Id.ToString(),
    };
}
