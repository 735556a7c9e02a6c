using ChatOps.Configuration;
using ChatOps.Deployments;
using ChatOps.Inbox;
using ChatOps.OnCall;
using ChatOps.Outbox;
using ChatOps.Permissions;
using ChatOps.Reminders;
using ChatOps.Reports;
using ChatOps.Slack.Blocks;
using ChatOps.Tests.Support;
using Dapper;

namespace ChatOps.Tests.Reminders;

/// <summary>Several instances, and sweeps that come twice, on one database.</summary>
public sealed class RemindPeopleTests(TestCluster cluster) : IAsyncLifetime
{
    private readonly TestDatabase database = new(cluster);
    private readonly MovedTime time = new();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private static ChatOpsConfig Config => new()
    {
        File = "chatops.yaml", Catalog = Tests.Diagnosis.Facts.World, Slack = new SlackConfig(), Permissions = new PermissionRules([]), Incident = new IncidentConfig(),
        RunbooksFolder = "/", StateFolder = "/", ListenUrl = new Uri("http://127.0.0.1:1"), Reports = new ReportsConfig { Channel = "leads" },
    };

    public ValueTask InitializeAsync() => database.InitializeAsync();

    public ValueTask DisposeAsync() => database.DisposeAsync();

    [Fact]
    public async Task Eight_sweeps_at_once_on_two_instances_remind_once_of_each()
    {
        for (var i = 0; i < 12; i++) await AddAsync(i);
        time.By = TimeSpan.FromMinutes(61);
        RemindPeople[] instances = [Instance(), Instance()];
        await Task.WhenAll(Enumerable.Range(0, 8).Select(i => instances[i % 2].SweepAsync(Cancelled)));
        await Task.WhenAll(instances.Select(i => i.SweepAsync(Cancelled)));
        (await CountAsync("SELECT count(*) FROM reminders WHERE state = 'sent'")).ShouldBe(24, "an update and a step for each of twelve");
        (await CountAsync("SELECT count(*) FROM outbox WHERE kind = 'show' AND message_key LIKE 'reminder %'")).ShouldBe(24);
    }

    [Fact]
    public async Task What_an_instance_left_behind_when_it_died_the_next_one_sends()
    {
        var incident = await AddAsync(1);
        await ExecuteAsync("INSERT INTO reminders (kind, subject, occurrence, incident, due_at, made_at) VALUES ('step', 'incident ' || @incident, 'x', @incident, now(), now())", new { incident });
        time.By = TimeSpan.FromMinutes(21);
        await Instance().SweepAsync(Cancelled);
        (await CountAsync("SELECT count(*) FROM outbox WHERE kind = 'show' AND message_key LIKE 'reminder %'")).ShouldBe(1);
    }

    [Fact]
    public async Task A_question_about_a_quiet_channel_that_was_snoozed_is_asked_again_and_one_whose_channel_lives_when_it_is_quiet_again()
    {
        var incident = await AddAsync(1, "resolved");
        var instance = Instance();
        await SweepAt(8);
        (await AskedAsync()).ShouldBe(1);
        await ExecuteAsync(
            """
            UPDATE reminders SET state = 'waiting', due_at = @later WHERE kind = 'archive';
            INSERT INTO timeline (incident, kind, at, recorded_at, actor, text) VALUES (@incident, 'reminder.snoozed', @now, @now, 'U0ANA00001', 'Snoozed')
            """, new { incident, now = time.GetUtcNow(), later = time.GetUtcNow().AddHours(1) });
        await SweepAt(8.1);
        (await AskedAsync()).ShouldBe(2, "a snooze is no life in the channel");

        await ExecuteAsync(
            """
            UPDATE reminders SET state = 'waiting', due_at = @later WHERE kind = 'archive';
            INSERT INTO timeline (incident, kind, at, recorded_at, actor, text) VALUES (@incident, 'note', @now, @now, 'U0ANA00001', 'One more thing')
            """, new { incident, now = time.GetUtcNow(), later = time.GetUtcNow().AddHours(1) });
        await SweepAt(8.2);
        await SweepAt(14);
        (await AskedAsync()).ShouldBe(2);
        await SweepAt(16);
        (await AskedAsync()).ShouldBe(3);

        async Task SweepAt(double days)
        {
            time.By = TimeSpan.FromDays(days);
            await instance.SweepAsync(Cancelled);
        }

        Task<long> AskedAsync() => CountAsync("SELECT count(*) FROM outbox WHERE kind = 'show' AND content::text LIKE '%may I archive%'");
    }

