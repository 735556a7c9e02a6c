using ChatOps.Catalog;
using ChatOps.Deployments;
using ChatOps.Permissions;
using ChatOps.Scheduling;
using ChatOps.Tests.Support;

namespace ChatOps.Tests.Deployments;

/// <summary>A busy target queues: one place a target, the newest request has it, and it asks when the target is free.</summary>
public sealed class DeployQueueTests(DeployBot bot) : IClassFixture<DeployBot>, IAsyncLifetime
{
    private const string Staging = "basket@staging";
    private static readonly Target Basket = new("basket", "staging");

    private static CancellationToken None => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => await bot.BeginAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Of_two_people_who_deploy_at_once_one_waits_and_asks_with_a_fresh_plan_when_the_other_is_done()
    {
        bot.Deploys.Holds = true;
        await bot.DeployAsync("ana", "basket v41 to staging");
        var first = await bot.SeeAsync("Deploy basket v41 to staging?");
        await bot.PressAsync("ana", first.Button("action.confirm")!);
        await Until.TrueAsync(() => !bot.Deploys.Done.IsEmpty, "v41 is being deployed");

        await bot.DeployAsync("ben", "basket v42 to staging");
        var waits = await bot.SeeAsync("Deploy basket v42 to staging waits for operation 1");
        waits.Shown.ShouldContain("(deploy by <@U0ANA00001>, since");
        waits.Shown.ShouldContain("ask with a fresh plan: nothing begins by itself");
        (await CardsAsync("v42")).ShouldBe(0);

        bot.Deploys.Holds = false;
        var turn = await bot.SeeAsync("<@U0BEN00001> basket in staging is free: Deploy basket v42 to staging?");
        turn.Text.ShouldContain("<@U0BEN00001>");
        var card = await bot.SeeAsync("Deploy basket v42 to staging?*");
        card.Shown.ShouldContain("*Now*\nv41");
        await bot.PressAsync("ben", card.Button("action.confirm")!);
        await Until.TrueAsync(() => bot.Deploys.Version(Staging) == "v42", "v42 runs");
        (await bot.SeeAsync("asks now: its card stands below")).Ts.ShouldBe(waits.Ts);
        (await KindsAsync()).ShouldBe(["deploy.queued", "deploy.unqueued"]);
    }

    [Fact]
    public async Task A_newer_request_takes_the_place_of_the_one_that_waits_and_says_so_to_whoever_asked()
    {
        await bot.HoldAsync(Staging);
        await bot.DeployAsync("ben", "basket v42 to staging");
        var old = await bot.SeeAsync("Deploy basket v42 to staging waits for operation");
        old.Shown.ShouldContain("Nobody has said yet whether that one happened");
        await bot.DeployAsync("carla", "basket v43 to staging");
        var young = await bot.SeeAsync("Deploy basket v43 to staging waits for operation");
        young.Shown.ShouldContain("It takes the place of v42, which <@U0BEN00001> asked for.");
        (await bot.SeeAsync("v42 to staging does not wait any more: <@U0CARLA001> wants v43 there")).Ts.ShouldBe(old.Ts);
        (await bot.SeeAsync("<@U0BEN00001> Deploy basket v42 to staging does not wait any more: <@U0CARLA001> asked for v43")).Ts.ShouldNotBe(old.Ts);

        // On a screen that was not refreshed the button still stands.
        await bot.PressAsync("ben", old.Button("deploy.unqueue")!);
        await bot.TellsAsync("ben", "It does not wait any more");
        (await StatesAsync()).ShouldBe(["superseded", "waiting"]);
    }

    [Fact]
    public async Task However_many_ask_at_once_one_of_them_waits()
    {
        await bot.HoldAsync(Staging);
        await Task.WhenAll(Enumerable.Range(0, 6).Select(i => bot.DeployAsync(i % 2 == 0 ? "ben" : "carla", $"basket v4{1 + (i % 4)} to staging")));
        await Until.TrueAsync(async () => (await StatesAsync()).Count == 6, "all six have asked");
        (await StatesAsync()).Count(s => s == "waiting").ShouldBe(1);
        (await StatesAsync()).Count(s => s == "superseded").ShouldBe(5);
    }

    [Fact]
    public async Task A_request_that_leaves_the_queue_on_two_instances_at_once_makes_one_card()
    {
        await using var second = await bot.SecondAsync();
        await bot.HoldAsync(Staging);
        await bot.DeployAsync("ben", "basket v42 to staging");
        await bot.SeeAsync("Deploy basket v42 to staging waits");
        await bot.FreeAsync();
        SweepDeployQueue[] sweeps = [.. ((IEnumerable<IServiceProvider>)[bot.Services, second.Services]).Select(s => s.GetServices<ISweepTask>().OfType<SweepDeployQueue>().Single())];
        await Task.WhenAll(Enumerable.Range(0, 8).Select(i => sweeps[i % 2].SweepAsync(None)));
        await bot.SeeAsync("<@U0BEN00001> basket in staging is free");
        await Task.WhenAll(Enumerable.Range(0, 8).Select(i => sweeps[i % 2].SweepAsync(None)));
        await bot.IdleAsync();
        (await CardsAsync("v42")).ShouldBe(1);
        (await bot.AllAsync("Deploy basket v42 to staging?*")).Count.ShouldBe(1);
        (await bot.AllAsync("basket in staging is free")).Count.ShouldBe(1);
        await second.StopAsync(None);
    }

