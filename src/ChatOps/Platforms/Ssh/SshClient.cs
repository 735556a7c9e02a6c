using System.ComponentModel;
using System.Globalization;
using ChatOps.Catalog;

namespace ChatOps.Platforms.Ssh;

/// <summary>
/// How the system's ssh is called: with the key and the known hosts of the configuration and nobody's ssh_config, asking nobody, over one connection that all calls share
/// (ControlMaster) through a socket in a folder of its own, which goes with the adapter.
/// </summary>
internal sealed class SshClient(PlatformDefinition definition) : IDisposable
{
    private static readonly TimeSpan Goodbye = TimeSpan.FromSeconds(2);

    private readonly SshSettings settings = (SshSettings)definition.Settings!;
    private readonly Lock opening = new();
    private string? folder;
    private int shared;

    /// <exception cref="Win32Exception">There is no ssh.</exception>
    public SshRun Start(string script) => SshRun.Start([.. Options(), "-p", settings.Port.ToString(CultureInfo.InvariantCulture), "-l", settings.User, "--", settings.Host, "exec /bin/sh -s"], script);

    /// <summary>A connection that did not answer is left to those who still use it; the next call makes a new one.</summary>
    public void Leave()
    {
        int left;
        lock (opening)
        {
            if (folder is null) return;
            left = shared++;
        }
        Tell("stop", left);
    }

    public void Dispose()
    {
        lock (opening)
        {
            if (folder is null) return;
            for (var one = 0; one <= shared; one++) Tell("exit", one);
            Directory.Delete(folder, recursive: true);
            folder = null;
        }
    }

    private string Folder()
    {
        lock (opening)
        {
            if (folder is not null) return folder;
            // Short: the path of a socket may be 107 bytes long. Only its owner may look into it.
            var made = Directory.CreateTempSubdirectory("chatops-ssh-").FullName;
            var key = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite };
            using (var file = new StreamWriter(Path.Combine(made, "key"), key)) file.Write(settings.Key.TrimEnd() + "\n");
            // A name of our own, so that nothing in the given one is read as ssh's own signs.
            File.CreateSymbolicLink(Path.Combine(made, "known_hosts"), settings.KnownHosts);
            return folder = made;
        }
    }

    private IEnumerable<string> Options()
    {
        var made = Folder();
        yield return "-F";
        yield return "none";
        yield return "-T";
        foreach (var option in (string[])
        [
            "BatchMode=yes", "StrictHostKeyChecking=yes", $"UserKnownHostsFile={made}/known_hosts", "GlobalKnownHostsFile=/dev/null", "UpdateHostKeys=no", "VerifyHostKeyDNS=no",
            $"IdentityFile={made}/key", "IdentitiesOnly=yes", "IdentityAgent=none", "PreferredAuthentications=publickey", "NumberOfPasswordPrompts=0",
            "ForwardAgent=no", "ForwardX11=no", "ClearAllForwardings=yes", "PermitLocalCommand=no", "LogLevel=ERROR", "ConnectionAttempts=1",
            string.Create(CultureInfo.InvariantCulture, $"ConnectTimeout={Math.Max(1, (int)(definition.Timeout.TotalSeconds * 0.6))}"),
            "ServerAliveInterval=5", "ServerAliveCountMax=3", "ControlMaster=auto", $"ControlPath={Socket(made, shared)}", "ControlPersist=120",
        ])
        {
            yield return "-o";
            yield return option;
        }
    }

    // To the connection itself, over its socket: nothing goes to the machine.
    private void Tell(string what, int one)
    {
        if (folder is null || !File.Exists(Socket(folder, one))) return;
        try
        {
            using var run = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo("ssh", ["-F", "none", "-O", what, "-o", $"ControlPath={Socket(folder, one)}", "--", settings.Host])
            {
                RedirectStandardError = true,
                RedirectStandardOutput = true,
                UseShellExecute = false,
            })!;
            if (!run.WaitForExit(Goodbye)) run.Kill();
        }
        catch (Win32Exception)
        {
            // Without ssh there is no connection either.
        }
    }

    private static string Socket(string folder, int one) => string.Create(CultureInfo.InvariantCulture, $"{folder}/{one}");
}
