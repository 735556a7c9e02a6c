using ChatOps.Database;
using ChatOps.Timeline;
using Dapper;
using Npgsql;

namespace ChatOps.OnCall;

/// <summary>The rows of pages. Each change asks for the state before it, so that two instances call nobody twice.</summary>
public sealed class PageStore(NpgsqlDataSource database)
{
    private const string Columns = "id, incident, reason, asked_by, asked_at, person, schedule, lead, question, state, step, due_at, acknowledged_by";

    private const string Answered = "state = 'acknowledged', acknowledged_by = @by, ended_at = @now, due_at = NULL";

    /// <summary>Writes it, due at once. Null: it was paged for that before.</summary>
    /// <param name="once">What is paged for once alone; null: no limit.</param>
    public static Task<long?> AddAsync(Tx tx, Page page, string? once, CancellationToken cancellationToken) =>
        tx.Connection.QuerySingleOrDefaultAsync<long?>(new CommandDefinition(
            """
            INSERT INTO pages (incident, reason, asked_by, asked_at, person, schedule, lead, question, due_at, once)
            VALUES (@Incident, @Reason, @AskedBy, @now, @Person, @Schedule, @Lead, @Question, @now, @once)
            ON CONFLICT (once) DO NOTHING
            RETURNING id
            """,
            new { page.Incident, page.Reason, page.AskedBy, page.Person, page.Schedule, page.Lead, page.Question, once, now = tx.Now },
            tx.Transaction, cancellationToken: cancellationToken));

