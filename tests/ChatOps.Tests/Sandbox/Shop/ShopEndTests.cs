using System.Diagnostics;
using ChatOps.Sandbox.Shop;
using ChatOps.Sandbox.Shop.Platform;

namespace ChatOps.Tests.Sandbox.Shop;

[Collection("shop")]
public sealed class ShopEndTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("shopend-").FullName;

    [Fact]
    public async Task Nothing_of_the_shop_runs_after_it_was_disposed()
    {
        var options = new ShopOptions { StateFolder = Path.Combine(folder, "shop"), ClockFile = Path.Combine(folder, "clock"), WarmUp = TimeSpan.Zero };
        await using (await ShopHost.StartAsync(options, CancellationToken.None))
            Running().Count.ShouldBeGreaterThanOrEqualTo(3);
        Running().ShouldBeEmpty();
    }

    [Fact]
    public async Task Nothing_of_the_shop_runs_after_its_host_was_killed()
    {
        var assembly = typeof(ShopHost).Assembly.Location;
        var start = new ProcessStartInfo(Environment.ProcessPath is { } path && Path.GetFileName(path) == "dotnet" ? path : "dotnet") { RedirectStandardOutput = true, UseShellExecute = false };
        foreach (var a in (string[])["exec", assembly, "shop", "0", Path.Combine(folder, "shop")]) start.ArgumentList.Add(a);
        using var host = Process.Start(start)!;
        (await host.StandardOutput.ReadLineAsync()).ShouldStartWith("shop http://");
        Running().Count.ShouldBeGreaterThan(4);
        host.Kill();
        await host.WaitForExitAsync();
        await RunningShop.UntilAsync(() => Task.FromResult(Running()), left => left.Count == 0);
    }

    [Fact]
    public void An_operation_is_found_again_after_a_restart_of_the_platform_and_an_interrupted_one_has_failed()
    {
        var file = Path.Combine(folder, "operations.ndjson");
        using (var log = new OperationLog(file, TimeProvider.System))
        {
            log.Accept(Restart("done", "shop"), () => null, out _);
            log.Finish("done", true, "It answers.");
            log.Accept(Restart("cut", "shop"), () => null, out _);
            log.Accept(Restart("other", "shop"), () => null, out var busy);
            busy!.Code.ShouldBe("busy");
        }
        using var again = new OperationLog(file, TimeProvider.System);
        again.Find("done")!.State.ShouldBe("succeeded");
        again.Find("cut")!.State.ShouldBe("failed");
        again.Find("other").ShouldBeNull();
        again.Accept(Restart("done", "shop"), () => null, out _).Accepted.ShouldBeFalse();
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private static Operation Restart(string id, string service) =>
        new(id, "restart", service, "production", "running", null, "ana", null, DateTimeOffset.UnixEpoch, null, null, null);

    // Whatever has our folder in its command line, except ourselves.
    private IReadOnlyList<string> Running() =>
    [
        .. Directory.EnumerateDirectories("/proc").Where(d => int.TryParse(Path.GetFileName(d), out var pid) && pid != Environment.ProcessId)
            .Select(CommandLine).Where(c => c.Contains(folder, StringComparison.Ordinal)),
    ];

    private static string CommandLine(string process)
    {
        try
        {
            return File.ReadAllText(Path.Combine(process, "cmdline")).Replace('\0', ' ');
        }
        catch (IOException)
        {
            return "";
        }
    }
}
