using ChatOps.Catalog;
using ChatOps.Deployments;
using ChatOps.Permissions;
using ChatOps.Sandbox.Demo;
using ChatOps.Tests.Support;

namespace ChatOps.Tests.Deployments;

/// <summary>A refusal is never a dead end: those who may pass it are asked by a button, once, and plan it in their own name.</summary>
public sealed class AskApproverTests(DeployBot bot) : IClassFixture<DeployBot>, IAsyncLifetime
{
    private static readonly Target Basket = new("basket", "staging");
    private static readonly Permission May = new(true, "", "@oncall");

    public async ValueTask InitializeAsync() => await bot.BeginAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Who_may_override_is_asked_once_and_plans_it_with_a_reason_of_their_own()
    {
        var refused = await RefusedAsync();
        refused.Button("deploy.ask")!.Label.ShouldBe("Ask @leads");
        await Task.WhenAll(bot.PressAsync("ben", refused.Button("deploy.ask")!), bot.PressAsync("ben", refused.Button("deploy.ask")!));
        var asked = await bot.SeeAsync("<@U0BEN00001> wants to deploy basket v42 to staging");
        asked.Text.ShouldStartWith("<!subteam^S0LEADS001> <@U0BEN00001> wants to deploy");
        asked.Shown.ShouldContain("it leaks");
        asked.Buttons.Single().Label.ShouldBe("Plan it with --force bad-version");
        await bot.TellsAsync("ben", "They were asked already");
        (await bot.AllAsync("wants to deploy basket v42")).Count.ShouldBe(1);
        (await bot.ValueAsync<int>("SELECT count(*) FROM timeline WHERE kind = 'deploy.asked' AND actor = 'U0BEN00001'")).ShouldBe(1);

        await bot.PressAsync("eve", asked.Buttons.Single());
        await bot.SubmitAsync("eve", new { reason = new { value = "the leak was in the test" } });
        var card = await bot.SeeAsync("Deploy basket v42 to staging?*");
        card.Shown.ShouldContain("Asked for by <@U0EVE00001>");
        card.Shown.ShouldContain("the leak was in the test");
        await bot.SeeAsync("<@U0EVE00001> overrides a gate to deploy basket v42 to staging");
        (await bot.ValueAsync<string>("SELECT requested_by FROM pending_actions")).ShouldBe("U0EVE00001");
    }

    [Fact]
    public async Task Whoever_presses_without_the_right_is_refused_in_their_own_name()
    {
        var refused = await RefusedAsync();
        await bot.PressAsync("ben", refused.Button("deploy.ask")!);
        var asked = await bot.SeeAsync("<@U0BEN00001> wants to deploy basket v42 to staging");
        await bot.PressAsync("carla", asked.Buttons.Single());
        await bot.SubmitAsync("carla", new { reason = new { value = "please" } });
        await Until.TrueAsync(async () => await bot.ValueAsync<int>("SELECT count(*) FROM timeline WHERE kind = 'action.refused' AND actor = 'U0CARLA001' AND data->>'code' = 'force-not-allowed'") == 1, "carla is refused");
        (await bot.ValueAsync<int>("SELECT count(*) FROM pending_actions")).ShouldBe(0);
    }

    [Fact]
    public async Task Who_may_not_deploy_there_at_all_has_those_asked_who_may()
    {
        await bot.DeployAsync("dmitri", "basket v42 to staging --reason it is the fix");
        var refused = await bot.TellsAsync("dmitri", "may deploy basket in staging");
        refused.Button("deploy.ask")!.Label.ShouldBe("Ask @leads, @oncall or @carla");
        await bot.PressAsync("dmitri", refused.Button("deploy.ask")!);
        var asked = await bot.SeeAsync("<@U0DMITRI01> wants to deploy basket v42 to staging");
        asked.Text.ShouldStartWith("<!subteam^S0LEADS001> <!subteam^S0ONCALL01> <@U0CARLA001> ");
        await bot.PressAsync("carla", asked.Buttons.Single());
        var card = await bot.SeeAsync("Deploy basket v42 to staging?*");
        card.Shown.ShouldContain("Asked for by <@U0CARLA001>");
        card.Shown.ShouldContain("it is the fix");
    }

    [Fact]
    public async Task Who_may_override_it_themselves_is_asked_for_the_reason_and_nobody_else_is()
    {
        await bot.MarkBadAsync(Basket, "v42");
        await bot.DeployAsync("eve", "basket v42 to staging");
        (await bot.TellsAsync("eve", "Deploy basket v42 to staging: not now")).Button("deploy.ask").ShouldBeNull();
        await bot.DeployAsync("eve", "basket v42 to staging --force bad-version");
        await bot.SubmitAsync("eve", new { reason = new { value = "it was another leak" } });
        (await bot.SeeAsync("Deploy basket v42 to staging?*")).Shown.ShouldContain("it was another leak");
    }

    [Fact]
    public void Only_what_somebody_may_pass_is_put_to_others()
    {
        var locked = TestFacts.Good with { MayForce = false, Lock = new("U0BOB", "load test", TestFacts.Now, null) };
        Ask(locked)!.Gates.ShouldBe(["lock"]);
        Ask(locked with { BadVersions = [new("v42", "U0BOB", "it leaks", TestFacts.Now)] })!.Gates.ShouldBe(["lock", "bad-version"]);
        Ask(locked.Ask(r => r with { Forced = ["Lock"], Reason = "x" }))!.Gates.ShouldBe(["lock"]);
        Ask(locked.Ask(r => r with { Forced = ["lcok"], Reason = "x" })).ShouldBeNull("a mistake is nobody's to pass");
        Ask(locked with { MayForce = true }).ShouldBeNull("they may do it themselves");
        Ask(locked.Ask(r => r with { Version = "v99" })).ShouldBeNull("a version that is not there comes by no right");
        Ask(locked, May with { Allowed = false })!.ShouldSatisfyAllConditions(a => a.Action.ShouldBe("deploy"), a => a.Gates.ShouldBeEmpty());
    }

    [Fact]
    public void What_the_approver_types_keeps_the_words_of_whoever_wants_it_as_one_reason()
    {
        var ask = new DeployAsk { Target = "shop@production", Version = "v42", Strategy = "canary", Reason = "say \"now\" --force lock", Action = "deploy" };
        var catalog = new ServiceCatalog { Services = new Dictionary<string, Service> { ["shop"] = TestFacts.Good.Service }, Environments = ["staging", "production"], Platforms = new Dictionary<string, PlatformDefinition>() };
        var (arguments, refusal) = DeployArguments.Read(ask.Typed, catalog);
        refusal.ShouldBeNull();
        arguments!.Reason.ShouldBe("say 'now' --force lock");
        arguments.Forced.ShouldBeEmpty();
        arguments.Strategy.ShouldBe(DeployStrategy.Canary);
    }

    private static DeployAsk? Ask(DeployFacts facts, Permission? permission = null)
    {
        var judged = new DeployJudgement(permission ?? May, facts, DeployPlan.Make(facts));
        return DeployAsk.Of(judged, judged.Refusal!, "C1");
    }

    private async Task<SeenMessage> RefusedAsync()
    {
        await bot.MarkBadAsync(Basket, "v42");
        await bot.DeployAsync("ben", "basket v42 to staging");
        return await bot.TellsAsync("ben", "Deploy basket v42 to staging: not now");
    }
}
