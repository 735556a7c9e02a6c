using ChatOps.Catalog;
using ChatOps.Platforms;

namespace ChatOps.Tests.Platforms;

/// <summary>What every adapter keeps, whatever it speaks. A new adapter brings its own stub and inherits these tests.</summary>
public abstract partial class PlatformContract : IAsyncLifetime
{
    protected static readonly CancellationToken None = CancellationToken.None;
    protected static readonly DateTimeOffset Since = new(2026, 11, 21, 9, 0, 0, TimeSpan.Zero);

    private static int ids;

    /// <summary>How the platform behind the adapter goes wrong.</summary>
    protected enum Fault
    {
        /// <summary>Takes calls and never answers.</summary>
        Hangs,

        /// <summary>Does what it is asked and never answers.</summary>
        HangsAfterActing,

        /// <summary>Does what it is asked and cuts the connection.</summary>
        CutsAfterActing,

        /// <summary>Breaks while it acts.</summary>
        BreaksOnActions,

        /// <summary>Does not accept the credentials.</summary>
        RefusesCredentials,

        /// <summary>Nobody listens.</summary>
        Gone,

        /// <summary>Fails once, then is well.</summary>
        FailsOneRead,
    }

    /// <summary>Its time-out is a second or less.</summary>
    protected abstract IPlatform Platform { get; }

    /// <summary>
    /// Running v42, with v41 to go back to, OOM killed at 09:24:10, deployed by tom at 09:20 from v41, at generation 7, v43 beside it with 25 % of the traffic where it can have a candidate.
    /// What its platform can do at all can be done to it. Where that platform knows of such things, v42 brought the migration 0007_country, its checks failed, and it served 530 requests in the window that begins at <see cref="Since"/>.
    /// </summary>
    protected abstract PlatformTarget Target { get; }

    /// <summary>It can be restarted, and nothing else.</summary>
    protected abstract PlatformTarget Plain { get; }

    /// <summary>It reads before it changes: a platform that answers nothing was then not asked for anything.</summary>
    protected virtual bool LooksFirst => false;

    /// <summary>It knows the service itself and not only who asked for what: how it is, how it ended, what it is given.</summary>
    protected virtual bool SeesTheService => true;

    /// <summary>What must not show anywhere.</summary>
    protected abstract string Credential { get; }

    /// <summary>How many actions the platform took.</summary>
    protected abstract int Actions { get; }

    protected abstract Task BreakAsync(Fault fault);

    protected abstract void WriteLog(params (DateTimeOffset At, string Text)[] lines);

    public abstract ValueTask InitializeAsync();

    public abstract ValueTask DisposeAsync();

    protected static PlatformCall Call(string? id = null) => new(id ?? $"op-{Interlocked.Increment(ref ids)}", "ana", "incident 7");

    [Fact]
    public async Task The_status_tells_version_state_and_how_it_ended()
    {
        var status = await Platform.StatusAsync(Target, None);
        status.Version.ShouldBe("v42");
        if (!SeesTheService)
        {
            (status.State, status.LastExit).ShouldBe((TargetState.Unknown, null));
            return;
        }
        var exit = status.LastExit.ShouldNotBeNull();
        exit.OomKilled.ShouldBeTrue();
        exit.At.ShouldBe(new DateTimeOffset(2026, 11, 21, 9, 24, 10, TimeSpan.Zero));
        status.DeployedAt?.Offset.ShouldBe(TimeSpan.Zero);
    }

    [Fact]
    public async Task Releases_stand_newest_first_and_changes_oldest_first()
    {
        (await Platform.ReleasesAsync(Target, None)).Select(r => r.Version).ShouldBe(["v42", "v41"]);
        var changes = await Platform.ChangesAsync(Target, Since, None);
        changes.Select(c => c.At).ShouldBeInOrder();
        var deploy = changes.First(c => c.Kind == "deploy");
        (deploy.Actor, deploy.FromVersion, deploy.Version, deploy.Automatic).ShouldBe(("tom", "v41", "v42", false));
    }

    [Fact]
    public async Task Log_lines_come_oldest_first_and_a_limit_keeps_the_newest()
    {
        WriteLog((Since, "one"), (Since.AddSeconds(1), "two"), (Since.AddSeconds(2), "three"));
        (await Logs(new(Since, null, null))).Select(l => l.Text).ShouldBe(["one", "two", "three"]);
        (await Logs(new(Since, null, 2))).Select(l => l.Text).ShouldBe(["two", "three"]);
    }

    [Fact]
    public async Task Metrics_carry_the_common_names_limits_and_order()
    {
        if (Offer.Usage is null)
        {
            (await Fails(() => Platform.MetricsAsync(Target, version: null, Since, Since.AddHours(1), None))).Outcome.ShouldBe(CallOutcome.NotDone);
            return;
        }
        var memory = (await Platform.MetricsAsync(Target, version: null, Since, Since.AddHours(1), None)).First(m => m.Name == "memory");
        memory.Unit.ShouldBe("bytes");
        memory.Limit.ShouldBe(268435456);
        memory.Points.Select(p => p.At).ShouldBeInOrder();
    }

    [Fact]
    public async Task A_restart_is_taken_once_whatever_the_number_of_requests_with_its_id()
    {
        var call = Call();
        var first = await Platform.RestartAsync(Target, call, None);
        first.State.ShouldBe(PlatformOperationState.Running);
        first.Id.ShouldBe(call.OperationId);
        await Platform.RestartAsync(Target, call, None);
        Actions.ShouldBe(1);
        (await Platform.FindOperationAsync(Target, call.OperationId, None)).ShouldNotBeNull().State.ShouldBe(PlatformOperationState.Running);
    }

