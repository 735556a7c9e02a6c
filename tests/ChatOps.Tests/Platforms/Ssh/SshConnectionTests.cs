using ChatOps.Platforms;
using ChatOps.Platforms.Ssh;
using ChatOps.Tests.Support;

namespace ChatOps.Tests.Platforms.Ssh;

/// <summary>What can go wrong between the bot and a machine, over a real sshd.</summary>
public sealed class SshConnectionTests : IAsyncLifetime
{
    private static readonly PlatformTarget Shop = new(new("shop", "production"), "shop");
    private static readonly TimeSpan Patient = TimeSpan.FromSeconds(60);

    private StubMachine machine = null!;

    public async ValueTask InitializeAsync()
    {
        RealPrograms.Skip(SshServer.Missing);
        machine = await StubMachine.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (machine is not null) await machine.DisposeAsync();
    }

    [Fact]
    public async Task A_host_key_that_nobody_named_is_refused_with_what_to_do()
    {
        await File.WriteAllTextAsync(machine.Server.KnownHosts, "");
        using var platform = machine.Platform(SshManager.Pm2, Patient);
        var refused = await Should.ThrowAsync<PlatformException>(() => platform.RestartAsync(Shop, new("op-1", "ana", "x"), default));
        (refused.Outcome, refused.Code).ShouldBe((CallOutcome.NotDone, "host_key"));
        refused.Message.ShouldContain($"ssh-keyscan -p {machine.Server.Port} 127.0.0.1");
        (await File.ReadAllTextAsync(machine.Server.KnownHosts)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_host_key_that_changed_is_refused_as_that()
    {
        await machine.Server.OtherKeyAsync();
        var other = (await File.ReadAllTextAsync(machine.Server.At("other.pub"))).Split(' ');
        await File.WriteAllTextAsync(machine.Server.KnownHosts, $"[127.0.0.1]:{machine.Server.Port} {other[0]} {other[1]}\n");
        using var platform = machine.Platform(SshManager.Pm2, Patient);
        (await Should.ThrowAsync<PlatformException>(() => platform.StatusAsync(Shop, default))).ShouldSatisfyAllConditions(e => e.Code.ShouldBe("host_key"), e => e.Message.ShouldContain("another host key"));
    }

    [Fact]
    public async Task A_server_that_takes_the_connection_and_says_nothing_is_not_waited_for_forever()
    {
        machine.Server.Signal("-STOP");
        using var platform = machine.Platform(SshManager.Pm2, TimeSpan.FromSeconds(2));
        var failed = await Should.ThrowAsync<PlatformException>(() => platform.RestartAsync(Shop, new("op-1", "ana", "x"), default));
        failed.Message.ShouldStartWith("vps ");
        machine.Server.Signal("-CONT");
    }

    [Fact]
    public async Task A_shared_connection_that_is_killed_is_made_anew()
    {
        using var platform = machine.Platform(SshManager.Pm2, Patient);
        (await platform.StatusAsync(Shop, default)).Version.ShouldBe("v42");
        var shared = Multiplexer().ShouldNotBeNull("the calls share a connection");
        using (var process = System.Diagnostics.Process.GetProcessById(shared)) process.Kill();
        (await platform.StatusAsync(Shop, default)).Version.ShouldBe("v42");
    }

    [Fact]
    public async Task Nothing_of_it_is_left_when_the_adapter_goes()
    {
        var platform = machine.Platform(SshManager.Pm2, Patient);
        await platform.StatusAsync(Shop, default);
        Folders().ShouldHaveSingleItem();
        platform.Dispose();
        Folders().ShouldBeEmpty();
        await Until.TrueAsync(() => Multiplexer() is null, "the connection has ended");
    }

    [Fact]
    public async Task A_script_that_was_ended_before_its_end_is_told_as_not_known_and_one_that_did_nothing_as_that()
    {
        using var platform = machine.Platform(SshManager.Pm2, Patient);
        var record = "kind=restart\nat=1795253051000\nversion=\nfrom=v42\nactor=ana\nreason=x\n";
        var folder = machine.Server.At("state/shop/operations");
        await File.WriteAllTextAsync(Path.Combine(folder, "id-op-begun"), $"id=op-begun\n{record}acting=1795253051001\n");
        await File.WriteAllTextAsync(Path.Combine(folder, "id-op-taken"), $"id=op-taken\n{record}");
        (await Should.ThrowAsync<PlatformException>(() => platform.FindOperationAsync(Shop, "op-begun", default))).Outcome.ShouldBe(CallOutcome.Unknown);
        (await platform.FindOperationAsync(Shop, "op-taken", default)).ShouldNotBeNull().State.ShouldBe(PlatformOperationState.Failed);
    }

    [Fact]
    public async Task An_action_is_not_begun_while_another_works_on_the_service()
    {
        using var platform = machine.Platform(SshManager.Pm2, Patient);
        await File.WriteAllTextAsync(machine.Server.At("holder"), "exec 9>> state/shop/lock; flock 9; touch held; sleep 600\n");
        var holding = machine.Server.OnItAsync("sh holder || true");
        await Until.TrueAsync(() => File.Exists(machine.Server.At("held")), "the lock is held");
        (await Should.ThrowAsync<PlatformException>(() => platform.RestartAsync(Shop, new("op-1", "ana", "x"), default))).Code.ShouldBe("busy");
        machine.Actions.ShouldBe(0);
        (await platform.FindOperationAsync(Shop, "op-1", default)).ShouldBeNull();
        holding.IsCompleted.ShouldBeFalse();
    }

    [Fact]
    public async Task Which_releases_ran_is_not_claimed_where_the_bot_put_none_of_them_there()
    {
        using var platform = machine.Platform(SshManager.Pm2, Patient);
        (await platform.ReleasesAsync(Shop, default)).Select(r => r.DeployedAt).ShouldBe([StubMachine.Deployed, null]);
        File.Delete(machine.Server.At("state/shop/operations/id-seed"));
        (await platform.ReleasesAsync(Shop, default)).Select(r => r.DeployedAt).ShouldBe([null, null]);
        (await platform.StatusAsync(Shop, default)).ShouldSatisfyAllConditions(s => s.DeployedAt.ShouldBe(StubMachine.Deployed), s => s.DeployedBy.ShouldBeNull());
        (await platform.ChangesAsync(Shop, DateTimeOffset.UnixEpoch, default))[0].ShouldSatisfyAllConditions(c => c.Kind.ShouldBe("deploy"), c => c.Actor.ShouldBeNull(), c => c.Version.ShouldBe("v42"));
    }

    [Fact]
    public async Task Values_stay_on_the_machine_and_names_of_variables_are_told_of_systemd_too()
    {
        using var platform = machine.Platform(SshManager.Systemd, Patient);
        (await platform.StatusAsync(Shop, default)).ShouldSatisfyAllConditions(s => s.Variables.ShouldBe(["DATABASE_URL", "INVENTORY_URL"]), s => s.ToString().ShouldNotContain("hunter2"));
        await platform.DeployAsync(Shop, "v41", recreate: true, new("op-1", "ana'; touch /tmp/x #", "it's \"broken\" $(id)"), default);
        machine.Actions.ShouldBe(1);
        (await platform.ChangesAsync(Shop, DateTimeOffset.UnixEpoch, default))[^1].ShouldSatisfyAllConditions(c => c.Actor.ShouldBe("ana'; touch /tmp/x #"), c => c.Text.ShouldBe("it's \"broken\" $(id)"));
    }

    private IEnumerable<string> Folders() => Directory.EnumerateDirectories(Path.GetTempPath(), "chatops-ssh-*")
        .Where(f => new FileInfo(Path.Combine(f, "known_hosts")).LinkTarget == machine.Server.KnownHosts);

    private int? Multiplexer()
    {
        foreach (var one in Directory.EnumerateDirectories("/proc").Where(d => int.TryParse(Path.GetFileName(d), out _)))
        {
            try
            {
                var text = File.ReadAllText(Path.Combine(one, "cmdline"));
                if (!text.StartsWith("ssh: ", StringComparison.Ordinal) || !text.Contains("[mux]", StringComparison.Ordinal)) continue;
                var socket = text["ssh: ".Length..text.IndexOf(" [mux]", StringComparison.Ordinal)];
                if (new FileInfo(Path.Combine(Path.GetDirectoryName(socket)!, "known_hosts")).LinkTarget == machine.Server.KnownHosts) return int.Parse(Path.GetFileName(one), System.Globalization.CultureInfo.InvariantCulture);
            }
            catch (IOException)
            {
                // It ended while it was looked at.
            }
        }
        return null;
    }
}
