using ChatOps.Platforms;

namespace ChatOps.Tests.Platforms;

// What a deploy rests on: each action taken once or honestly refused, and the facts that plan, gates and judgement read.
public abstract partial class PlatformContract
{
    public static TheoryData<string> EveryAction => ["restart", "rollback", "deploy", "recreate", "candidate", "weight", "promote", "drop-candidate", "backup", "scale", "memory"];

    protected Task<PlatformOperation> Ask(string action, PlatformTarget target, PlatformCall call) => action switch
    {
        "restart" => Platform.RestartAsync(target, call, None),
        "rollback" => Platform.RollBackAsync(target, "v41", call, None),
        "deploy" => Platform.DeployAsync(target, "v41", recreate: false, call, None),
        "recreate" => Platform.DeployAsync(target, "v41", recreate: true, call, None),
        "candidate" => Platform.StartCandidateAsync(target, "v41", call, None),
        "weight" => Platform.SetWeightAsync(target, 25, call, None),
        "promote" => Platform.PromoteAsync(target, call, None),
        "drop-candidate" => Platform.DropCandidateAsync(target, call, None),
        "backup" => Platform.BackUpAsync(target, call, None),
        "scale" => Platform.ScaleAsync(target, 3, call, None),
        "memory" => Platform.SetMemoryLimitAsync(target, 402653184, call, None),
        _ => throw new ArgumentOutOfRangeException(nameof(action), action, null),
    };

    private static PlatformAction Needs(string action) => action switch
    {
        "restart" => PlatformAction.Restart,
        "rollback" => PlatformAction.RollBack,
        "deploy" => PlatformAction.Deploy,
        "recreate" => PlatformAction.Recreate,
        "backup" => PlatformAction.BackUp,
        "scale" => PlatformAction.Scale,
        "memory" => PlatformAction.MemoryLimit,
        _ => PlatformAction.Candidate,
    };

    [Theory]
    [MemberData(nameof(EveryAction))]
    public async Task What_it_says_it_can_it_takes_once_by_its_id(string action)
    {
        if (await RefusesAsync(action)) return;
        var call = Call();
        var first = await Ask(action, Target, call);
        (first.State, first.Id).ShouldBe((PlatformOperationState.Running, call.OperationId));
        await Ask(action, Target, call);
        Actions.ShouldBe(1);
        (await Platform.FindOperationAsync(Target, call.OperationId, None)).ShouldNotBeNull().State.ShouldBe(PlatformOperationState.Running);
    }

    [Theory]
    [MemberData(nameof(EveryAction))]
    public async Task What_it_says_it_cannot_it_refuses_as_not_done(string action)
    {
        if ((await Platform.CapabilitiesAsync(None)).Can(Needs(action), Plain)) await Ask(action, Plain, Call());
        else (await Fails(() => Ask(action, Plain, Call()))).Outcome.ShouldBe(CallOutcome.NotDone);
        Actions.ShouldBe(action == "restart" ? 1 : 0);
    }

    [Theory]
    [MemberData(nameof(EveryAction))]
    public async Task Nothing_is_done_to_a_target_that_changed_since_it_was_looked_at(string action)
    {
        if (await RefusesAsync(action)) return;
        var generation = (await Platform.StatusAsync(Target, None)).Generation.ShouldNotBeNull();
        (await Fails(() => Ask(action, Target, Call() with { IfGeneration = generation - 1 }))).Outcome.ShouldBe(CallOutcome.NotDone);
        Actions.ShouldBe(0);
        await Ask(action, Target, Call() with { IfGeneration = generation });
        Actions.ShouldBe(1);
    }

    [Theory]
    [MemberData(nameof(EveryAction))]
    public async Task An_action_whose_answer_is_lost_is_unknown_never_repeated_and_found_by_its_id(string action)
    {
        if (await RefusesAsync(action)) return;
        await BreakAsync(Fault.CutsAfterActing);
        var call = Call();
        (await Fails(() => Ask(action, Target, call))).Outcome.ShouldBe(CallOutcome.Unknown);
        Actions.ShouldBe(1);
        (await Platform.FindOperationAsync(Target, call.OperationId, None)).ShouldNotBeNull();
    }

