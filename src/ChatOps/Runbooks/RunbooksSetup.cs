using ChatOps.Configuration;

namespace ChatOps.Runbooks;

/// <summary>The runbooks that were read at the start.</summary>
public sealed record RunbookShelf(IReadOnlyList<Runbook> All)
{
    public Runbook? Find(string? name) => name is null ? null : All.FirstOrDefault(r => r.Name == name);
}

public static class RunbooksSetup
{
    /// <summary>Begins to read the folder of the configuration: their regular expressions take a while to make, and meanwhile the rest is put together.</summary>
    /// <exception cref="RunbookException">Thrown by whoever asks for the shelf: nothing starts half configured.</exception>
    public static IServiceCollection AddRunbooks(this IServiceCollection services, ChatOpsConfig config)
    {
        var reading = Task.Run(() => RunbookReader.ReadFolder(config.RunbooksFolder));
        return services.AddSingleton(_ =>
        {
            var (runbooks, mistakes) = reading.GetAwaiter().GetResult();
            return mistakes.Count == 0 ? new RunbookShelf(runbooks) : throw new RunbookException(mistakes);
        });
    }
}

/// <summary>At least one runbook has a mistake.</summary>
/// <param name="mistakes">All of them, a line each.</param>
public sealed class RunbookException(IReadOnlyList<ConfigMistake> mistakes) : Exception(string.Join('\n', mistakes))
{
    public IReadOnlyList<ConfigMistake> Mistakes => mistakes;
}
