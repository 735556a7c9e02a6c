using ChatOps.Catalog;
using ChatOps.Platforms;
using ChatOps.Platforms.Pipelines;
using ChatOps.Platforms.Pipelines.Jenkins;

namespace ChatOps.Tests.Platforms.Pipelines;

public sealed class JenkinsPlatformTests : PipelineContract
{
    private StubJenkins Jenkins => (StubJenkins)Stub;

    protected override PlatformOffer Offer => JenkinsApi.Offer.Offer;

    private protected override string ShopName => "shop";

    private protected override string MailerName => "mailer";

    private protected override string? Builds => StubJenkins.Builds;

    private protected override (string Queued, string Running, string Waiting, string Failed) Steps =>
        ("waits: In the quiet period", "Roll out", "Roll out, which waits for somebody on Jenkins", "in Roll out");

    private protected override PipelineStart Deploy => new(StubJenkins.Deploy, "", new Dictionary<string, string>
    {
        ["version"] = "{version}", ["environment"] = "{environment}", ["operation_id"] = "{operation_id}", ["action"] = "{action}",
    }, null);

    private protected override PipelineStart Restart => new(StubJenkins.Restart, "", new Dictionary<string, string> { ["environment"] = "{environment}", ["operation_id"] = "{operation_id}" }, null);

    private protected override PipelineStart RestartOfPlain => Restart with { Job = StubJenkins.Mailer };

    private protected override StubPipelines NewStub() => new StubJenkins();

    private protected override PlatformDefinition Definition(Uri url, string token) =>
        new() { Name = "jenkins", Type = "jenkins", Url = url, Token = token, Settings = new PipelinePlatformSettings("jenkins", StubJenkins.User, Authorities: null) };

    [Fact]
    public async Task Which_commits_are_between_two_versions_is_not_known()
    {
        (await Platform.CommitsAsync(Target, "v41", "v42", None)).ShouldBeNull();
        Stub.Calls.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_build_is_asked_for_with_its_parameters_as_a_form()
    {
        await Platform.DeployAsync(Target, "v41", recreate: false, Call("op:x"), None);
        var call = Stub.Calls.Single(c => c.Method == "POST");
        (call.Target, call.Body).ShouldBe(("/job/team/job/shop-deploy/buildWithParameters", "version=v41&environment=production&operation_id=op%3Ax&action=deploy"));
    }

    [Fact]
    public async Task A_build_is_followed_from_the_queue_by_the_number_of_its_item()
    {
        var call = Call();
        await Platform.RestartAsync(Target, call, None);
        LookAgain();
        await Platform.FindOperationAsync(Target, call.OperationId, None);
        Stub.Calls.Last().Target.ShouldBe($"/queue/item/{Stub.Latest.Id}/api/json");
        Stub.Latest.State = "running";
        Jenkins.ForgetsItems = true;
        LookAgain();
        (await Platform.FindOperationAsync(Target, call.OperationId, None)).ShouldNotBeNull().Message.ShouldBe($"run {Stub.Latest.Id}: Roll out");
    }

    [Fact]
    public async Task Where_a_crumb_is_asked_for_it_is_fetched_and_sent_with_its_session()
    {
        Jenkins.Crumb = "crumb-7";
        (await Platform.RestartAsync(Target, Call(), None)).State.ShouldBe(PlatformOperationState.Running);
        Actions.ShouldBe(1);
    }

    [Fact]
    public async Task A_job_that_would_drop_the_operations_id_is_not_started()
    {
        Jenkins.Declared.Remove("operation_id");
        var failure = await Fails(() => Platform.RestartAsync(Target, Call(), None));
        (failure.Outcome, failure.Code).ShouldBe((CallOutcome.NotDone, "parameter_unknown"));
        failure.Message.ShouldBe("jenkins: the job team/shop-restart has no parameter operation_id; add it to the job, or correct 'inputs' in chatops.yaml");
        Actions.ShouldBe(0);
    }

    [Fact]
    public async Task A_Jenkins_that_tells_no_stages_tells_the_result()
    {
        Jenkins.HasStages = false;
        var call = Call();
        await Platform.RestartAsync(Target, call, None);
        Stub.Latest.State = "failure";
        LookAgain();
        (await Platform.FindOperationAsync(Target, call.OperationId, None)).ShouldNotBeNull().Message.ShouldNotBeNull().ShouldContain("failed (FAILURE)");
    }

    [Fact]
    public async Task Without_a_job_of_builds_a_version_that_never_ran_can_be_deployed_and_not_gone_back_to()
    {
        Renew(shop: s => s with { Builds = null });
        (await Platform.ReleasesAsync(Target, None)).Select(r => (r.Version, r.ChecksPassed)).ShouldBe([("v42", null), ("v41", null)]);
        await Platform.DeployAsync(Target, "v44", recreate: false, Call(), None);
        (await Fails(() => Platform.RollBackAsync(Target, "v45", Call(), None))).Message.ShouldBe("jenkins has never deployed v45 of shop");
    }

    [Theory]
    [InlineData(403, "X-Required-Permission", "hudson.model.Item.Build", "jenkins refused: the user may not do this (403); it needs the permission Job/Build")]
    [InlineData(404, "X-None", "", "jenkins does not have it, or the user may not see it (404); check the job's path in chatops.yaml, and that the user has the permission Job/Read")]
    [InlineData(409, "X-None", "", "jenkins refused: the job is disabled (409); enable it in Jenkins")]
    public async Task A_refusal_says_what_to_do(int status, string header, string value, string told)
    {
        RefuseActions(status, "", (header, value));
        var failure = await Fails(() => Platform.DeployAsync(Target, "v41", recreate: false, Call(), None));
        (failure.Outcome, failure.Message).ShouldBe((CallOutcome.NotDone, told));
    }

    [Fact]
    public async Task Doctor_is_told_of_a_job_and_a_parameter_that_are_missing()
    {
        (await Platform.ReachAsync(None)).What.ShouldBe("Jenkins 2.528");
        Jenkins.Declared.Remove("action");
        Renew(shop: s => s with { Restart = s.Restart! with { Job = "team/gone" } });
        (await Platform.ReachAsync(None)).Missing.Select(m => m.Fact).ShouldBe(["has no parameter action in the job team/shop-deploy", "does not see the job team/gone"]);
    }

    [Fact]
    public void By_hand_it_is_one_request() =>
        Platform.CommandByHand(Target, PlatformAction.Restart, null).ShouldBe(
            $"curl -fsS -X POST -u 'chatops':\"$TOKEN\" --data-urlencode 'environment=production' --data-urlencode 'operation_id=by-hand' '{Stub.Url}job/team/job/shop-restart/buildWithParameters'");
}
