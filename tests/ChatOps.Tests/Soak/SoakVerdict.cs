using System.Text.Json;
using ChatOps.Sandbox.Demo;

namespace ChatOps.Tests.Soak;

/// <summary>
/// After the storm: everything that was acknowledged took effect exactly once, every channel reads in order, every summary shows the truth.
/// Each sentence that comes back is something that is not so.
/// </summary>
internal sealed class SoakVerdict(SoakStage stage, SoakTraffic traffic, SoakAlerts alerts)
{
    private readonly List<string> problems = [];

    public async Task<IReadOnlyList<string>> JudgeAsync(CancellationToken cancellationToken)
    {
        problems.Clear();
        await RequestsAsync();
        await NotesAsync();
        await SeveritiesAsync();
        await OperationsAsync();
        await OutboxAsync();
        problems.AddRange(await new SoakDealings(stage, traffic, alerts).JudgeAsync());
        foreach (var (number, channel) in await stage.RowsAsync<(int, string)>(
            "SELECT number, channel_id FROM incidents JOIN outbox_destinations ON key = 'incident:' || number WHERE channel_id IS NOT NULL ORDER BY number"))
        {
            var messages = await stage.MessagesAsync(channel, cancellationToken);
            await ChannelAsync(number, channel, messages);
            await SummaryAsync(number, channel, messages, cancellationToken);
        }
        await AnnouncementsAsync(cancellationToken);
        problems.AddRange(traffic.Refusals.Select(r => $"Slack refused {r}"));
        return [.. problems];
    }

    /// <summary>Acknowledged means stored, and stored means done, by now; what takes effect in rows did so once.</summary>
    private async Task RequestsAsync()
    {
        var rows = (await stage.RowsAsync<(string Key, string State, long Id)>("SELECT key, state, id FROM inbox WHERE source = 'slack'")).ToDictionary(r => r.Key, StringComparer.Ordinal);
        foreach (var (trigger, request) in traffic.Requests.Where(r => r.Value.Acknowledged))
        {
            if (!rows.TryGetValue(trigger, out var row)) problems.Add($"acknowledged and lost: {request.Text}");
            else if (row.State != "done") problems.Add($"acknowledged and {row.State}: {request.Text}");
        }
        foreach (var (dead, why) in await stage.RowsAsync<(string, string?)>("SELECT kind || ' ' || key, error_id FROM inbox WHERE state = 'dead'"))
            problems.Add($"dead request: {dead} {why}: {(why is null ? "" : await stage.LogsAsync(why))}");
        foreach (var (table, verb) in ((string, string)[])[("incidents", "start "), ("incident_steps", "assess"), ("incident_steps", "logs"), ("incident_steps", "verify")])
        {
            var made = (await stage.RowsAsync<(string Key, long Count)>(
                $"SELECT i.key, (SELECT count(*) FROM {table} t WHERE t.request_id = i.id) FROM inbox i WHERE source = 'slack'")).ToDictionary(r => r.Key, r => r.Count, StringComparer.Ordinal);
            foreach (var (trigger, request) in traffic.Requests.Where(r => r.Value.Acknowledged && r.Value.Text.StartsWith(verb, StringComparison.Ordinal)))
            {
                // A step may be refused, since the incident is over; a start may not.
                if (made.GetValueOrDefault(trigger) > 1 || (verb == "start " && made.GetValueOrDefault(trigger) == 0)) problems.Add($"{request.Text}: {made.GetValueOrDefault(trigger)} rows in {table}");
            }
        }
        foreach (var step in await stage.RowsAsync<string>("SELECT step || ' ' || id FROM incident_steps WHERE finished_at IS NULL")) problems.Add($"a step without an end: {step}");
    }

