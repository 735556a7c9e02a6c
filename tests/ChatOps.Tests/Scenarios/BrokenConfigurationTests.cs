using System.Diagnostics;

namespace ChatOps.Tests.Scenarios;

/// <summary>The bot as its own process with files that somebody got wrong.</summary>
public sealed class BrokenConfigurationTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("chatops-broken-");

    public void Dispose() => folder.Delete(recursive: true);

    [Theory]
    [InlineData("depends_on: [shop-db, inventory]", "depends_on: [shopdb, inventory]", "shop-db")]
    [InlineData("tier: 2", "tier: two", "1 to 4")]
    [InlineData("transport: socket ", "transprt: socket ", "transport")]
    [InlineData("environments: [staging, production]", "environments: [staging, production", "brackets")]
    public async Task A_mistake_in_the_configuration_is_one_line_with_its_place_and_what_would_be_right(string before, string after, string right)
    {
        Directory.CreateDirectory(Path.Combine(folder.FullName, "runbooks"));
        var example = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "chatops.example.yaml"), TestContext.Current.CancellationToken);
        example.ShouldContain(before);
        var broken = example.Replace(before, after, StringComparison.Ordinal);
        var line = broken[..broken.IndexOf(after, StringComparison.Ordinal)].Count(c => c == '\n') + 1;
        var said = (await RunAsync(broken)).ShouldHaveSingleItem();
        // A bracket that is never closed is noticed where the text goes on.
        if (right != "brackets") said.ShouldStartWith($"{ConfigFile}:{line}: ");
        else said.ShouldMatch("chatops\\.yaml:[0-9]+: ");
        said.ShouldContain(right);
        NothingStarted();
    }

    [Fact]
    public async Task A_mistake_in_a_runbook_is_one_line_with_its_place_and_nothing_starts()
    {
        var right = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "runbooks", "memory-leak.yaml"), TestContext.Current.CancellationToken);
        right.ShouldContain("\nfix:\n");
        var runbook = right.Replace("\nfix:\n", "\nfix:\n  akshun: restart\n", StringComparison.Ordinal);
        var line = runbook[..runbook.IndexOf("akshun", StringComparison.Ordinal)].Count(c => c == '\n') + 1;
        var runbooks = Directory.CreateDirectory(Path.Combine(folder.FullName, "runbooks"));
        var file = Path.Combine(runbooks.FullName, "memory-leak.yaml");
        await File.WriteAllTextAsync(file, runbook, TestContext.Current.CancellationToken);
        var said = (await RunAsync(await File.ReadAllTextAsync(Path.Combine(Repository.Root, "chatops.example.yaml"), TestContext.Current.CancellationToken))).ShouldHaveSingleItem();
        said.ShouldStartWith($"{file}:{line}: ");
        said.ShouldContain("akshun");
        NothingStarted();
    }

    private string ConfigFile => Path.Combine(folder.FullName, "chatops.yaml");

    private void NothingStarted() => Directory.Exists(Path.Combine(folder.FullName, "state")).ShouldBeFalse("a bot that starts makes its state folder");

    /// <summary>What it said before it ended, with an exit code that tells a supervisor so.</summary>
    private async Task<IReadOnlyList<string>> RunAsync(string config)
    {
        await File.WriteAllTextAsync(ConfigFile, config, TestContext.Current.CancellationToken);
        var info = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "ChatOps.dll"), "run", "--config", ConfigFile])
        {
            UseShellExecute = false, RedirectStandardError = true, RedirectStandardOutput = true, WorkingDirectory = folder.FullName,
        };
        foreach (var (name, value) in ((string, string)[])[("SLACK_BOT_TOKEN", "xoxb-1"), ("SLACK_APP_TOKEN", "xapp-1"), ("SHOP_PLATFORM_TOKEN", "t"), ("SHOP_PROBE_PASSWORD", "p"), ("SHOP_DB_URL", "postgres://probe@shop-db/shop"), ("DATABASE_URL", "")])
            info.Environment[name] = value;
        using var process = Process.Start(info)!;
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(TimeSpan.FromSeconds(30));
        try
        {
            var (error, output) = (process.StandardError.ReadToEndAsync(patience.Token), process.StandardOutput.ReadToEndAsync(patience.Token));
            await process.WaitForExitAsync(patience.Token);
            process.ExitCode.ShouldNotBe(0);
            (await output).ShouldBeEmpty();
            return (await error).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        }
        finally
        {
            if (!process.HasExited) process.Kill();
        }
    }
}
