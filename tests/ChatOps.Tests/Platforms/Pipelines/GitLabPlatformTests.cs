using System.Text.Json.Nodes;
using ChatOps.Catalog;
using ChatOps.Platforms;
using ChatOps.Platforms.Pipelines;
using ChatOps.Platforms.Pipelines.GitLab;

namespace ChatOps.Tests.Platforms.Pipelines;

public sealed class GitLabPlatformTests : TagPipelineContract
{
    protected override string Compared => "/api/v4/projects/acme%2Fshop/repository/compare?from=shop%2F100%25%23v41%26to%3D%3F&to=shop%2F100%25%23v42%26to%3D%3F";

    protected override string ComparePage => "https://gitlab.com/acme/shop/-/compare/v41...v42";

    protected override PlatformOffer Offer => GitLabApi.Offer.Offer;

    private protected override string ShopName => StubGitLab.Shop;

    private protected override string MailerName => StubGitLab.Mailer;

    private protected override (string Queued, string Running, string Waiting, string Failed) Steps =>
        ("waits for a runner", "deploy: roll-out", "waits for somebody to start deploy: roll-out on GitLab", "in deploy: roll-out (script_failure)");

    private protected override PipelineStart Deploy => new("", "main", new Dictionary<string, string>
    {
        ["VERSION"] = "{version}", ["ENVIRONMENT"] = "{environment}", ["OPERATION_ID"] = "{operation_id}", ["ACTION"] = "{action}",
    }, null);

    private protected override PipelineStart Restart => new("", "main", new Dictionary<string, string> { ["ENVIRONMENT"] = "{environment}", ["OPERATION_ID"] = "{operation_id}", ["RESTART"] = "true" }, null);

    private protected override StubPipelines NewStub() => new StubGitLab();

    private protected override PlatformDefinition Definition(Uri url, string token) =>
        new() { Name = "gitlab", Type = "gitlab", Url = url, Token = token, Settings = new PipelinePlatformSettings("gitlab", User: null, Authorities: null) };

    [Fact]
    public async Task A_pipeline_is_started_on_its_ref_with_its_variables_and_the_projects_path_as_one_word()
    {
        await Platform.DeployAsync(Target, "v41", recreate: false, Call("op-x"), None);
        var call = Stub.Calls.Single(c => c.Method == "POST");
        call.Target.ShouldBe("/api/v4/projects/acme%2Fshop/pipeline");
        JsonNode.DeepEquals(JsonNode.Parse(call.Body), JsonNode.Parse("""
            {"ref":"main","variables":[{"key":"VERSION","value":"v41"},{"key":"ENVIRONMENT","value":"production"},{"key":"OPERATION_ID","value":"op-x"},{"key":"ACTION","value":"deploy"}]}
            """)).ShouldBeTrue(call.Body);
        call.Headers["PRIVATE-TOKEN"].ShouldBe(StubPipelines.Token);
    }

    [Fact]
    public async Task What_a_pipeline_was_started_with_is_asked_for_once()
    {
        await Platform.StatusAsync(Target, None);
        var before = Stub.Calls.Count(c => c.Target.EndsWith("/variables", StringComparison.Ordinal));
        await Platform.StatusAsync(Target, None);
        Stub.Calls.Count(c => c.Target.EndsWith("/variables", StringComparison.Ordinal)).ShouldBe(before);
    }

    [Fact]
    public async Task A_pipeline_whose_variables_the_token_may_not_see_is_left_out()
    {
        Stub.Misbehave = async c =>
        {
            if (!c.Request.Path.Value!.EndsWith("/107/variables", StringComparison.Ordinal)) return false;
            await RefuseAsync(c, 403, "403 Forbidden");
            return true;
        };
        (await Platform.StatusAsync(Target, None)).Version.ShouldBe("v41");
    }

    [Fact]
    public async Task A_deploy_is_not_taken_for_a_restart_that_is_started_with_less()
    {
        Renew(shop: s => s with { Restart = s.Restart! with { Inputs = new Dictionary<string, string> { ["ENVIRONMENT"] = "{environment}", ["OPERATION_ID"] = "{operation_id}" } } });
        (await Platform.ChangesAsync(Target, Since.AddDays(-9), None)).Select(c => (c.Kind, c.Version)).ShouldBe([("deploy", "v41"), ("restart", "v41"), ("deploy", "v42")]);
    }

    [Fact]
    public async Task A_deploy_of_a_commit_is_no_check_of_it()
    {
        Stub.Runs.Remove(104, out _);
        (await Platform.ReleasesAsync(Target, None))[0].ChecksPassed.ShouldBeNull();
    }

    [Theory]
    [InlineData(400, """{"message":{"base":["Insufficient permissions to set pipeline variables"]}}""", "gitlab refused (400): Insufficient permissions to set pipeline variables; allow the token's role to use pipeline variables (Settings, CI/CD, Variables)")]
    [InlineData(400, """{"message":{"base":["Reference not found"]}}""", "gitlab refused (400): Reference not found; check 'ref' in chatops.yaml")]
    [InlineData(403, """{"error":"insufficient_scope","error_description":"higher privileges","scope":"api"}""", "gitlab refused: the token's scope does not reach (403); make one with the scope api")]
    [InlineData(403, """{"message":"403 Forbidden"}""", "gitlab refused: the token may not do this (403): 403 Forbidden; its user must be a Developer or more, and allowed to deploy to a protected environment or branch")]
    [InlineData(404, """{"message":"404 Project Not Found"}""", "gitlab does not have it, or the token may not see it (404): 404 Project Not Found; check the project's path in chatops.yaml and that the token's user is a member")]
    public async Task A_refusal_says_what_to_do(int status, string body, string told)
    {
        Stub.Misbehave = async c =>
        {
            if (c.Request.Method != "POST") return false;
            await StubPipelines.JsonAsync(c, JsonNode.Parse(body)!, status);
            return true;
        };
        var failure = await Fails(() => Platform.DeployAsync(Target, "v41", recreate: false, Call(), None));
        (failure.Outcome, failure.Message).ShouldBe((CallOutcome.NotDone, told));
    }

    [Fact]
    public async Task Doctor_is_told_of_a_project_where_the_token_may_not_start_pipelines()
    {
        (await Platform.ReachAsync(None)).What.ShouldBe("GitLab 18.5.0");
        ((StubGitLab)Stub).AccessLevel = 20;
        (await Platform.ReachAsync(None)).Missing.Select(m => m.Fact).ShouldBe(["may not start pipelines of acme/shop", "may not start pipelines of acme/mailer"]);
    }

    [Fact]
    public void By_hand_it_is_one_request() =>
        Platform.CommandByHand(Target, PlatformAction.Restart, null).ShouldBe(
            "curl -fsS -X POST -H \"PRIVATE-TOKEN: $TOKEN\" -H 'Content-Type: application/json' "
            + $$"""-d '{"ref":"main","variables":[{"key":"ENVIRONMENT","value":"production"},{"key":"OPERATION_ID","value":"by-hand"},{"key":"RESTART","value":"true"}]}' '{{Stub.Url}}api/v4/projects/acme%2Fshop/pipeline'""");
}
