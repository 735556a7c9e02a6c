using ChatOps.Catalog;
using ChatOps.Deployments;
using ChatOps.Deployments.Strategies;
using ChatOps.Operations;
using ChatOps.Platforms;
using ChatOps.Tests.Support;

namespace ChatOps.Tests.Deployments;

/// <summary>Every strategy to its end, and what goes wrong in every phase, with what the platform was made to do.</summary>
public sealed class DeployStrategyTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static readonly Dictionary<DeployStrategy, string[]> Calls = new()
    {
        [DeployStrategy.Rolling] = ["deploy v42"],
        [DeployStrategy.Recreate] = ["recreate v42"],
        [DeployStrategy.BlueGreen] = ["candidate v42", "weight 100", "promote"],
        [DeployStrategy.Canary] = ["candidate v42", "weight 5", "weight 25", "weight 50", "promote"],
    };

    public static TheoryData<DeployStrategy> Strategies => [.. Calls.Keys];

    /// <summary>Each call of each strategy.</summary>
    public static TheoryData<DeployStrategy, string> EachCall => [.. Calls.SelectMany(c => c.Value.Select(call => new TheoryDataRow<DeployStrategy, string>(c.Key, call)))];

    [Theory]
    [MemberData(nameof(Strategies))]
    public async Task A_good_version_comes_in_with_each_call_once_and_stays(DeployStrategy strategy)
    {
        await using var rig = await DeployRig.StartAsync(database);
        await rig.PressAsync(DeployRig.Plan(strategy));
        var ended = await rig.PlayAsync();

        ended.State.ShouldBe(OperationState.Succeeded, ended.Outcome);
        rig.Platform.Done.ShouldBe(Calls[strategy]);
        rig.Platform.Version.ShouldBe("v42");
        rig.Platform.Candidate.ShouldBeNull();
        (await rig.Deployments.FindAsync(rig.Id, Cancel)).ShouldNotBeNull().Outcome.ShouldBe(DeploymentOutcome.Succeeded);
    }

    [Theory]
    [MemberData(nameof(EachCall))]
    public async Task A_crash_before_a_call_takes_effect_changes_nothing_but_who_makes_it(DeployStrategy strategy, string call) =>
        await CrashAsync(strategy, call, (rig, crash) => rig.Platform.Before = crash, received: 2);

    [Theory]
    [MemberData(nameof(EachCall))]
    public async Task A_crash_after_a_call_took_effect_repeats_nothing(DeployStrategy strategy, string call) =>
        await CrashAsync(strategy, call, (rig, crash) => rig.Platform.After = crash, received: 1);

    [Theory]
    [MemberData(nameof(EachCall))]
    public async Task A_call_whose_answer_is_lost_is_looked_for_and_made_once(DeployStrategy strategy, string call)
    {
        await using var rig = await DeployRig.StartAsync(database);
        await rig.PressAsync(DeployRig.Plan(strategy));
        var lost = false;
        rig.Platform.After = what =>
        {
            if (what != call || lost) return;
            lost = true;
            throw new PlatformException("The answer was lost.", CallOutcome.Unknown);
        };
        var ended = await rig.PlayAsync();

        lost.ShouldBeTrue();
        ended.State.ShouldBe(OperationState.Succeeded, ended.Outcome);
        rig.Platform.Done.ShouldBe(Calls[strategy]);
    }

    [Theory]
    [MemberData(nameof(EachCall))]
    public async Task A_call_that_fails_ends_at_the_old_version_and_the_new_one_is_bad(DeployStrategy strategy, string call)
    {
        await using var rig = await DeployRig.StartAsync(database);
        await rig.PressAsync(DeployRig.Plan(strategy));
        rig.Platform.Failing[call] = "it broke";
        var ended = await rig.PlayAsync();

        ended.State.ShouldBe(OperationState.Failed);
        ended.Outcome.ShouldNotBeNull().ShouldContain("it broke");
        rig.Platform.Version.ShouldBe("v40");
        rig.Platform.Candidate.ShouldBeNull();
        rig.Platform.Done.Count(d => d == call).ShouldBe(1);
        rig.Platform.Done.Count(d => d is "drop" || d.StartsWith("rollback", StringComparison.Ordinal)).ShouldBeLessThanOrEqualTo(1);
        (await rig.BadVersions.OfAsync(rig.Target, Cancel)).Select(b => b.Version).ShouldBe(["v42"]);
    }

    [Fact]
    public async Task A_bad_canary_goes_back_by_itself_before_a_quarter_of_the_traffic_sees_it()
    {
        await using var rig = await DeployRig.StartAsync(database);
        rig.Platform.Numbers = version => version == "v42" ? new(600, 60, 20, 50) : new(6_000, 3, 20, 50);
        await rig.PressAsync(DeployRig.Plan(DeployStrategy.Canary));
        var ended = await rig.PlayAsync();

        ended.State.ShouldBe(OperationState.Failed);
        rig.Platform.Done.ShouldBe(["candidate v42", "weight 5", "drop"]);
        ended.Outcome.ShouldNotBeNull().ShouldContain("error rate 10 %");
        ended.Outcome.ShouldContain("armed by the press");
        (await rig.Deployments.FindAsync(rig.Id, Cancel)).ShouldNotBeNull().Outcome.ShouldBe(DeploymentOutcome.RolledBack);
    }

    [Fact]
    public async Task A_canary_that_gets_worse_late_goes_back_from_where_it_is()
    {
        await using var rig = await DeployRig.StartAsync(database);
        rig.Between = state =>
        {
            if (state.ShareIndex == 1) rig.Platform.Numbers = version => version == "v42" ? new(600, 0, 20, 900) : new(6_000, 3, 20, 50);
            return Task.CompletedTask;
        };
        await rig.PressAsync(DeployRig.Plan(DeployStrategy.Canary));
        var ended = await rig.PlayAsync();

        rig.Platform.Done.ShouldBe(["candidate v42", "weight 5", "weight 25", "drop"]);
        ended.Outcome.ShouldNotBeNull().ShouldContain("p99 900 ms");
    }

    [Theory]
    [MemberData(nameof(Strategies))]
    public async Task A_version_that_gets_ill_while_it_is_watched_goes_back_by_itself(DeployStrategy strategy)
    {
        await using var rig = await DeployRig.StartAsync(database);
        rig.Between = state =>
        {
            rig.Platform.Healthy = state.Stage != DeployStage.Watch;
            return Task.CompletedTask;
        };
        await rig.PressAsync(DeployRig.Plan(strategy));
        var ended = await rig.PlayAsync();

        ended.State.ShouldBe(OperationState.Failed);
        rig.Platform.Version.ShouldBe("v40");
        rig.Platform.Done.Last().ShouldBe(strategy == DeployStrategy.BlueGreen ? "drop" : "rollback v40");
        ended.Outcome.ShouldNotBeNull().ShouldContain("ready: 503");
    }

    [Fact]
    public async Task Without_numbers_a_canary_pauses_asks_once_and_never_passes_by_itself()
    {
        await using var rig = await DeployRig.StartAsync(database);
        rig.Platform.Numbers = _ => null;
        await rig.PressAsync(DeployRig.Plan(DeployStrategy.Canary));
        var after = await rig.PlayAsync(TimeSpan.FromHours(2));

        after.State.ShouldBe(OperationState.Running);
        rig.Platform.Done.ShouldBe(["candidate v42", "weight 5"]);
        (await rig.SaidAsync()).ShouldHaveSingleItem().ShouldContain("cannot be judged");
    }

    [Fact]
    public async Task A_gap_in_the_numbers_is_waited_out()
    {
        await using var rig = await DeployRig.StartAsync(database);
        var looks = 0;
        rig.Between = _ =>
        {
            looks++;
            rig.Platform.Numbers = looks is > 10 and < 40 ? _ => null : _ => new(600, 0, 20, 50);
            return Task.CompletedTask;
        };
        await rig.PressAsync(DeployRig.Plan(DeployStrategy.Canary));
        var ended = await rig.PlayAsync();

        ended.State.ShouldBe(OperationState.Succeeded, ended.Outcome);
        rig.Platform.Done.ShouldBe(Calls[DeployStrategy.Canary]);
    }

    [Fact]
    public async Task A_person_may_let_a_paused_canary_go_on_and_their_second_press_does_nothing_more()
    {
        await using var rig = await DeployRig.StartAsync(database);
        rig.Platform.Numbers = _ => null;
        var pressed = false;
        rig.Between = async state =>
        {
            if (state is not { Asked: true, ShareIndex: 0 } || pressed) return;
            pressed = true;
            (await rig.WishAsync(DeployMachine.GoOn)).ShouldBeTrue();
            (await rig.WishAsync(DeployMachine.GoOn)).ShouldBeTrue();
        };
        await rig.PressAsync(DeployRig.Plan(DeployStrategy.Canary));
        await rig.PlayAsync(TimeSpan.FromMinutes(25));

        rig.Platform.Done.ShouldBe(["candidate v42", "weight 5", "weight 25"]);
    }

    [Theory]
    [MemberData(nameof(EachCall))]
    public async Task A_person_may_abort_after_every_call_and_the_old_version_runs_again(DeployStrategy strategy, string call)
    {
        await using var rig = await DeployRig.StartAsync(database);
        var pressed = false;
        rig.Between = async state =>
        {
            if (pressed || !rig.Platform.Done.Contains(call) || state.Call is not null) return;
            pressed = true;
            await rig.WishAsync(DeployMachine.Abort);
        };
        await rig.PressAsync(DeployRig.Plan(strategy));
        var ended = await rig.PlayAsync();
        if (!pressed) return; // The last call of a blue-green deploy ends it.

        ended.State.ShouldBe(OperationState.Failed, ended.Outcome);
        rig.Platform.Version.ShouldBe("v40");
        rig.Platform.Candidate.ShouldBeNull();
        (await rig.BadVersions.OfAsync(rig.Target, Cancel)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Where_nothing_is_armed_a_breach_asks_and_goes_on_watching()
    {
        await using var rig = await DeployRig.StartAsync(database);
        rig.Platform.Numbers = version => version == "v42" ? new(600, 60, 20, 50) : new(6_000, 3, 20, 50);
        await rig.PressAsync(DeployRig.Plan(DeployStrategy.Canary, p => p with { AutomaticRollback = false, AutomaticWhy = "the schema is not declared" }));
        var after = await rig.PlayAsync(TimeSpan.FromHours(1));

        after.State.ShouldBe(OperationState.Running);
        rig.Platform.Done.ShouldBe(["candidate v42", "weight 5"]);
        (await rig.SaidAsync()).ShouldHaveSingleItem().ShouldContain("the schema is not declared");
    }

    [Fact]
    public async Task A_platform_that_says_yes_and_does_nothing_is_told_and_in_the_end_a_person_is_asked()
    {
        await using var rig = await DeployRig.StartAsync(database);
        rig.Platform.Endless.Add("deploy v42");
        await rig.PressAsync(DeployRig.Plan(DeployStrategy.Rolling));
        var ended = await rig.PlayAsync();

        ended.State.ShouldBe(OperationState.Unknown);
        rig.Platform.Done.ShouldBe(["deploy v42"]);
        (await rig.SaidAsync()).ShouldContain(m => m.Contains("longer than it ever did", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_failed_backup_deploys_nothing()
    {
        await using var rig = await DeployRig.StartAsync(database);
        rig.Platform.Failing["backup"] = "no space left";
        await rig.PressAsync(DeployRig.Plan(DeployStrategy.Rolling, p => p with { Backup = true }));
        var ended = await rig.PlayAsync();

        rig.Platform.Done.ShouldBe(["backup"]);
        ended.Outcome.ShouldNotBeNull().ShouldContain("Nothing was deployed");
    }

    [Fact]
    public async Task Where_no_ids_are_kept_what_is_there_tells_what_happened_and_nothing_is_repeated()
    {
        await using var rig = await DeployRig.StartAsync(database);
        rig.Platform.KeepsIds = false;
        var lost = false;
        rig.Platform.After = what =>
        {
            if (lost) return;
            lost = true;
            throw new PlatformException("The answer was lost.", CallOutcome.Unknown);
        };
        await rig.PressAsync(DeployRig.Plan(DeployStrategy.Canary));
        var ended = await rig.PlayAsync();

        ended.State.ShouldBe(OperationState.Succeeded, ended.Outcome);
        rig.Platform.Done.ShouldBe(Calls[DeployStrategy.Canary]);
    }

    private async Task CrashAsync(DeployStrategy strategy, string call, Action<DeployRig, Action<string>> when, int received)
    {
        await using var rig = await DeployRig.StartAsync(database);
        await rig.PressAsync(DeployRig.Plan(strategy));
        var crashed = false;
        when(rig, what =>
        {
            if (what != call || crashed) return;
            crashed = true;
            throw new InvalidOperationException("The process ended here.");
        });
        var ended = await rig.PlayAsync();

        crashed.ShouldBeTrue();
        ended.State.ShouldBe(OperationState.Succeeded, ended.Outcome);
        rig.Platform.Done.ShouldBe(Calls[strategy]);
        rig.Platform.Received.Count(c => c == call).ShouldBe(received, "what took effect is looked for and not asked for again");
        rig.Platform.Version.ShouldBe("v42");
    }
}