    private async Task NotesAsync()
    {
        var recorded = (await stage.RowsAsync<(string Text, long Count)>("SELECT text, count(*) FROM timeline WHERE kind = 'note' GROUP BY text")).ToDictionary(r => r.Text, r => r.Count, StringComparer.Ordinal);
        // In an incident that goes on in another one nothing is written any more: that is told, and where it goes on.
        var told = (await stage.RowsAsync<string>(
            """
            SELECT i.key FROM inbox i WHERE i.source = 'slack' AND EXISTS (SELECT 1 FROM incidents WHERE status = 'merged')
                AND EXISTS (SELECT 1 FROM outbox o WHERE o.request_id = i.id AND o.kind IN ('respond', 'ephemeral') AND o.content::text LIKE '%was merged into incident%')
            """)).ToHashSet(StringComparer.Ordinal);
        foreach (var (trigger, request) in traffic.Requests.Where(r => r.Value.Text.StartsWith("note ", StringComparison.Ordinal)))
        {
            var count = recorded.GetValueOrDefault(request.Text["note ".Length..]);
            if (count > 1 || (request.Acknowledged && count == 0 && !told.Contains(trigger))) problems.Add($"{request.Text} (acknowledged: {request.Acknowledged}) stands {count} times in the timeline");
        }
    }

    /// <summary>Each change begins where the one before it ended; accepting an incident sets its severity too.</summary>
    private async Task SeveritiesAsync()
    {
        foreach (var changes in (await stage.RowsAsync<(int Incident, string Kind, string Text)>(
            "SELECT incident, kind, text FROM timeline WHERE kind IN ('incident.severity', 'incident.accepted') ORDER BY incident, id")).GroupBy(c => c.Incident))
        {
            foreach (var (before, after) in changes.Zip(changes.Skip(1)).Where(c => c.Second.Kind == "incident.severity"))
            {
                // "Severity is SEV3 now; it was SEV4", "Accepted as SEV3".
                if (before.Text.Split(' ')[2] != after.Text.Split(' ')[^1]) problems.Add($"incident {changes.Key}: \"{before.Text}\" and then \"{after.Text}\"");
            }
        }
    }

    private async Task OperationsAsync()
    {
        foreach (var open in await stage.RowsAsync<string>("SELECT kind || ' ' || target || ' ' || state FROM operations WHERE state IN ('requested', 'running')")) problems.Add($"an operation without an end: {open}");
        if (stage.Shop.Calls != stage.Shop.Actions) problems.Add($"the platform was called {stage.Shop.Calls} times for {stage.Shop.Actions} operations");
        var succeeded = await stage.ValueAsync<long>("SELECT count(*) FROM operations WHERE state = 'succeeded'");
        var known = await stage.ValueAsync<long>("SELECT count(*) FROM operations WHERE called_at IS NOT NULL");
        if (stage.Shop.Actions > known || succeeded > stage.Shop.Actions) problems.Add($"{succeeded} operations succeeded and {known} were begun, of {stage.Shop.Actions} at the platform");
    }

    /// <summary>What may be lost is what one person alone sees; nothing else is dead.</summary>
    private async Task OutboxAsync()
    {
        foreach (var dead in await stage.RowsAsync<string>("SELECT kind || ' ' || coalesce(message_key, destination) || ': ' || coalesce(error, '') FROM outbox WHERE state = 'dead' AND kind NOT IN ('respond', 'ephemeral')"))
            problems.Add($"never sent: {dead}");
    }

