using System.Text;
using ChatOps.Configuration;
using ChatOps.Diagnosis;
using ChatOps.Platforms;
using ChatOps.Runbooks;
using static ChatOps.Tests.Diagnosis.Facts;

namespace ChatOps.Tests.Diagnosis;

public sealed class StepsTests
{
    private readonly FakeWorld world = new();
    private readonly StillClock clock = new(At(30));

    private Assess Assess => new(world.Sources, world.Catalog, new IncidentConfig(), new RunbookShelf(Books), clock);
    private CheckLogs CheckLogs => new(world.Sources, world.Catalog, clock);
    private CheckResources CheckResources => new(world.Sources, world.Catalog, clock);
    private Fix Fix => new(world.Sources, world.Catalog, new RunbookShelf(Books), clock);
    private Verify Verify => new(world.Sources, world.Catalog, clock);

    private static readonly ILookup<string, string> NoMarks = Array.Empty<string>().ToLookup(v => v);

    private static StepContext Context(params Evidence[] known) => new() { Service = "shop", Environment = "production", DeclaredAt = At(30), Known = known };

    private void KillTheDatabase()
    {
        world.Status["shop-db"] = new() { State = TargetState.Crashed, LastExit = new(null, 9, true, At(20), "OOMKilled") };
        world.Health["shop-db"] = [("ready", false)];
        world.Checks["shop"] = [("login", false)];
    }

    [Fact]
    public async Task A_killed_database_is_SEV1_by_its_rule_and_the_first_cause()
    {
        KillTheDatabase();

        var result = await Assess.RunAsync(Context(), null, CancellationToken.None);

        result.Severity.ShouldBe(new SeveritySuggestion(1, "SEV1: shop is tier 1 and its login fails"));
        result.Sentence.ShouldBe("shop-db is not running: OOM killed");
        result.Broken.ShouldBe(["shop", "shop-db"]);
    }

    [Fact]
    public async Task All_healthy_is_said_with_the_counts()
    {
        var result = await Assess.RunAsync(Context(), null, CancellationToken.None);

        result.AllHealthy.ShouldBeTrue();
        result.Sentence.ShouldBe("all healthy: 4 services run and 5 of 5 probes pass");
        result.Severity.ShouldBeNull();
    }

    [Fact]
    public async Task Without_a_service_all_of_the_catalog_are_looked_at_and_the_broken_ones_found()
    {
        KillTheDatabase();

        var result = await Assess.RunAsync(Context() with { Service = null }, null, CancellationToken.None);

        result.Looked.Count.ShouldBe(5);
        result.Broken.ShouldBe(["shop", "shop-db"]);
    }

    [Fact]
    public async Task Sources_that_hang_are_named_after_five_seconds_and_the_rest_stands()
    {
        KillTheDatabase();
        world.Hangs.UnionWith(["status pay", "health pay-db", "metrics shop"]);

        var result = await Assess.RunAsync(Context(), null, CancellationToken.None);

        result.NoAnswers.Select(n => n.Sentence).Order().ShouldBe(["no answer from health of pay-db in 5 s", "no answer from metrics of shop (figures of shop) in 5 s", "no answer from platform p (state of pay) in 5 s"], ignoreOrder: true);
        result.Sentence.ShouldBe("shop-db is not running: OOM killed");
        result.AllHealthy.ShouldBeFalse();
    }

    [Fact]
    public async Task Silence_is_not_health()
    {
        world.Hangs.Add("status pay");

        (await Assess.RunAsync(Context(), null, CancellationToken.None)).AllHealthy.ShouldBeFalse();
    }

    [Fact]
    public async Task Progress_counts_the_sources_that_answered()
    {
        var seen = new List<StepProgress>();

        var result = await Assess.RunAsync(Context(), p => { lock (seen) seen.Add(p); }, CancellationToken.None);

        seen.Count.ShouldBe(result.Asked);
        seen.Max(p => p.Answered).ShouldBe(result.Asked);
    }

    private static IEnumerable<LogLine> Noise(double from, double to) =>
        Enumerable.Range(0, (int)((to - from) * 6)).Select(i => new LogLine(At(from + (i / 6.0)), $"INFO GET /products/{i} 200 in {i % 40} ms", null));

    private static IEnumerable<LogLine> Errors(double from, double to) =>
        Enumerable.Range(0, (int)((to - from) * 20)).Select(i => new LogLine(At(from + (i / 20.0)), $"ERROR login failed: connect ECONNREFUSED 127.0.0.1:5432 request {i}", null));

