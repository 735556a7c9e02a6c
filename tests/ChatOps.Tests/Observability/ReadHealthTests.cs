using ChatOps.Observability;
using ChatOps.Slack;
using ChatOps.Tests.Support;

namespace ChatOps.Tests.Observability;

/// <summary>What <c>/health</c> says.</summary>
public sealed class ReadHealthTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private readonly SlackStanding standing = new(TimeProvider.System, new TestLog<SlackStanding>());

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_token_that_Slack_refuses_is_told_at_once_also_while_nothing_waits()
    {
        standing.Refused("token_revoked");
        (await HealthAsync()).Problems.ShouldHaveSingleItem().ShouldContain("token_revoked");
        standing.Took();
        (await HealthAsync()).Status.ShouldBe("ok");
    }

    private Task<Health> HealthAsync() => new ReadHealth(database.Source, new SlackOptions(), standing, TimeProvider.System).ReadAsync(Cancel);
}
