using System.Text.Json.Nodes;
using ChatOps.Catalog;
using ChatOps.Platforms;
using ChatOps.Platforms.Pipelines;
using ChatOps.Platforms.Pipelines.GitHub;

namespace ChatOps.Tests.Platforms.Pipelines;

public sealed class GitHubPlatformTests : TagPipelineContract
{
    private StubGitHub GitHub => (StubGitHub)Stub;

    protected override string Compared => "/repos/acme/shop/compare/shop%2F100%25%23v41%26to%3D%3F...shop%2F100%25%23v42%26to%3D%3F";

    protected override string ComparePage => "https://github.com/acme/shop/compare/v41...v42";

    protected override PlatformOffer Offer => GitHubApi.Offer.Offer;

    private protected override string ShopName => StubGitHub.Shop;

    private protected override string MailerName => StubGitHub.Mailer;

    private protected override (string Queued, string Running, string Waiting, string Failed) Steps =>
        ("waits for a runner", "roll-out, step 2 of 2: Apply", "waits for an approval on GitHub", "in roll-out, step Apply");

    private protected override PipelineStart Deploy => new("deploy.yml", "main", new Dictionary<string, string>
    {
        ["version"] = "{version}", ["environment"] = "{environment}", ["operation_id"] = "{operation_id}", ["action"] = "{action}",
    }, "{action} {version} to {environment} ({operation_id})");

    private protected override PipelineStart Restart => new("restart.yml", "main", new Dictionary<string, string>
    {
        ["environment"] = "{environment}", ["operation_id"] = "{operation_id}",
    }, "Restart {environment} ({operation_id})");

    private protected override StubPipelines NewStub() => new StubGitHub();

    private protected override PlatformDefinition Definition(Uri url, string token) =>
        new() { Name = "github", Type = "github", Url = url, Token = token, Settings = new PipelinePlatformSettings("github", User: null, Authorities: null) };

    [Fact]
    public async Task A_dispatch_names_ref_and_inputs_and_asks_for_its_run()
    {
        await Platform.DeployAsync(Target, "v41", recreate: false, Call("op-x"), None);
        var call = Stub.Calls.Single(c => c.Method == "POST");
        call.Target.ShouldBe("/repos/acme/shop/actions/workflows/deploy.yml/dispatches");
        JsonNode.DeepEquals(JsonNode.Parse(call.Body), JsonNode.Parse("""{"ref":"main","inputs":{"version":"v41","environment":"production","operation_id":"op-x","action":"deploy"},"return_run_details":true}""")).ShouldBeTrue(call.Body);
        (call.Headers["X-GitHub-Api-Version"], call.Headers["Accept"], call.Headers["User-Agent"]).ShouldBe(("2022-11-28", "application/vnd.github+json", "chatops/1"));
    }

    [Fact]
    public async Task A_run_that_is_not_listed_yet_is_followed_by_the_number_that_the_dispatch_gave()
    {
        var call = Call();
        await Platform.DeployAsync(Target, "v41", recreate: false, call, None);
        (Stub.Latest.Unlisted, Stub.Latest.State) = (true, "success");
        LookAgain();
        (await Platform.FindOperationAsync(Target, call.OperationId, None)).ShouldNotBeNull().State.ShouldBe(PlatformOperationState.Succeeded);
    }

    [Fact]
    public async Task A_server_that_does_not_tell_the_run_is_asked_without_and_the_run_is_found_by_its_name()
    {
        GitHub.TellsRun = false;
        Stub.Misbehave = async c =>
        {
            if (c.Request.Method != "POST" || !Stub.Calls.Last().Body.Contains("return_run_details", StringComparison.Ordinal)) return false;
            await RefuseAsync(c, 422, "Invalid request. \"return_run_details\" is not a permitted key.");
            return true;
        };
        var call = Call();
        await Platform.DeployAsync(Target, "v41", recreate: false, call, None);
        (await Platform.FindOperationAsync(Target, call.OperationId, None)).ShouldNotBeNull();
        Actions.ShouldBe(1);
    }

