using ChatOps.Cli;
using ChatOps.Tests.Sandbox.Workspace;

namespace ChatOps.Tests.Cli;

public sealed class RunCommandTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("chatops-run-");
    private readonly Dictionary<string, string> env = new(StringComparer.Ordinal) { ["SLACK_BOT_TOKEN"] = "xoxb-1", ["SLACK_APP_TOKEN"] = "xapp-1", ["SHOP_PLATFORM_TOKEN"] = "t", ["SHOP_PROBE_PASSWORD"] = "p", ["SHOP_DB_URL"] = "postgres://probe@shop-db/shop" };

    [Fact]
    public async Task A_mistake_in_a_runbook_is_one_line_and_nothing_starts()
    {
        Directory.CreateDirectory(Path.Combine(folder.FullName, "runbooks"));
        await File.WriteAllTextAsync(Path.Combine(folder.FullName, "runbooks", "odd.yaml"), "name: odd\ntitel: x\n", TestContext.Current.CancellationToken);
        var (code, lines) = await RunAsync();
        code.ShouldBe(2);
        lines.ShouldContain(l => l.Contains("odd.yaml:2: unknown key 'titel'; did you mean 'title'?"), string.Join('\n', lines));
        lines.ShouldAllBe(l => !l.StartsWith("   at "));
    }

    [Fact]
    public async Task Tokens_that_are_missing_are_named_together()
    {
        Directory.CreateDirectory(Path.Combine(folder.FullName, "runbooks"));
        env.Remove("SLACK_BOT_TOKEN");
        env.Remove("SLACK_APP_TOKEN");
        var (code, lines) = await RunAsync();
        code.ShouldBe(2);
        lines.ShouldHaveSingleItem().ShouldStartWith("Set SLACK_BOT_TOKEN and SLACK_APP_TOKEN in the environment");
    }

    [Fact]
    public async Task A_token_of_the_wrong_kind_is_told_and_not_shown()
    {
        Directory.CreateDirectory(Path.Combine(folder.FullName, "runbooks"));
        env["SLACK_BOT_TOKEN"] = "xoxp-somebodys";
        var (code, lines) = await RunAsync();
        code.ShouldBe(2);
        lines.ShouldHaveSingleItem().ShouldContain("begins with xoxb-");
        lines[0].ShouldNotContain("somebodys");
    }

    [Fact]
    public async Task Without_a_file_it_says_what_to_copy()
    {
        using var error = new StringWriter();
        (await RunCommand.RunAsync(new FileInfo(Path.Combine(folder.FullName, "none.yaml")), env.GetValueOrDefault, error, TestContext.Current.CancellationToken)).ShouldBe(2);
        error.ToString().ShouldContain("copy chatops.example.yaml");
    }

    [Fact]
    public async Task A_bot_that_ends_because_a_part_of_it_broke_says_so_to_whoever_restarts_it()
    {
        (await EndAsync(new Part(new InvalidOperationException("broke")))).ShouldBe(1);
        (await EndAsync(new Part(trouble: null))).ShouldBe(0);
    }

    private static async Task<int> EndAsync(Part part)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddHostedService(p => part.In(p.GetRequiredService<IHostApplicationLifetime>()));
        await using var app = builder.Build();
        return await RunCommand.RunAsync(app, TestContext.Current.CancellationToken);
    }

    public void Dispose() => folder.Delete(recursive: true);

    private async Task<(int Code, string[] Lines)> RunAsync()
    {
        var file = Path.Combine(folder.FullName, "chatops.yaml");
        File.Copy(TestSandbox.RepositoryFile("chatops.example.yaml"), file);
        using var error = new StringWriter();
        var code = await RunCommand.RunAsync(new FileInfo(file), env.GetValueOrDefault, error, TestContext.Current.CancellationToken);
        return (code, error.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    /// <summary>Breaks, or asks the host to stop.</summary>
    private sealed class Part(Exception? trouble) : BackgroundService
    {
        private IHostApplicationLifetime? host;

        public Part In(IHostApplicationLifetime lifetime)
        {
            host = lifetime;
            return this;
        }

        protected override async Task ExecuteAsync(CancellationToken stoppingToken)
        {
            var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            await using var registration = host!.ApplicationStarted.Register(started.SetResult);
            await started.Task;
            if (trouble is not null) throw trouble;
            host.StopApplication();
        }
    }
}
