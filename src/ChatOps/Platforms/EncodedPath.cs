namespace ChatOps.Platforms;

internal static class EncodedPath
{
    /// <summary>Segments behind a slash each, and the query of what is not null; all of it percent-encoded.</summary>
    public static string Of(IEnumerable<string> segments, params IEnumerable<(string Name, string? Value)> query)
    {
        var values = string.Join('&', query.Where(q => q.Value is not null).Select(q => $"{q.Name}={Uri.EscapeDataString(q.Value!)}"));
        return $"/{string.Join('/', segments.Select(Uri.EscapeDataString))}{(values.Length > 0 ? "?" : "")}{values}";
    }
}
