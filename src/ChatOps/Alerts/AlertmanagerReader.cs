using System.Text.Json;

namespace ChatOps.Alerts;

/// <summary>
/// What Alertmanager and Grafana post, which is the same but for a few additions of Grafana's. Sources:
/// https://prometheus.io/docs/alerting/latest/configuration/#webhook_config and
/// https://grafana.com/docs/grafana/latest/alerting/configure-notifications/manage-contact-points/integrations/webhook-notifier/. Pure.
/// </summary>
internal static class AlertmanagerReader
{
    /// <returns>The alerts, or a sentence for the sender that says what is wrong.</returns>
    public static (IncomingAlerts? Alerts, string? Mistake) Read(JsonElement root)
    {
        var list = root.Get("alerts");
        if (list.ValueKind != JsonValueKind.Array) return (null, "there is no list 'alerts' in the document, so it is not what Alertmanager or Grafana post");
        var alerts = new List<IncomingAlert>();
        foreach (var one in list.EnumerateArray())
        {
            if (one.ValueKind == JsonValueKind.Object) alerts.Add(Alert(one));
        }
        return (new(root.Get("groupKey").Text() ?? "", alerts), null);
    }

    private static IncomingAlert Alert(JsonElement one)
    {
        var labels = one.Get("labels").Labels();
        var annotations = one.Get("annotations");
        var name = labels.GetValueOrDefault("alertname") ?? "alert without a name";
        var summary = annotations.Get("summary").Text() ?? annotations.Get("message").Text();
        var description = annotations.Get("description").Text();
        return new IncomingAlert
        {
            Fingerprint = one.Get("fingerprint").Text() ?? IncomingPrint.Of(labels),
            Name = name,
            Title = summary ?? name,
            Summary = description ?? "",
            // Whatever is not over is taken for an alert: a word that is not known must not hide one.
            Firing = !string.Equals(one.Get("status").Text(), "resolved", StringComparison.OrdinalIgnoreCase),
            Level = AlertLevels.Read(labels.GetValueOrDefault("severity") ?? labels.GetValueOrDefault("priority")),
            Labels = labels,
            StartsAt = one.Get("startsAt").Time(),
            Url = annotations.Get("runbook_url").Text() ?? one.Get("generatorURL").Text(),
        };
    }
}
