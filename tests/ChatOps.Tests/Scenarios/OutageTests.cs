using ChatOps.Sandbox.Control;
using ChatOps.Sandbox.Demo;

namespace ChatOps.Tests.Scenarios;

/// <summary>Whole incidents: real shop, real PostgreSQL, the bot as its own process, two people at the control interface.</summary>
[Collection(nameof(WholeIncidents))]
public sealed class OutageTests(ITestOutputHelper output)
{
    [Fact]
    public Task A_database_outage_goes_from_its_first_word_to_a_stored_post_mortem_over_socket_mode_and_over_signed_http() =>
        Task.WhenAll(PlayAsync("database-down", SlackTransport.SocketMode, killing: false), PlayAsync("database-down", SlackTransport.SignedHttp, killing: false));

    [Fact]
    public Task A_bad_release_ends_in_a_rollback_over_socket_mode_and_over_signed_http() =>
        Task.WhenAll(PlayAsync("bad-release", SlackTransport.SocketMode, killing: false), PlayAsync("bad-release", SlackTransport.SignedHttp, killing: false));

    [Fact]
    public Task A_database_outage_and_a_bad_release_are_mended_once_each_with_the_bot_killed_after_every_step() =>
        Task.WhenAll(PlayAsync("database-down", SlackTransport.SocketMode, killing: true), PlayAsync("bad-release", SlackTransport.SignedHttp, killing: true));

    private async Task PlayAsync(string fault, SlackTransport transport, bool killing)
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        var folder = Directory.CreateTempSubdirectory("chatops-story-").FullName;
        var demo = await DemoHost.StartAsync(
            TestDemo.Options(folder) with { Transport = transport },
            output.WriteLine, cancellationToken);
        await using (demo)
        {
            using var story = new HeadlessStory(demo, fault, output.WriteLine)
            {
                Patience = TimeSpan.FromSeconds(killing ? 120 : 40),
                AfterStep = async _ =>
                {
                    if (!killing) return;
                    await demo.Bot.KillAsync(cancellationToken);
                    await demo.Bot.StartAsync(cancellationToken);
                },
            };
            try
            {
                await story.PlayAsync(cancellationToken);
            }
            catch (StoryException)
            {
                output.WriteLine(await File.ReadAllTextAsync(demo.Bot.LogFile, cancellationToken));
                throw;
            }
        }
        Directory.Delete(folder, recursive: true);
    }
}

/// <summary>One at a time: each has a whole production running.</summary>
[CollectionDefinition(nameof(WholeIncidents), DisableParallelization = true)]
public sealed class WholeIncidents;
