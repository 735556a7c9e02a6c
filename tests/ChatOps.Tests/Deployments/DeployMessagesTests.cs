using ChatOps.Catalog;
using ChatOps.Deployments;
using ChatOps.Operations;
using ChatOps.Platforms;
using ChatOps.Slack.Blocks;

namespace ChatOps.Tests.Deployments;

public sealed class DeployMessagesTests
{
    private static readonly Target Shop = new("shop", "production");

    private static readonly Operation Holder = new()
    {
        Id = Guid.Empty, Number = 4, ActionId = Guid.Empty, Kind = "deploy", Target = Shop, Arguments = System.Text.Json.JsonElement.Parse("{}"), State = OperationState.Unknown, ConfirmedBy = "U0BOB001",
        RequestedAt = TestFacts.Now, Destination = "C1",
    };

    [Fact]
    public void People_and_times_of_a_sentence_are_drawn_as_slack_shows_them() =>
        DeployText.Draw("shop is locked by @U0BOB001 since 2026-11-03 13:00 UTC: <!channel> mail a@U0EVE001.example").ShouldBe(
            "shop is locked by <@U0BOB001> since <!date^1793710800^{date_short_pretty} {time}|2026-11-03 13:00:00 UTC>: &lt;!channel&gt; mail a…@U0EVE001.example");

    [Theory]
    [InlineData("<!channel> <@U0EVE> `x`")]
    [InlineData("日本語🧨")]
    [InlineData("")]
    public void Every_message_is_valid_whatever_is_in_it(string said)
    {
        foreach (var text in (string[])[said, string.Concat(Enumerable.Repeat(said, 2_000))])
        foreach (var message in All(text))
        {
            BlockValidation.Check(message).ShouldBeEmpty();
            var shown = string.Join('\n', message.Blocks!.OfType<SectionBlock>().Select(b => b.Text?.Text)) + message.Text;
            shown.ShouldNotContain("<!channel>");
            shown.ShouldNotContain("<@U0EVE>");
        }
    }

    [Fact]
    public void History_names_no_incident_that_the_reader_may_not_see()
    {
        var deployment = Deployment("x") with { Caused = 7, Incident = 8 };
        Shown(WhereMessages.History(Shop, true, [deployment], new HashSet<int> { 7, 8 }, 12)).ShouldContain("incident 7 followed · for incident 8");
        var hidden = Shown(WhereMessages.History(Shop, true, [deployment], new HashSet<int>(), 12));
        hidden.ShouldNotContain("incident");
    }

    [Fact]
    public void Environments_that_differ_are_said_to() =>
        Shown(WhereMessages.Where(TestFacts.Good.Service, [new(new("shop", "staging"), new() { State = TargetState.Running, Version = "v42" }, null), new(Shop, new() { State = TargetState.Running, Version = "v41" }, null)])).ShouldContain("versions differ");

    private static IEnumerable<Message> All(string said)
    {
        var held = new DeployLock { Id = 1, Target = Shop.ToString(), Owner = "U0BOB001", Reason = said, LockedAt = TestFacts.Now, Until = TestFacts.Now };
        var freeze = new DeployFreeze { Id = 1, Environment = "production", DeclaredBy = "U0BOB001", Reason = said, Since = TestFacts.Now };
        var fact = new FreezeFact(said, null, TestFacts.Now, TestFacts.Now);
        yield return LockMessages.Refused(said.Length == 0 ? "x" : said);
        yield return LockMessages.Locked(Shop, held);
        yield return LockMessages.Held(Shop, held);
        yield return LockMessages.Held(Shop, null);
        yield return LockMessages.Busy(Shop, held);
        yield return LockMessages.Unlocked(Shop, held, "U0ANA001");
        yield return LockMessages.YoursEnded(Shop, held, "U0ANA001");
        yield return LockMessages.Frozen(freeze);
        yield return LockMessages.Thawed(null, [freeze], [freeze], [fact], "U0ANA001");
        yield return LockMessages.NothingToThaw(null, [freeze], [fact], "/deploy");
        yield return LockMessages.Unmarked(Shop, new(said, "U0BOB001", said, TestFacts.Now), "U0ANA001");
        yield return DeployHelpMessages.Unknown(said, said.Length == 0 ? null : "shop", said, "/deploy");
        yield return WhereMessages.Where(TestFacts.Good.Service,
        [
            new(Shop, new() { State = TargetState.Degraded, Version = said, Detail = said, DeployedAt = TestFacts.Now, DeployedBy = said, Candidate = new(said, TargetState.Running, 5, said) }, null) { Lock = held, Bad = [new(said, "U0BOB001", said, TestFacts.Now)] },
            new(Shop, null, said),
        ]);
        yield return WhereMessages.Status("shop", [Deployment(said)], [Waiting(said)], [held], [freeze], [("production", fact)], TestFacts.Now.AddHours(1));
        yield return WhereMessages.Status(null, [], [], [], [], [], TestFacts.Now);
        foreach (var message in Queue(Waiting(said), said).Concat(Asks(said))) yield return message;
        yield return WhereMessages.History(Shop, false, [.. Enumerable.Repeat(Deployment(said) with { Caused = 7, Forced = [said] }, 12)], new HashSet<int> { 7 }, 12);
        yield return WhereMessages.History(Shop, true, [], new HashSet<int>(), 12);
    }