    /// <summary>Every message of the bot is one that it knows of, none is there twice, all are in the order in which their rows were committed, each shows its newest state.</summary>
    private async Task ChannelAsync(int number, string channel, IReadOnlyList<JsonElement> messages)
    {
        var rows = await stage.RowsAsync<(string Key, string? Ts, long Seq, string Content)>(
            """
            SELECT m.key, m.ts, min(o.seq), (array_agg(o.content->>'text' ORDER BY o.seq DESC))[1]
            FROM outbox_messages m JOIN outbox o ON o.message_key = m.key AND o.kind = 'show' WHERE m.channel_id = @channel OR (m.ts IS NULL AND m.destination = 'incident:' || @number)
            GROUP BY m.key, m.ts ORDER BY min(o.seq)
            """, new { channel, number });
        foreach (var row in rows.Where(r => r.Ts is null)) problems.Add($"incident {number}: \"{row.Key}\" was never posted");
        foreach (var (before, after) in rows.Zip(rows.Skip(1)))
        {
            if (string.CompareOrdinal(before.Ts, after.Ts) > 0) problems.Add($"incident {number}: \"{after.Key}\" stands before \"{before.Key}\"");
        }
        var said = messages.Where(m => m.TryGetProperty("metadata", out var metadata) && metadata.ValueKind == JsonValueKind.Object && !m.TryGetProperty("visible_to", out _)).ToDictionary(m => m.GetProperty("ts").GetString()!, StringComparer.Ordinal);
        foreach (var twin in said.Values.GroupBy(m => m.GetProperty("metadata").GetProperty("event_payload").GetProperty("id").GetString()).Where(g => g.Count() > 1))
            problems.Add($"incident {number}: posted {twin.Count()} times: {Text(twin.First())}");
        foreach (var stranger in said.Keys.Except(rows.Select(r => r.Ts)).ToList()) problems.Add($"incident {number}: nobody knows of {Text(said[stranger!])}");
        foreach (var row in rows.Where(r => r.Ts is not null))
        {
            if (!said.TryGetValue(row.Ts!, out var message)) problems.Add($"incident {number}: \"{row.Key}\" is not where it should be");
            else if (!row.Content.Contains("<#incident:", StringComparison.Ordinal) && Text(message) != row.Content) problems.Add($"incident {number}: \"{row.Key}\" says \"{Text(message)}\" and should say \"{row.Content}\"");
        }
    }

    private async Task SummaryAsync(int number, string channel, IReadOnlyList<JsonElement> messages, CancellationToken cancellationToken)
    {
        var (status, severity, lead, ts) = await stage.ValueAsync<(string, int?, string?, string?)>(
            "SELECT status, severity, lead, ts FROM incidents JOIN outbox_messages ON key = 'incident ' || number || ' summary' WHERE number = @number", new { number });
        var summaries = messages.Where(m => m.GetProperty("ts").GetString() == ts).Select(SeenMessage.Read).ToList();
        if (summaries is not [var summary])
        {
            problems.Add($"incident {number}: {summaries.Count} summaries");
            return;
        }
        foreach (var truth in (string?[])[status, severity is null ? "not set yet" : $"SEV{severity}", lead is null ? "nobody leads yet" : $"<@{lead}>"])
        {
            if (!summary.Shown.Contains(truth!, StringComparison.Ordinal)) problems.Add($"incident {number}: the summary does not say {truth}: {summary.Shown.ReplaceLineEndings(" | ")}");
        }
        var shown = (await stage.GetAsync("channels", cancellationToken)).GetProperty("channels").EnumerateArray().First(c => c.GetProperty("id").GetString() == channel);
        var pins = shown.GetProperty("pins").EnumerateArray().Select(p => p.GetString()).ToList();
        if (pins.Count != 1 || pins[0] != ts) problems.Add($"incident {number}: {pins.Count} pins, and the summary is {ts}");
        var topic = shown.GetProperty("topic").GetString()!;
        if (!topic.Contains(status, StringComparison.Ordinal) || (severity is not null && !topic.Contains($"SEV{severity}", StringComparison.Ordinal))) problems.Add($"incident {number} is {status}, SEV{severity}; the topic says {topic}");
    }

    private async Task AnnouncementsAsync(CancellationToken cancellationToken)
    {
        var messages = (await stage.MessagesAsync("incidents", cancellationToken)).Select(SeenMessage.Read).ToList();
        foreach (var (number, status, severity) in await stage.RowsAsync<(int, string, int)>("SELECT number, status, severity FROM incidents WHERE severity IS NOT NULL"))
        {
            var about = messages.Where(m => m.Text.StartsWith($"Incident {number} ", StringComparison.Ordinal)).ToList();
            if (about.Count != 1) problems.Add($"incident {number} is announced {about.Count} times");
            else if (!about[0].Text.Contains($"SEV{severity}", StringComparison.Ordinal) || !about[0].Text.Contains(status, StringComparison.Ordinal)) problems.Add($"incident {number} is {status}, SEV{severity}; its announcement says {about[0].Text}");
        }
    }

    private static string Text(JsonElement message) => message.GetProperty("text").GetString() ?? "";
}
