using System.Text.RegularExpressions;

namespace ChatOps.Platforms.Pipelines;

/// <summary>Text for terminals and shells. Pure.</summary>
internal static partial class PipelineText
{
    /// <summary>Without colours and what else a terminal would do.</summary>
    public static string Plain(string text) => Controls().Replace(text, "").TrimEnd('\r');

    /// <summary>One word for a shell, whatever is in it.</summary>
    public static string Quoted(string text) => $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    [GeneratedRegex(@"\x1B\[[0-9;?]*[A-Za-z]|\uFEFF", RegexOptions.NonBacktracking)]
    private static partial Regex Controls();
}