    [Fact]
    public async Task A_crash_in_the_last_line_of_a_turn_loses_nothing_and_makes_nothing_twice()
    {
        await bot.HoldAsync(Staging);
        await bot.DeployAsync("ben", "basket v42 to staging");
        await bot.SeeAsync("Deploy basket v42 to staging waits");
        await bot.BreakMessagesAsync(" over", times: 2);
        await bot.FreeAsync();
        await bot.SeeAsync("<@U0BEN00001> basket in staging is free");
        await bot.IdleAsync();
        (await bot.BreaksAsync()).ShouldBe(3);
        await bot.MendAsync();
        (await CardsAsync("v42")).ShouldBe(1);
        (await bot.AllAsync("Deploy basket v42 to staging?*")).Count.ShouldBe(1);
        (await KindsAsync()).ShouldBe(["deploy.queued", "deploy.unqueued"]);
    }

    [Fact]
    public async Task A_turn_that_a_dead_instance_had_begun_is_taken_after_the_start_of_another()
    {
        await bot.HoldAsync(Staging);
        await bot.DeployAsync("ben", "basket v42 to staging");
        await bot.SeeAsync("Deploy basket v42 to staging waits");
        var turn = new LeaveDeployQueue.Turn(await bot.ValueAsync<long>("SELECT id FROM deploy_queue WHERE state = 'waiting'"));
        await bot.RestartAsync(c =>
        {
            // While no instance runs: one that died had claimed the turn.
            bot.ValueAsync<int>(
                """
                UPDATE operations SET state = 'failed' WHERE active;
                INSERT INTO inbox (source, key, kind, body, state, claimed_by, claimed_until, attempts, received_at)
                VALUES ('internal', 'deploy queue ' || @Id || ' 0', 'deploy.turn', convert_to('{"id":' || @Id || '}', 'UTF8'), 'claimed', gen_random_uuid(), now() + interval '1 s', 1, now()); SELECT 0
                """, turn).GetAwaiter().GetResult();
            return c;
        });
        await bot.SeeAsync("<@U0BEN00001> basket in staging is free");
        await bot.IdleAsync();
        (await CardsAsync("v42")).ShouldBe(1);
    }

    [Fact]
    public async Task Who_lost_the_right_while_waiting_is_refused_at_their_turn()
    {
        await bot.HoldAsync(Staging);
        await bot.DeployAsync("carla", "basket v42 to staging");
        await bot.SeeAsync("Deploy basket v42 to staging waits");
        await bot.RestartAsync(c => c with { Permissions = new PermissionRules([.. c.Permissions.Rules.Where(r => !r.Users.Contains("carla"))]) });
        await bot.FreeAsync();
        var refused = await bot.SeeAsync("<@U0CARLA001> it was the turn of what you asked for.");
        refused.Shown.ShouldContain("Only @leads or @oncall may deploy basket in staging.");
        refused.Shown.ShouldContain("`deploy-not-allowed`");
        await bot.SeeAsync("v42 to staging waited, and is refused now that it is its turn");
        (await CardsAsync("v42")).ShouldBe(0);
        (await StatesAsync()).ShouldBe(["refused"]);
    }

    [Fact]
    public async Task A_version_that_was_marked_bad_while_it_waited_is_refused_with_what_would_make_it_pass()
    {
        await bot.HoldAsync(Staging);
        await bot.DeployAsync("ben", "basket v42 to staging");
        await bot.SeeAsync("Deploy basket v42 to staging waits");
        await bot.MarkBadAsync(Basket, "v42");
        await bot.FreeAsync();
        var refused = await bot.SeeAsync("<@U0BEN00001> it was the turn of what you asked for.");
        refused.Shown.ShouldContain("it leaks");
        refused.Shown.ShouldContain(":arrow_right:");
        (await CardsAsync("v42")).ShouldBe(0);
    }

