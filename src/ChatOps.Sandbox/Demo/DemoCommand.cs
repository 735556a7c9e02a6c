using System.CommandLine;
using System.Diagnostics;
using ChatOps.Sandbox.Control;

namespace ChatOps.Sandbox.Demo;

/// <summary><c>demo</c>: everything on this machine, for a person at the page or, headless, for the story alone.</summary>
public static class DemoCommand
{
    public static Task<int> RunAsync(string[] arguments)
    {
        var headless = new Option<bool>("--headless") { Description = "Play a whole incident, print what was said, and end" };
        var fault = new Option<string>("--fault") { Description = "What breaks in the headless story", DefaultValueFactory = _ => "database-down" };
        fault.AcceptOnlyFromAmong("database-down", "bad-release");
        var deploy = new Option<bool>("--deploy") { Description = "With --headless: ship a good release, a bad one and one without traffic, instead of an incident" };
        var transport = new Option<string>("--transport") { Description = "How Slack reaches the bot", DefaultValueFactory = _ => "socket" };
        transport.AcceptOnlyFromAmong("socket", "http");
        var killing = new Option<bool>("--kill-after-each-step") { Description = "Kill the bot and start it again after every step of the headless story" };
        var port = new Option<int>("--port") { Description = "The page's port", DefaultValueFactory = _ => 4000 };
        var bot = new Option<string>("--bot") { Description = "The bot's assembly or executable", Required = true };
        var root = new Option<string>("--root") { Description = "The folder with manifest/ and runbooks/", Required = true };
        var command = new RootCommand("The shop, a Slack workspace and the bot on this machine") { headless, fault, deploy, transport, killing, port, bot, root };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var state = Path.Combine(Path.GetTempPath(), $"chatops-demo-{Environment.ProcessId}");
            var options = new DemoOptions
            {
                StateFolder = state,
                BotAssembly = Path.GetFullPath(parsed.GetValue(bot)!),
                ManifestFile = Path.Combine(parsed.GetValue(root)!, "manifest", "slack-app.yaml"),
                RunbooksFolder = Path.Combine(parsed.GetValue(root)!, "runbooks"),
                Port = parsed.GetValue(headless) ? 0 : parsed.GetValue(port),
                Transport = parsed.GetValue(transport) == "http" ? SlackTransport.SignedHttp : SlackTransport.SocketMode,
                PageFolder = Path.Combine(AppContext.BaseDirectory, "page"),
            };
            return parsed.GetValue(headless)
                ? await PlayAsync(options, parsed.GetValue(deploy) ? null : parsed.GetValue(fault)!, parsed.GetValue(killing), cancellationToken)
                : await StayAsync(options, cancellationToken);
        });
        // The bot, the shop's processes and both databases end before this does.
        return command.Parse(arguments).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromMinutes(1) });
    }

    private static async Task<int> StayAsync(DemoOptions options, CancellationToken cancellationToken)
    {
        await using (var demo = await DemoHost.StartAsync(options, Console.WriteLine, cancellationToken))
        {
            Console.WriteLine();
            Console.WriteLine($"Open {demo.Workspace.BaseUrl} in a browser. Break the shop in the panel, then type /incident start in any channel. Ctrl+C ends everything.");
            await demo.Workspace.WaitForShutdownAsync(cancellationToken);
        }
        Directory.Delete(options.StateFolder, recursive: true);
        return 0;
    }

    /// <param name="fault">Null: the story of three deploys.</param>
    private static async Task<int> PlayAsync(DemoOptions options, string? fault, bool killing, CancellationToken cancellationToken)
    {
        var begun = Stopwatch.GetTimestamp();
        void Tell(string line) => Console.WriteLine($"[{Stopwatch.GetElapsedTime(begun).TotalSeconds,5:F1} s] {line}");
        try
        {
            await using var demo = await DemoHost.StartAsync(options, Tell, cancellationToken);
            try
            {
                if (fault is null)
                {
                    using var deploys = new DeployStory(demo, Tell);
                    await deploys.PlayAsync(cancellationToken);
                    Tell("A good release is in, a bad one and one that nobody could judge are out again.");
                    return 0;
                }
                using var story = new HeadlessStory(demo, fault, Tell)
                {
                    Patience = TimeSpan.FromSeconds(killing ? 120 : 20),
                    AfterStep = async step =>
                    {
                        if (!killing) return;
                        await demo.Bot.KillAsync(cancellationToken);
                        var took = await demo.Bot.StartAsync(cancellationToken);
                        Tell($"Killed the bot after {step}; it was back in {took.TotalSeconds:F1} s");
                    },
                };
                await story.PlayAsync(cancellationToken);
            }
            catch (StoryException)
            {
                await Console.Error.WriteLineAsync(await File.ReadAllTextAsync(demo.Bot.LogFile, cancellationToken));
                throw;
            }
            Tell("The incident is resolved and its post-mortem is stored.");
        }
        catch (StoryException e)
        {
            await Console.Error.WriteLineAsync($"The story failed: {e.Message}");
            return 1;
        }
        Directory.Delete(options.StateFolder, recursive: true);
        return 0;
    }
}
