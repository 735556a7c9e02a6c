using ChatOps.Cli.Doctor;

namespace ChatOps.Tests.Cli.Doctor;

public sealed class CheckupTests
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Findings_come_in_the_order_of_the_checks_whoever_is_first()
    {
        var second = new TaskCompletionSource();
        var lines = await RunAsync(
            new Check("one", Long, async _ =>
            {
                await second.Task;
                return [Finding.Ok("one", "there")];
            }),
            new Check("two", Long, _ =>
            {
                second.SetResult();
                return Task.FromResult<IReadOnlyList<Finding>>([Finding.Ok("two", "there")]);
            }));
        lines.ShouldBe(["ok    one: there.", "ok    two: there."]);
    }

    [Fact]
    public async Task A_check_that_hangs_without_listening_costs_its_own_line_alone()
    {
        var never = new TaskCompletionSource<IReadOnlyList<Finding>>();
        var lines = await RunAsync(
            new Check("deaf", TimeSpan.FromMilliseconds(50), _ => never.Task),
            new Check("well", Long, _ => Task.FromResult<IReadOnlyList<Finding>>([Finding.Ok("well", "there")])));
        lines[0].ShouldStartWith("FAIL  deaf: no answer in 50 ms.");
        lines[1].ShouldBe("ok    well: there.");
    }

    [Fact]
    public async Task A_check_that_throws_costs_its_own_line_alone_and_shows_no_secret()
    {
        var lines = await RunAsync(
            new Check("odd", Long, _ => throw new InvalidOperationException("cannot use postgres://bot:hunter2@db/chatops")),
            new Check("well", Long, _ => Task.FromResult<IReadOnlyList<Finding>>([Finding.Ok("well", "there")])));
        lines[0].ShouldStartWith("FAIL  odd: it could not be looked at");
        lines[0].ShouldNotContain("hunter2");
        lines[1].ShouldBe("ok    well: there.");
    }

    [Fact]
    public void A_finding_is_one_line() =>
        Finding.Fail("a", "b\nc", "D.").ToString().ShouldBe("FAIL  a: b c. D.");

    private static async Task<List<string>> RunAsync(params Check[] checks)
    {
        var lines = new List<string>();
        await foreach (var finding in Checkup.RunAsync(checks, TestContext.Current.CancellationToken)) lines.Add(finding.ToString());
        return lines;
    }
}
