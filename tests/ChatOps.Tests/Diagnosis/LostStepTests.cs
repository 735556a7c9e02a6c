using ChatOps.Tests.Scenarios;
using ChatOps.Tests.Support;

namespace ChatOps.Tests.Diagnosis;

/// <summary>A step whose instance died, and whose request is over without it, is not under way for ever.</summary>
public sealed class LostStepTests(Bot bot) : IClassFixture<Bot>
{
    [Theory]
    [InlineData("done", "open", true)]
    [InlineData("dead", "open", true)]
    [InlineData("done", "merged", false)]
    public async Task A_step_whose_request_is_over_ends_with_what_is_known_and_can_be_run_again_where_there_is_something_to_look_at(string request, string status, bool again)
    {
        var incident = await bot.DeclareAsync($"Lost with a {request} request while {status}", "search");
        // As a killed instance leaves it: the step has begun, and the request was refused or failed for good when it was taken up again.
        var step = await bot.ValueAsync<long>(
            """
            WITH merged AS (UPDATE incidents SET status = @status WHERE number = @Number),
                 over AS (INSERT INTO inbox (source, key, kind, state, received_at, done_at) VALUES ('internal', 'lost ' || @Number, 'incident.verb', @request, now(), now()) RETURNING id)
            INSERT INTO incident_steps (incident, step, requested_by, started_at, request_id) SELECT @Number, 'logs', 'U0BEN00001', now(), id FROM over RETURNING id
            """, new { incident.Number, status, request });
        await Until.TrueAsync(async () => await bot.ValueAsync<bool>("SELECT finished_at IS NOT NULL FROM incident_steps WHERE id = @step", new { step }), "the step has ended");
        var told = await bot.SeeAsync(incident.Channel, "that it was lost", m => m.Shown.Contains("logs was interrupted, and nothing was learned", StringComparison.Ordinal));
        (told.Button("incident.verb:logs") is not null).ShouldBe(again);
        (await bot.ValueAsync<string>("SELECT actor || ' ' || text FROM timeline WHERE incident = @Number AND kind = 'step.finished' AND text LIKE 'Logs%'", incident)).ShouldBe("U0BEN00001 Logs: interrupted, and nothing was learned");
        await bot.ValueAsync<int>("UPDATE inbox SET state = 'done' WHERE key = 'lost ' || @Number RETURNING 1", incident);
    }

    [Fact]
    public async Task A_step_that_is_under_way_is_left_alone()
    {
        var incident = await bot.DeclareAsync("Under way", "search");
        var step = await bot.ValueAsync<long>(
            """
            WITH under AS (INSERT INTO inbox (source, key, kind, state, received_at, claimed_until) VALUES ('internal', 'under way', 'incident.verb', 'claimed', now(), now() + interval '1 hour') RETURNING id)
            INSERT INTO incident_steps (incident, step, requested_by, started_at, request_id) SELECT @Number, 'logs', 'U0BEN00001', now(), id FROM under RETURNING id
            """, incident);
        foreach (var sweep in bot.Services.GetServices<ChatOps.Scheduling.ISweepTask>().Where(t => t.Name == "lost steps")) await sweep.SweepAsync(TestContext.Current.CancellationToken);
        (await bot.ValueAsync<bool>("SELECT finished_at IS NULL FROM incident_steps WHERE id = @step", new { step })).ShouldBeTrue();
        await bot.ValueAsync<int>("UPDATE inbox SET state = 'done' WHERE key = 'under way' RETURNING 1");
    }
}
