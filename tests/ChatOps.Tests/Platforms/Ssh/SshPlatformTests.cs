using ChatOps.Platforms;
using ChatOps.Platforms.Ssh;
using ChatOps.Tests.Support;

namespace ChatOps.Tests.Platforms.Ssh;

/// <summary>What every adapter keeps, kept over a real sshd; the manager behind it is scripted.</summary>
public abstract class SshPlatformContract(SshManager manager) : PlatformContract
{
    private static readonly TimeSpan Patient = TimeSpan.FromSeconds(60);

    private SshPlatform platform = null!;

    private protected StubMachine Machine { get; private set; } = null!;

    protected override IPlatform Platform => platform;

    protected override PlatformOffer Offer => SshPlatform.Offer;

    protected override PlatformTarget Target => new(At("shop"), "shop");

    protected override PlatformTarget Plain => new(At("mailer"), "mailer");

    /// <summary>A line of the key itself.</summary>
    protected override string Credential => Machine.Server.Key.Split('\n')[2];

    protected override int Actions => Machine.Actions;

    public override async ValueTask InitializeAsync()
    {
        RealPrograms.Skip(SshServer.Missing);
        Machine = await StubMachine.StartAsync();
        platform = Machine.Platform(manager, Patient);
    }

    public override async ValueTask DisposeAsync()
    {
        platform?.Dispose();
        if (Machine is not null) await Machine.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    protected override void WriteLog(params (DateTimeOffset At, string Text)[] lines) => Machine.Log(lines);

    protected override async Task BreakAsync(Fault fault)
    {
        switch (fault)
        {
            case Fault.Hangs:
                Again(TimeSpan.FromSeconds(1));
                Machine.Gate("exec sleep 600");
                break;
            case Fault.HangsAfterActing:
                // Long enough to be done with whatever a slow machine does before it hangs.
                Again(TimeSpan.FromSeconds(6));
                Machine.Gate("if acts; then run; exec sleep 600; fi");
                break;
            case Fault.CutsAfterActing:
                Again(Patient);
                Machine.Gate("if acts; then run; kill -9 $PPID; exit 1; fi");
                break;
            case Fault.BreaksOnActions:
                Machine.Gate("if acts; then echo 'cannot fork' >&2; exit 2; fi");
                break;
            case Fault.RefusesCredentials:
                Again(Patient, key: await Machine.Server.OtherKeyAsync());
                break;
            case Fault.Gone:
                Again(Patient);
                await Machine.Server.StopAsync();
                break;
            case Fault.FailsOneRead:
                Machine.Gate($"if [ ! -e {Machine.Server.Folder}/failed ]; then touch {Machine.Server.Folder}/failed; kill -9 $PPID; exit 1; fi");
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(fault));
        }
    }

    /// <summary>What the scripted manager answers from, in one place otherwise.</summary>
    protected void Change(string file, string before, string after)
    {
        var text = File.ReadAllText(Machine.Server.At(file));
        text.ShouldContain(before);
        File.WriteAllText(Machine.Server.At(file), text.Replace(before, after, StringComparison.Ordinal));
    }

    private void Again(TimeSpan timeout, string? key = null)
    {
        platform.Dispose();
        platform = Machine.Platform(manager, timeout, key);
    }
}

public sealed class Pm2PlatformTests() : SshPlatformContract(SshManager.Pm2)
{
    [Fact]
    public async Task An_app_that_was_stopped_is_not_told_with_a_crash_after_which_it_ran_again()
    {
        Change("jlist", "\"status\":\"online\",\"exec_mode\":\"cluster_mode\"", "\"status\":\"stopped\",\"exec_mode\":\"cluster_mode\"");
        (await Platform.StatusAsync(Target, None)).ShouldSatisfyAllConditions(s => s.State.ShouldBe(TargetState.Stopped), s => s.LastExit.ShouldBeNull());
        // As without autorestart: it ended by itself and nothing started it again.
        Change("jlist", "\"pm_uptime\":1795253051000,\"max_memory_restart\"", "\"pm_uptime\":1795253000000,\"max_memory_restart\"");
        (await Platform.StatusAsync(Target, None)).LastExit.ShouldNotBeNull().OomKilled.ShouldBeTrue();
    }
}

public sealed class SystemdPlatformTests() : SshPlatformContract(SshManager.Systemd)
{
    /// <summary>systemd starts nothing beside what runs.</summary>
    protected override PlatformOffer Offer => base.Offer with { Actions = base.Offer.Actions.Where(a => a.Key != PlatformAction.Deploy).ToDictionary(a => a.Key, a => a.Value) };

    [Theory]
    [InlineData("inactive", "dead", TargetState.Stopped, false)]
    [InlineData("failed", "failed", TargetState.Crashed, true)]
    public async Task A_unit_that_was_stopped_or_ended_well_is_not_told_with_a_failure_of_before(string active, string sub, TargetState state, bool told)
    {
        Change("unit", "ActiveState=active", $"ActiveState={active}");
        Change("unit", "SubState=running", $"SubState={sub}");
        var status = await Platform.StatusAsync(Target, None);
        (status.State, status.LastExit is not null).ShouldBe((state, told));
    }

    [Fact]
    public async Task Through_sudo_a_restart_is_called_as_its_rule_names_it_and_the_doctor_asks_for_each_unit()
    {
        using var sudoer = Machine.Platform(SshManager.Systemd, TimeSpan.FromSeconds(60), sudo: true);
        await sudoer.RestartAsync(Target, Call(), None);
        Actions.ShouldBe(1);
        (await File.ReadAllTextAsync(Path.Combine(Machine.Server.Folder, "sudo"), None)).ShouldBe("systemctl restart shop\n");
        sudoer.CommandByHand(Target, PlatformAction.Restart, null).ShouldContain("sudo systemctl restart");
        (await sudoer.ReachAsync(None)).Missing.Where(m => m.Fact.Contains("sudo", StringComparison.Ordinal)).ShouldHaveSingleItem()
            .ShouldSatisfyAllConditions(m => m.Fact.ShouldBe("may not restart mailer through sudo"), m => m.ToDo.ShouldEndWith("NOPASSWD: /usr/bin/systemctl restart mailer."));
    }
}
