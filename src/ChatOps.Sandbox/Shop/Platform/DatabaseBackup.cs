using System.Diagnostics;
using System.Globalization;
using ChatOps.Database;

namespace ChatOps.Sandbox.Shop.Platform;

/// <summary>Copies of the shop's data: a pg_dump in the custom format, which <c>pg_restore</c> reads.</summary>
internal sealed class DatabaseBackup(PrivateCluster cluster, int port, string folder, TimeProvider clock)
{
    private int last;

    /// <summary>Takes a copy and says where it is and how large.</summary>
    /// <exception cref="InvalidOperationException">The database does not run, or pg_dump failed; the message says why.</exception>
    public async Task<string> TakeAsync(string database, string of, CancellationToken cancellationToken)
    {
        // The dump's program of the very server that runs.
        if (cluster.PostmasterPid() is not { } pid || File.ResolveLinkTarget($"/proc/{pid}/exe", returnFinalTarget: false)?.FullName is not { } server)
            throw new InvalidOperationException("The database does not run: there is nothing that could be copied.");
        Directory.CreateDirectory(folder);
        var name = string.Create(CultureInfo.InvariantCulture, $"{of}-{clock.GetUtcNow():yyyyMMdd'T'HHmmss'Z'}-{Interlocked.Increment(ref last)}.dump");
        var (partial, whole) = (Path.Combine(folder, name + ".partial"), Path.Combine(folder, name));
        var start = new ProcessStartInfo(Path.Combine(Path.GetDirectoryName(server)!, "pg_dump")) { RedirectStandardError = true, UseShellExecute = false };
        foreach (var a in (string[])["--format=custom", "--host=127.0.0.1", $"--port={port.ToString(CultureInfo.InvariantCulture)}", "--username=postgres", "--no-password", $"--file={partial}", database]) start.ArgumentList.Add(a);
        using var dump = Process.Start(start) ?? throw new InvalidOperationException("pg_dump did not start.");
        try
        {
            var said = await dump.StandardError.ReadToEndAsync(cancellationToken);
            await dump.WaitForExitAsync(cancellationToken);
            if (dump.ExitCode != 0) throw new InvalidOperationException($"pg_dump ended with {dump.ExitCode}: {said.ReplaceLineEndings(" ").Trim()}");
            // Only a whole copy has the name of one.
            File.Move(partial, whole);
        }
        finally
        {
            if (!dump.HasExited) dump.Kill();
            File.Delete(partial);
        }
        return string.Create(CultureInfo.InvariantCulture, $"The data of {of} was copied to {whole}, {new FileInfo(whole).Length / 1024.0:0.0} KB");
    }
}
