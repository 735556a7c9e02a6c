using ChatOps.Configuration;
using ChatOps.Incidents;
using ChatOps.Reports;
using ChatOps.Timeline;
using Dapper;
using Npgsql;

namespace ChatOps.Home;

/// <summary>Reads what a person's Home tab shows. No transaction is open; Slack may be asked who the leads are.</summary>
public sealed class ReadHome(NpgsqlDataSource database, ReadFigures figures, SlackDirectory directory, ChatOpsConfig config, TimeProvider time)
{
    // Recent enough that somebody may still want to read it.
    private static readonly TimeSpan Recent = TimeSpan.FromDays(30);

    public async Task<HomeFacts> OfAsync(string person, CancellationToken cancellationToken)
    {
        var (isLead, unknown) = await IsLeadAsync(person, cancellationToken);
        var now = time.GetUtcNow();
        var month = isLead ? await figures.OfAsync(Periods.ThisMonth(now, config.Reports.TimeZone), now, cancellationToken) : null;

        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var read = await connection.QueryMultipleAsync(new CommandDefinition(
            $"""
            SELECT count(*) FILTER (WHERE {Role})::int AS mine, count(*) FILTER (WHERE NOT {Role})::int AS others FROM incidents WHERE {Open};
            {Incidents(Role)};
            {Incidents($"NOT {Role}")};
            SELECT number, incident, text, owner, state, created_by, created_at, due_at FROM incident_tasks
            WHERE owner = @viewer AND state = 'open' AND {TaskSeen} ORDER BY due_at NULLS LAST, number LIMIT @tasks;
            SELECT count(*)::int AS all, count(*) FILTER (WHERE due_at < @now)::int AS overdue FROM incident_tasks WHERE owner = @viewer AND state = 'open' AND {TaskSeen};
            SELECT o.number, o.kind, o.target, o.state, o.confirmed_by, o.requested_at, o.incident, count(*) OVER ()::int AS total
            FROM operations o WHERE o.active AND (o.incident IS NULL OR EXISTS (SELECT 1 FROM incidents WHERE number = o.incident AND {IncidentMembers.MaySee}))
            ORDER BY o.requested_at DESC LIMIT @operations;
            SELECT number AS incident, title, p.version, p.state = 'reviewed' AS reviewed, p.made_at, {Mine} AS mine, count(*) OVER ()::int AS total
            FROM incidents
            JOIN LATERAL (SELECT version, state, made_at FROM post_mortems WHERE incident = number ORDER BY version DESC LIMIT 1) p ON true
            WHERE declared_at > @recent AND status IN ('resolved', 'closed') AND {IncidentMembers.MaySee}
            ORDER BY (p.state = 'draft' AND {Mine}) DESC, p.made_at DESC LIMIT @postMortems;
            """,
            new
            {
                viewer = person,
                now,
                recent = now - Recent,
                mine = HomeMessages.MostMine,
                others = HomeMessages.MostOthers,
                tasks = HomeMessages.MostTasks,
                operations = HomeMessages.MostOperations,
                postMortems = HomeMessages.MostPostMortems,
            },
            cancellationToken: cancellationToken));
        var counts = await read.ReadSingleAsync<(int Mine, int Others)>();
        var mine = (await read.ReadAsync<HomeIncident>()).Take(HomeMessages.MostMine).ToList();
        var others = (await read.ReadAsync<HomeIncident>()).Take(HomeMessages.MostOthers).ToList();
        var tasks = (await read.ReadAsync<IncidentTask>()).AsList();
        var (all, overdue) = await read.ReadSingleAsync<(int All, int Overdue)>();
        var operations = (await read.ReadAsync<CountedOperation>()).AsList();
        var postMortems = (await read.ReadAsync<CountedPostMortem>()).AsList();
        return new HomeFacts
        {
            Person = person,
            Mine = mine,
            Others = others,
            MineCount = counts.Mine,
            OthersCount = counts.Others,
            Tasks = tasks,
            TaskCount = all,
            TasksOverdue = overdue,
            Operations = [.. operations.Select(o => o.Shown)],
            OperationCount = operations.Count == 0 ? 0 : operations[0].Total,
            PostMortems = [.. postMortems.Select(p => p.Shown)],
            PostMortemCount = postMortems.Count == 0 ? 0 : postMortems[0].Total,
            Month = month,
            LeadsUnknown = unknown,
            Now = now,
        };
    }

    private const string Open = $"status IN ('triage', 'open', 'watching') AND {IncidentMembers.MaySee}";
    private const string Role = "(coalesce(@viewer IN (lead, comms, scribe), false))";
    private const string Mine = "coalesce(@viewer IN (lead, comms, scribe, resolved_by), false)";
    private const string TaskSeen = $"EXISTS (SELECT 1 FROM incidents i WHERE i.number = incident AND (NOT i.private OR EXISTS (SELECT 1 FROM incident_members m WHERE m.incident = i.number AND m.user_id = @viewer)))";

    private static string Incidents(string condition) =>
        $"""
        SELECT number, title, severity, status, declared_at, lead, comms, scribe, private, drill,
               EXISTS (SELECT 1 FROM incident_members m WHERE m.incident = number AND m.user_id = @viewer) AS member
        FROM incidents WHERE {Open} AND {condition} ORDER BY coalesce(severity, 5), declared_at DESC LIMIT greatest(@mine, @others)
        """;

    private async Task<(bool IsLead, bool Unknown)> IsLeadAsync(string person, CancellationToken cancellationToken)
    {
        if (config.Reports.Leads is not { } group) return (false, false);
        try
        {
            return (await directory.MembersOfAsync(group, cancellationToken) is { } leads && leads.Contains(person), false);
        }
        catch (SlackDirectoryException)
        {
            return (false, true);
        }
    }

    private sealed record CountedOperation
    {
        public long Number { get; init; }
        public string Kind { get; init; } = "";
        public string Target { get; init; } = "";
        public string State { get; init; } = "";
        public string ConfirmedBy { get; init; } = "";
        public DateTimeOffset RequestedAt { get; init; }
        public int? Incident { get; init; }
        public int Total { get; init; }

        public HomeOperation Shown => new() { Number = Number, Kind = Kind, Target = Target, State = State, ConfirmedBy = ConfirmedBy, RequestedAt = RequestedAt, Incident = Incident };
    }

    private sealed record CountedPostMortem
    {
        public int Incident { get; init; }
        public string Title { get; init; } = "";
        public int Version { get; init; }
        public bool Reviewed { get; init; }
        public DateTimeOffset MadeAt { get; init; }
        public bool Mine { get; init; }
        public int Total { get; init; }

        public HomePostMortem Shown => new() { Incident = Incident, Title = Title, Version = Version, Reviewed = Reviewed, MadeAt = MadeAt, Mine = Mine };
    }
}
