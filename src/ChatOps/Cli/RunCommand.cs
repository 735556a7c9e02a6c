using ChatOps.Configuration;
using ChatOps.Runbooks;
using ChatOps.Scheduling;

namespace ChatOps.Cli;

/// <summary><c>run</c>: reads and checks everything, then starts the bot; nothing starts half configured.</summary>
public static class RunCommand
{
    /// <summary>A file that moves the time of day, for practice and tests. See <see cref="SharedClock"/>.</summary>
    public const string ClockVariable = "CHATOPS_PRACTICE_CLOCK";

    /// <param name="env">An environment variable's value, or null.</param>
    /// <returns>0 after an orderly end; 2 after mistakes, a line each on <paramref name="error"/>, with nothing started.</returns>
    public static async Task<int> RunAsync(FileInfo file, Func<string, string?> env, TextWriter error, CancellationToken cancellationToken)
    {
        var read = ConfigReader.Read(file.ToString(), env);
        var mistakes = read.IsValid ? MistakesOf(read.Config) : read.Mistakes.Select(m => m.ToString());
        var told = 0;
        foreach (var mistake in mistakes)
        {
            await error.WriteLineAsync(mistake);
            told++;
        }
        if (told > 0 || !read.IsValid) return 2;
        await using var app = BotHost.Build(read.Config, Clock());
        await app.RunAsync(cancellationToken);
        return Environment.ExitCode;
    }

    /// <summary>What must be mended before a start, beyond the file itself.</summary>
    private static IEnumerable<string> MistakesOf(ChatOpsConfig config)
    {
        foreach (var mistake in RunbookReader.ReadFolder(config.RunbooksFolder).Mistakes) yield return mistake.ToString();
        if (config.Slack.MissingVariables is { Count: > 0 } missing)
            yield return $"Set {string.Join(" and ", missing)} in the environment: README.md says where Slack shows them.";
        else
            foreach (var problem in BotHost.SlackOptionsOf(config.Slack).Validate()) yield return problem;
    }

    private static TimeProvider Clock() => Environment.GetEnvironmentVariable(ClockVariable) is { Length: > 0 } path ? new SharedClock(path) : TimeProvider.System;
}
