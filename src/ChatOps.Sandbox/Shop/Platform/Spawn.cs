using System.Diagnostics;

namespace ChatOps.Sandbox.Shop.Platform;

/// <summary>Starts processes of this same executable whose output goes to the end of a log file and that end with us.</summary>
internal static class Spawn
{
    public static Process Start(string subcommand, string logFile, IEnumerable<(string Name, string Value)> arguments, IEnumerable<(string Name, string Value)> variables)
    {
        // The shell only opens the log for appending and becomes the program: the process id stays.
        var start = new ProcessStartInfo("/bin/sh") { RedirectStandardInput = true, UseShellExecute = false };
        foreach (var a in (string[])["-c", "log=$1; shift; exec \"$@\" >>\"$log\" 2>&1", "sh", logFile, .. Executable(), subcommand]) start.ArgumentList.Add(a);
        foreach (var (name, value) in arguments)
        {
            start.ArgumentList.Add("--" + name);
            start.ArgumentList.Add(value);
        }
        foreach (var (name, value) in variables) start.Environment[name] = value;
        start.Environment["DOTNET_TieredPGO"] = "0";
        start.Environment["DOTNET_gcServer"] = "0";
        start.Environment["DOTNET_gcConcurrent"] = "0";
        start.Environment["DOTNET_EnableDiagnostics"] = "0";
        start.Environment["DOTNET_DbgEnableMiniDump"] = "0";
        return Process.Start(start) ?? throw new InvalidOperationException($"{subcommand} did not start.");
    }

    /// <summary>
    /// Runs a shell line when this process has ended, however it ended: the shell waits for the end of the pipe that only we hold.
    /// </summary>
    public static Process Guard(string line)
    {
        var start = new ProcessStartInfo("/bin/sh") { RedirectStandardInput = true, UseShellExecute = false };
        foreach (var a in (string[])["-c", $"trap '' INT TERM HUP; cat >/dev/null; {line}"]) start.ArgumentList.Add(a);
        return Process.Start(start) ?? throw new InvalidOperationException("/bin/sh did not start.");
    }

    private static string[] Executable()
    {
        var assembly = typeof(Spawn).Assembly.Location;
        if (assembly.Length == 0) return [Environment.ProcessPath!];
        var host = Path.GetFileNameWithoutExtension(Environment.ProcessPath ?? "");
        if (host == "ChatOps.Sandbox") return [Environment.ProcessPath!];
        // Under a test runner the process is another program: the runtime's own dotnet runs our assembly.
        var runtime = Path.GetDirectoryName(typeof(object).Assembly.Location)!;
        var dotnet = host == "dotnet" ? Environment.ProcessPath! : Path.GetFullPath(Path.Combine(runtime, "..", "..", "..", "dotnet"));
        return [dotnet, "exec", assembly];
    }
}
