using System.CommandLine;

namespace ChatOps.Cli;

/// <summary>The verbs of the program.</summary>
public static class CommandLine
{
    public static Task<int> RunAsync(string[] arguments)
    {
        var config = new Option<FileInfo>("--config", "-c") { Description = "The configuration file", DefaultValueFactory = _ => new FileInfo("chatops.yaml"), Recursive = true };

        var run = new Command("run", "Run the bot");
        run.SetAction((parsed, cancellationToken) => RunCommand.RunAsync(parsed.GetValue(config)!, Environment.GetEnvironmentVariable, Console.Error, cancellationToken));

        var doctor = new Command("doctor", "Check tokens, scopes, channels, database, platforms and sources: reached or not, and what to do");
        doctor.SetAction((parsed, cancellationToken) => DoctorCommand.RunAsync(parsed.GetValue(config)!, Environment.GetEnvironmentVariable, Console.Out, cancellationToken));

        var url = new Option<string?>("--url") { Description = "Where Slack reaches the bot, for the transport http: https://…" };
        var manifest = new Command("manifest", "Print the Slack app manifest for the configuration") { url };
        manifest.SetAction((parsed, _) => ManifestCommand.RunAsync(parsed.GetValue(config)!, parsed.GetValue(url), Environment.GetEnvironmentVariable, Console.Out, Console.Error));

        var address = new Option<string?>("--url") { Description = "Another address to ask, as http://127.0.0.1:8080/health/live" };
        var healthCheck = new Command("healthcheck", "Ask the bot that runs here whether it is ready: 0 is yes") { address };
        healthCheck.SetAction((parsed, cancellationToken) => HealthCheckCommand.RunAsync(parsed.GetValue(config)!, parsed.GetValue(address), Environment.GetEnvironmentVariable, Console.Out, cancellationToken));

        // The host hears the signals that end it. Handled here they would leave it two seconds.
        return new RootCommand("ChatOps, an incident-response bot for Slack") { config, run, doctor, manifest, healthCheck }.Parse(arguments)
            .InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });
    }
}