    private static IEnumerable<Message> Queue(WaitingDeploy waiting, string said)
    {
        yield return DeployQueueMessages.Waits(waiting, Holder, waiting);
        yield return DeployQueueMessages.Waits(waiting, null, null);
        yield return DeployQueueMessages.Superseded(waiting, waiting);
        yield return DeployQueueMessages.YoursWasSuperseded(waiting, waiting);
        yield return DeployQueueMessages.Withdrawn(waiting, "U0BOB001");
        yield return DeployQueueMessages.YoursWasWithdrawn(waiting, "U0BOB001");
        yield return DeployQueueMessages.Expired(waiting);
        yield return DeployQueueMessages.YoursExpired(waiting);
        yield return DeployQueueMessages.Left(waiting, asks: true);
        yield return DeployQueueMessages.Left(waiting, asks: false);
        yield return DeployQueueMessages.YourTurn(waiting);
        yield return DeployQueueMessages.Impossible(waiting, said);
        yield return DeployQueueMessages.YoursWasRefused(waiting, DeployCards.Refused(Shop, DeployPlan.Make(TestFacts.Good), new("lock", "locked", GateOutcome.Fail, said, said)));
    }

    private static IEnumerable<Message> Asks(string said)
    {
        var ask = new DeployAsk { Id = 3, Target = Shop.ToString(), Version = said, Reason = said, Action = "force", Gates = [said, said], Code = "locked", Sentence = said, RequestedBy = "U0ANA001", Channel = "C1" };
        yield return DeployAskMessages.Ask(ask, "<!subteam^S0LEADS001>");
        foreach (var more in (IReadOnlyList<Block>[])[DeployReviewMessages.Wanted(Guid.Empty), DeployReviewMessages.Done("U0BOB001", TestFacts.Now)])
            yield return DeployCards.Outcome(Holder, DeployPlan.Make(TestFacts.Good), OperationOutcome.Failed(said), more);
        yield return DeployAskMessages.Ask(ask with { Gates = [] }, "");
        yield return DeployCards.Refused(Shop, DeployPlan.Make(TestFacts.Good), new("lock", "locked", GateOutcome.Fail, said, said), DeployAskMessages.Button(ask, said.Length == 0 ? "x" : said));
    }

    private static WaitingDeploy Waiting(string said) => new()
    {
        Id = 3, Target = Shop.ToString(), Version = said, RequestedBy = "U0ANA001", AskedAt = TestFacts.Now, ExpiresAt = TestFacts.Now, Channel = "C1", State = "waiting",
    };

    private static Deployment Deployment(string said) => new()
    {
        Id = Guid.NewGuid(), Target = Shop, FromVersion = said, ToVersion = said, Strategy = DeployStrategy.Canary, RequestedBy = "U0ANA001", ConfirmedBy = "U0BOB001", StartedAt = TestFacts.Now,
    };

    private static string Shown(Message message) => string.Join('\n', message.Blocks!.OfType<SectionBlock>().Select(b => b.Text?.Text));
}
