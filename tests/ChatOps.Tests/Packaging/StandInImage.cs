using System.Diagnostics;
using System.Formats.Tar;
using System.Text;
using System.Text.RegularExpressions;

namespace ChatOps.Tests.Packaging;

/// <summary>
/// The file system of a base image, made of what is installed on this machine, so that no registry is needed: programs with the libraries that <c>ldd</c> names, whole folders, single files.
/// It goes into a tar file that <c>docker import</c> takes.
/// </summary>
internal sealed partial class StandInImage : IDisposable
{
    private static readonly UnixFileMode Everybody = (UnixFileMode)0b111_101_101;

    private static readonly string[] Places = ["/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu", "/usr/lib64"];

    private readonly TarWriter tar;
    private readonly HashSet<string> there = new(StringComparer.Ordinal);
    private readonly List<string> programs = [];

    public StandInImage(string file)
    {
        tar = new TarWriter(File.Create(file), TarEntryFormat.Pax, leaveOpen: false);
        tar.WriteEntry(new PaxTarEntry(TarEntryType.Directory, "tmp") { Mode = (UnixFileMode)0b1_111_111_111 });
        Text("etc/passwd", "root:x:0:0:root:/root:/bin/sh\napp:x:1654:1654::/home/app:/bin/false\n");
        Text("etc/group", "root:x:0:\napp:x:1654:\n");
    }

    public void Dispose() => tar.Dispose();

    public void Text(string path, string text)
    {
        using var data = new MemoryStream(Encoding.UTF8.GetBytes(text));
        tar.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, path) { DataStream = data, Mode = Everybody });
    }

    public void Link(string path, string to) => tar.WriteEntry(new PaxTarEntry(TarEntryType.SymbolicLink, path) { LinkName = to });

    /// <summary>A file, where it is here; what it needs is added by <see cref="Libraries"/>.</summary>
    public void Program(string path)
    {
        Add(path, path);
        programs.Add(path);
    }

    /// <param name="without">What is left out: <c>.xml</c> by its end, <c>/name/</c> by a folder.</param>
    public void Folder(string path, string at, params string[] without)
    {
        foreach (var file in Directory.EnumerateFiles(path, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.None }))
        {
            var below = Path.GetRelativePath(path, file);
            if (Array.Exists(without, w => below.EndsWith(w, StringComparison.Ordinal) || (w.EndsWith('/') && $"/{below}".Contains(w, StringComparison.Ordinal)))) continue;
            Add(file, Path.Combine(at, below));
            if (below.EndsWith(".so", StringComparison.Ordinal)) programs.Add(file);
        }
    }

    /// <summary>What the programs and libraries so far are linked with, and what .NET opens by name.</summary>
    public void Libraries(params string[] opened)
    {
        foreach (var library in Places.Where(Directory.Exists).SelectMany(p => opened.SelectMany(o => Directory.EnumerateFiles(p, o)))) Program(library);
        foreach (var library in Linked().Order(StringComparer.Ordinal)) Add(library, library);
    }

    private HashSet<string> Linked()
    {
        using var ldd = Process.Start(new ProcessStartInfo("ldd", programs) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false })!;
        _ = ldd.StandardError.ReadToEndAsync();
        var told = ldd.StandardOutput.ReadToEnd();
        ldd.WaitForExit();
        return Library().Matches(told).Select(m => m.Groups["path"].Value).Where(File.Exists).ToHashSet(StringComparer.Ordinal);
    }

    private void Add(string file, string at)
    {
        var path = at.TrimStart('/');
        // /lib is a link to /usr/lib here; in the image both may be folders.
        if (!there.Add(path)) return;
        var entry = new PaxTarEntry(TarEntryType.RegularFile, path) { Mode = File.GetUnixFileMode(file) | UnixFileMode.OtherRead | UnixFileMode.GroupRead };
        using var data = File.OpenRead(file);
        entry.DataStream = data;
        tar.WriteEntry(entry);
    }

    [GeneratedRegex(@"(?<path>/\S+\.so[^\s:]*) \(0x", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Library();
}
