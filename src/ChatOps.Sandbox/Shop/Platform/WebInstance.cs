using System.Diagnostics;
using System.Net;
using System.Text.Json;
using ChatOps.Sandbox.Shop.Services;

namespace ChatOps.Sandbox.Shop.Platform;

/// <summary>One process of a web service: probed and measured over its own port.</summary>
internal sealed class WebInstance(string id, string version, int port, Process process, TimeProvider clock) : IDisposable
{
    private readonly HttpClient http = new(new SocketsHttpHandler()) { BaseAddress = new Uri($"http://127.0.0.1:{port}"), Timeout = TimeSpan.FromSeconds(4) };
    private volatile ReadyAnswer? ready;

    public string Id => id;

    /// <summary>For the proxy.</summary>
    public Backend Backend { get; } = new(version, port);

    public string Version => version;

    public int Pid => process.Id;

    public DateTimeOffset StartedAt { get; } = clock.GetUtcNow();

    public bool HasExited => process.HasExited;

    /// <summary>It was told to end: its end is no crash.</summary>
    public bool Stopping { get; private set; }

    /// <summary>Set before the memory limit kills it.</summary>
    public string? KilledBecause { get; set; }

    /// <summary>What its readiness said last; null: it has not answered yet, or not the last time.</summary>
    public ReadyAnswer? Ready => ready;

    /// <summary>0 to 127, or 128 plus the signal.</summary>
    public int ExitCode => process.ExitCode;

    public Task WaitForExitAsync(CancellationToken cancellationToken) => process.WaitForExitAsync(cancellationToken);

    /// <summary>Waits until it answers its health check.</summary>
    /// <exception cref="InvalidOperationException">It ended, or did not answer in time.</exception>
    public async Task WaitForHealthAsync(TimeSpan patience, CancellationToken cancellationToken)
    {
        var start = clock.GetTimestamp();
        while (true)
        {
            if (process.HasExited) throw new InvalidOperationException($"{id} ended with {process.ExitCode} before it answered its health check. Look at its log.");
            if (clock.GetElapsedTime(start) > patience) throw new InvalidOperationException($"{id} did not answer its health check in {patience.TotalSeconds:0} s.");
            if (await GetAsync("/health", TimeSpan.FromSeconds(1), cancellationToken) is (HttpStatusCode.OK, _)) return;
            await Task.Delay(TimeSpan.FromMilliseconds(30), clock, cancellationToken);
        }
    }

    public async Task ProbeAsync(CancellationToken cancellationToken)
    {
        ready = await GetAsync("/ready", TimeSpan.FromSeconds(3), cancellationToken) is var (_, body)
            ? JsonSerializer.Deserialize(body, WebJson.Default.ReadyAnswer)
            : null;
    }

    /// <summary>Its metrics in Prometheus' text format, or null when it does not answer.</summary>
    public async Task<string?> ScrapeAsync(CancellationToken cancellationToken) =>
        await GetAsync("/metrics", TimeSpan.FromSeconds(2), cancellationToken) is (HttpStatusCode.OK, var body) ? body : null;

    public async Task OrderAsync(string order, CancellationToken cancellationToken)
    {
        await process.StandardInput.WriteLineAsync(order.AsMemory(), cancellationToken);
        await process.StandardInput.FlushAsync(cancellationToken);
    }

    /// <summary>Lets it finish its requests; kills it after five seconds.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        Stopping = true;
        if (process.HasExited) return;
        try
        {
            await OrderAsync("stop", cancellationToken);
            await process.WaitForExitAsync(cancellationToken).WaitAsync(TimeSpan.FromSeconds(5), clock, cancellationToken);
        }
        catch (Exception e) when (e is TimeoutException or IOException)
        {
            Kill();
            await process.WaitForExitAsync(cancellationToken);
        }
    }

    public void Kill() => process.Kill();

    public async Task KillAsync()
    {
        Kill();
        await process.WaitForExitAsync(CancellationToken.None);
    }

    /// <summary>Waits until the requests that are under way are answered, for five seconds at most.</summary>
    public async Task DrainAsync(CancellationToken cancellationToken)
    {
        var start = clock.GetTimestamp();
        while (Backend.UnderWay > 0 && !process.HasExited && clock.GetElapsedTime(start) < TimeSpan.FromSeconds(5)) await Task.Delay(TimeSpan.FromMilliseconds(10), clock, cancellationToken);
    }

    public void Dispose()
    {
        http.Dispose();
        Backend.Dispose();
        process.Dispose();
    }

    private async Task<(HttpStatusCode Status, string Body)?> GetAsync(string path, TimeSpan patience, CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(patience);
        try
        {
            using var response = await http.GetAsync(new Uri(path, UriKind.Relative), deadline.Token);
            return (response.StatusCode, await response.Content.ReadAsStringAsync(deadline.Token));
        }
        catch (Exception e) when (e is HttpRequestException or IOException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return null;
        }
    }
}
