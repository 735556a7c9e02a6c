using ChatOps.Tests.Alerts;
using ChatOps.Tests.Platforms.Ssh;
using ChatOps.Tests.Support;

namespace ChatOps.Tests.Scenarios;

/// <summary>A whole outage on a machine of one's own, where nothing is simulated but Slack: a web service in Node under the real PM2, reached by the real ssh.</summary>
[Collection(nameof(WholeIncidents))]
public sealed class Pm2OutageTests(TestCluster cluster)
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(120);

    [Fact]
    public async Task A_bad_release_under_PM2_goes_from_its_alert_to_a_stored_post_mortem()
    {
        RealPrograms.Skip(Pm2Machine.Missing);
        await using var machine = await Pm2Machine.StartAsync("fork");
        await using var bot = new Pm2Bot(cluster, machine);
        await bot.InitializeAsync();
        await ShipAsync(machine, "v2");
        await Until.TrueAsync(async () => await machine.GetAsync("/login") == "v2", "people can log in", Long);
        Directory.Delete(Path.Combine(machine.Root, "releases", "v3"), recursive: true);
        await ShipAsync(machine, "v4");
        await Until.TrueAsync(async () => await machine.GetAsync("/") == "v4" && await machine.GetAsync("/login") is null, "the new release answers, and nobody can log in", Long);
        var struck = TimeProvider.System.GetUtcNow();
        for (var i = 0; i < 20; i++) await machine.GetAsync("/login");

        await bot.AlertAsync(new TestAlert("LoginsFail", "shop") { Summary = "Nobody can log in", StartsAt = struck.ToString("o") });
        var incident = await bot.IncidentOfAsync("shop");
        await StepAsync(bot, incident, "assess");
        await StepAsync(bot, incident, "logs", () => SeenAsync("SELECT coalesce(bool_or(text || ' ' || data::text LIKE '%Cannot read properties of undefined%'), false) FROM evidence WHERE incident = @Number AND sign LIKE 'log.%'"));
        await StepAsync(bot, incident, "resources");
        (await bot.ValueAsync<string>("SELECT string_agg(text, ' ') FROM evidence WHERE incident = @Number", incident)).ShouldNotBeNull().ShouldNotContain("hunter2");

        await StepAsync(bot, incident, "fix", async () => (await bot.MessagesAsync(incident.Channel, "· fix")).Any(m => m.Button("fix.choose", "rollback") is not null));
        var offered = await bot.SeeAsync(incident.Channel, "the way back", m => m.Button("fix.choose", "rollback") is not null);
        await bot.PressAsync("ana", offered.Button("fix.choose", "rollback")!);
        var card = await bot.SeeAsync(incident.Channel, "the card that asks", m => m.Button("action.confirm") is not null);
        (await bot.ValueAsync<int>("SELECT count(*) FROM operations")).ShouldBe(0);
        (await machine.GetAsync("/")).ShouldBe("v4");
        await bot.PressAsync("ana", card.Button("action.confirm")!);
        await Until.TrueAsync(async () => await bot.ValueAsync<string>("SELECT state FROM operations") is "succeeded" or "failed" or "unknown", "the operation has ended", Long);
        (await bot.RowsAsync<string>("SELECT state FROM operations")).ShouldBe(["succeeded"]);
        (await machine.GetAsync("/login")).ShouldBe("v2");

        await bot.IdleAsync();
        await StepAsync(bot, incident, "verify", () => SeenAsync("SELECT passed FROM incident_steps WHERE incident = @Number AND step = 'verify' ORDER BY id DESC LIMIT 1"));
        await bot.CommandAsync("ana", incident.Channel, "resolve Rolled shop back to v2");
        string? written = null;
        await Until.TrueAsync(async () => (written = await bot.ValueAsync<string>("SELECT markdown FROM post_mortems WHERE incident = @Number ORDER BY version DESC LIMIT 1", incident)) is not null, "the post-mortem is stored", Long);
        written.ShouldNotBeNull().ShouldContain("v4");
        written!.ShouldContain("Rolled shop back to v2");

        Task<bool> SeenAsync(string sql) => bot.ValueAsync<bool>(sql, incident);
    }

    /// <summary>By somebody who does not use the bot: as a pipeline does it.</summary>
    private static Task<string> ShipAsync(Pm2Machine machine, string version) =>
        machine.Server.OnItAsync($"ln -sfn releases/{version} {machine.Root}/next && mv -fT {machine.Root}/next {machine.Root}/current && pm2 restart shop >/dev/null");

    /// <param name="seen">What the step must have found: on a busy machine a source may answer too late, and a person looks again then.</param>
    private static async Task StepAsync(Pm2Bot bot, Declared incident, string step, Func<Task<bool>>? seen = null)
    {
        for (var attempt = 1; ; attempt++)
        {
            var before = await CountAsync();
            await bot.CommandAsync("ana", incident.Channel, step);
            await Until.TrueAsync(async () => await CountAsync() > before, $"{step} has been recorded", Long);
            await bot.IdleAsync();
            if (seen is null || await seen()) return;
            if (attempt == 6) throw new TimeoutException($"{step} did not find in six attempts what is there. It said: {(await bot.MessagesAsync(incident.Channel, $"· {step}"))[^1].Shown}");
        }

        Task<int> CountAsync() => bot.ValueAsync<int>("SELECT count(*) FROM incident_steps WHERE incident = @Number AND step = @step AND finished_at IS NOT NULL", new { incident.Number, step });
    }

    private sealed class Pm2Bot(TestCluster cluster, Pm2Machine machine) : AlertBot(cluster)
    {
        protected override string MoreYaml => $$"""
            alerts:
              sources:
                alertmanager: { token: {{Token}} }
            """;

        protected override string Yaml() => $$"""
            slack: { transport: socket, incidents_channel: incidents }
            incident: { oncall: oncall }
            permissions:
              - allow: [restart, rollback]
                groups: [oncall]
            environments: [production]
            platforms:
              vps:
                type: ssh
                host: 127.0.0.1
                port: {{machine.Server.Port}}
                user: {{machine.Server.User}}
                key: file:{{machine.Server.At("user")}}
                known_hosts: {{machine.Server.KnownHosts}}
                manager: pm2
                folder: {{machine.Server.Folder}}/{name}
                timeout: 60s
                settle: 2s
            services:
              shop:
                kind: web
                tier: 1
                environments:
                  production:
                    platform: vps
                    health: [ { name: ready, http: "http://127.0.0.1:{{machine.ShopPort}}/", timeout: 10s } ]
                    checks: [ { name: login, http: "http://127.0.0.1:{{machine.ShopPort}}/login", timeout: 10s } ]
            runbooks: {{Path.Combine(Repository.Root, "runbooks")}}
            state: {{machine.Server.At("bot")}}
            listen: {{Url.ToString().TrimEnd('/')}}
            """;
    }
}
