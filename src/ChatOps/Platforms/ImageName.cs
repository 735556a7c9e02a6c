using System.Text.RegularExpressions;

namespace ChatOps.Platforms;

/// <summary>A container's image: the version is its tag, or the beginning of its digest where it has no tag.</summary>
internal static partial class ImageName
{
    public static string? Version(string? image)
    {
        if (image is null) return null;
        var (named, digest) = Cut(image);
        // A colon before the last slash is the registry's port.
        var colon = named.LastIndexOf(':');
        if (colon > named.LastIndexOf('/')) return named[(colon + 1)..];
        return digest is null ? "latest" : digest.Length > 19 ? digest[..19] : digest;
    }

    public static string? Digest(string? image) => image is null ? null : Cut(image).Digest;

    /// <summary>The same repository at another version; null: the version is neither a tag nor a digest.</summary>
    public static string? At(string image, string version)
    {
        var named = Cut(image).Named;
        var colon = named.LastIndexOf(':');
        var repository = colon > named.LastIndexOf('/') ? named[..colon] : named;
        return WholeDigest().IsMatch(version) ? $"{repository}@{version}" : Tag().IsMatch(version) ? $"{repository}:{version}" : null;
    }

    private static (string Named, string? Digest) Cut(string image)
    {
        var at = image.IndexOf('@', StringComparison.Ordinal);
        return at < 0 ? (image, null) : (image[..at], image[(at + 1)..]);
    }

    [GeneratedRegex(@"\A[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}\z", RegexOptions.NonBacktracking)]
    private static partial Regex Tag();

    [GeneratedRegex(@"\Asha256:[0-9a-f]{64}\z", RegexOptions.NonBacktracking)]
    private static partial Regex WholeDigest();
}
