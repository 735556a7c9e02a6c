using ChatOps.Catalog;
using ChatOps.Database;
using ChatOps.Deployments;
using ChatOps.Sandbox.Demo;

namespace ChatOps.Tests.Scenarios;

/// <summary>The verbs of /deploy that only look or only decide, as people type them.</summary>
[Collection(nameof(BadDays))]
public sealed class DeployVerbsTests(Bot bot) : IAsyncLifetime
{
    private static CancellationToken None => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await bot.IdleAsync();
        await bot.ForgetEverythingAsync();
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private Task<System.Text.Json.JsonElement> DeployAsync(string user, string text) => bot.ActAsync("command", new { user, channel = "deploys", command = "/deploy", text });

    private Task<SeenMessage> SeeAsync(string part) => bot.SeeAsync("deploys", $"\"{part}\"", m => m.VisibleTo is null && m.Shown.Contains(part, StringComparison.Ordinal));

    [Fact]
    public async Task An_incident_is_linked_to_what_was_deployed_shortly_before_on_its_service_and_what_that_needs()
    {
        foreach (var (target, minutes) in ((string, int)[])[("shop@production", 200), ("shop-db@production", 20), ("mailer@production", 10)])
        {
            await bot.RowAsync<int>(
                """
                INSERT INTO deployments (id, kind, target, to_version, strategy, requested_by, confirmed_by, started_at, finished_at, outcome, sentence)
                VALUES (gen_random_uuid(), 'deploy', @target, 'v41', 'rolling', 'U0ANA00001', 'U0ANA00001', @now - make_interval(mins => @minutes + 5), @now - make_interval(mins => @minutes), 'succeeded', 'done')
                """,
                new { target, minutes, now = bot.Workspace.Clock.GetUtcNow() });
        }
        var incident = await bot.DeclareAsync("Nobody can log in after a deploy");
        (await bot.RowsAsync<string>("SELECT target FROM deployments WHERE caused = @Number", incident)).ShouldBe(["shop-db@production"]);
    }

    [Fact]
    public async Task A_lock_is_told_to_all_and_a_second_one_names_its_owner_and_reason()
    {
        await DeployAsync("ana", "lock search load test --for 2h");
        await SeeAsync("search in production is locked by <@U0ANA00001> until");
        await DeployAsync("ben", "lock search in production me too");
        var told = await bot.ToldAsync("deploys", "ben", "search in production is locked already, by <@U0ANA00001> since");
        told.Shown.ShouldContain("load test");

        await bot.PressAsync("ben", told.Button("deploy.verb:unlock")!);
        await SeeAsync("search in production is unlocked by <@U0BEN00001>. <@U0ANA00001> had locked it: load test");
        await bot.SeeAsync(Bot.DirectMessagesOf("ana"), "word to ana", m => m.Shown.Contains("took away your lock of search in production", StringComparison.Ordinal));
        (await bot.RowsAsync<string>("SELECT kind FROM timeline WHERE target = 'search@production' ORDER BY id")).ShouldBe(["deploy.locked", "deploy.unlocked"]);
    }

    [Fact]
    public async Task A_lock_stands_in_the_way_of_everybody_its_owner_too()
    {
        await DeployAsync("ana", "lock search load test");
        await SeeAsync("search in production is locked by <@U0ANA00001>");
        foreach (var user in (string[])["ana", "ben"])
        {
            await DeployAsync(user, "search v42 to production --plan");
            var plan = await bot.ToldAsync("deploys", user, "Deploy search v42 to production: the plan");
            plan.Shown.ShouldContain("search in production is locked by");
            plan.Shown.ShouldContain("`locked`");
        }
    }

    [Fact]
    public async Task Who_has_no_right_to_lock_is_told_who_has()
    {
        await DeployAsync("dmitri", "lock mailer because");
        await bot.ToldAsync("deploys", "dmitri", "Only @oncall may lock mailer in production.");
        await DeployAsync("dmitri", "freeze because");
        await bot.ToldAsync("deploys", "dmitri", "Only @oncall may freeze all deploys in production.");
        (await bot.ValueAsync<int>("SELECT (SELECT count(*) FROM deploy_locks) + (SELECT count(*) FROM deploy_freezes)")).ShouldBe(0);
    }

