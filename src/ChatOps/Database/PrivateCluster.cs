using System.Diagnostics;
using System.Globalization;

namespace ChatOps.Database;

/// <summary>
/// A PostgreSQL cluster of our own under a folder, for when nobody gave us a database.
/// It listens on a unix socket in that folder and, where a port is given, on 127.0.0.1.
/// PostgreSQL refuses to run as root, so as root it runs as the user <c>postgres</c> (or <c>nobody</c>).
/// </summary>
public sealed class PrivateCluster
{
    private readonly string folder;
    private readonly int? tcpPort;
    private readonly IReadOnlyList<string> settings;

    /// <param name="folder">Holds <c>data/</c>, <c>run/</c> (the socket) and <c>postgres.log</c>.</param>
    /// <param name="tcpPort">A port on 127.0.0.1, or null for the unix socket alone.</param>
    /// <param name="settings">Further <c>name=value</c> settings, such as <c>log_connections=on</c>.</param>
    public PrivateCluster(string folder, int? tcpPort, params string[] settings)
    {
        this.folder = Path.GetFullPath(folder);
        this.tcpPort = tcpPort;
        this.settings = settings;
    }

    public string LogFile => Path.Combine(folder, "postgres.log");

    private string Data => Path.Combine(folder, "data");

    // A unix socket's path may be 107 bytes long at most; a deep state folder falls back to a short one that the folder's name decides.
    private string SocketFolder => Path.Combine(folder, "run").Length <= 80
        ? Path.Combine(folder, "run")
        : Path.Combine(Path.GetTempPath(), "chatops-" + Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(folder)))[..12]);

    private int Port => tcpPort ?? 5432;

    /// <summary>For Npgsql; over TCP where a port was given, else over the socket.</summary>
    public string ConnectionString(string database) => tcpPort is null
        ? $"Host={SocketFolder};Port={Port};Username=postgres;Database={database}"
        : $"Host=127.0.0.1;Port={Port};Username=postgres;Database={database}";

    /// <summary>Creates the cluster where there is none and starts it where it does not run; both may be so already.</summary>
    /// <exception cref="InvalidOperationException">PostgreSQL is not installed or does not start; the message says what to do.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var bin = FindBinaries();
        Directory.CreateDirectory(folder);
        Directory.CreateDirectory(SocketFolder);
        if (Environment.UserName == "root")
        {
            Passable(folder);
            Passable(SocketFolder);
            await RunAsync("chown", ["-R", OwnUser(), folder, SocketFolder], asOwner: false, cancellationToken);
        }
        if (!File.Exists(Path.Combine(Data, "PG_VERSION")))
            await RunAsync(Path.Combine(bin, "initdb"), ["-D", Data, "-U", "postgres", "--auth=trust", "-E", "UTF8", "--locale=C.UTF-8", "-N"], asOwner: true, cancellationToken);
        if (await IsRunningAsync(cancellationToken)) return;
        // PostgreSQL takes a zombie for a server that runs, and refuses to start: both of its lock files name the process.
        foreach (var left in (string[])[PidFile, SocketLock])
            if (PidFrom(left) is { } former && Directory.Exists($"/proc/{former}") && !IsAlive(former)) File.Delete(left);

        var options = new List<string>
        {
            tcpPort is null ? "-c listen_addresses=''" : "-c listen_addresses=127.0.0.1",
            $"-c port={Port}",
            $"-c unix_socket_directories={SocketFolder}",
        };
        options.AddRange(settings.Select(s => $"-c {s}"));
        try
        {
            await RunAsync(Path.Combine(bin, "pg_ctl"), ["-D", Data, "-l", LogFile, "-w", "-t", "60", "-o", string.Join(' ', options), "start"], asOwner: true, cancellationToken);
        }
        catch (InvalidOperationException e)
        {
            // pg_ctl only says that it did not start; why stands in the server's log.
            throw new InvalidOperationException($"{e.Message} Its log ends: {LogEnd()}", e);
        }
    }

    private string LogEnd() => File.Exists(LogFile) ? string.Join(" / ", File.ReadLines(LogFile).TakeLast(4)) : "(there is none)";

    /// <summary>Stops it at once and cleanly (open connections are ended). Does nothing when it does not run.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (!await IsRunningAsync(cancellationToken)) return;
        await RunAsync(Path.Combine(FindBinaries(), "pg_ctl"), ["-D", Data, "-m", "fast", "-w", "stop"], asOwner: true, cancellationToken);
    }

    /// <summary>The process id of the running postmaster, or null.</summary>
    public int? PostmasterPid()
    {
        var pid = PidFrom(PidFile);
        return pid is { } number && IsAlive(number) ? pid : null;
    }

    private string PidFile => Path.Combine(Data, "postmaster.pid");

    private string SocketLock => Path.Combine(SocketFolder, $".s.PGSQL.{Port}.lock");

    private static int? PidFrom(string lockFile)
    {
        if (!File.Exists(lockFile)) return null;
        return int.TryParse(File.ReadLines(lockFile).FirstOrDefault(), NumberStyles.None, CultureInfo.InvariantCulture, out var pid) ? pid : null;
    }

    // A killed postmaster stays in the table as a zombie until its parent collects it, which in a container may never happen.
    private static bool IsAlive(int pid)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{pid}/stat");
            return stat[stat.LastIndexOf(')') + 2] is not ('Z' or 'X');
        }
        catch (IOException)
        {
            return false;
        }
    }

    private async Task<bool> IsRunningAsync(CancellationToken cancellationToken)
    {
        if (PostmasterPid() is null) return false;
        var (code, _) = await TryRunAsync(Path.Combine(FindBinaries(), "pg_ctl"), ["-D", Data, "status"], asOwner: true, cancellationToken);
        return code == 0;
    }

    private static string FindBinaries()
    {
        const string debian = "/usr/lib/postgresql";
        var versions = Directory.Exists(debian)
            ? Directory.GetDirectories(debian).OrderByDescending(d => int.TryParse(Path.GetFileName(d), NumberStyles.None, CultureInfo.InvariantCulture, out var v) ? v : 0)
            : Enumerable.Empty<string>();
        foreach (var candidate in versions.Select(v => Path.Combine(v, "bin")).Concat((Environment.GetEnvironmentVariable("PATH") ?? "").Split(':')))
        {
            if (candidate.Length > 0 && File.Exists(Path.Combine(candidate, "initdb")) && File.Exists(Path.Combine(candidate, "pg_ctl"))) return candidate;
        }
        throw new InvalidOperationException("PostgreSQL is not installed here. Install it (Debian: apt-get install postgresql-15), or set DATABASE_URL to a database that exists.");
    }

    private static string OwnUser() => File.ReadLines("/etc/passwd").Any(l => l.StartsWith("postgres:", StringComparison.Ordinal)) ? "postgres" : "nobody";

    // Every parent folder must let the other user pass; only folders that root owns below the temporary or state folder are touched.
    private static void Passable(string path)
    {
        for (var d = new DirectoryInfo(path); d?.Parent is not null; d = d.Parent)
        {
            var mode = File.GetUnixFileMode(d.FullName);
            // Group too: the other user keeps root's group, and then the group's bits decide, not the others'.
            const UnixFileMode pass = UnixFileMode.OtherExecute | UnixFileMode.GroupExecute;
            if ((mode & pass) != pass) File.SetUnixFileMode(d.FullName, mode | pass);
        }
    }

    private static async Task RunAsync(string file, IReadOnlyList<string> arguments, bool asOwner, CancellationToken cancellationToken)
    {
        var (code, output) = await TryRunAsync(file, arguments, asOwner, cancellationToken);
        if (code != 0) throw new InvalidOperationException($"{Path.GetFileName(file)} ended with {code}: {output.Trim()}");
    }

    private static async Task<(int Code, string Output)> TryRunAsync(string file, IReadOnlyList<string> arguments, bool asOwner, CancellationToken cancellationToken)
    {
        // Output goes through a file: a daemon that pg_ctl leaves behind would keep a pipe open for ever.
        var log = Path.GetTempFileName();
        try
        {
            var start = new ProcessStartInfo("/bin/sh") { WorkingDirectory = "/" };
            start.ArgumentList.Add("-c");
            start.ArgumentList.Add("log=$1; shift; exec \"$@\" >>\"$log\" 2>&1 </dev/null");
            start.ArgumentList.Add("sh");
            start.ArgumentList.Add(log);
            if (asOwner && Environment.UserName == "root")
                foreach (var a in (string[])["setpriv", $"--reuid={OwnUser()}", "--clear-groups", "--"]) start.ArgumentList.Add(a);
            start.ArgumentList.Add(file);
            foreach (var a in arguments) start.ArgumentList.Add(a);
            using var process = Process.Start(start) ?? throw new InvalidOperationException($"{file} did not start.");
            await process.WaitForExitAsync(cancellationToken);
            return (process.ExitCode, await File.ReadAllTextAsync(log, cancellationToken));
        }
        finally
        {
            File.Delete(log);
        }
    }
}