    [Fact]
    public async Task A_rollback_names_its_version_and_an_unknown_one_is_refused_as_not_done()
    {
        (await Platform.RollBackAsync(Target, "v41", Call(), None)).State.ShouldBe(PlatformOperationState.Running);
        (await Fails(() => Platform.RollBackAsync(Target, "v99", Call(), None))).Outcome.ShouldBe(CallOutcome.NotDone);
        Actions.ShouldBe(1);
    }

    [Fact]
    public async Task An_id_that_was_never_seen_is_null_where_that_can_be_told()
    {
        if (Offer.OperationIds is null) (await Fails(() => Platform.FindOperationAsync(Target, "op-never", None))).Code.ShouldBe("ids_not_kept");
        else (await Platform.FindOperationAsync(Target, "op-never", None)).ShouldBeNull();
    }

    [Fact]
    public async Task A_platform_that_hangs_is_told_with_the_time_that_was_waited()
    {
        await BreakAsync(Fault.Hangs);
        var read = await Fails(() => Platform.StatusAsync(Target, None));
        read.Message.ShouldStartWith($"{Platform.Name} did not answer within ");
        (await Fails(() => Platform.RestartAsync(Target, Call(), None))).Outcome.ShouldBe(LooksFirst ? CallOutcome.NotDone : CallOutcome.Unknown);
        await Fails(() => Logs(new(Since, null, null)));
    }

    [Fact]
    public async Task An_answer_that_is_lost_leaves_the_outcome_unknown_and_the_id_finds_it()
    {
        foreach (var fault in new[] { Fault.HangsAfterActing, Fault.CutsAfterActing })
        {
            await BreakAsync(fault);
            var call = Call();
            var before = Actions;
            (await Fails(() => Platform.RestartAsync(Target, call, None))).Outcome.ShouldBe(CallOutcome.Unknown);
            Actions.ShouldBe(before + 1, "a write is never repeated by the adapter");
            (await Platform.FindOperationAsync(Target, call.OperationId, None)).ShouldNotBeNull();
        }
    }

    [Fact]
    public async Task A_platform_that_breaks_while_it_acts_leaves_the_outcome_unknown()
    {
        await BreakAsync(Fault.BreaksOnActions);
        (await Fails(() => Platform.RestartAsync(Target, Call(), None))).Outcome.ShouldBe(CallOutcome.Unknown);
    }

    [Fact]
    public async Task Nobody_listening_means_nothing_was_done()
    {
        await BreakAsync(Fault.Gone);
        var failure = await Fails(() => Platform.RestartAsync(Target, Call(), None));
        failure.Outcome.ShouldBe(CallOutcome.NotDone);
        failure.Message.ShouldContain("connection refused");
    }

    [Fact]
    public async Task Refused_credentials_are_told_with_what_to_check_and_not_shown()
    {
        await BreakAsync(Fault.RefusesCredentials);
        var failure = await Fails(() => Platform.RestartAsync(Target, Call(), None));
        failure.Outcome.ShouldBe(CallOutcome.NotDone);
        failure.Message.ShouldContain("chatops.yaml");
        failure.ToString().ShouldNotContain(Credential);
    }

    [Fact]
    public async Task A_read_that_failed_once_is_repeated()
    {
        await BreakAsync(Fault.FailsOneRead);
        (await Platform.StatusAsync(Target, None)).Version.ShouldBe("v42");
    }

    [Fact]
    public async Task A_caller_who_gives_up_is_told_so_at_once()
    {
        await BreakAsync(Fault.Hangs);
        using var giveUp = new CancellationTokenSource(TimeSpan.FromMilliseconds(50));
        await Should.ThrowAsync<OperationCanceledException>(() => Platform.StatusAsync(Target, giveUp.Token));
    }

    [Fact]
    public async Task Secrets_in_what_the_platform_says_are_redacted()
    {
        WriteLog((Since, $"connecting with password=hunter2hunter2 and {Credential}"));
        var line = (await Logs(new(Since, null, null))).Single().Text;
        line.ShouldNotContain("hunter2");
        line.ShouldNotContain(Credential);
        (await Platform.StatusAsync(Target, None)).ToString().ShouldNotContain("hunter2");
        (await Fails(() => Platform.RollBackAsync(Target, "v99", Call(), None))).ToString().ShouldNotContain("hunter2");
    }

    [Fact]
    public void The_command_by_hand_holds_no_credential() =>
        Platform.CommandByHand(Target, PlatformAction.Restart, null).ShouldNotContain(Credential);

    protected async Task<List<LogLine>> Logs(LogWindow window)
    {
        var lines = new List<LogLine>();
        await foreach (var line in Platform.LogsAsync(Target, window, None)) lines.Add(line);
        return lines;
    }

    protected static Task<PlatformException> Fails(Func<Task> call) => Should.ThrowAsync<PlatformException>(call);

    /// <summary>Takes a call and never answers it, until the caller has gone. Always true: nobody else answers it either.</summary>
    protected static async Task<bool> HangAsync(HttpContext context)
    {
        var gone = new TaskCompletionSource();
        await using (context.RequestAborted.Register(gone.SetResult)) await gone.Task.WaitAsync(TimeSpan.FromSeconds(60));
        return true;
    }

    protected static Target At(string service) => new(service, "production");
}
