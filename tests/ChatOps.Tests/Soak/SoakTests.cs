using ChatOps.Tests.Support;

namespace ChatOps.Tests.Soak;

/// <summary>A minute of what <c>./chatops bench soak</c> does for longer.</summary>
public sealed class SoakTests(TestDatabase database, ITestOutputHelper output) : IClassFixture<TestDatabase>
{
    [Fact]
    public async Task Two_bots_that_are_killed_again_and_again_under_Slacks_worst_lose_nothing_and_do_nothing_twice()
    {
        var seed = int.TryParse(Environment.GetEnvironmentVariable("CHATOPS_SEED"), out var given) ? given : Random.Shared.Next(100_000);
        await using var stage = await SoakStage.StartAsync(
            database.OwnerConnectionString, Path.Combine(AppContext.BaseDirectory, "ChatOps.dll"), Repository.Root, TestContext.Current.CancellationToken);

        var problems = await SoakRun.RunAsync(stage, TimeSpan.FromMinutes(1), seed, output.WriteLine, TestContext.Current.CancellationToken);

        if (problems.Count > 0) output.WriteLine(await stage.LogsAsync("\"Error\""));
        problems.ShouldBeEmpty($"seed {seed}");
    }
}