    [Fact]
    public async Task The_new_error_stands_first_with_its_first_line_as_onset()
    {
        world.Lines["shop"] = [.. Noise(-90, 30).Concat(Errors(20, 30)).OrderBy(l => l.At)];

        var result = await CheckLogs.RunAsync(Context(ProbeFails("shop", 30), Down("shop-db", 20)), new(null, null, null), null, CancellationToken.None);

        result.Findings[0].Finding.Pattern.Template.ShouldContain("ECONNREFUSED");
        var fact = result.Evidence.First(e => e.Sign == Signs.NewErrorPattern);
        (fact.Service, fact.At).ShouldBe(("shop", At(20)));
        Encoding.UTF8.GetString(result.Excerpt.Span).ShouldContain("ECONNREFUSED");
        result.WindowStart.ShouldBe(At(5));
    }

    [Fact]
    public async Task Another_error_of_before_moves_no_onset_and_clears_no_release()
    {
        world.Lines["shop"] = [.. Noise(-160, 30).Append(new(At(-20), "ERROR payment provider timed out", null)).Concat(Errors(20, 30)).OrderBy(l => l.At)];

        var result = await CheckLogs.RunAsync(Context(), new("shop", TimeSpan.FromHours(2), null), null, CancellationToken.None);

        result.Evidence.Count(e => e.Sign == Signs.NewErrorPattern).ShouldBe(2);
        OnsetEstimate.From(result.Evidence).ShouldNotBeNull().At.ShouldBe(At(20));
        Rank([Deploy("shop", 15), ProbeFails("shop", 25), .. result.Evidence])[0].Fix.ShouldBe("rollback");
    }

    [Theory]
    [InlineData("shop", "econnrefused")]
    [InlineData("pay", null)]
    public async Task Lines_that_a_person_chose_do_not_say_when_it_began(string service, string? grep)
    {
        world.Lines[service] = [.. Noise(-160, 30).Select(l => l with { Text = l.Text + " econnrefused" }).Concat(Errors(-20, -10)).OrderBy(l => l.At)];

        var result = await CheckLogs.RunAsync(Context(ProbeFails("shop", 20)), new(service, TimeSpan.FromHours(2), grep), null, CancellationToken.None);

        result.Evidence.ShouldContain(e => e.Sign == Signs.NewErrorPattern);
        OnsetEstimate.From([ProbeFails("shop", 20), .. result.Evidence]).ShouldNotBeNull().At.ShouldBe(At(20));
    }

    [Fact]
    public async Task A_log_that_begins_shortly_before_the_trouble_is_its_own_baseline()
    {
        world.Lines["shop"] = [.. Noise(18, 30).Concat(Errors(20, 30)).OrderBy(l => l.At)];

        var result = await CheckLogs.RunAsync(Context(ProbeFails("shop", 30), Down("shop-db", 20)), new(null, null, null), null, CancellationToken.None);

        result.Evidence.ShouldContain(e => e.Sign == Signs.NewErrorPattern && e.At == At(20));
    }

    [Fact]
    public async Task A_log_that_hangs_halfway_is_named_and_what_was_read_stands()
    {
        world.Lines["shop"] = [.. Noise(-90, 30).Concat(Errors(20, 30)).OrderBy(l => l.At)];
        world.Hangs.Add("logs shop");

        var result = await CheckLogs.RunAsync(Context(ProbeFails("shop", 20)), new("shop", null, null), null, CancellationToken.None);

        result.NoAnswers.ShouldHaveSingleItem().Sentence.ShouldBe($"no answer from log of shop (logs of shop) in 5 s; its lines until {world.Lines["shop"].Last(l => l.At < clock.Now).At.UtcDateTime:HH:mm:ss} UTC were read");
        result.Findings[0].Finding.Pattern.Template.ShouldContain("ECONNREFUSED");
    }

    [Fact]
    public async Task Grep_leaves_only_the_lines_that_contain_the_text()
    {
        world.Lines["shop"] = [.. Noise(-90, 30).Concat(Errors(20, 30)).OrderBy(l => l.At)];

        var result = await CheckLogs.RunAsync(Context(ProbeFails("shop", 20)), new("shop", TimeSpan.FromMinutes(20), "econnrefused"), null, CancellationToken.None);

        result.Lines.ShouldBe(200);
    }

