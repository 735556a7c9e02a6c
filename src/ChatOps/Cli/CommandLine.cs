using System.CommandLine;

namespace ChatOps.Cli;

/// <summary>The verbs of the program.</summary>
public static class CommandLine
{
    public static Task<int> RunAsync(string[] arguments)
    {
        var config = new Option<FileInfo>("--config", "-c") { Description = "The configuration file", DefaultValueFactory = _ => new FileInfo("chatops.yaml"), Recursive = true };
        var run = new Command("run", "Run the bot");
        run.SetAction((parsed, cancellationToken) => RunCommand.RunAsync(parsed.GetValue(config)!, cancellationToken));
        return new RootCommand("ChatOps, an incident-response and deployment bot for Slack") { config, run }.Parse(arguments).InvokeAsync();
    }
}
