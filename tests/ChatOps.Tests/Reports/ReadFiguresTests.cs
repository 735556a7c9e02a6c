using ChatOps.Reports;
using ChatOps.Tests.Support;
using Dapper;

namespace ChatOps.Tests.Reports;

/// <summary>Hand-made incidents, and the figures that a person computed from them on paper.</summary>
public sealed class ReadFiguresTests(TestCluster cluster) : IAsyncLifetime
{
    private readonly TestDatabase database = new(cluster);

    private static readonly DateTimeOffset Monday = new(2027, 3, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly Period Week = new(Monday, Monday.AddDays(7), "the week");
    private static readonly DateTimeOffset Now = Monday.AddDays(7).AddHours(9);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => database.InitializeAsync();

    public ValueTask DisposeAsync() => database.DisposeAsync();

    [Fact]
    public async Task The_figures_are_those_computed_by_hand()
    {
        // Number: declared, acknowledged, onset, mitigated, resolved, in minutes after Monday 00:00.
        await AddAsync("db gone", 1, 100, ack: 104, onset: 90, mitigated: 130, resolved: 160, cause: "shop-db was OOM killed");
        await AddAsync("slow", 2, 3_000, ack: 3_010, onset: 2_980, mitigated: 3_000, resolved: 3_060);
        await AddAsync("db gone again", 1, 6_000, ack: 6_001, onset: 5_995, mitigated: 6_005, resolved: 6_021, cause: "Shop-DB was  OOM killed");
        await AddAsync("secret", 2, 7_000, ack: 7_005, isPrivate: true, status: "open");
        await AddAsync("nobody looked", null, 8_000, status: "triage");
        await AddAsync("a drill", 1, 200, ack: 201, onset: 100, mitigated: 900, resolved: 999, cause: "shop-db was OOM killed", drill: true);
        await AddAsync("false alarm", 2, 300, status: "cancelled");
        await AddAsync("merged", 2, 400, status: "merged", onset: 390, mitigated: 500);
        await AddAsync("last Sunday", 1, -1, ack: 0, onset: -100, mitigated: 100, resolved: 200);
        await AddAsync("next Monday", 1, 7 * 24 * 60, ack: 7 * 24 * 60 + 1);
        await AddAsync("long ago", 3, -60 * 24 * 60, cause: "shop-db was OOM killed");
        await AddAsync("too long ago", 3, -100 * 24 * 60, cause: "shop-db was OOM killed");

        var f = await Read();
        f.BySeverity.ShouldBe([2, 2, 0, 0, 1]);
        (f.Incidents, f.Private, f.FalseAlarms).ShouldBe((5, 1, 1));
        // 40 + 20 + 10 minutes; the private one and the triage have no measured downtime.
        (f.Downtime, f.Unmeasured).ShouldBe((TimeSpan.FromMinutes(70), 2));
        // (4 + 10 + 1 + 5) / 4, (40 + 20 + 10) / 3, (60 + 60 + 21) / 3.
        f.ToAcknowledge.ShouldBe(TimeSpan.FromMinutes(5));
        f.ToMitigate!.Value.TotalMinutes.ShouldBe(70 / 3.0, 0.001);
        f.ToResolve.ShouldBe(TimeSpan.FromMinutes(47));
        f.FalseAlarmRate!.Value.ShouldBe(1 / 6.0, 0.0001);
        // Three times within 90 days, the one of 60 days ago included; the words differ by letters' case and spaces alone.
        var repeat = f.Repeats.ShouldHaveSingleItem();
        (repeat.Times, repeat.Cause).ShouldBe((3, "Shop-DB was  OOM killed"));
        repeat.Incidents.ShouldBe([11, 1, 3]);
        f.Listed.Select(i => i.Title).ShouldBe(["nobody looked", "db gone again", "slow", "db gone"]);
        f.Unreviewed.Select(i => i.Title).ShouldBe(["db gone again", "slow", "db gone", "last Sunday"]);
    }

    [Fact]
    public async Task The_same_rule_about_the_same_service_is_the_same_cause_whatever_the_words()
    {
        await AddAsync("one", 1, 10, cause: "shop-db is not running: OOM killed at 14:20", rule: ("database-refuses-connections", "shop-db"));
        await AddAsync("two", 1, 20, cause: "shop-db is not running: OOM killed at 19:01", rule: ("database-refuses-connections", "shop-db"));
        await AddAsync("three", 1, 30, cause: "inventory is not running", rule: ("database-refuses-connections", "inventory"));
        (await Read()).Repeats.ShouldHaveSingleItem().Incidents.ShouldBe([1, 2]);
    }

    [Fact]
    public async Task A_repeat_of_private_incidents_is_counted_and_not_told()
    {
        await AddAsync("one", 1, 10, cause: "a secret cause", isPrivate: true);
        await AddAsync("two", 1, 20, cause: "a secret cause", isPrivate: true);
        var f = await Read();
        var repeat = f.Repeats.ShouldHaveSingleItem();
        (repeat.Times, repeat.Cause, repeat.Incidents.Count).ShouldBe((2, null, 0));
        ReportMessages.File(f).ShouldNotContain("a secret cause");
    }

    [Fact]
    public async Task Overdue_tasks_are_told_with_their_owners_and_those_of_private_incidents_counted()
    {
        await AddAsync("public", 1, 10);
        await AddAsync("private", 1, 20, isPrivate: true);
        await AddAsync("drill", 1, 30, drill: true);
        await TaskAsync(1, "raise the limit", "U0BEN", Now.AddDays(-3));
        await TaskAsync(2, "secret work", "U0BEN", Now.AddDays(-5));
        await TaskAsync(1, "nobody's", null, Now.AddMinutes(-1));
        await TaskAsync(1, "not yet", "U0BEN", Now.AddMinutes(1));
        await TaskAsync(1, "done", "U0BEN", Now.AddDays(-1), "done");
        await TaskAsync(3, "practice", "U0BEN", Now.AddDays(-1));
        var f = await Read();
        f.Overdue.Select(o => (o.Owner, o.Count)).ShouldBe([("U0BEN", 2), (null, 1)]);
        f.Overdue[0].Tasks.ShouldBe([(1, "raise the limit")]);
        f.Overdue[0].Oldest.ShouldBe(Now.AddDays(-5));
    }

    [Fact]
    public async Task A_rule_that_is_wrong_at_least_twice_and_half_the_time_cries_wolf()
    {
        await using (var connection = await database.Source.OpenConnectionAsync(Cancelled))
        {
            const string raise = "INSERT INTO alert_raises (source, name, rule, at, false_by, false_at) SELECT 'prometheus', @name, 'critical', @at, CASE WHEN i <= @wrong THEN 'U0ANA' END, CASE WHEN i <= @wrong THEN @at END FROM generate_series(1, @wrong + @right) i";
            foreach (var (name, wrong, right) in new[] { ("DiskFull", 3, 1), ("Down", 1, 0), ("Slow", 2, 3) }) await connection.ExecuteAsync(raise, new { name, wrong, right, at = At(10) });
            await connection.ExecuteAsync(raise, new { name = "LastWeek", wrong = 2, right = 0, at = At(-10) });
        }
        (await Read()).Wolves.ShouldBe([new WolfRule("prometheus: DiskFull", 3, 4)]);
    }

    [Fact]
    public async Task A_quiet_week_has_no_rate_and_no_means()
    {
        var f = await Read();
        (f.Incidents, f.FalseAlarmRate, f.ToAcknowledge).ShouldBe((0, null, null));
        ReportMessages.Report(f, withFile: false).Text.ShouldContain("0 incidents");
    }

    private Task<Figures> Read() => new ReadFigures(database.Source).OfAsync(Week, Now, Cancelled);

    private async Task AddAsync(
        string title, int? severity, double declared, double? ack = null, double? onset = null, double? mitigated = null, double? resolved = null, string? cause = null,
        bool isPrivate = false, bool drill = false, string? status = null, (string Cause, string Service)? rule = null)
    {
        await using var connection = await database.Source.OpenConnectionAsync(Cancelled);
        var number = await connection.QuerySingleAsync<int>(
            """
            INSERT INTO incidents (short_id, title, severity, status, environment, declared_by, declared_at, declared_in, acknowledged_at, onset_at, mitigated_at, resolved_at, cause, private, drill, request_id)
            VALUES (@id, @title, @severity, @status, 'production', 'U0ANA', @declared, 'C0GENERAL', @ack, @onset, @mitigated, @resolved, @cause, @isPrivate, @drill, @request) RETURNING number
            """,
            new
            {
                id = Guid.NewGuid().ToString("N")[..8], title, severity, status = status ?? (resolved is null ? "open" : "resolved"), declared = At(declared), ack = At(ack), onset = At(onset),
                mitigated = At(mitigated), resolved = At(resolved), cause, isPrivate, drill, request = Random.Shared.NextInt64(1, long.MaxValue),
            });
        if (rule is { } r)
        {
            await connection.ExecuteAsync(
                "INSERT INTO incident_steps (incident, step, requested_by, started_at, hypotheses, request_id) VALUES (@number, 'assess', 'chatops', @at, @hypotheses::jsonb, @request)",
                new { number, at = At(declared), hypotheses = $$"""[{"cause":"{{r.Cause}}","service":"{{r.Service}}"}]""", request = Random.Shared.NextInt64(1, long.MaxValue) });
        }
    }

    private async Task TaskAsync(int incident, string text, string? owner, DateTimeOffset due, string state = "open")
    {
        await using var connection = await database.Source.OpenConnectionAsync(Cancelled);
        await connection.ExecuteAsync(
            "INSERT INTO incident_tasks (incident, text, owner, state, created_by, created_at, due_at, request_id) VALUES (@incident, @text, @owner, @state, 'U0ANA', @due, @due, @request)",
            new { incident, text, owner, state, due, request = Random.Shared.NextInt64(1, long.MaxValue) });
    }

    private static DateTimeOffset? At(double? minutes) => minutes is { } m ? Monday.AddMinutes(m) : null;
}
