using System.Globalization;
using ChatOps.Catalog;
using ChatOps.Platforms.Ssh;
using ChatOps.Tests.Support;

namespace ChatOps.Tests.Platforms.Ssh;

/// <summary>
/// A machine behind a real sshd whose manager is scripted: shop runs v42 from its folder of releases, mailer runs and has none. What pm2, systemctl and journalctl answer
/// is what they document or were seen to answer; what they are told to do is counted.
/// </summary>
internal sealed class StubMachine : IAsyncDisposable
{
    public static readonly DateTimeOffset Deployed = new(2026, 11, 21, 9, 20, 0, TimeSpan.Zero);
    public static readonly DateTimeOffset Killed = new(2026, 11, 21, 9, 24, 10, TimeSpan.Zero);

    private readonly string bin;

    private StubMachine(SshServer server, string bin) => (Server, this.bin) = (server, bin);

    public SshServer Server { get; }

    public string Shop => Path.Combine(Server.Folder, "srv", "shop");

    private string Operations => Path.Combine(Server.Folder, "state", "shop", "operations");

    /// <summary>What the manager was told to do. What was taken is on its way there: it is waited for.</summary>
    public int Actions
    {
        get
        {
            var done = Path.Combine(Server.Folder, "done");
            SpinWait.SpinUntil(() => Records().All(IsActing) && Records().Count() == Done(done), TimeSpan.FromSeconds(20));
            return Done(done);
        }
    }

    public static async Task<StubMachine> StartAsync()
    {
        var programs = Directory.CreateTempSubdirectory("chatops-bin-").FullName;
        var server = await SshServer.StartAsync(programs);
        var machine = new StubMachine(server, programs);
        machine.Write();
        return machine;
    }

    public SshPlatform Platform(SshManager manager, TimeSpan timeout, string? key = null, int? port = null, bool sudo = false) => new(
        new PlatformDefinition
        {
            Name = "vps",
            Type = "ssh",
            Url = new("http://unknown.invalid"),
            Timeout = timeout,
            Settings = new SshSettings("127.0.0.1", port ?? Server.Port, Server.User, key ?? Server.Key, Server.KnownHosts, manager, null, Path.Combine(Server.Folder, "state"))
            {
                // An action that was asked for still runs when a test looks, however slow the machine.
                Settle = TimeSpan.FromMinutes(5),
                Sudo = sudo,
            },
        },
        new Dictionary<string, SshTarget?> { ["shop"] = new(Shop), ["mailer"] = null }, TimeProvider.System);

    public void Log(IEnumerable<(DateTimeOffset At, string Text)> lines)
    {
        foreach (var (at, text) in lines)
        {
            File.AppendAllText(Server.At("shop-out.log"), $"{at:yyyy-MM-ddTHH:mm:ss}: {text}\n");
            var entry = new System.Text.Json.Nodes.JsonObject { ["__REALTIME_TIMESTAMP"] = (at.ToUnixTimeMilliseconds() * 1000).ToString(CultureInfo.InvariantCulture), ["MESSAGE"] = text, ["_PID"] = "4242" };
            File.AppendAllText(Server.At("journal"), entry.ToJsonString() + "\n");
        }
    }

    /// <summary>Runs in place of each script; <c>$script</c> is its text, <c>$answer</c> what a call of <c>run</c> leaves.</summary>
    public void Gate(string text) => File.WriteAllText(Server.Gate, $$"""
        script=$(cat)
        run() { answer=$(printf '%s\n' "$script" | /bin/sh -s); }
        acts() { case $script in *"
        act") return 0 ;; esac; return 1; }
        {{text}}
        run; printf '%s\n' "$answer"

        """);

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        Directory.Delete(bin, recursive: true);
    }

    private IEnumerable<string> Records() => Directory.EnumerateFiles(Path.Combine(Server.Folder, "state"), "id-*", SearchOption.AllDirectories).Where(f => !f.EndsWith("-seed", StringComparison.Ordinal));

    // Not by File: .NET locks what it reads, and the lock of such a file means something.
    private static bool IsActing(string record)
    {
        using var grep = System.Diagnostics.Process.Start("/bin/grep", ["-q", "^acting=", record]);
        grep.WaitForExit();
        return grep.ExitCode == 0;
    }

    private static int Done(string file) => File.Exists(file) ? File.ReadAllLines(file).Length : 0;

    private void Write()
    {
        foreach (var (version, release) in new[] { ("v41", "commit=1a2b\ncreated=2026-11-20T10:00:00Z\n"), ("v42", StubAnswers.Release) })
        {
            var folder = Directory.CreateDirectory(Path.Combine(Shop, "releases", version)).FullName;
            File.WriteAllText(Path.Combine(folder, "RELEASE"), release);
        }
        File.CreateSymbolicLink(Path.Combine(Shop, "current"), "releases/v42");
        using (var touch = System.Diagnostics.Process.Start("/usr/bin/touch", ["-h", "-d", Deployed.ToString("O", CultureInfo.InvariantCulture), Path.Combine(Shop, "current")])) touch.WaitForExit();
        Directory.CreateDirectory(Operations);
        var at = Deployed.ToUnixTimeMilliseconds();
        File.WriteAllText(Path.Combine(Operations, "id-seed"), string.Create(CultureInfo.InvariantCulture,
            $"id=seed\nkind=deploy\nat={at}\nversion=v42\nfrom=v41\nactor=tom\nreason=release\nacting={at}\nended={at + 5000}\nresult=succeeded\nmessage=\n"));
        File.WriteAllText(Path.Combine(Server.Folder, "state", "shop", "count"), "7\n");
        Directory.CreateDirectory(Server.At(".pm2"));
        // PM2 is taken to run when the process of its file does.
        File.WriteAllText(Server.At(".pm2/pm2.pid"), Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
        File.WriteAllText(Server.At(".pm2/pm2.log"), StubAnswers.Pm2Log);
        File.WriteAllText(Server.At("jlist"), StubAnswers.List(Shop, Server.Folder));
        File.WriteAllText(Server.At("unit"), StubAnswers.Unit(Shop));
        File.WriteAllText(Server.At("journal"), "");
        Program("pm2", StubAnswers.Pm2(Server.Folder));
        Program("systemctl", StubAnswers.Systemctl(Server.Folder));
        Program("journalctl", StubAnswers.Journalctl(Server.Folder));
        Program("node", "#!/bin/sh\n");
        Program("sudo", StubAnswers.Sudo(Server.Folder));
    }

    private void Program(string name, string text)
    {
        var file = Path.Combine(bin, name);
        File.WriteAllText(file, text);
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserExecute);
    }
}
