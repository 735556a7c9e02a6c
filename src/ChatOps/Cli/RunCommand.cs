using ChatOps.Configuration;
using ChatOps.Scheduling;

namespace ChatOps.Cli;

/// <summary><c>run</c>: reads and checks everything, then starts the bot; nothing starts half configured.</summary>
public static class RunCommand
{
    /// <summary>A file that moves the time of day, for practice and tests. See <see cref="SharedClock"/>.</summary>
    public const string ClockVariable = "CHATOPS_PRACTICE_CLOCK";

    public static async Task<int> RunAsync(FileInfo file, CancellationToken cancellationToken)
    {
        if (ReadConfig(file) is not { } config) return 2;
        if (config.Slack.MissingVariables is { Count: > 0 } missing)
        {
            await Console.Error.WriteLineAsync($"Set {string.Join(" and ", missing)} in the environment: README.md says where Slack shows them.");
            return 2;
        }
        await using var app = BotHost.Build(config, Clock());
        await app.RunAsync(cancellationToken);
        return Environment.ExitCode;
    }

    /// <summary>The configuration; null after its mistakes were printed, a line each.</summary>
    internal static ChatOpsConfig? ReadConfig(FileInfo file)
    {
        var result = ConfigReader.Read(file.ToString(), Environment.GetEnvironmentVariable);
        foreach (var mistake in result.Mistakes) Console.Error.WriteLine(mistake);
        return result.Config;
    }

    private static TimeProvider Clock() => Environment.GetEnvironmentVariable(ClockVariable) is { Length: > 0 } path ? new SharedClock(path) : TimeProvider.System;
}
