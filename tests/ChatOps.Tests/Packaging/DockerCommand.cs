using System.Diagnostics;
using ChatOps.Tests.Support;

namespace ChatOps.Tests.Packaging;

/// <summary>Debian's <c>docker</c>, with its classic builder, at the tests' own engine.</summary>
internal sealed class DockerCommand(DockerEngine engine)
{
    public const string Program = "/usr/bin/docker";

    /// <summary>Building takes as long as a busy machine makes it take.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(15);

    /// <returns>All that it said.</returns>
    public async Task<string> RunAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo(Program, ["--host", $"unix://{engine.Socket}", .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        start.Environment["DOCKER_BUILDKIT"] = "0";
        start.Environment["DOCKER_CONFIG"] = Path.Combine(engine.Folder, "client");
        start.Environment["HOME"] = engine.Folder;
        using var docker = Process.Start(start)!;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(Longest);
        try
        {
            var error = docker.StandardError.ReadToEndAsync(limit.Token);
            var said = await docker.StandardOutput.ReadToEndAsync(limit.Token) + await error;
            await docker.WaitForExitAsync(limit.Token);
            docker.ExitCode.ShouldBe(0, $"docker {string.Join(' ', arguments)}\n{said}");
            return said;
        }
        finally
        {
            if (!docker.HasExited) docker.Kill(entireProcessTree: true);
        }
    }
}
