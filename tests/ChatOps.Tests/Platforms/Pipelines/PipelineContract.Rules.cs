using ChatOps.Platforms;
using ChatOps.Platforms.Pipelines;

namespace ChatOps.Tests.Platforms.Pipelines;

public abstract partial class PipelineContract
{
    /// <summary>How the vendor says where the stub's runs are.</summary>
    private protected abstract (string Queued, string Running, string Waiting, string Failed) Steps { get; }

    [Fact]
    public async Task A_run_is_followed_to_its_end_with_the_step_that_it_is_in()
    {
        var call = Call();
        await Platform.DeployAsync(Target, "v42", recreate: false, call, None);
        (await StateAsync("queued")).ShouldSatisfyAllConditions(o => o.State.ShouldBe(PlatformOperationState.Running), o => o.Message.ShouldNotBeNull().ShouldContain(Steps.Queued));
        (await StateAsync("running")).Message.ShouldNotBeNull().ShouldContain(Steps.Running);
        (await StateAsync("waiting")).ShouldSatisfyAllConditions(o => o.State.ShouldBe(PlatformOperationState.Running), o => o.Message.ShouldNotBeNull().ShouldContain(Steps.Waiting));
        (await StateAsync("success")).ShouldSatisfyAllConditions(o => o.State.ShouldBe(PlatformOperationState.Succeeded), o => o.FinishedAt.ShouldNotBeNull());
        (await Platform.StatusAsync(Target, None)).Version.ShouldBe("v42");

        async Task<PlatformOperation> StateAsync(string state)
        {
            stub.Latest.State = state;
            if (state == "success") stub.Latest.EndedAt = TimeProvider.System.GetUtcNow();
            LookAgain();
            return (await Platform.FindOperationAsync(Target, call.OperationId, None)).ShouldNotBeNull();
        }
    }

    [Fact]
    public async Task A_run_that_failed_says_where_and_on_which_page()
    {
        var call = Call();
        await Platform.DeployAsync(Target, "v42", recreate: false, call, None);
        stub.Latest.State = "failure";
        LookAgain();
        var failed = (await Platform.FindOperationAsync(Target, call.OperationId, None)).ShouldNotBeNull();
        failed.State.ShouldBe(PlatformOperationState.Failed);
        failed.Message.ShouldNotBeNull().ShouldContain(Steps.Failed);
        failed.Message.ShouldMatch("https?://");
    }

    [Fact]
    public async Task A_run_that_somebody_cancelled_is_no_success()
    {
        var call = Call();
        await Platform.RestartAsync(Target, call, None);
        stub.Latest.State = "cancelled";
        LookAgain();
        (await Platform.FindOperationAsync(Target, call.OperationId, None)).ShouldNotBeNull().State.ShouldBe(PlatformOperationState.Failed);
    }

    [Theory]
    [InlineData("queued")]
    [InlineData("running")]
    public async Task A_run_is_ended_early_when_somebody_asks_and_is_then_no_success(string state)
    {
        var call = Call();
        await Platform.DeployAsync(Target, "v42", recreate: false, call, None);
        stub.Latest.State = state;
        Renew();
        (await Platform.CancelAsync(Target, call.OperationId, None)).ShouldBeTrue();
        stub.Latest.State.ShouldBe("cancelled");
        LookAgain();
        (await Platform.FindOperationAsync(Target, call.OperationId, None)).ShouldNotBeNull().ShouldSatisfyAllConditions(o => o.State.ShouldBe(PlatformOperationState.Failed), o => o.Message.ShouldNotBeNull().ToLowerInvariant().ShouldMatch("cancell?ed|aborted"));
        Actions.ShouldBe(1);
    }

