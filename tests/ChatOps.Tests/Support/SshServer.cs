using System.Diagnostics;
using System.Globalization;
using ChatOps.Sandbox.Shop.Platform;

namespace ChatOps.Tests.Support;

/// <summary>
/// A real sshd on 127.0.0.1 that lets in whoever runs the tests by a key of its own; its folder is theirs on "the machine". Everything that was begun over it, daemons
/// too, bears its mark and is gone with it.
/// </summary>
internal sealed class SshServer : IAsyncDisposable
{
    private const string Program = "/usr/sbin/sshd";
    private const string Mark = "CHATOPS_TEST_MACHINE";

    private readonly RealPrograms programs = new("sshd");
    private Process? server;

    private SshServer(int port, string path) => (Port, Variables) = (port, new(StringComparer.Ordinal)
    {
        [Mark] = programs.Folder,
        ["PATH"] = (path.Length > 0 ? path + ":" : "") + "/usr/local/bin:/usr/bin:/bin",
        ["HOME"] = programs.Folder,
    });

    /// <summary>Why there can be none, or null.</summary>
    public static string? Missing => RealPrograms.Missing("openssh-server openssh-client", Program, "/usr/bin/ssh", "/usr/bin/ssh-keygen");

    public int Port { get; }

    private Dictionary<string, string> Variables { get; }

    public string Folder => programs.Folder;

    public string User => Environment.UserName;

    public string Key => File.ReadAllText(Path.Combine(Folder, "user"));

    public string KnownHosts => Path.Combine(Folder, "known_hosts");

    /// <summary>What runs in place of each command, with the command in SSH_ORIGINAL_COMMAND; it runs it in the end, or does not.</summary>
    public string Gate => Path.Combine(Folder, "gate");

    /// <param name="path">Folders before the others in PATH over there.</param>
    public static async Task<SshServer> StartAsync(string path = "")
    {
        // Somebody else may take the port between its choice and its use.
        for (var attempt = 1; ; attempt++)
        {
            var made = new SshServer(FreePort.Next(), path);
            try
            {
                await made.BeginAsync();
                return made;
            }
            catch (Exception) when (attempt < 3)
            {
                await made.DisposeAsync();
            }
            catch
            {
                await made.DisposeAsync();
                throw;
            }
        }
    }

    public string At(string name) => Path.Combine(Folder, name);

    /// <summary>A key that nobody was told of.</summary>
    public async Task<string> OtherKeyAsync()
    {
        await MakeKeyAsync("other");
        return await File.ReadAllTextAsync(At("other"));
    }

    /// <summary>A command as on the machine itself, bearing its mark.</summary>
    public async Task<string> OnItAsync(string command)
    {
        var start = new ProcessStartInfo("/bin/sh", ["-c", command]) { UseShellExecute = false, RedirectStandardOutput = true, WorkingDirectory = Folder };
        foreach (var name in start.Environment.Keys.ToList()) start.Environment.Remove(name);
        foreach (var (name, value) in Variables) start.Environment[name] = value;
        using var process = Process.Start(start)!;
        var text = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? text : throw new InvalidOperationException($"{command} ended with {process.ExitCode}: {text}");
    }

    public async Task StopAsync()
    {
        if (server is null) return;
        server.Kill(entireProcessTree: true);
        await server.WaitForExitAsync();
        server = null;
    }

    public void Signal(string signal) => Process.Start("/bin/kill", [signal, server!.Id.ToString(CultureInfo.InvariantCulture)]).WaitForExit();

    public async ValueTask DisposeAsync()
    {
        EndAll();
        await programs.DisposeAsync();
        EndAll();
    }

    private async Task BeginAsync()
    {
        Directory.CreateDirectory("/run/sshd");
        await Task.WhenAll(MakeKeyAsync("host"), MakeKeyAsync("user"));
        File.Copy(At("user.pub"), At("authorized_keys"));
        var host = (await File.ReadAllTextAsync(At("host.pub"))).Split(' ');
        await programs.WriteAsync("known_hosts", $"[127.0.0.1]:{Port} {host[0]} {host[1]}\n");
        await programs.WriteAsync("gate", "exec /bin/sh -c \"$SSH_ORIGINAL_COMMAND\"\n");
        await programs.WriteAsync("sshd_config", $"""
            Port {Port}
            ListenAddress 127.0.0.1
            HostKey {Folder}/host
            PidFile none
            AuthorizedKeysFile {Folder}/authorized_keys
            PasswordAuthentication no
            KbdInteractiveAuthentication no
            PermitRootLogin yes
            UsePAM no
            StrictModes no
            MaxStartups 100
            SetEnv {string.Join(' ', Variables.Select(v => $"{v.Key}={v.Value}"))}
            ForceCommand cd {Folder} && exec /bin/sh {Gate}

            """);
        server = programs.Run(Program, "-D", "-e", "-f", At("sshd_config"));
        await programs.ReadyAsync(async () =>
        {
            if (server.HasExited) throw new InvalidOperationException("sshd ended at once.");
            using var client = new System.Net.Sockets.TcpClient();
            try
            {
                await client.ConnectAsync("127.0.0.1", Port);
                // Its own greeting, so that it is not somebody else's port.
                using var reader = new StreamReader(client.GetStream());
                return (await reader.ReadLineAsync())?.StartsWith("SSH-2.0-", StringComparison.Ordinal) == true;
            }
            catch (Exception e) when (e is System.Net.Sockets.SocketException or IOException)
            {
                return false;
            }
        }, "sshd answers");
    }

    private async Task MakeKeyAsync(string name)
    {
        using var made = Process.Start("/usr/bin/ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", name, "-f", At(name)]);
        await made.WaitForExitAsync();
        if (made.ExitCode != 0) throw new InvalidOperationException("ssh-keygen made no key.");
    }

    private void EndAll()
    {
        // Again until none is left: what is being ended may have begun something.
        for (var round = 0; round < 20; round++)
        {
            var left = Directory.EnumerateDirectories("/proc").Where(d => int.TryParse(Path.GetFileName(d), out _)).Where(IsOurs).ToList();
            if (left is []) return;
            foreach (var one in left)
            {
                try
                {
                    using var process = Process.GetProcessById(int.Parse(Path.GetFileName(one), CultureInfo.InvariantCulture));
                    process.Kill();
                    process.WaitForExit(TimeSpan.FromSeconds(1));
                }
                catch (Exception e) when (e is ArgumentException or InvalidOperationException or System.ComponentModel.Win32Exception)
                {
                    // It went by itself.
                }
            }
        }
    }

    private bool IsOurs(string folder)
    {
        try
        {
            return File.ReadAllText(Path.Combine(folder, "environ")).Split('\0').Contains($"{Mark}={Folder}", StringComparer.Ordinal);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
