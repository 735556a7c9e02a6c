using ChatOps.Catalog;
using ChatOps.Deployments;
using ChatOps.Tests.Support;

namespace ChatOps.Tests.Deployments;

/// <summary>Where <c>approvals</c> says <c>none</c>, the request of somebody who may is the press.</summary>
public sealed class RequestIsEnoughTests(DeployBot bot) : IClassFixture<DeployBot>, IAsyncLifetime
{
    public async ValueTask InitializeAsync() => await bot.BeginAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task In_staging_the_deploy_begins_with_the_request_as_one_confirmed_action_and_its_card_says_why()
    {
        bot.Deploys.Holds = true;
        await bot.DeployAsync("ben", "checkout v42 to staging");
        var card = await bot.SeeAsync("In staging the request is enough");
        card.Shown.ShouldContain("asked for by <@U0BEN00001>");
        card.Button("action.confirm").ShouldBeNull();
        await Until.TrueAsync(() => bot.Deploys.Done.Count == 1, "the platform was asked");
        bot.Deploys.Holds = false;
        await Until.TrueAsync(async () => await bot.ValueAsync<string>("SELECT state FROM operations") == "succeeded", "it has ended");
        var action = await bot.RowAsync<(string State, string RequestedBy, string DecidedBy)>("SELECT state, requested_by, decided_by FROM pending_actions");
        action.ShouldBe(("confirmed", "U0BEN00001", "U0BEN00001"));
        (await bot.ValueAsync<string>("SELECT confirmed_by FROM operations")).ShouldBe("U0BEN00001");
        (await bot.RowsAsync<string>("SELECT kind FROM timeline WHERE kind LIKE 'action.%' ORDER BY id")).ShouldBe(["action.proposed", "action.confirmed"]);
        bot.Deploys.Done.ShouldBe(["deploy checkout@staging v42"]);
    }

    [Fact]
    public async Task Who_may_not_deploy_there_begins_nothing()
    {
        await bot.DeployAsync("dmitri", "checkout v42 to staging");
        await bot.TellsAsync("dmitri", "may deploy checkout in staging");
        await bot.IdleAsync();
        (await bot.ValueAsync<int>("SELECT count(*) FROM pending_actions")).ShouldBe(0);
        bot.Deploys.Done.ShouldBeEmpty();
    }

    [Fact]
    public async Task In_production_the_same_service_asks()
    {
        bot.Deploys.Run("checkout@staging", "v42");
        await bot.DeployAsync("ben", "checkout v42 to production");
        await bot.SeeAsync("Deploy checkout v42 to production?*");
        (await bot.ValueAsync<string>("SELECT state FROM pending_actions")).ShouldBe("pending");
        (await bot.ValueAsync<int>("SELECT count(*) FROM operations")).ShouldBe(0);
    }

    [Fact]
    public void In_the_last_environment_a_press_is_needed_whatever_the_file_says()
    {
        var facts = TestFacts.Good.Rules(r => r with { Approvals = new Dictionary<string, Approval> { ["production"] = Approval.None } });
        DeployPlan.Make(facts).Approval.ShouldBe(Approval.Anyone);
        DeployPlan.Make(facts with { Environments = ["staging", "production", "mars"] }).Approval.ShouldBe(Approval.None);
    }

    [Fact]
    public async Task A_gate_that_cannot_be_answered_or_was_overridden_asks_even_there()
    {
        await bot.MarkBadAsync(new("checkout", "staging"), "v42");
        await bot.DeployAsync("ana", "checkout v42 to staging --force bad-version --reason the leak is in the test");
        await bot.SeeAsync("Deploy checkout v42 to staging?*");
        (await bot.ValueAsync<int>("SELECT count(*) FROM operations")).ShouldBe(0);
    }

    [Fact]
    public async Task What_waited_for_its_target_asks_before_it_begins()
    {
        await bot.HoldAsync("checkout@staging");
        await bot.DeployAsync("ben", "checkout v42 to staging");
        await bot.SeeAsync("Deploy checkout v42 to staging waits");
        await bot.FreeAsync();
        var card = await bot.SeeAsync("Deploy checkout v42 to staging?*");
        card.Shown.ShouldContain("It waited in the queue");
        (await bot.ValueAsync<int>("SELECT count(*) FROM operations WHERE kind = 'deploy'")).ShouldBe(0);
    }

    [Fact]
    public async Task Of_requests_for_one_target_at_once_one_begins_and_the_last_of_the_others_waits()
    {
        bot.Deploys.Holds = true;
        await Task.WhenAll(Enumerable.Range(1, 4).Select(i => bot.DeployAsync("ben", $"checkout v4{i} to staging")));
        await Until.TrueAsync(async () => await bot.ValueAsync<int>("SELECT (SELECT count(*) FROM operations) + (SELECT count(*) FROM deploy_queue)") == 4, "all four were answered");
        (await bot.ValueAsync<int>("SELECT count(*) FROM operations")).ShouldBe(1);
        (await bot.ValueAsync<int>("SELECT count(*) FROM deploy_queue WHERE state = 'waiting'")).ShouldBe(1);
        (await bot.ValueAsync<int>("SELECT count(*) FROM pending_actions")).ShouldBe(1);
    }
}