    [Fact]
    public async Task What_it_can_do_to_a_service_is_what_its_type_offers_as_a_whole()
    {
        var can = await Platform.CapabilitiesAsync(None);
        Enum.GetValues<PlatformAction>().Where(a => Services.Any(s => can.Can(a, s))).ShouldBe(Offer.Actions.Keys.Order());
        can.KeepsOperationIds.ShouldBe(Offer.OperationIds is not null);
        (await Platform.ReachAsync(None)).Missing.ShouldBeEmpty();
    }

    [Fact]
    public async Task The_version_beside_it_and_the_names_of_its_variables_are_told()
    {
        var status = await Platform.StatusAsync(Target, None);
        status.Variables.ShouldBe(SeesTheService ? ["DATABASE_URL", "INVENTORY_URL"] : null);
        if (await CanAsync(PlatformAction.Candidate))
        {
            var candidate = status.Candidate.ShouldNotBeNull();
            (candidate.Version, candidate.State, candidate.Percent).ShouldBe(("v43", TargetState.Running, 25));
        }
        else
        {
            status.Candidate.ShouldBeNull();
        }
    }

    [Fact]
    public async Task When_the_newest_copy_of_its_data_began_is_told() =>
        (await Platform.StatusAsync(Target, None)).LastBackupAt.ShouldBe(await CanAsync(PlatformAction.BackUp) ? new DateTimeOffset(2026, 11, 21, 2, 0, 0, TimeSpan.Zero) : null);

    [Fact]
    public async Task A_release_tells_what_a_deploy_of_it_needs_and_what_is_not_declared_is_not_invented()
    {
        var releases = await Platform.ReleasesAsync(Target, None);
        if (DeclaresNeeds) releases[0].ShouldSatisfyAllConditions(r => r.Digest.ShouldBe("sha256:5d0c"), r => r.SchemaVersion.ShouldBe("2026-11-20"), r => r.ServesBackTo.ShouldBe("v40"),
            r => r.Migrations.ShouldBe(["0007_country"]), r => r.ChecksPassed.ShouldBe(false), r => r.RequiredVariables.ShouldBe(["DATABASE_URL", "COUNTRY_URL"]));
        releases[1].ShouldSatisfyAllConditions(r => r.Digest.ShouldBeNull(), r => r.SchemaVersion.ShouldBeNull(), r => r.ServesBackTo.ShouldBeNull(),
            r => r.Migrations.ShouldBeEmpty(), r => r.ChecksPassed.ShouldBeNull(), r => r.RequiredVariables.ShouldBeEmpty());
    }

    [Fact]
    public async Task What_one_version_served_in_a_window_can_be_counted()
    {
        if (!(await Platform.CapabilitiesAsync(None)).MeasuresVersions(Target))
        {
            (await Fails(() => Platform.MetricsAsync(Target, "v42", Since, Since.AddHours(1), None))).Outcome.ShouldBe(CallOutcome.NotDone);
            return;
        }
        var series = await Platform.MetricsAsync(Target, "v42", Since, Since.AddHours(1), None);
        var requests = series.First(s => s.Name == "requests_total").Points;
        (requests[^1].Value - requests[0].Value).ShouldBe(530);
        series.First(s => s.Name == "latency_p99").Points.ShouldHaveSingleItem().Value.ShouldBe(81.5);
    }

    [Fact]
    public async Task What_cannot_be_measured_by_version_is_refused()
    {
        (await Platform.CapabilitiesAsync(None)).MeasuresVersions(Plain).ShouldBeFalse();
        await Fails(() => Platform.MetricsAsync(Plain, "v42", Since, Since.AddHours(1), None));
        await Fails(() => Platform.MetricsAsync(Target, "v99", Since, Since.AddHours(1), None));
    }

    /// <summary>What its type offers, as docs/platforms.md tells it.</summary>
    protected abstract PlatformOffer Offer { get; }

    /// <summary>To one of these each action of its offer can be done.</summary>
    protected virtual IReadOnlyList<PlatformTarget> Services => [Target, Plain];

    /// <summary>Its releases say what they need of the database and the environment.</summary>
    protected virtual bool DeclaresNeeds => true;

    protected async Task<bool> CanAsync(PlatformAction action) => (await Platform.CapabilitiesAsync(None)).Can(action, Target);

    /// <summary>What it does not offer at all it refuses, and the rules of what it does are not asked of it.</summary>
    private async Task<bool> RefusesAsync(string action)
    {
        if (await CanAsync(Needs(action))) return false;
        (await Fails(() => Ask(action, Target, Call()))).Outcome.ShouldBe(CallOutcome.NotDone);
        Actions.ShouldBe(0);
        return true;
    }
}
