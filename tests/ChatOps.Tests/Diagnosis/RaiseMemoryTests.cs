using ChatOps.Catalog;
using ChatOps.Deployments;
using ChatOps.Diagnosis;
using ChatOps.Operations;
using ChatOps.Platforms;
using ChatOps.Tests.Support;
using static ChatOps.Tests.Diagnosis.Facts;

namespace ChatOps.Tests.Diagnosis;

/// <summary>A higher memory limit as the fix of an OOM kill: how far, when it is offered, what the card says, what is done.</summary>
public sealed class RaiseMemoryTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private const long Mega = 1024 * 1024;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(256, 384)]
    [InlineData(100, 144)]
    [InlineData(20, 30)]
    [InlineData(1024, 1536)]
    [InlineData(1500, 2240)]
    public void A_limit_is_raised_by_half_at_most_to_a_round_figure(long from, long to) => MemoryRaise.Of(from * Mega).ShouldBe(new MemoryRaise(from * Mega, to * Mega));

    [Fact]
    public void No_limit_is_ever_raised_by_more_than_half()
    {
        for (var limit = 8 * Mega; limit < 70_000 * Mega; limit += (limit / 97) + 4097)
            if (MemoryRaise.Of(limit) is { } raise) raise.To.ShouldBeInRange(limit + 1, limit * 3 / 2);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(0L)]
    [InlineData(4 * Mega)]
    public void What_has_no_limit_or_next_to_none_is_not_raised(long? limit) => MemoryRaise.Of(limit).ShouldBeNull();

    [Fact]
    public void What_was_killed_for_its_memory_may_be_given_more_and_is_told_that_the_leak_stays()
    {
        var choice = Choose(Down("shop-db", 0), Oom("shop-db", 0), ProbeFails("shop", 0));
        choice.Options.Select(o => (o.Action, o.Service)).ShouldBe([("restart", "shop-db"), ("scale", "shop-db")]);
        DiagnosisMessages.Label(choice.Options[1]).ShouldBe("Raise the memory limit of shop-db from 256 to 384 MB");
        choice.Options[1].Risk.ShouldContain("stop-gap: what leaks goes on leaking");
        choice.Options[0].Why.ShouldNotContain("by hand");
    }

    [Fact]
    public void What_went_down_for_another_reason_is_not_given_more_memory() =>
        Choose(Down("shop-db", 0), ProbeFails("shop", 0)).Options.ShouldNotContain(o => o.Action == "scale");

    [Fact]
    public async Task The_card_says_from_what_to_what_and_how_to_set_it_back()
    {
        await using var rig = await StartAsync();
        var incident = await rig.IncidentAsync();
        await rig.FixVerb(await rig.RequestAsync()).HandleAsync(DiagnosisRig.Call(incident, "memory shop-db"), Cancel);
        var card = await rig.ScalarAsync<string>("SELECT content::text FROM outbox WHERE message_key LIKE 'action %' ORDER BY id DESC LIMIT 1");
        card.ShouldContain("Raise the memory limit of shop-db from 256 to 384 MB in production?");
        card.ShouldContain("Set it back by hand: p MemoryLimit shop-db 268435456");
        card.ShouldContain("stop-gap");
        card.ShouldContain("@oncall");
        rig.World.Calls.ShouldBeEmpty();
    }

    [Fact]
    public async Task Where_the_platform_cannot_the_command_is_told()
    {
        await using var rig = await StartAsync();
        rig.World.Can.Clear();
        var incident = await rig.IncidentAsync();
        await rig.FixVerb(await rig.RequestAsync()).HandleAsync(DiagnosisRig.Call(incident, "memory shop-db"), Cancel);
        (await rig.ScalarAsync<string>("SELECT content->>'text' FROM outbox WHERE kind = 'ephemeral' ORDER BY id DESC LIMIT 1"))
            .ShouldBe("p cannot raise the memory limit of shop-db, or does not tell what it is. Raise it where it runs: p MemoryLimit shop-db");
    }

    [Fact]
    public async Task The_limit_of_the_card_is_set_once_after_the_last_words_were_saved()
    {
        await using var rig = await StartAsync();
        var incident = await rig.IncidentAsync();
        rig.World.OnChange = call => new(call.OperationId, PlatformOperationState.Succeeded, null, null, null);
        var plan = new ActionPlan { State = "Crashed", Generation = 7, Memory = new(256 * Mega, 384 * Mega), WayBack = "none", Why = "it is down", Risk = "some", Expected = "no history", WhoMay = "@oncall" };
        var (operation, run, lines) = await rig.OperationAsync("scale", new Target("shop-db", "production"), plan, incident.Number);

        var outcome = await rig.RaiseMemory.ExecuteAsync(operation, run, Cancel);

        outcome.Result.ShouldBe(OperationResult.Succeeded);
        outcome.Sentence.ShouldStartWith("shop-db was given more memory (from 256 to 384 MB) and is healthy after");
        outcome.Sentence.ShouldContain("stop-gap");
        var (kind, service, bytes, call) = rig.World.Calls.ShouldHaveSingleItem();
        (kind, service, bytes, call.OperationId, call.IfGeneration).ShouldBe(("memory", "shop-db", "402653184", operation.Id.ToString(), 7));
        lines[0].ShouldStartWith("Saving the last log lines");

        (await rig.RaiseMemory.RecoverAsync(operation, Cancel)).Result.ShouldBe(OperationResult.Succeeded);
        rig.World.Calls.ShouldHaveSingleItem();
    }

    private async Task<DiagnosisRig> StartAsync()
    {
        var rig = await DiagnosisRig.StartAsync(database);
        rig.World.Status["shop-db"] = new() { State = TargetState.Crashed, Generation = 7, MemoryLimit = 256 * Mega };
        rig.World.Can["shop-db"] = new HashSet<PlatformAction> { PlatformAction.Restart, PlatformAction.MemoryLimit };
        return rig;
    }

    private static FixChoice Choose(params Evidence[] evidence) => FixChoice.From(new()
    {
        Evidence = evidence, Hypotheses = Rank(evidence), Runbooks = Books, Catalog = World, Past = [], Now = At(30),
        Good = new Dictionary<string, LastGoodVersion>(), Memory = new Dictionary<string, MemoryRaise> { ["shop-db"] = new(256 * Mega, 384 * Mega) },
    });
}