    /// <summary>What is not listed now may be listed in some seconds: only a person can tell that it was never taken.</summary>
    [Fact]
    public async Task That_an_id_was_never_seen_is_never_said()
    {
        (await Platform.CapabilitiesAsync(None)).KeepsOperationIds.ShouldBeFalse();
        (await Fails(() => Platform.FindOperationAsync(Target, "op-never", None))).Outcome.ShouldBe(CallOutcome.Unknown);
    }

    [Fact]
    public async Task A_log_is_fetched_from_elsewhere_without_the_token()
    {
        WriteLog((Since, "one"));
        await Logs(new(Since, null, null));
        var elsewhere = Stub.Calls.Single(c => c.Target == "/blob/log");
        elsewhere.Headers.ContainsKey("Authorization").ShouldBeFalse();
        Stub.Calls.ShouldContain(c => c.Target == "/repos/acme/shop/actions/jobs/1030/logs");
    }

    [Fact]
    public async Task A_log_of_one_job_begins_where_its_failed_step_does()
    {
        WriteLog((new(2026, 11, 21, 8, 58, 10, TimeSpan.Zero), "of the step before"), (Since, "one"));
        (await Logs(new(Since.AddHours(-2), null, null))).Select(l => l.Text).ShouldBe(["one"]);
    }

    [Fact]
    public async Task A_repository_with_many_services_has_a_tag_for_each()
    {
        Renew(shop: s => s with { Tag = "nightly@{version}" });
        (await Platform.ReleasesAsync(Target, None)).Select(r => (r.Version, r.CreatedAt is not null)).ShouldBe([("2026", true), ("v42", false), ("v41", false)], ignoreOrder: true);
        await Fails(() => Platform.DeployAsync(Target, "2027", recreate: false, Call(), None));
        Stub.Calls.ShouldContain(c => c.Target == "/repos/acme/shop/git/ref/tags%2Fnightly%402027");
    }

    /// <summary>There the two dots part one tag from the other, and a colon parts the owner of a fork from his branch; git has neither in a tag.</summary>
    [Theory]
    [InlineData("v41...v42")]
    [InlineData("eve:v41")]
    public async Task What_could_be_read_as_more_than_a_tag_is_not_compared(string version)
    {
        (await Platform.CommitsAsync(Target, version, "v42", None)).ShouldBeNull();
        (await Platform.CommitsAsync(Target, "v42", version, None)).ShouldBeNull();
        Stub.Calls.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(403, "Resource not accessible by personal access token", "X-Accepted-GitHub-Permissions", "actions=write", "github refused: the token may not do this (403): Resource not accessible by personal access token; the token needs actions write")]
    [InlineData(404, "Not Found", "X-Accepted-GitHub-Permissions", "actions=write", "github does not have it, or the token may not see it (404); check repository and workflow in chatops.yaml; the token needs actions write")]
    [InlineData(403, "You have exceeded a secondary rate limit", "Retry-After", "60", "github asks to wait 60 s (403): too many requests; whoever shares its token counts too")]
    [InlineData(422, "Unexpected inputs provided: [\"action\"]", "X-None", "", "github refused (422): Unexpected inputs provided: [\"action\"]; the inputs in chatops.yaml must be those of the workflow's workflow_dispatch")]
    [InlineData(422, "Workflow does not have 'workflow_dispatch' trigger", "X-None", "", "github refused (422): Workflow does not have 'workflow_dispatch' trigger; add 'on: workflow_dispatch' to the workflow, on the branch that chatops.yaml names")]
    [InlineData(301, "Moved Permanently", "Location", "/repositories/1", "github says that it moved (301): correct the repository's name in chatops.yaml")]
    public async Task A_refusal_says_what_to_do(int status, string message, string header, string value, string told)
    {
        RefuseActions(status, message, (header, value));
        var failure = await Fails(() => Platform.DeployAsync(Target, "v41", recreate: false, Call(), None));
        (failure.Outcome, failure.Message).ShouldBe((CallOutcome.NotDone, told));
    }

