using System.Text.RegularExpressions;

namespace ChatOps.Telemetry;

/// <summary>The places that a value in the catalog may have.</summary>
internal static partial class SourcePlaces
{
    /// <summary>In one pass: a name that looks like a place stays as it is.</summary>
    public static string Fill(string value, string service, string environment) =>
        Place().Replace(value, m => m.ValueSpan[1] == 's' ? service : environment);

    [GeneratedRegex(@"\{(service|environment)\}", RegexOptions.ExplicitCapture)]
    private static partial Regex Place();
}