    [Fact]
    public async Task A_lock_without_a_reason_is_refused_with_how_it_is_written()
    {
        await DeployAsync("ana", "lock mailer");
        await bot.ToldAsync("deploys", "ana", "Say why: whoever is refused reads it.");
        await DeployAsync("ana", "lock mailer x --for ever");
        await bot.ToldAsync("deploys", "ana", "'ever' is no duration");
    }

    [Fact]
    public async Task A_freeze_is_told_to_all_and_ended_by_its_button()
    {
        await DeployAsync("ana", "freeze production the sale");
        var told = await SeeAsync("Deploys to production are frozen by <@U0ANA00001>: the sale");
        await DeployAsync("ben", "status");
        await bot.ToldAsync("deploys", "ben", "production: frozen by <@U0ANA00001>");
        await DeployAsync("ben", "unfreeze");
        await bot.ToldAsync("deploys", "ben", "No freeze by command is in force for exactly all environments.");
        await bot.PressAsync("ben", told.Button("deploy.verb:unfreeze")!);
        await SeeAsync("The freeze of production is ended by <@U0BEN00001>: the sale");
    }

    [Fact]
    public async Task Where_tells_the_version_of_each_environment()
    {
        await DeployAsync("ben", "where shop");
        var told = await bot.ToldAsync("deploys", "ben", "*production*: *v41*");
        told.Button("deploy.verb:history").ShouldNotBeNull();
    }

    [Fact]
    public async Task A_mark_is_taken_away_by_who_may_deploy()
    {
        var target = new Target("shop", "production");
        await bot.Services.GetRequiredService<Transactions>().RunAsync(null, tx => BadVersionStore.MarkAsync(tx, target, "v40", "U0BEN00001", "it leaks", null, None), None);
        await DeployAsync("ana", "unmark shop");
        await bot.ToldAsync("deploys", "ana", "Which version? Marked: v40.");
        await DeployAsync("dmitri", "unmark shop v40");
        await bot.ToldAsync("deploys", "dmitri", "Only @oncall may deploy shop in production.");
        await DeployAsync("ana", "unmark shop v40 production");
        await SeeAsync("v40 may run in production again");
        (await bot.Services.GetRequiredService<BadVersionStore>().OfAsync(target, None)).ShouldBeEmpty();
    }

    [Fact]
    public async Task History_and_figures_tell_what_was_deployed()
    {
        await DeployAsync("ben", "history search");
        await bot.ToldAsync("deploys", "ben", "ChatOps has deployed nothing of search yet.");
        var deployment = new Deployment
        {
            Id = Guid.NewGuid(), Target = new("search", "production"), FromVersion = "v1", ToVersion = "v2", Strategy = DeployStrategy.Canary, RequestedBy = "U0ANA00001", ConfirmedBy = "U0BEN00001",
            StartedAt = bot.Workspace.Clock.GetUtcNow().AddMinutes(-5), Commits = [new("v2", "c", "ana", "m", bot.Workspace.Clock.GetUtcNow().AddHours(-3))],
        };
        await bot.Services.GetRequiredService<Transactions>().RunAsync(null, async tx =>
        {
            await DeploymentStore.BeginAsync(tx, deployment, None);
            await DeploymentStore.EndAsync(tx, deployment.Id, DeploymentOutcome.Succeeded, "done", None);
        }, None);

        await DeployAsync("ben", "history search");
        await bot.ToldAsync("deploys", "ben", "*v1 → v2* canary by <@U0BEN00001>: done after");
        await DeployAsync("ben", "metrics search");
        var figures = await bot.ToldAsync("deploys", "ben", "`To live   `  3 h");
        figures.Shown.ShouldContain("0 % (0 of 1)");
        await DeployAsync("ben", "metrics sarch");
        await bot.ToldAsync("deploys", "ben", "did you mean search?");
    }

    [Fact]
    public async Task A_word_that_is_neither_verb_nor_service_is_answered_with_the_nearest_as_a_button()
    {
        await DeployAsync("ben", "shwo search");
        await bot.ToldAsync("deploys", "ben", "Did you mean `/deploy show search`?");
        await DeployAsync("ben", "hlep");
        var told = await bot.ToldAsync("deploys", "ben", "Did you mean `/deploy help`?");
        await bot.PressAsync("ben", told.Button("deploy.verb:typed")!);
        var help = await bot.ToldAsync("deploys", "ben", "What I can deploy");
        help.Shown.ShouldContain("/deploy unfreeze [env]");
    }
}