    [Fact]
    public async Task An_incident_that_is_reopened_is_looked_at_at_once()
    {
        var incident = await AddAsync(1, "resolved");
        await Instance().SweepAsync(Cancelled);
        (await CountAsync("SELECT count(*) FROM incidents WHERE remind_due_at > now() + interval '1 minute'")).ShouldBe(1);
        await ExecuteAsync("UPDATE incidents SET status = 'open' WHERE number = @incident", new { incident });
        (await CountAsync("SELECT count(*) FROM incidents WHERE remind_due_at < now()")).ShouldBe(1);
    }

    [Fact]
    public async Task The_report_of_a_week_is_sent_once_by_however_many_instances_and_a_missed_one_late()
    {
        await Task.WhenAll(Report(), Report());
        (await CountAsync("SELECT count(*) FROM weekly_reports")).ShouldBe(1, "only the next one: what was before the bot is not its business");
        time.By = TimeSpan.FromDays(17);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Report()));
        await Report();
        (await CountAsync("SELECT count(*) FROM weekly_reports WHERE sent_at IS NOT NULL")).ShouldBe(1);
        (await CountAsync("SELECT count(*) FROM outbox WHERE message_key LIKE 'report %'")).ShouldBe(1);

        // Each time a process of its own: one remembers when it looked last.
        Task Report() => new ReportOnMondays(database.Transactions(time), new ReadFigures(database.Source), Messages(), Config, time).SweepAsync(Cancelled);
    }

    [Fact]
    public async Task Of_several_drawings_of_a_Home_tab_that_wait_the_last_one_is_sent()
    {
        for (var i = 0; i < 5; i++)
        {
            var text = $"drawing {i}";
            await database.Transactions(time).RunAsync(null, tx => Messages().HomeAsync(tx, "U0ANA00001", new() { Blocks = [new HeaderBlock(text)] }, Cancelled), Cancelled);
        }
        (await CountAsync("SELECT count(*) FROM outbox WHERE kind = 'home' AND destination = 'home:U0ANA00001' AND content::text LIKE '%drawing 4%'")).ShouldBe(1);
        (await CountAsync("SELECT count(*) FROM outbox")).ShouldBe(1);
    }

    private RemindPeople Instance() => new(database.Transactions(time), Messages(), new InternalRequests(new InboxSignal()), Shifts(), new ReadReviewers(new DeployReviewStore(database.Source), mention: null!), Config);

    /// <summary>No schedule, so that nobody is asked.</summary>
    private ReadShiftEnds Shifts() => new(new OnCallConfig(), whoIsOnCall: null!, overrides: null!, directory: null!, time);

    private global::ChatOps.Outbox.Outbox Messages() => new(database.Transactions(time), new OutboxSignal());

    private async Task<int> AddAsync(int i, string status = "open")
    {
        await using var connection = await database.Source.OpenConnectionAsync(Cancelled);
        return await connection.QuerySingleAsync<int>(
            """
            INSERT INTO incidents (short_id, title, severity, status, environment, declared_by, declared_at, declared_in, lead, acknowledged_at, resolved_at, request_id)
            VALUES (@id, 'Nobody can log in', 2, @status, 'production', 'U0ANA00001', @now, 'C0GENERAL', 'U0ANA00001', @now, CASE WHEN @status = 'resolved' THEN @now END, @i) RETURNING number
            """,
            new { id = $"id{i}", i, status, now = time.GetUtcNow() });
    }

    private async Task<long> CountAsync(string sql)
    {
        await using var connection = await database.Source.OpenConnectionAsync(Cancelled);
        return await connection.ExecuteScalarAsync<long>(sql);
    }

    private async Task ExecuteAsync(string sql, object parameters)
    {
        await using var connection = await database.Source.OpenConnectionAsync(Cancelled);
        await connection.ExecuteAsync(sql, parameters);
    }
}
