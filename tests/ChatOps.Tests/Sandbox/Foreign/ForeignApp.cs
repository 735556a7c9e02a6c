using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;
using ChatOps.Sandbox.Control;
using ChatOps.Sandbox.Shop.Platform;
using ChatOps.Tests.Sandbox.Workspace;
using ChatOps.Tests.Support;

namespace ChatOps.Tests.Sandbox.Foreign;

/// <summary>The app of <c>tests/foreign-client</c>, on Slack's own SDK, as a process of its own.</summary>
internal sealed class ForeignApp : IAsyncDisposable
{
    private readonly Process process;
    private readonly ConcurrentQueue<string> lines = new();

    private ForeignApp(Process process) => this.process = process;

    public static string Folder => Path.Combine(Repository.Root, "tests", "foreign-client");

    /// <summary>Starts it and waits until it is connected, or listens.</summary>
    public static async Task<ForeignApp> StartAsync(TestSandbox sandbox, SlackTransport transport)
    {
        var port = FreePort.Next();
        sandbox.Host.BotBaseUrl = $"http://127.0.0.1:{port}";
        var info = new ProcessStartInfo("node") { WorkingDirectory = Folder, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        info.ArgumentList.Add("app.mjs");
        info.ArgumentList.Add(transport == SlackTransport.SocketMode ? "socket" : "http");
        foreach (var (name, value) in (ReadOnlySpan<(string, string)>)[
            ("SLACK_API_URL", sandbox.Host.ApiUrl), ("SLACK_BOT_TOKEN", sandbox.Host.BotToken), ("SLACK_APP_TOKEN", sandbox.Host.AppToken),
            ("SLACK_SIGNING_SECRET", sandbox.Host.SigningSecret), ("PORT", $"{port}")])
            info.Environment[name] = value;
        var app = new ForeignApp(Process.Start(info)!);
        app.process.OutputDataReceived += (_, e) => app.Keep(e.Data);
        app.process.ErrorDataReceived += (_, e) => app.Keep(e.Data);
        app.process.BeginOutputReadLine();
        app.process.BeginErrorReadLine();
        await app.HeardAsync("ready");
        return app;
    }

    /// <summary>What it says has reached it; waits for it.</summary>
    public async Task<JsonElement> HeardAsync(string what)
    {
        JsonElement? found = null;
        await Until.TrueAsync(
            () =>
            {
                if (process.HasExited) throw new InvalidOperationException($"The foreign app ended: {string.Join('\n', lines)}");
                return (found = lines.Where(l => l.StartsWith('{')).Select(l => JsonDocument.Parse(l).RootElement).Where(l => l.GetProperty("what").GetString() == what).Select(l => (JsonElement?)l).LastOrDefault()) is not null;
            },
            $"the foreign app says {what}; it said: {string.Join(" | ", lines)}");
        return found!.Value;
    }

    /// <summary>What it complained about.</summary>
    public IReadOnlyList<string> Complaints => [.. lines.Where(l => !l.StartsWith('{') || l.Contains("\"what\":\"error\"", StringComparison.Ordinal))];

    public async ValueTask DisposeAsync()
    {
        process.StandardInput.Close();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(5));
        try
        {
            await process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill();
        }
        process.Dispose();
    }

    private void Keep(string? line)
    {
        if (line is { Length: > 0 }) lines.Enqueue(line);
    }
}