    [Fact]
    public async Task A_limit_that_is_used_up_is_told_with_when_it_ends()
    {
        RefuseActions(403, "API rate limit exceeded", ("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", "1795257000"));
        (await Fails(() => Platform.RestartAsync(Target, Call(), None))).Message.ShouldStartWith("github asks to wait until 10:30 UTC (403)");
    }

    [Fact]
    public async Task Doctor_is_told_of_a_repository_a_right_and_a_workflow_that_are_missing()
    {
        (await Platform.ReachAsync(None)).ShouldSatisfyAllConditions(r => r.What.ShouldBe("GitHub, 4971 requests left this hour"), r => r.Missing.ShouldBeEmpty());
        GitHub.MayPush = false;
        Renew(shop: s => s with { Deploy = s.Deploy! with { Job = "gone.yml" } });
        (await Platform.ReachAsync(None)).Missing.Select(m => m.Fact).ShouldBe(
            ["may not start workflows of acme/shop", "does not see the workflow gone.yml of acme/shop", "may not start workflows of acme/mailer"]);
    }

    [Fact]
    public async Task Doctor_is_told_of_a_workflow_whose_runs_could_not_be_started_or_not_be_found_again()
    {
        GitHub.Workflow = "on: push # version, environment, operation_id";
        var missing = (await Platform.ReachAsync(None)).Missing.Where(m => m.Fact.Contains("deploy.yml", StringComparison.Ordinal)).ToList();
        missing.Select(m => m.Fact).ShouldBe(["cannot start the workflow deploy.yml of acme/shop", "has no input action in the workflow deploy.yml of acme/shop", "cannot find runs of the workflow deploy.yml of acme/shop again"]);
        missing[^1].ToDo.ShouldEndWith("such as run-name: ${{ inputs.action }} ${{ inputs.version }} to ${{ inputs.environment }} (${{ inputs.operation_id }})");
    }

    [Fact]
    public async Task A_deploy_of_a_commit_is_no_check_of_it()
    {
        GitHub.Passed = true;
        (await Platform.ReleasesAsync(Target, None))[0].ChecksPassed.ShouldBe(true);
    }

    [Fact]
    public void By_hand_it_is_the_vendors_own_program() =>
        Platform.CommandByHand(Target, PlatformAction.RollBack, "v41").ShouldBe(
            "gh workflow run 'deploy.yml' --repo '127.0.0.1/acme/shop' --ref 'main' -f 'version=v41' -f 'environment=production' -f 'operation_id=by-hand' -f 'action=rollback'");

    [Theory]
    [InlineData("""{"total_count":0,"state":"pending"}""", "[]", null)]
    [InlineData("""{"total_count":1,"state":"success"}""", "[]", true)]
    [InlineData("""{"total_count":1,"state":"error"}""", "[]", false)]
    [InlineData("""{"total_count":1,"state":"pending"}""", """[{"status":"completed","conclusion":"success"}]""", null)]
    [InlineData("""{"total_count":0,"state":"pending"}""", """[{"status":"completed","conclusion":"skipped"},{"status":"completed","conclusion":"neutral"}]""", true)]
    [InlineData("""{"total_count":0,"state":"pending"}""", """[{"status":"queued"},{"status":"completed","conclusion":"timed_out"}]""", false)]
    public void Checks_passed_when_all_did_and_failed_when_one_did(string status, string runs, bool? passed) =>
        GitHubChecks.Passed(JsonNode.Parse(status)!, [.. JsonNode.Parse(runs)!.AsArray().OfType<JsonNode>()]).ShouldBe(passed);
}
