using ChatOps.Configuration;
using ChatOps.Runbooks;

namespace ChatOps.Cli.Doctor;

/// <summary>The files that people wrote.</summary>
internal static class FileChecks
{
    public static IEnumerable<Finding> Mistakes(IEnumerable<ConfigMistake> mistakes) =>
        mistakes.Select(m => new Finding(Verdict.Fail, "configuration", m.ToString(), ToDo: null));

    public static Finding Configuration(ChatOpsConfig config)
    {
        var catalog = config.Catalog;
        return Finding.Ok("configuration", $"{config.File}: {Count(catalog.Services.Count, "service")} in {Count(catalog.Environments.Count, "environment")} on {Count(catalog.Platforms.Count, "platform")}");
    }

    public static IReadOnlyList<Finding> Runbooks(string folder)
    {
        var (runbooks, mistakes) = RunbookReader.ReadFolder(folder);
        if (mistakes.Count > 0) return [.. mistakes.Select(m => new Finding(Verdict.Fail, "runbooks", m.ToString(), ToDo: null))];
        return [runbooks.Count == 0
            ? Finding.Warn("runbooks", $"none in {folder}", "Without them only the general rules suggest causes; see 'runbooks' in README.md.")
            : Finding.Ok("runbooks", $"{runbooks.Count} read from {folder}")];
    }

    private static string Count(int number, string thing) => $"{number} {thing}{(number == 1 ? "" : "s")}";
}
