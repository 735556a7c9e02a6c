using ChatOps.Incidents;
using ChatOps.OnCall;
using ChatOps.Tests.Support;
using Dapper;

namespace ChatOps.Tests.OnCall;

/// <summary>Which questions page, and when.</summary>
public sealed class QuestionTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    [Theory]
    [InlineData(1, "open", 181, true)]
    [InlineData(2, "watching", 181, true)]
    [InlineData(2, "open", 170, false)]
    [InlineData(3, "open", 181, false)]
    [InlineData(2, "resolved", 181, false)]
    public async Task Cards_and_unknown_operations_of_a_sev1_or_sev2_page_once_after_three_minutes(int severity, string status, int secondsAgo, bool pages)
    {
        var incident = await AddAsync(severity, status, secondsAgo);
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => database.Transactions().RunAsync(requestId: null, tx => PageStore.AddUnansweredAsync(tx, Patience, TestContext.Current.CancellationToken), TestContext.Current.CancellationToken)));
        await using var connection = await database.Source.OpenConnectionAsync(TestContext.Current.CancellationToken);
        var made = (await connection.QueryAsync<(string Reason, string? Person, string Question)>("SELECT reason, person, question FROM pages WHERE incident = @incident ORDER BY reason", new { incident })).ToList();
        made.Count.ShouldBe(pages ? 2 : 0);
        if (!pages) return;
        made.ShouldAllBe(m => m.Person == "UANA");
        made[0].Reason.ShouldBe("Nobody has said whether the restart of b@production happened.");
        made[1].Reason.ShouldBe("The card to restart a@production waits for a press.");

        // Answered: both pages have an end, and nobody is called.
        await connection.ExecuteAsync("UPDATE pending_actions SET state = 'declined' WHERE incident = @incident; UPDATE operations SET state = 'failed' WHERE incident = @incident", new { incident });
        var open = await new PageStore(database.Source).OpenAsync(TimeProvider.System.GetUtcNow(), TestContext.Current.CancellationToken);
        open.Where(p => p.Incident == incident).Select(p => p.QuestionOpen).ShouldBe([false, false]);
        await connection.ExecuteAsync("UPDATE pages SET state = 'stopped' WHERE incident = @incident", new { incident });
    }

    [Fact]
    public async Task An_offered_lead_that_nobody_takes_pages_the_one_to_whom_it_was_offered_and_ends_with_the_offer()
    {
        var incident = await AddAsync(1, "open", secondsAgo: 0);
        await using var connection = await database.Source.OpenConnectionAsync(TestContext.Current.CancellationToken);
        await connection.ExecuteAsync(
            "INSERT INTO handovers (incident, from_user, to_user, offered_at, request_id) VALUES (@incident, 'UANA', 'UBEN', @at, @request)",
            new { incident, at = TimeProvider.System.GetUtcNow() - TimeSpan.FromSeconds(181), request = Random.Shared.NextInt64(1_000_000_000) });
        await database.Transactions().RunAsync(requestId: null, tx => PageStore.AddUnansweredAsync(tx, Patience, TestContext.Current.CancellationToken), TestContext.Current.CancellationToken);
        (await connection.QuerySingleAsync<string>("SELECT person FROM pages WHERE incident = @incident", new { incident })).ShouldBe("UBEN");

        await connection.ExecuteAsync("UPDATE handovers SET state = 'accepted' WHERE incident = @incident", new { incident });
        var open = await new PageStore(database.Source).OpenAsync(TimeProvider.System.GetUtcNow(), TestContext.Current.CancellationToken);
        open.Where(p => p.Incident == incident).Select(p => p.QuestionOpen).ShouldBe([false]);
        await connection.ExecuteAsync("UPDATE pages SET state = 'stopped' WHERE incident = @incident", new { incident });
    }

    [Theory]
    [InlineData("triage", "SEV1: shop is tier 1 and its login fails", 181, true)]
    [InlineData("triage", "SEV2: shop is tier 2 and it is not running", 181, true)]
    [InlineData("triage", "SEV1: shop is tier 1 and its login fails", 170, false)]
    [InlineData("triage", "SEV3: shop is tier 3 and it is slow", 181, false)]
    [InlineData("triage", null, 181, false)]
    [InlineData("open", "SEV1: shop is tier 1 and its login fails", 181, false)]
    [InlineData("cancelled", "SEV1: shop is tier 1 and its login fails", 181, false)]
    public async Task A_triage_that_was_assessed_as_sev1_or_sev2_and_that_nobody_answers_pages_once_after_three_minutes(string status, string? rule, int secondsAgo, bool pages)
    {
        var incident = await AddAsync(3, status, secondsAgo: 0);
        await using var connection = await database.Source.OpenConnectionAsync(TestContext.Current.CancellationToken);
        await connection.ExecuteAsync(
            "UPDATE incidents SET severity = NULL, lead = NULL, severity_rule = @rule, severity_rule_at = @at, declared_at = @at - interval '1 hour' WHERE number = @incident",
            new { incident, rule, at = TimeProvider.System.GetUtcNow() - TimeSpan.FromSeconds(secondsAgo) });
        for (var sweep = 0; sweep < 2; sweep++)
            await database.Transactions().RunAsync(requestId: null, tx => PageStore.AddUnansweredAsync(tx, Patience, TestContext.Current.CancellationToken), TestContext.Current.CancellationToken);
        var made = (await connection.QueryAsync<(string Reason, string? Person)>("SELECT reason, person FROM pages WHERE incident = @incident", new { incident })).ToList();
        made.ShouldBe(pages ? [($"{rule}. Nobody has accepted it yet.", null)] : []);
        if (!pages) return;

        (await QuestionOpenAsync(incident)).ShouldBe([true]);
        await connection.ExecuteAsync("UPDATE incidents SET status = 'open', severity = 1, lead = 'UANA' WHERE number = @incident", new { incident });
        (await QuestionOpenAsync(incident)).ShouldBe([false]);
        await connection.ExecuteAsync("UPDATE pages SET state = 'stopped' WHERE incident = @incident", new { incident });
    }

    [Fact]
    public async Task The_time_counts_from_the_moment_at_which_that_severity_was_suggested()
    {
        var incident = await AddAsync(3, "triage", secondsAgo: 0);
        var asked = TimeProvider.System.GetUtcNow() - TimeSpan.FromHours(1);
        await using var connection = await database.Source.OpenConnectionAsync(TestContext.Current.CancellationToken);
        await connection.ExecuteAsync("UPDATE incidents SET severity = NULL, severity_rule = 'SEV2: shop is slow', severity_rule_at = @asked WHERE number = @incident", new { incident, asked });
        await SaveAsync("SEV2: shop is tier 2 and it is down");
        (await SinceAsync()).ShouldBe(asked, TimeSpan.FromMilliseconds(1), "the same question, in other words");
        await SaveAsync("SEV1: shop is tier 1 and its login fails");
        (await SinceAsync()).ShouldBe(TimeProvider.System.GetUtcNow(), TimeSpan.FromMinutes(1));

        Task SaveAsync(string rule) => database.Transactions().RunAsync(requestId: null, async tx =>
        {
            var now = (await IncidentStore.LockAsync(tx, incident, TestContext.Current.CancellationToken))!;
            await IncidentStore.SaveAsync(tx, now with { SeverityRule = rule }, TestContext.Current.CancellationToken);
        }, TestContext.Current.CancellationToken);

        Task<DateTimeOffset> SinceAsync() => connection.QuerySingleAsync<DateTimeOffset>("SELECT severity_rule_at FROM incidents WHERE number = @incident", new { incident });
    }

    private async Task<IReadOnlyList<bool>> QuestionOpenAsync(int incident) =>
        [.. (await new PageStore(database.Source).OpenAsync(TimeProvider.System.GetUtcNow(), TestContext.Current.CancellationToken)).Where(p => p.Incident == incident).Select(p => p.QuestionOpen)];

    private async Task<int> AddAsync(int severity, string status, int secondsAgo)
    {
        var now = TimeProvider.System.GetUtcNow();
        await using var connection = await database.Source.OpenConnectionAsync(TestContext.Current.CancellationToken);
        return await connection.ExecuteScalarAsync<int>(
            """
            DELETE FROM operations; UPDATE pending_actions SET state = 'expired' WHERE state = 'pending';
            INSERT INTO incidents (short_id, title, severity, status, environment, declared_by, declared_at, declared_in, lead, request_id)
            VALUES (@short, 't', @severity, @status, 'production', 'UANA', @now, 'C1', 'UANA', @request);
            INSERT INTO pending_actions (id, kind, target, arguments, fingerprint, incident, requested_by, requested_at, expires_at, destination, request_id, state)
            SELECT v.id, 'restart', v.target, '{}', '', (SELECT max(number) FROM incidents), 'UANA', @asked, @now + interval '5 minutes', 'incident:1', @request + v.n, v.state
            FROM (VALUES (@first, 'a@production', 1, 'pending'), (@second, 'b@production', 2, 'confirmed')) AS v (id, target, n, state);
            INSERT INTO operations (id, action_id, kind, target, arguments, incident, state, confirmed_by, requested_at, destination)
            VALUES (@operation, @second, 'restart', 'b@production', '{}', (SELECT max(number) FROM incidents), 'unknown', 'UANA', @asked, 'incident:1');
            INSERT INTO timeline (incident, kind, at, recorded_at, actor, text, part)
            VALUES ((SELECT max(number) FROM incidents), 'operation.unknown', @asked, @asked, 'chatops', 'unknown', @operation::text);
            SELECT max(number) FROM incidents;
            """,
            new
            {
                @short = Guid.NewGuid().ToString("N")[..8], severity, status, now, asked = now - TimeSpan.FromSeconds(secondsAgo), request = Random.Shared.NextInt64(1_000_000_000),
                first = Guid.NewGuid(), second = Guid.NewGuid(), operation = Guid.NewGuid(),
            });
    }
}
