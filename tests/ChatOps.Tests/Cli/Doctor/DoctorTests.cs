using ChatOps.Cli;
using ChatOps.Sandbox.Control;
using ChatOps.Tests.Platforms;
using ChatOps.Tests.Sandbox.Workspace;
using ChatOps.Tests.Support;
using Dapper;
using Npgsql;

namespace ChatOps.Tests.Cli.Doctor;

public sealed class DoctorTests(TestDatabase database) : IClassFixture<TestDatabase>, IAsyncLifetime
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("chatops-doctor-");
    private readonly Dictionary<string, string?> env = new(StringComparer.Ordinal);
    private string manifest = SlackManifest.Text;
    private string channel = "incidents";
    private string group = "oncall";
    private string more = "";
    private StubHttpPlatform platform = null!;

    public async ValueTask InitializeAsync()
    {
        platform = await StubHttpPlatform.StartAsync();
        env["SHOP_TOKEN"] = StubHttpPlatform.Token;
        env["DATABASE_URL"] = database.ConnectionString;
        env["DATABASE_OWNER_URL"] = database.OwnerConnectionString;
    }

    public async ValueTask DisposeAsync()
    {
        await platform.DisposeAsync();
        folder.Delete(recursive: true);
    }

    [Fact]
    public async Task Where_all_is_well_nothing_fails_and_every_part_has_its_line()
    {
        var (code, lines) = await RunAsync();
        lines.ShouldNotContain(l => l.StartsWith("FAIL", StringComparison.Ordinal), string.Join('\n', lines));
        code.ShouldBe(0);
        foreach (var part in (string[])["configuration", "runbooks", "bot token", "app-level token", "workspace", "scopes", "transport", "incidents channel", "permissions", "owner", "clock",
            "database", "schema", "record", "requests", "messages", "platform shop-platform", "shop@production status", "shop@production logs", "shop@production metrics", "shop@production health port"])
            lines.ShouldContain(l => l.StartsWith($"ok    {part}", StringComparison.Ordinal), $"{part}\n{string.Join('\n', lines)}");
        lines[^1].ShouldEndWith("0 FAIL");
    }

    [Fact]
    public async Task It_changes_nothing_and_says_nothing_in_slack()
    {
        await using var sandbox = await SandboxAsync();
        await RunAsync(sandbox);
        var calls = (await sandbox.GetAsync("traffic"))["traffic"]!.AsArray().Select(t => (string?)t!["method"]).ToList();
        calls.ShouldContain("auth.test");
        foreach (var call in calls)
            call.ShouldBeOneOf("auth.test", "api.test", "apps.connections.open", "conversations.list", "users.list", "users.info", "usergroups.list", "usergroups.users.list");
        platform.Actions.ShouldBe(0);
    }

    [Fact]
    public async Task A_scope_that_is_missing_is_named()
    {
        manifest = manifest.Replace("      - pins:write\n", "", StringComparison.Ordinal);
        var (code, lines) = await RunAsync();
        lines.ShouldContain(l => l.StartsWith("FAIL  scopes: missing: pins:write.", StringComparison.Ordinal) && l.Contains("install the app again"), string.Join('\n', lines));
        code.ShouldBe(1);
    }

    [Fact]
    public async Task A_token_that_slack_refuses_costs_the_lines_of_slack_alone_and_is_not_shown()
    {
        env["SLACK_BOT_TOKEN"] = "xoxb-of-another-workspace";
        var (code, lines) = await RunAsync();
        lines.ShouldContain(l => l.StartsWith("FAIL  workspace: Slack refused auth.test: invalid_auth.", StringComparison.Ordinal), string.Join('\n', lines));
        lines.ShouldContain(l => l.StartsWith("ok    platform shop-platform", StringComparison.Ordinal));
        lines.ShouldNotContain(l => l.Contains("of-another-workspace"));
        code.ShouldBe(1);
    }

    [Fact]
    public async Task Tokens_of_the_wrong_kind_and_missing_ones_are_told_without_asking_slack()
    {
        env["SLACK_BOT_TOKEN"] = "xoxp-a-users-token";
        env["SLACK_APP_TOKEN"] = null;
        var (_, lines) = await RunAsync();
        lines.ShouldContain(l => l.StartsWith("FAIL  bot token: SLACK_BOT_TOKEN holds a user's token.", StringComparison.Ordinal), string.Join('\n', lines));
        lines.ShouldContain(l => l.StartsWith("FAIL  app-level token: SLACK_APP_TOKEN is not set.", StringComparison.Ordinal));
        lines.ShouldNotContain(l => l.Contains("a-users-token"));
    }

    [Fact]
    public async Task A_channel_and_a_group_that_do_not_exist_are_named()
    {
        channel = "outages";
        group = "nightwatch";
        var (code, lines) = await RunAsync();
        lines.ShouldContain(l => l.StartsWith("FAIL  incidents channel: the bot sees no #outages.", StringComparison.Ordinal), string.Join('\n', lines));
        lines.ShouldContain(l => l.StartsWith("FAIL  permissions: there is no user group @nightwatch.", StringComparison.Ordinal));
        code.ShouldBe(1);
    }

    [Fact]
    public async Task A_platform_that_hangs_is_named_and_the_rest_stands()
    {
        var released = new TaskCompletionSource();
        platform.Misbehave = async _ =>
        {
            await released.Task;
            return false;
        };
        var (code, lines) = await RunAsync();
        released.SetResult();
        lines.ShouldContain(l => l.StartsWith("FAIL  platform shop-platform: no answer from shop-platform", StringComparison.Ordinal), string.Join('\n', lines));
        lines.ShouldContain(l => l.StartsWith("FAIL  shop@production status, logs and metrics: not asked, since shop-platform does not answer.", StringComparison.Ordinal));
        lines.ShouldContain(l => l.StartsWith("ok    shop@production health port", StringComparison.Ordinal));
        lines.ShouldContain(l => l.StartsWith("ok    workspace", StringComparison.Ordinal));
        code.ShouldBe(1);
    }

    [Fact]
    public async Task A_database_that_is_away_is_told_without_its_password()
    {
        env["DATABASE_URL"] = "postgres://bot:hunter2@127.0.0.1:1/chatops";
        var (code, lines) = await RunAsync();
        lines.ShouldContain(l => l.StartsWith("FAIL  database: no connection", StringComparison.Ordinal) && l.Contains("DATABASE_URL"), string.Join('\n', lines));
        lines.ShouldNotContain(l => l.Contains("hunter2"));
        code.ShouldBe(1);
    }

    [Fact]
    public async Task A_role_that_owns_the_record_is_a_warning()
    {
        env["DATABASE_URL"] = database.OwnerConnectionString;
        env["DATABASE_OWNER_URL"] = null;
        var (code, lines) = await RunAsync();
        lines.ShouldContain(l => l.StartsWith("warn  record: the role", StringComparison.Ordinal) && l.Contains("DATABASE_OWNER_URL"), string.Join('\n', lines));
        code.ShouldBe(0);
    }

    [Fact]
    public async Task What_was_given_up_is_listed_with_the_id_that_the_log_knows()
    {
        await using var connection = new NpgsqlConnection(database.OwnerConnectionString);
        await connection.ExecuteAsync("INSERT INTO chatops.inbox (source, key, kind, state, received_at, error_id) VALUES ('slack', 'dead-1', 'slash_command', 'dead', now(), '5f3a')");
        var (code, lines) = await RunAsync();
        await connection.ExecuteAsync("DELETE FROM chatops.inbox");
        lines.ShouldContain(l => l.StartsWith("warn  requests: 1 given up", StringComparison.Ordinal) && l.Contains("slash_command (5f3a)"), string.Join('\n', lines));
        code.ShouldBe(0);
    }

    [Fact]
    public async Task A_private_database_that_does_not_run_is_not_started()
    {
        env["DATABASE_URL"] = null;
        env["DATABASE_OWNER_URL"] = null;
        var (code, lines) = await RunAsync();
        lines.ShouldContain(l => l.StartsWith("ok    database: a private cluster", StringComparison.Ordinal), string.Join('\n', lines));
        Directory.Exists(Path.Combine(folder.FullName, "state")).ShouldBeFalse();
        code.ShouldBe(0);
    }

    [Fact]
    public async Task A_mistake_in_the_configuration_is_one_line_with_its_place_and_ends_it()
    {
        group = "oncall]\n    usres: [ana";
        var (code, lines) = await RunAsync();
        lines.ShouldContain(l => l.StartsWith("FAIL  configuration: ", StringComparison.Ordinal) && l.Contains("chatops.yaml:") && l.Contains("users"), string.Join('\n', lines));
        lines[^1].ShouldContain("mend the configuration first");
        code.ShouldBe(1);
    }

    [Fact]
    public async Task A_report_without_a_channel_is_warned_of_and_one_whose_channel_is_not_there_fails()
    {
        await using var sandbox = await SandboxAsync();
        var (code, lines) = await RunAsync(sandbox);
        lines.ShouldContain(l => l.StartsWith("warn  reports channel: none, so nobody gets the report of Monday morning.", StringComparison.Ordinal), string.Join('\n', lines));
        code.ShouldBe(0);
        channel = "incidents }\nreports: { channel: nowhere, leads: nobodies";
        (code, lines) = await RunAsync(sandbox);
        lines.ShouldContain(l => l.StartsWith("FAIL  reports channel: the bot sees no #nowhere.", StringComparison.Ordinal), string.Join('\n', lines));
        lines.ShouldContain(l => l.StartsWith("FAIL  reports.leads: there is no user group @nobodies.", StringComparison.Ordinal));
        code.ShouldBe(1);
    }

    [Fact]
    public async Task A_team_s_channel_that_is_not_there_fails()
    {
        await using var sandbox = await SandboxAsync();
        more = "\n    channel: shop-team";
        var (code, lines) = await RunAsync(sandbox);
        lines.ShouldContain(l => l.StartsWith("FAIL  channel of shop: the bot sees no #shop-team.", StringComparison.Ordinal) && l.Contains("services.shop.channel", StringComparison.Ordinal), string.Join('\n', lines));
        code.ShouldBe(1);
    }

    private Task<TestSandbox> SandboxAsync() => TestSandbox.StartAsync(new SandboxOptions { ManifestText = manifest });

    private async Task<(int Code, string[] Lines)> RunAsync()
    {
        await using var sandbox = await SandboxAsync();
        return await RunAsync(sandbox);
    }

    private async Task<(int Code, string[] Lines)> RunAsync(TestSandbox sandbox)
    {
        env.TryAdd("SLACK_BOT_TOKEN", sandbox.Host.BotToken);
        env.TryAdd("SLACK_APP_TOKEN", sandbox.Host.AppToken);
        env["SLACK_API_URL"] = sandbox.Host.ApiUrl;
        var file = Path.Combine(folder.FullName, "chatops.yaml");
        await File.WriteAllTextAsync(file, $$"""
            slack: { incidents_channel: {{channel}} }
            incident: { oncall: oncall }
            permissions:
              - allow: [restart]
                groups: [{{group}}]
              - allow: [rollback]
                users: [ana]
            environments: [production]
            platforms:
              shop-platform: { type: http, url: "{{platform.Url}}", token: "${SHOP_TOKEN}", timeout: 1s }
            services:
              shop:
                kind: web
                owner: ben{{more}}
                tier: 1
                environments:
                  production:
                    platform: shop-platform
                    name: "{{StubHttpPlatform.Service}}"
                    health:
                      - { name: port, tcp: "127.0.0.1:{{platform.Url.Port}}" }
            runbooks: {{TestSandbox.RepositoryFile("runbooks")}}
            """, TestContext.Current.CancellationToken);
        using var output = new StringWriter();
        var code = await DoctorCommand.RunAsync(new FileInfo(file), env.GetValueOrDefault, output, TestContext.Current.CancellationToken);
        return (code, output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }
}