    [Fact]
    public async Task Secrets_of_the_log_reach_neither_evidence_nor_file()
    {
        world.Lines["shop"] = [.. Noise(-90, 30), new LogLine(At(29), "ERROR cannot reach postgres://shop:hunter2secret@db/shop password=hunter2secret", null)];

        var result = await CheckLogs.RunAsync(Context(ProbeFails("shop", 29)), new("shop", null, null), null, CancellationToken.None);

        Encoding.UTF8.GetString(result.Excerpt.Span).ShouldNotContain("hunter2secret");
        result.Evidence.ShouldAllBe(e => !e.Text.Contains("hunter2secret") && e.Data.Values.All(v => !v.Contains("hunter2secret")));
    }

    [Fact]
    public async Task Resources_stand_against_their_limits()
    {
        world.Series["shop-db"] = [new("connections", "count", 100, [new(At(29), 100)]), new("memory", "bytes", 1e9, [new(At(29), 4e8)])];

        var result = await CheckResources.RunAsync(Context(), null, null, CancellationToken.None);

        result.Sentence.ShouldBe("shop-db connections 100 of 100 (100 %)");
        result.Evidence.ShouldContain(e => e.Sign == Signs.MetricNormal && e.Data["metric"] == "memory");
    }

    [Fact]
    public async Task A_fix_looks_once_more_and_offers_the_restart_first()
    {
        KillTheDatabase();

        var result = await Fix.RunAsync(Context(Down("shop-db", 20), Oom("shop-db", 20), ProbeFails("shop", 20)), [], NoMarks, null, CancellationToken.None);

        (result.Choice.Options[0].Action, result.Choice.Options[0].Service).ShouldBe(("restart", "shop-db"));
        result.Sentence.ShouldBe("best is to restart shop-db");
    }

    [Fact]
    public async Task A_fix_of_a_bad_release_knows_the_last_good_version()
    {
        world.Status["shop"] = new() { State = TargetState.Running, Version = "v43" };
        world.Releases["shop"] = [new() { Version = "v43", Current = true, DeployedAt = At(19) }, new() { Version = "v42", DeployedAt = At(-900) }];

        var result = await Fix.RunAsync(Context(Deploy("shop", 19), ProbeFails("shop", 20), NewPattern("shop", 20)), [], NoMarks, null, CancellationToken.None);

        (result.Choice.Options[0].Action, result.Choice.Options[0].Version).ShouldBe(("rollback", "v42"));
    }

    [Fact]
    public async Task Verify_says_go_when_everything_passes()
    {
        world.Lines["shop"] = [.. Noise(-90, 30)];
        world.Series["shop"] = [new("error_rate", "ratio", null, [new(At(-10), 0), new(At(-8), 0.001), new(At(-5), 0), new(At(29), 0)])];

        var result = await Verify.RunAsync(Context(ProbeFails("shop", 20)), At(25), null, CancellationToken.None);

        result.Passed.ShouldBeTrue(string.Join('\n', result.Rows));
        result.Sentence.ShouldStartWith("GO: ");
        result.Rows.ShouldContain(r => r.What == "login" && r.Verdict == Verdict.Pass);
        result.Rows.ShouldContain(r => r.Service == "shop" && r.What == "logs" && r.Verdict == Verdict.Pass);
        result.Evidence.ShouldContain(e => e.Sign == Signs.LogsClean);
    }

    [Fact]
    public async Task Verify_says_no_go_for_a_login_that_fails_and_for_errors_in_the_log()
    {
        world.Checks["shop"] = [("login", false)];
        world.Lines["shop"] = [.. Noise(-90, 30).Concat(Errors(20, 30)).OrderBy(l => l.At)];

        var result = await Verify.RunAsync(Context(ProbeFails("shop", 20)), At(25), null, CancellationToken.None);

        result.Passed.ShouldBeFalse();
        result.Rows.Where(r => r.Verdict == Verdict.Fail).Select(r => r.What).ShouldBe(["login", "logs"], ignoreOrder: true);
    }

    [Fact]
    public async Task Verify_of_a_silent_world_is_no_go()
    {
        world.Hangs.UnionWith(World.Services.Keys.SelectMany(s => new[] { $"health {s}", $"checks {s}" }));

        var result = await Verify.RunAsync(Context(ProbeFails("shop", 20)), At(25), null, CancellationToken.None);

        result.Passed.ShouldBeFalse();
        result.Rows.ShouldContain(r => r.Verdict == Verdict.Inconclusive);
    }
}