    [Fact]
    public async Task A_turn_at_which_the_target_is_held_again_keeps_its_place_and_says_by_whom()
    {
        await bot.HoldAsync(Staging);
        await bot.DeployAsync("ben", "basket v42 to staging");
        var waits = await bot.SeeAsync("Deploy basket v42 to staging waits for operation 1");
        // The turn comes, and somebody else is faster.
        await bot.ValueAsync<int>(
            """
            UPDATE operations SET state = 'failed', finished_at = now() WHERE active;
            INSERT INTO inbox (source, key, kind, body, state, received_at) SELECT 'internal', 'deploy queue ' || id || ' 0', 'deploy.turn', convert_to('{"id":' || id || '}', 'UTF8'), 'waiting', now() + interval '1 h' FROM deploy_queue;
            WITH asked AS (
                INSERT INTO pending_actions (id, kind, target, arguments, fingerprint, requested_by, requested_at, expires_at, state, decided_by, decided_at, destination, request_id)
                VALUES (gen_random_uuid(), 'restart', 'basket@staging', '{}', 'x', 'U0EVE00001', now(), now(), 'confirmed', 'U0EVE00001', now(), 'C1', 99) RETURNING id)
            INSERT INTO operations (id, action_id, kind, target, arguments, state, confirmed_by, requested_at, destination)
            SELECT gen_random_uuid(), id, 'restart', 'basket@staging', '{}', 'unknown', 'U0EVE00001', now(), 'C1' FROM asked; SELECT 0
            """);
        (await bot.SeeAsync("Deploy basket v42 to staging waits for operation 2")).Ts.ShouldBe(waits.Ts);
        (await StatesAsync()).ShouldBe(["waiting"]);
        await bot.FreeAsync();
        await bot.SeeAsync("<@U0BEN00001> basket in staging is free");
        (await CardsAsync("v42")).ShouldBe(1);
    }

    [Fact]
    public async Task What_waited_four_hours_is_given_up_with_a_sentence_and_a_way_to_ask_again()
    {
        await bot.HoldAsync(Staging);
        await bot.DeployAsync("ben", "basket v42 to staging");
        var waits = await bot.SeeAsync("Deploy basket v42 to staging waits");
        await bot.AdvanceAsync(TimeSpan.FromHours(4) + TimeSpan.FromSeconds(1));
        var told = await bot.SeeAsync("<@U0BEN00001> Deploy basket v42 to staging was given up");
        (await bot.SeeAsync("was not free within 4 h. Nothing was done.")).Ts.ShouldBe(waits.Ts);
        await bot.FreeAsync();
        await bot.PressAsync("ben", told.Button("deploy.verb:")!);
        await bot.SeeAsync("Deploy basket v42 to staging?*");
        (await CardsAsync("v42")).ShouldBe(1);
    }

    [Fact]
    public async Task Who_asked_and_who_may_deploy_there_take_it_back_and_nobody_else()
    {
        await bot.HoldAsync(Staging);
        await bot.DeployAsync("ben", "basket v42 to staging");
        var waits = await bot.SeeAsync("Deploy basket v42 to staging waits");
        await bot.PressAsync("dmitri", waits.Button("deploy.unqueue")!);
        await bot.TellsAsync("dmitri", "It still waits: <@U0BEN00001> asked for it");
        (await StatesAsync()).ShouldBe(["waiting"]);
        await bot.PressAsync("eve", waits.Button("deploy.unqueue")!);
        await bot.SeeAsync("<@U0BEN00001> <@U0EVE00001> took your Deploy basket v42 to staging out of the queue.");
        await bot.FreeAsync();
        await bot.IdleAsync();
        (await StatesAsync()).ShouldBe(["withdrawn"]);
        (await CardsAsync("v42")).ShouldBe(0);
    }

    [Fact]
    public async Task Status_shows_what_waits_and_a_plan_alone_never_does()
    {
        await bot.HoldAsync(Staging);
        await bot.DeployAsync("ben", "basket v43 to staging --plan");
        await bot.TellsAsync("ben", "Deploy basket v43 to staging: the plan");
        (await StatesAsync()).ShouldBeEmpty();
        await bot.DeployAsync("ben", "basket v42 to staging");
        await bot.SeeAsync("Deploy basket v42 to staging waits");
        await bot.DeployAsync("carla", "status");
        await bot.TellsAsync("carla", "basket in staging: v42 waits since");
    }

    [Fact]
    public async Task What_another_gate_refuses_as_well_does_not_wait()
    {
        await bot.HoldAsync(Staging);
        await bot.MarkBadAsync(Basket, "v42");
        await bot.DeployAsync("ben", "basket v42 to staging");
        (await bot.TellsAsync("ben", "Deploy basket v42 to staging: not now")).Shown.ShouldContain("`version-bad`");
        (await StatesAsync()).ShouldBeEmpty();
    }

    private Task<int> CardsAsync(string version) => bot.ValueAsync<int>("SELECT count(*) FROM pending_actions WHERE kind = 'deploy' AND target = 'basket@staging' AND arguments->>'toVersion' = @version", new { version });

    private Task<IReadOnlyList<string>> StatesAsync() => bot.RowsAsync<string>("SELECT state FROM deploy_queue ORDER BY id");

    private Task<IReadOnlyList<string>> KindsAsync() => bot.RowsAsync<string>("SELECT kind FROM timeline WHERE kind LIKE 'deploy.%queued' ORDER BY id");
}
