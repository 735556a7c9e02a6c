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
    /// <returns>0 after an orderly end; 1 where something broke; 2 after mistakes, a line each on <paramref name="error"/>, with nothing started.</returns>
    public static async Task<int> RunAsync(FileInfo file, Func<string, string?> env, TextWriter error, CancellationToken cancellationToken)
    {
        var read = ConfigReader.Read(file.ToString(), env);
        if (!read.IsValid) return await RefuseAsync(error, read.Mistakes);
        var slack = SlackMistakes(read.Config.Slack);
        if (slack.Count > 0) return await RefuseAsync(error, [.. RunbookReader.ReadFolder(read.Config.RunbooksFolder).Mistakes, .. slack]);
        await using var app = BotHost.Build(read.Config, Clock());
        try
        {
            app.Services.GetRequiredService<RunbookShelf>();
        }
        catch (RunbookException e)
        {
            return await RefuseAsync(error, e.Mistakes);
        }
        return await RunAsync(app, cancellationToken);
    }

    /// <returns>1 where a part of the bot broke and ended it; before .NET 11 the run itself does not tell.</returns>
    internal static async Task<int> RunAsync(WebApplication app, CancellationToken cancellationToken)
    {
        // Asked for now: the services are gone after the run.
        var parts = app.Services.GetServices<IHostedService>().OfType<BackgroundService>().ToList();
        await app.RunAsync(cancellationToken);
        return parts.Any(p => p.ExecuteTask is { IsFaulted: true }) ? 1 : Environment.ExitCode;
    }

    /// <summary>What must be mended before a start and stands in the environment.</summary>
    private static IReadOnlyList<string> SlackMistakes(SlackConfig slack) =>
        slack.MissingVariables is { Count: > 0 } missing ? [$"Set {string.Join(" and ", missing)} in the environment: README.md says where Slack shows them."] : BotHost.SlackOptionsOf(slack).Validate();

    private static async Task<int> RefuseAsync(TextWriter error, IEnumerable<object> mistakes)
    {
        foreach (var mistake in mistakes) await error.WriteLineAsync(mistake.ToString());
        return 2;
    }

    private static TimeProvider Clock() => Environment.GetEnvironmentVariable(ClockVariable) is { Length: > 0 } path ? new SharedClock(path) : TimeProvider.System;
}
