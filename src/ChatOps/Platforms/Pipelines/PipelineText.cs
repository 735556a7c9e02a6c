using System.Text.RegularExpressions;

namespace ChatOps.Platforms.Pipelines;

/// <summary>Text of terminals. Pure.</summary>
internal static partial class PipelineText
{
    /// <summary>Without colours and what else a terminal would do.</summary>
    public static string Plain(string text) => Controls().Replace(text, "").TrimEnd('\r');

    [GeneratedRegex(@"\x1B\[[0-9;?]*[A-Za-z]|\uFEFF", RegexOptions.NonBacktracking)]
    private static partial Regex Controls();
}
