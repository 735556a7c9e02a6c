using System.Diagnostics;
using ChatOps.Alerts;
using ChatOps.Cli.Doctor;
using ChatOps.Configuration;
using ChatOps.Tests.Configuration;
using ChatOps.Tests.Support;

namespace ChatOps.Tests.Cli.Doctor;

/// <summary>What the doctor says of sources of alerts.</summary>
public sealed class AlertChecksTests : IDisposable
{
    private const string Amtool = "/usr/bin/amtool";

    private readonly ConfigFile file = new();
    private readonly AlertmanagerClient client = new();

    public void Dispose()
    {
        client.Dispose();
        file.Dispose();
    }

    [Fact]
    public async Task A_source_that_is_ready_is_told_with_what_to_put_there()
    {
        await using var alertmanager = await StubAsync(ready: true);
        var lines = await LookAsync($"prometheus: {{ type: alertmanager, token: 0123456789abcdef, url: '{alertmanager.Urls.First()}' }}");
        lines.ShouldContain("ok    alerts prometheus: known by a token.");
        lines.ShouldContain("ok    alerts prometheus, silences: 127.0.0.1 is ready and tells of its silences.");
        lines.ShouldContain(l => l.StartsWith("ok    alerts prometheus, to put there: receivers:", StringComparison.Ordinal) && l.Contains("http://127.0.0.1:8080/alerts/prometheus", StringComparison.Ordinal));
        string.Join(' ', lines).ShouldNotContain("0123456789abcdef");
    }

    [Theory]
    [InlineData("prometheus: { type: alertmanager, token: 0123456789abcdef, url: 'http://127.0.0.1:9' }", "FAIL  alerts prometheus, silences: prometheus cannot be reached: connection refused")]
    [InlineData("alertmanager: { token: 0123456789abcdef }", "warn  alerts alertmanager, silences: chatops.yaml gives no 'url' for it")]
    [InlineData("grafana: { username: grafana, password: short-one }", "warn  alerts grafana: known by a user name and a password of under 16 characters")]
    public async Task What_is_missing_is_told_with_what_to_do(string source, string told) =>
        (await LookAsync(source)).ShouldContain(l => l.StartsWith(told, StringComparison.Ordinal));

    [Fact]
    public async Task One_that_is_not_ready_fails()
    {
        await using var alertmanager = await StubAsync(ready: false);
        (await LookAsync($"alertmanager: {{ token: 0123456789abcdef, url: '{alertmanager.Urls.First()}' }}")).ShouldContain(l => l.StartsWith("FAIL  alerts alertmanager, silences: alertmanager answered 503", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Without_a_source_it_is_said_how_incidents_begin() =>
        (await LookAsync(null)).ShouldHaveSingleItem().ShouldStartWith("warn  alerts: no source may send any.");

    [Theory]
    [InlineData("token: 0123456789abcdef")]
    [InlineData("username: chatops, password: 0123456789abcdef")]
    public async Task Alertmanager_takes_what_the_doctor_prints(string credentials)
    {
        RealPrograms.Need("prometheus-alertmanager", Amtool);
        var config = Read($"prometheus: {{ type: alertmanager, {credentials} }}");
        var path = Path.Combine(file.Folder, "alertmanager.yml");
        await File.WriteAllTextAsync(path, $"route: {{ receiver: chatops }}\n{new AlertChecks(config, client).Snippet(config.Alerts.Sources["prometheus"])}\n", TestContext.Current.CancellationToken);
        using var amtool = Process.Start(new ProcessStartInfo(Amtool, ["check-config", path]) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true })!;
        var said = await amtool.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken) + await amtool.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await amtool.WaitForExitAsync(TestContext.Current.CancellationToken);
        amtool.ExitCode.ShouldBe(0, said);
    }

    private async Task<IReadOnlyList<string>> LookAsync(string? source)
    {
        var lines = new List<string>();
        await foreach (var finding in Checkup.RunAsync(new AlertChecks(Read(source), client).All(), TestContext.Current.CancellationToken)) lines.Add(finding.ToString());
        return lines;
    }

    private ChatOpsConfig Read(string? source)
    {
        var result = file.Read(ConfigFile.Example + (source is null ? "" : $"\nalerts:\n  sources:\n    {source}\n"));
        result.Mistakes.ShouldBeEmpty();
        return result.Config!;
    }

    private static async Task<WebApplication> StubAsync(bool ready)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        app.MapGet("/-/ready", () => ready ? Results.Text("OK") : Results.StatusCode(503));
        app.MapGet("/api/v2/silences", () => Results.Text("[]", "application/json"));
        await app.StartAsync();
        return app;
    }
}
