namespace ChatOps.Tests.Soak;

/// <summary>After the storm: what people agreed on with each other, and what sources of alerts told, is as it was said.</summary>
internal sealed class SoakDealings(SoakStage stage, SoakTraffic traffic, SoakAlerts alerts)
{
    private readonly List<string> problems = [];

    public async Task<IReadOnlyList<string>> JudgeAsync()
    {
        await AlertsAsync();
        await MergesAsync();
        await HandoversAsync();
        await SwapsAsync();
        return problems;
    }

    /// <summary>What was acknowledged last is what is known, and no two incidents were opened for one thing by the two bots.</summary>
    private async Task AlertsAsync()
    {
        var known = (await stage.RowsAsync<(string Fingerprint, bool Firing, bool Placed)>("SELECT fingerprint, firing, incident IS NOT NULL OR suggestion IS NOT NULL OR action = 'digest' FROM alerts"))
            .ToDictionary(a => a.Fingerprint, StringComparer.Ordinal);
        foreach (var (fingerprint, fires) in alerts.Told.Where(t => t.Key != alerts.UnderWay))
        {
            if (!known.TryGetValue(fingerprint, out var alert)) problems.Add($"acknowledged and lost: the alert {fingerprint}");
            else if (alert.Firing != fires) problems.Add($"the alert {fingerprint} {(fires ? "fires" : "is resolved")}, and the bots believe the opposite");
            else if (fires && !alert.Placed) problems.Add($"the alert {fingerprint} fires, and nobody is told");
        }
        foreach (var (first, second) in await stage.RowsAsync<(int, int)>(
            """
            SELECT a.number, b.number FROM incidents a JOIN incidents b ON b.service = a.service AND b.number > a.number
            WHERE a.declared_by = 'chatops' AND b.declared_by = 'chatops' AND NOT EXISTS (
                SELECT 1 FROM timeline t WHERE t.incident = a.number AND t.kind IN ('incident.resolved', 'incident.cancelled', 'incident.merged') AND t.at <= b.declared_at)
            """))
            problems.Add($"alerts opened incident {second} while incident {first} about the same service was open");
    }

    /// <summary>Each merge is recorded on both sides, once, and nothing is left to do in what ended by it.</summary>
    private async Task MergesAsync()
    {
        foreach (var (number, into, here, there) in await stage.RowsAsync<(int, int?, long, long)>(
            """
            SELECT i.number, i.merged_into,
                   (SELECT count(*) FROM timeline t WHERE t.incident = i.number AND t.kind = 'incident.merged' AND t.text LIKE 'Merged into incident ' || i.merged_into || ':%'),
                   (SELECT count(*) FROM timeline t WHERE t.incident = i.merged_into AND t.kind = 'incident.merged' AND t.text LIKE 'Incident ' || i.number || ' was merged into this one:%')
            FROM incidents i WHERE i.status = 'merged'
            """))
        {
            if (into is null || here != 1 || there != 1) problems.Add($"incident {number} was merged into {into}: recorded {here} times here and {there} times there");
        }
        foreach (var left in await stage.RowsAsync<string>("SELECT 'task ' || t.number FROM incident_tasks t JOIN incidents i ON i.number = t.incident WHERE i.status = 'merged'")) problems.Add($"{left} stayed in an incident that goes on elsewhere");
    }

    /// <summary>At most one offer is open, none where nothing is left to lead, and each that was accepted is recorded once.</summary>
    private async Task HandoversAsync()
    {
        foreach (var (incident, open, isOver, accepted, recorded) in await stage.RowsAsync<(int, long, bool, long, long)>(
            """
            SELECT h.incident, count(*) FILTER (WHERE h.state = 'offered'), bool_or(i.status NOT IN ('triage', 'open', 'watching')), count(*) FILTER (WHERE h.state = 'accepted'),
                   (SELECT count(*) FROM timeline t WHERE t.incident = h.incident AND t.kind = 'incident.handover' AND t.text LIKE 'Accepted the lead%')
            FROM handovers h JOIN incidents i ON i.number = h.incident GROUP BY h.incident
            """))
        {
            if (open > (isOver ? 0 : 1)) problems.Add($"incident {incident}: {open} offers of the lead are open{(isOver ? ", and it is over" : "")}");
            if (accepted != recorded) problems.Add($"incident {incident}: {accepted} offers of the lead were accepted, and {recorded} are recorded");
        }
    }

    private async Task SwapsAsync()
    {
        var made = (await stage.RowsAsync<(string Why, long Count)>("SELECT why, count(*) FROM oncall_overrides GROUP BY why")).ToDictionary(o => o.Why, o => o.Count, StringComparer.Ordinal);
        foreach (var request in traffic.Requests.Values.Where(r => r.Text.StartsWith("oncall swap ", StringComparison.Ordinal)))
        {
            var count = made.GetValueOrDefault(request.Text[(request.Text.LastIndexOf("h swap ", StringComparison.Ordinal) + 2)..]);
            if (count > 1 || (request.Acknowledged && count == 0)) problems.Add($"{request.Text} (acknowledged: {request.Acknowledged}) was made {count} times");
        }
    }
}
