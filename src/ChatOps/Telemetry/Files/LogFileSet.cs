using System.IO.Enumeration;

namespace ChatOps.Telemetry.Files;

/// <summary>The files of some globs, opened, with what rotation left of them beside.</summary>
internal static class LogFileSet
{
    private const int MostFiles = 200;
    private const int HeadLength = 256;

    /// <summary>
    /// Opened in an order in which a rotation that happens meanwhile loses nothing: the current file first, its predecessors after it.
    /// One that was renamed in between would come twice, and is known by how it begins. Files that vanish are left out.
    /// </summary>
    /// <param name="since">Packed files last written before are not opened, since they must be read whole; in others the search ends at once.</param>
    public static IReadOnlyList<FileStream> Open(IEnumerable<string> globs, DateTimeOffset since)
    {
        var open = new List<FileStream>();
        var heads = new HashSet<string>(StringComparer.Ordinal);
        var paths = new HashSet<string>(StringComparer.Ordinal);
        try
        {
            foreach (var current in globs.SelectMany(Match).Take(MostFiles).ToList())
            {
                Add(current);
                foreach (var predecessor in Predecessors(current)) Add(predecessor);
            }
            return open;
        }
        catch
        {
            foreach (var file in open) file.Dispose();
            throw;
        }

        void Add(string path)
        {
            if (open.Count >= MostFiles || !paths.Add(path)) return;
            try
            {
                if (path.EndsWith(".gz", StringComparison.Ordinal) && File.GetLastWriteTimeUtc(path) < since.UtcDateTime) return;
                var file = new FileStream(path, new FileStreamOptions { Access = FileAccess.Read, Share = FileShare.ReadWrite | FileShare.Delete, BufferSize = 0, Options = FileOptions.Asynchronous });
                var head = new byte[HeadLength];
                var length = file.ReadAtLeast(head, HeadLength, throwOnEndOfStream: false);
                file.Position = 0;
                if (length == HeadLength && !heads.Add(Convert.ToHexString(head))) file.Dispose();
                else open.Add(file);
            }
            catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
            {
                // Rotated away since it was listed; what was in it is in its successor's predecessor.
            }
        }
    }

    /// <summary>Whether anything is there at all, however old.</summary>
    public static bool Any(IEnumerable<string> globs) => globs.SelectMany(Match).Any();

    /// <summary><c>shop.log.1</c>, <c>shop.log.2.gz</c>, <c>shop.log-20261120.gz</c>.</summary>
    private static IEnumerable<string> Predecessors(string path)
    {
        var folder = Path.GetDirectoryName(path)!;
        var name = Path.GetFileName(path);
        return !Directory.Exists(folder) ? [] : Directory.EnumerateFiles(folder)
            .Where(p =>
            {
                var other = Path.GetFileName(p.AsSpan());
                if (other.Length < name.Length + 2 || !other.StartsWith(name, StringComparison.Ordinal) || other[name.Length] is not ('.' or '-')) return false;
                var rest = other[(name.Length + 1)..];
                if (rest.EndsWith(".gz", StringComparison.Ordinal)) rest = rest[..^3];
                return rest.Length > 0 && !rest.ContainsAnyExceptInRange('0', '9');
            })
            .Order(StringComparer.Ordinal);
    }

    private static IEnumerable<string> Match(string glob)
    {
        var full = Path.GetFullPath(glob);
        if (full.AsSpan().IndexOfAny('*', '?') < 0) return File.Exists(full) ? [full] : [];
        IEnumerable<string> folders = ["/"];
        var segments = full.Split('/', StringSplitOptions.RemoveEmptyEntries);
        foreach (var segment in segments[..^1])
        {
            folders = segment.AsSpan().IndexOfAny('*', '?') < 0
                ? folders.Select(f => Path.Combine(f, segment)).Where(Directory.Exists)
                : folders.SelectMany(f => Directory.EnumerateDirectories(f).Where(d => Fits(segment, d)));
        }
        return folders.SelectMany(f => Directory.EnumerateFiles(f).Where(p => Fits(segments[^1], p))).Order(StringComparer.Ordinal);
    }

    private static bool Fits(string pattern, string path) => FileSystemName.MatchesSimpleExpression(pattern, Path.GetFileName(path.AsSpan()), ignoreCase: false);
}
