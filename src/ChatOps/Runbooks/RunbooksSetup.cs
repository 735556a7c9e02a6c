using ChatOps.Configuration;

namespace ChatOps.Runbooks;

/// <summary>The runbooks that were read at the start.</summary>
public sealed record RunbookShelf(IReadOnlyList<Runbook> All)
{
    public Runbook? Find(string? name) => name is null ? null : All.FirstOrDefault(r => r.Name == name);
}

public static class RunbooksSetup
{
    /// <summary>Reads the folder of the configuration. Nothing starts half configured: a mistake ends the start with all of them, one a line.</summary>
    /// <exception cref="InvalidOperationException">At least one file has a mistake; the message holds one line for each.</exception>
    public static IServiceCollection AddRunbooks(this IServiceCollection services, ChatOpsConfig config)
    {
        var (runbooks, mistakes) = RunbookReader.ReadFolder(config.RunbooksFolder);
        if (mistakes.Count > 0) throw new InvalidOperationException(string.Join('\n', mistakes));
        return services.AddSingleton(new RunbookShelf(runbooks));
    }
}