    /// <summary>Pages that wait and have something to be done: due, or over.</summary>
    public async Task<IReadOnlyList<Page>> OpenAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return (await connection.QueryAsync<Page>(new CommandDefinition(
            $"""
            SELECT * FROM (
                SELECT p.*,
                       CASE WHEN p.question LIKE 'action %' THEN EXISTS (SELECT 1 FROM pending_actions a WHERE a.id = substr(p.question, 8)::uuid AND a.state = 'pending' AND a.expires_at > @now)
                            WHEN p.question LIKE 'operation %' THEN EXISTS (SELECT 1 FROM operations o WHERE o.id = substr(p.question, 11)::uuid AND o.state = 'unknown')
                            WHEN p.question LIKE 'handover %' THEN EXISTS (SELECT 1 FROM handovers h WHERE h.number = substr(p.question, 10)::bigint AND h.state = 'offered')
                            WHEN p.question LIKE 'severity %' THEN i.status = 'triage' AND i.severity_rule ~ '^SEV[12]'
                            ELSE true END AS question_open,
                       i.status, i.lead AS leads
                FROM (SELECT {Columns} FROM pages WHERE state = 'waiting') p JOIN incidents i ON i.number = p.incident) w
            WHERE due_at <= @now OR NOT question_open OR status NOT IN ('triage', 'open', 'watching') OR (question IS NULL AND leads IS NOT NULL AND leads IS DISTINCT FROM lead)
            ORDER BY due_at LIMIT 100
            """,
            new { now }, cancellationToken: cancellationToken))).AsList();
    }

    /// <summary>Who was called, in order.</summary>
    public async Task<IReadOnlyList<PageCall>> CallsAsync(long page, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return await CallsAsync(connection, transaction: null, page, cancellationToken);
    }

    /// <summary>As <see cref="CallsAsync(long, CancellationToken)"/>, in a transaction that holds the page's row.</summary>
    internal static Task<IReadOnlyList<PageCall>> CallsAsync(Tx tx, long page, CancellationToken cancellationToken) => CallsAsync(tx.Connection, tx.Transaction, page, cancellationToken);

    private static async Task<IReadOnlyList<PageCall>> CallsAsync(NpgsqlConnection connection, NpgsqlTransaction? transaction, long page, CancellationToken cancellationToken) =>
        (await connection.QueryAsync<PageCall>(new CommandDefinition(
            "SELECT person, step FROM page_calls WHERE page = @page ORDER BY step, person", new { page }, transaction, cancellationToken: cancellationToken))).AsList();

    /// <summary>Who of the called did something in the incident after the page; null: nobody. To come and to go is nothing done: the bot itself invites whoever it calls.</summary>
    public async Task<string?> ActedAsync(Page page, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return await connection.QueryFirstOrDefaultAsync<string>(new CommandDefinition(
            """
            SELECT t.actor FROM timeline t JOIN page_calls c ON c.page = @Id AND c.person = t.actor AND t.at > c.called_at
            WHERE t.incident = @Incident AND t.at > @AskedAt AND t.kind NOT IN (@Joined, @Left) LIMIT 1
            """,
            new { page.Id, page.Incident, page.AskedAt, TimelineKinds.Joined, TimelineKinds.Left }, cancellationToken: cancellationToken));
    }

    /// <summary>The newest page of an incident that can be acknowledged, or a certain one in any state; null: none.</summary>
    public async Task<Page?> FindAsync(int incident, long? id, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return await connection.QueryFirstOrDefaultAsync<Page>(new CommandDefinition(
            $"SELECT {Columns} FROM pages WHERE incident = @incident AND (id = @id OR (@id::bigint IS NULL AND state IN ('waiting', 'unanswered'))) ORDER BY id DESC LIMIT 1",
            new { incident, id }, cancellationToken: cancellationToken));
    }

    /// <summary>The newest page of an incident that was asked for before that moment, that nobody answered and that is not for another person by name; null: none.</summary>
    internal static Task<Page?> UnansweredAsync(Tx tx, int incident, DateTimeOffset before, string? user, CancellationToken cancellationToken) =>
        tx.Connection.QueryFirstOrDefaultAsync<Page>(new CommandDefinition(
            $"SELECT {Columns} FROM pages WHERE incident = @incident AND state IN ('waiting', 'unanswered') AND asked_at < @before AND (person IS NULL OR person = @user) ORDER BY id DESC LIMIT 1",
            new { incident, before, user }, tx.Transaction, cancellationToken: cancellationToken));

    /// <summary>The step is ours. Null: another instance was faster, or the page has ended.</summary>
    internal static Task<Page?> StepAsync(Tx tx, Page page, DateTimeOffset nextDue, CancellationToken cancellationToken) =>
        tx.Connection.QuerySingleOrDefaultAsync<Page>(new CommandDefinition(
            $"UPDATE pages SET step = step + 1, due_at = @nextDue WHERE id = @Id AND state = 'waiting' AND step = @Step AND due_at <= @now RETURNING {Columns}",
            new { page.Id, page.Step, nextDue, now = tx.Now }, tx.Transaction, cancellationToken: cancellationToken));

    /// <summary>Nobody is called now; it is looked again then. False: another instance was faster, or the page has ended.</summary>
    internal static async Task<bool> PutOffAsync(Tx tx, Page page, DateTimeOffset nextDue, CancellationToken cancellationToken) =>
        await tx.Connection.ExecuteAsync(new CommandDefinition(
            "UPDATE pages SET due_at = @nextDue WHERE id = @Id AND state = 'waiting' AND step = @Step AND due_at <= @now",
            new { page.Id, page.Step, nextDue, now = tx.Now }, tx.Transaction, cancellationToken: cancellationToken)) > 0;

    internal static Task CalledAsync(Tx tx, long page, IReadOnlyList<string> people, int step, CancellationToken cancellationToken) =>
        tx.Connection.ExecuteAsync(new CommandDefinition(
            "INSERT INTO page_calls (page, person, step, called_at) SELECT @page, p, @step, @now FROM unnest(@people) AS p ON CONFLICT DO NOTHING",
            new { page, people = people.ToArray(), step, now = tx.Now }, tx.Transaction, cancellationToken: cancellationToken));

    /// <summary>Ends it. Null: it has ended already, or went on meanwhile.</summary>
    internal static Task<Page?> EndAsync(Tx tx, Page page, PageState state, CancellationToken cancellationToken) =>
        tx.Connection.QuerySingleOrDefaultAsync<Page>(new CommandDefinition(
            $"UPDATE pages SET state = @state, ended_at = @now, due_at = NULL WHERE id = @Id AND state = 'waiting' AND step = @Step RETURNING {Columns}",
            new { page.Id, page.Step, state = Word(state), now = tx.Now }, tx.Transaction, cancellationToken: cancellationToken));

    /// <summary>Somebody answered it whom Slack does not know. Null: it has ended otherwise.</summary>
    internal static Task<Page?> AnsweredElsewhereAsync(Tx tx, Page page, CancellationToken cancellationToken) =>
        tx.Connection.QuerySingleOrDefaultAsync<Page>(new CommandDefinition(
            $"UPDATE pages SET state = 'stopped', ended_at = @now, due_at = NULL WHERE id = @Id AND state IN ('waiting', 'unanswered') RETURNING {Columns}",
            new { page.Id, now = tx.Now }, tx.Transaction, cancellationToken: cancellationToken));

    /// <summary>The press that counts; late is better than never. Null: it has ended otherwise.</summary>
    internal static async Task<Page?> AcknowledgeAsync(Tx tx, Page page, string by, CancellationToken cancellationToken)
    {
        // In one order, since the others may end too: two who answer two pages at once do not lock each other out.
        await tx.Connection.ExecuteAsync(new CommandDefinition(
            "SELECT id FROM pages WHERE incident = @Incident AND state IN ('waiting', 'unanswered') ORDER BY id FOR UPDATE", new { page.Incident }, tx.Transaction, cancellationToken: cancellationToken));
        return await tx.Connection.QuerySingleOrDefaultAsync<Page>(new CommandDefinition(
            $"UPDATE pages SET {Answered} WHERE id = @Id AND state IN ('waiting', 'unanswered') RETURNING {Columns}",
            new { page.Id, by, now = tx.Now }, tx.Transaction, cancellationToken: cancellationToken));
    }

    /// <summary>
    /// The incident's other pages that call whoever is on call: whoever came for one came for all of them. Who was asked for by name, the people of another
    /// schedule and the answer to a question are waited for on.
    /// </summary>
    /// <param name="page">The one that was acknowledged.</param>
    internal static async Task<IReadOnlyList<Page>> AcknowledgeOthersAsync(Tx tx, Page page, string by, CancellationToken cancellationToken) => page.Question is not null
        ? []
        : (await tx.Connection.QueryAsync<Page>(new CommandDefinition(
            $"""
            UPDATE pages SET {Answered}
            WHERE incident = @Incident AND state = 'waiting' AND question IS NULL AND person IS NULL AND schedule IS NULL RETURNING {Columns}
            """,
            new { page.Incident, by, now = tx.Now }, tx.Transaction, cancellationToken: cancellationToken))).AsList();

    /// <summary>
    /// Pages for questions of SEV1 and SEV2 that waited longer than that for a press: cards, operations of which nobody knows what came of them, an offered
    /// lead, for which the one is called to whom it was offered, and a triage that was assessed as one of them and that nobody accepts or cancels. Each once.
    /// </summary>
    internal static Task<int> AddUnansweredAsync(Tx tx, TimeSpan patience, CancellationToken cancellationToken) =>
        tx.Connection.ExecuteAsync(new CommandDefinition(
            """
            INSERT INTO pages (incident, reason, asked_by, asked_at, person, lead, question, due_at, once)
            SELECT q.incident, q.reason, 'chatops', @now, coalesce(q.person, NULLIF(i.lead, 'chatops')), i.lead, q.question, @now, 'question ' || q.question
            FROM (
                SELECT incident, 'The card to ' || kind || ' ' || target || ' waits for a press.' AS reason, 'action ' || id AS question, NULL AS person
                FROM pending_actions WHERE state = 'pending' AND requested_at <= @before AND expires_at > @now
                UNION ALL
                SELECT o.incident, 'Nobody has said whether the ' || o.kind || ' of ' || o.target || ' happened.', 'operation ' || o.id, NULL
                FROM operations o JOIN timeline t ON t.incident = o.incident AND t.kind = 'operation.unknown' AND t.part = o.id::text AND t.at <= @before
                WHERE o.state = 'unknown'
                UNION ALL
                SELECT incident, 'The lead is offered and not taken yet.', 'handover ' || number, to_user
                FROM handovers WHERE state = 'offered' AND offered_at <= @before
                UNION ALL
                SELECT number, severity_rule || '. Nobody has accepted it yet.', 'severity ' || number, NULL
                FROM incidents WHERE status = 'triage' AND severity_rule ~ '^SEV[12]' AND coalesce(severity_rule_at, declared_at) <= @before) q
            JOIN incidents i ON i.number = q.incident
            WHERE (i.status = 'triage' AND q.question LIKE 'severity %' OR i.status IN ('open', 'watching') AND i.severity <= 2) AND NOT EXISTS (SELECT 1 FROM pages p WHERE p.once = 'question ' || q.question)
            ON CONFLICT (once) DO NOTHING
            """,
            new { now = tx.Now, before = tx.Now - patience }, tx.Transaction, cancellationToken: cancellationToken));

    private static string Word(PageState state) => state.ToString().ToLowerInvariant();
}
