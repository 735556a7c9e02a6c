using ChatOps.Sandbox.Control;
using ChatOps.Sandbox.Demo;

namespace ChatOps.Tests.Scenarios;

/// <summary>Deploys of real processes under real traffic, by typing and pressing.</summary>
public sealed class DeployStoryTests(ITestOutputHelper output)
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_good_release_comes_in_by_canary_a_bad_one_goes_back_by_itself_and_one_that_nobody_can_judge_pauses_and_asks()
    {
        var folder = Directory.CreateTempSubdirectory("chatops-deploys-").FullName;
        await using (var demo = await DemoHost.StartAsync(
            TestDemo.Options(folder) with { Transport = SlackTransport.SignedHttp },
            output.WriteLine, Cancelled))
        {
            using var story = new DeployStory(demo, output.WriteLine);
            await story.PlayAsync(Cancelled);
        }
        Directory.Delete(folder, recursive: true);
    }
}
