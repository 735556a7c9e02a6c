using System.Diagnostics;
using System.Globalization;

namespace ChatOps.Sandbox.Demo;

/// <summary>The bot as its own process, which may be killed and started again at any moment.</summary>
public sealed class BotProcess(BotStart start) : IAsyncDisposable
{
    private static readonly TimeSpan LongestStart = TimeSpan.FromSeconds(60);

    private readonly HttpClient http = new(new SocketsHttpHandler(), disposeHandler: true) { Timeout = TimeSpan.FromSeconds(2) };
    private Process? process;

    /// <summary>Where it writes its log.</summary>
    public string LogFile => Path.Combine(start.StateFolder, "bot.log");

    public bool IsRunning => process is { HasExited: false };

    /// <summary>Resident memory in bytes.</summary>
    public long Memory
    {
        get
        {
            process!.Refresh();
            return process.WorkingSet64;
        }
    }

    /// <summary>What it has computed since it was started, on all cores together.</summary>
    public TimeSpan ProcessorTime
    {
        get
        {
            process!.Refresh();
            return process.TotalProcessorTime;
        }
    }

    /// <summary>Starts it and waits until it can record what people ask for.</summary>
    /// <returns>How long that took.</returns>
    /// <exception cref="InvalidOperationException">It ended, or is not ready in time; the message ends with its last log lines.</exception>
    public async Task<TimeSpan> StartAsync(CancellationToken cancellationToken)
    {
        // The shell writes the log: a pipe to this process would end with it, and the bot would die of it.
        var info = new ProcessStartInfo("/bin/sh") { WorkingDirectory = start.StateFolder };
        foreach (var argument in (string[])["-c", "log=$1; shift; exec \"$@\" >>\"$log\" 2>&1 </dev/null", "sh", LogFile, .. Command(), "run", "--config", start.ConfigFile])
            info.ArgumentList.Add(argument);
        foreach (var (name, value) in start.Environment) info.Environment[name] = value;
        var begun = Stopwatch.GetTimestamp();
        process = Process.Start(info) ?? throw new InvalidOperationException("The bot did not start.");

        while (Stopwatch.GetElapsedTime(begun) < LongestStart)
        {
            if (process.HasExited)
                throw new InvalidOperationException($"The bot ended with {process.ExitCode.ToString(CultureInfo.InvariantCulture)}: {await LastLinesAsync(cancellationToken)}");
            if (await IsReadyAsync(cancellationToken)) return Stopwatch.GetElapsedTime(begun);
            await Task.Delay(50, cancellationToken);
        }
        throw new InvalidOperationException($"The bot was not ready in {LongestStart.TotalSeconds} s: {await LastLinesAsync(cancellationToken)}");
    }

    /// <summary>Kills it as <c>kill -9</c> does: nothing is finished, nothing is written.</summary>
    public async Task KillAsync(CancellationToken cancellationToken)
    {
        if (process is null) return;
        process.Kill(entireProcessTree: false);
        await process.WaitForExitAsync(cancellationToken);
    }

    /// <summary>Ends it as a deploy of the bot does, by SIGTERM: it says goodbye to Slack. One that takes longer is killed.</summary>
    /// <returns>Its exit code.</returns>
    public async Task<int> StopAsync(TimeSpan atMost)
    {
        if (process is null) throw new InvalidOperationException("The bot was not started.");
        if (!process.HasExited) Process.Start("kill", ["-TERM", process.Id.ToString(CultureInfo.InvariantCulture)])?.Dispose();
        using var patience = new CancellationTokenSource(atMost);
        try
        {
            await process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            await KillAsync(CancellationToken.None);
        }
        return process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (process is not null) await StopAsync(TimeSpan.FromSeconds(10));
        process?.Dispose();
        http.Dispose();
    }

    private string[] Command() => start.Assembly.EndsWith(".dll", StringComparison.Ordinal) ? ["dotnet", start.Assembly] : [start.Assembly];

    private async Task<bool> IsReadyAsync(CancellationToken cancellationToken)
    {
        try
        {
            using var answer = await http.GetAsync(new Uri(start.Url, "/health/ready"), cancellationToken);
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
        catch (TaskCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }

    private async Task<string> LastLinesAsync(CancellationToken cancellationToken) =>
        File.Exists(LogFile) ? string.Join('\n', (await File.ReadAllLinesAsync(LogFile, cancellationToken)).TakeLast(12)) : "it wrote no log";
}

/// <param name="Assembly">ChatOps.dll, or a published executable.</param>
/// <param name="Url">Where it listens.</param>
public sealed record BotStart(string Assembly, string ConfigFile, string StateFolder, Uri Url, IReadOnlyDictionary<string, string> Environment);