    [Fact]
    public async Task What_is_over_is_not_ended_and_neither_is_what_was_never_begun()
    {
        var call = Call();
        await Platform.DeployAsync(Target, "v42", recreate: false, call, None);
        (stub.Latest.State, stub.Latest.EndedAt) = ("success", TimeProvider.System.GetUtcNow());
        (await Platform.CancelAsync(Target, call.OperationId, None)).ShouldBeFalse();
        stub.Latest.State.ShouldBe("success");
        (await Platform.CancelAsync(Target, "op-never", None)).ShouldBeFalse();
        stub.Calls.ShouldNotContain(c => c.Method == "POST" && (c.Target.Contains("cancel", StringComparison.OrdinalIgnoreCase) || c.Target.EndsWith("/stop", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Whoever_follows_a_run_closely_costs_a_request_every_five_seconds_at_most()
    {
        var call = Call();
        await Platform.RestartAsync(Target, call, None);
        stub.Latest.State = "running";
        LookAgain();
        await Platform.FindOperationAsync(Target, call.OperationId, None);
        var before = stub.Calls.Count;
        for (var i = 0; i < 20; i++) await Platform.FindOperationAsync(Target, call.OperationId, None);
        stub.Calls.Count.ShouldBe(before);
    }

    [Fact]
    public async Task Another_process_finds_the_run_by_its_id()
    {
        var call = Call();
        await Platform.DeployAsync(Target, "v41", recreate: false, call, None);
        Renew();
        (await Platform.FindOperationAsync(Target, call.OperationId, None)).ShouldNotBeNull().State.ShouldBe(PlatformOperationState.Running);
        (await Platform.DeployAsync(Target, "v41", recreate: false, call, None)).Id.ShouldBe(call.OperationId);
        Actions.ShouldBe(1);
    }

    [Fact]
    public async Task A_request_whose_answer_was_lost_is_not_made_again_while_no_run_of_it_is_listed()
    {
        stub.AfterAction = c =>
        {
            (stub.Latest.Unlisted, stub.Latest.State) = (true, "running");
            c.Abort();
            return Task.CompletedTask;
        };
        var call = Call();
        (await Fails(() => Platform.RestartAsync(Target, call, None))).Outcome.ShouldBe(CallOutcome.Unknown);
        stub.AfterAction = _ => Task.CompletedTask;
        var again = await Fails(() => Platform.RestartAsync(Target, call, None));
        (again.Outcome, again.Code).ShouldBe((CallOutcome.Unknown, "asked_already"));
        (await Fails(() => Platform.FindOperationAsync(Target, call.OperationId, None))).Outcome.ShouldBe(CallOutcome.Unknown);
        Actions.ShouldBe(1);

        // When nothing can be on its way any more: only who lists every run can know that there is none.
        time.By += KnownRuns.Settle;
        if (Offer.OperationIds is null)
        {
            await Fails(() => Platform.RestartAsync(Target, call, None));
            Actions.ShouldBe(1);
        }
        else
        {
            stub.Runs.Remove(stub.Latest.Id, out _);
            (await Platform.FindOperationAsync(Target, call.OperationId, None)).ShouldBeNull();
            await Platform.RestartAsync(Target, call, None);
            Actions.ShouldBe(2);
        }
    }

    [Fact]
    public async Task What_a_pipeline_deployed_is_told_and_that_it_runs_is_not_claimed()
    {
        var status = await Platform.StatusAsync(Target, None);
        (status.State, status.Version, status.DeployedBy).ShouldBe((TargetState.Unknown, "v42", "tom"));
        status.DeployedAt.ShouldBe(new DateTimeOffset(2026, 11, 21, 9, 23, 0, TimeSpan.Zero));
        status.Detail.ShouldNotBeNull().ShouldEndWith("cannot tell whether the service runs: its run 107 deployed v42");
    }

    [Fact]
    public async Task A_run_for_another_environment_counts_for_that_alone()
    {
        stub.Runs[107].State = "failure";
        (await Platform.StatusAsync(Target, None)).Version.ShouldBe("v41");
        (await Platform.ChangesAsync(Target, Since, None)).ShouldHaveSingleItem().Succeeded.ShouldBe(false);
    }

    [Fact]
    public async Task Releases_carry_commit_author_message_and_whether_checks_passed()
    {
        var releases = await Platform.ReleasesAsync(Target, None);
        releases[0].ShouldSatisfyAllConditions(r => r.Commit.ShouldBe("c42"), r => r.Author.ShouldBe("tom"), r => r.Message.ShouldBe("Remember the country"), r => r.ChecksPassed.ShouldBe(false), r => r.Current.ShouldBeTrue());
        releases[1].DeployedAt.ShouldBe(new DateTimeOffset(2026, 11, 18, 9, 24, 0, TimeSpan.Zero));
    }

    [Fact]
    public async Task A_rollback_is_the_deploy_of_the_earlier_version_and_is_told_as_one()
    {
        await Platform.RollBackAsync(Target, "v41", Call(), None);
        (stub.Latest.Pipeline, stub.Latest.Place).ShouldBe((stub.Runs[107].Pipeline is "web" ? "api" : stub.Runs[107].Pipeline, stub.Runs[107].Place));
        var change = (await Platform.ChangesAsync(Target, Since, None))[^1];
        (change.Kind, change.FromVersion, change.Version, change.Succeeded).ShouldBe(("rollback", "v42", "v41", null));
    }

    [Theory]
    [InlineData("v41; rm -rf /")]
    [InlineData("v41$(id)")]
    [InlineData("-v41")]
    [InlineData("v41\nv42")]
    public async Task A_version_that_a_script_could_read_as_more_than_a_word_is_refused_before_anything_is_asked(string version)
    {
        var refused = await Fails(() => Platform.DeployAsync(Target, version, recreate: false, Call(), None));
        (refused.Outcome, refused.Code).ShouldBe((CallOutcome.NotDone, "version_unknown"));
        stub.Calls.ShouldBeEmpty();
    }

    [Fact]
    public async Task Only_what_failed_has_a_log_and_only_in_its_window()
    {
        WriteLog((Since, "one"));
        (await Logs(new(Since.AddMinutes(10), null, null))).ShouldBeEmpty();
        stub.Failing.State = "success";
        (await Logs(new(Since, null, null))).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_log_line_is_free_of_colours_and_names_its_step()
    {
        WriteLog((Since, "pods refused"));
        var line = (await Logs(new(Since, null, null))).ShouldHaveSingleItem();
        (line.At, line.Text).ShouldBe((Since, "pods refused"));
        line.Instance.ShouldNotBeNull().ShouldContain(Steps.Failed.Split(["in ", "step "], StringSplitOptions.RemoveEmptyEntries)[^1].Split(" (")[0]);
    }

    [Fact]
    public async Task A_service_that_chatops_yaml_does_not_place_there_is_told_so()
    {
        var failure = await Fails(() => Platform.StatusAsync(new(At("other"), "x"), None));
        (failure.Outcome, failure.Code).ShouldBe((CallOutcome.NotDone, "service_unknown"));
        failure.Message.ShouldContain("chatops.yaml");
    }

    [Fact]
    public async Task Too_many_requests_are_told_with_how_long_to_wait()
    {
        RefuseActions(429, "slow down", ("Retry-After", "300"));
        var failure = await Fails(() => Platform.RestartAsync(Target, Call(), None));
        (failure.Outcome, failure.Message).ShouldBe((CallOutcome.NotDone, $"{Platform.Name} asks to wait 5 min (429): too many requests; whoever shares its token counts too"));
    }
}
