using System.ComponentModel;
using System.Diagnostics;
using System.Text;

namespace ChatOps.Platforms.Ssh;

/// <summary>One run of the system's ssh: a script goes in, an answer comes out. Disposing it ends the program, not the connection that others share.</summary>
internal sealed class SshRun : IDisposable
{
    private const int LongestComplaint = 64 * 1024;

    private readonly Process process;
    private readonly Task sending;
    private readonly Task<string> complaint;

    private SshRun(Process process, string script)
    {
        this.process = process;
        complaint = ReadAsync(process.StandardError.BaseStream);
        sending = SendAsync(script);
    }

    public Stream Output => process.StandardOutput.BaseStream;

    /// <exception cref="Win32Exception">There is no such program.</exception>
    public static SshRun Start(IEnumerable<string> arguments, string script)
    {
        var start = new ProcessStartInfo("ssh", arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        // An agent or a program that asks for a password has no place here: the key of the configuration counts alone.
        start.Environment.Remove("SSH_AUTH_SOCK");
        start.Environment.Remove("SSH_ASKPASS");
        return new(Process.Start(start)!, script);
    }

    public async Task<(int Code, string Said)> EndAsync(CancellationToken cancellationToken)
    {
        await process.WaitForExitAsync(cancellationToken);
        await sending.WaitAsync(cancellationToken);
        return (process.ExitCode, await complaint.WaitAsync(cancellationToken));
    }

    public void Dispose()
    {
        // Not what it started: the first one starts the connection that the others use.
        if (!process.HasExited) process.Kill();
        process.Dispose();
    }

    private async Task SendAsync(string script)
    {
        try
        {
            await process.StandardInput.BaseStream.WriteAsync(Encoding.UTF8.GetBytes(script));
            process.StandardInput.Close();
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // It ended before it had read everything; its exit code tells why.
        }
    }

    private static async Task<string> ReadAsync(Stream stream)
    {
        using var text = new MemoryStream();
        var buffer = new byte[4096];
        try
        {
            while (await stream.ReadAsync(buffer) is > 0 and var read)
            {
                if (text.Length < LongestComplaint) text.Write(buffer, 0, read);
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or OperationCanceledException)
        {
            // What it said so far is all there will be.
        }
        return Encoding.UTF8.GetString(text.ToArray());
    }
}
