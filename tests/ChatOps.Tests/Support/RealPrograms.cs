using System.Diagnostics;

namespace ChatOps.Tests.Support;

/// <summary>Programs as Debian packs them, on this machine alone, each in the same folder of its own and gone with the test.</summary>
internal sealed class RealPrograms(string name) : IAsyncDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory($"chatops-{name}-");
    private readonly List<Process> processes = [];
    private readonly Queue<string> log = new();

    public string Folder => folder.FullName;

    /// <summary>Why they cannot be run, or null; in CI that fails.</summary>
    /// <param name="packages">What is to be installed.</param>
    public static string? Missing(string packages, params string[] programs)
    {
        var missing = Array.Find(programs, p => !File.Exists(p));
        return missing is null ? null : NotHere($"No {missing} on this machine: install {packages} to run this test.");
    }

    /// <summary>Skips the test that runs where the programs are not; in CI that fails.</summary>
    public static void Need(string packages, params string[] programs) => Skip(Missing(packages, programs));

    public static void Skip(string? missing) => Assert.SkipWhen(missing is not null, missing ?? "");

    public static string NotHere(string why) => Environment.GetEnvironmentVariable("CI") is { Length: > 0 } ? throw new InvalidOperationException(why) : why;

    /// <summary>The last lines that the programs wrote.</summary>
    public string Said
    {
        get
        {
            lock (log) return string.Join('\n', log);
        }
    }

    public Task WriteAsync(string file, string text) => File.WriteAllTextAsync(Path.Combine(Folder, file), text);

    public Process Run(string program, params string[] arguments)
    {
        var process = new Process { StartInfo = new ProcessStartInfo(program, arguments) { UseShellExecute = false, RedirectStandardError = true, RedirectStandardOutput = true, WorkingDirectory = Folder } };
        process.ErrorDataReceived += (_, e) => Keep(e.Data);
        process.OutputDataReceived += (_, e) => Keep(e.Data);
        process.Start();
        process.BeginErrorReadLine();
        process.BeginOutputReadLine();
        processes.Add(process);
        return process;
    }

    /// <summary>As <see cref="Until.TrueAsync(Func{Task{bool}}, string, TimeSpan?)"/>, with what the programs said where it does not come true.</summary>
    public async Task ReadyAsync(Func<Task<bool>> condition, string what)
    {
        try
        {
            await Until.TrueAsync(condition, what);
        }
        catch (TimeoutException e)
        {
            throw new TimeoutException($"{e.Message}\n{Said}", e);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var process in processes)
        {
            if (!process.HasExited) process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync();
            process.Dispose();
        }
        folder.Delete(recursive: true);
    }

    private void Keep(string? line)
    {
        if (line is null) return;
        lock (log)
        {
            log.Enqueue(line);
            if (log.Count > 40) log.Dequeue();
        }
    }
}
