using System.Globalization;

namespace ChatOps.Sandbox.Shop.Platform;

/// <summary>The processes of this machine at one moment, from /proc (proc(5)).</summary>
internal sealed class ProcessTable
{
    private readonly Dictionary<int, Entry> byPid;

    private ProcessTable(Dictionary<int, Entry> byPid) => this.byPid = byPid;

    public static ProcessTable Read()
    {
        var found = new Dictionary<int, Entry>();
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(folder.AsSpan()), NumberStyles.None, CultureInfo.InvariantCulture, out var pid)) continue;
            if (ReadText($"/proc/{pid}/stat") is not { } stat) continue;
            // pid (name, which may hold blanks and brackets) state ppid … utime(14) stime(15)
            var rest = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            found[pid] = new Entry(pid, rest[0][0], Number(rest[1]), Number(rest[11]) + Number(rest[12]));
        }
        return new ProcessTable(found);
    }

    /// <summary>Whether the process runs; one that has ended and that nobody has collected does not.</summary>
    public bool IsAlive(int pid) => byPid.TryGetValue(pid, out var entry) && entry.State is not ('Z' or 'X');

    /// <summary>The process and all that descend from it.</summary>
    public IReadOnlyList<int> Tree(int root)
    {
        if (!IsAlive(root)) return [];
        var tree = new List<int> { root };
        for (var i = 0; i < tree.Count; i++)
            tree.AddRange(byPid.Values.Where(e => e.Parent == tree[i] && e.State is not ('Z' or 'X')).Select(e => e.Pid));
        return tree;
    }

    /// <summary>Processor time used by these processes, in clock ticks of 10 ms.</summary>
    public long Ticks(IEnumerable<int> pids) => pids.Sum(p => byPid.TryGetValue(p, out var entry) ? entry.Ticks : 0L);

    /// <summary>Bytes in memory. Private pages add up; files and shared pages are counted once, by the process that maps most of them, as a control group would.</summary>
    public static long Memory(IEnumerable<int> pids)
    {
        long anonymous = 0, file = 0, shared = 0;
        foreach (var pid in pids)
        {
            var (a, f, s) = Resident(pid);
            anonymous += a;
            file = Math.Max(file, f);
            shared = Math.Max(shared, s);
        }
        return anonymous + file + shared;
    }

    /// <summary>Private bytes in memory of one process.</summary>
    public static long PrivateMemory(int pid) => Resident(pid).Anonymous;

    private static (long Anonymous, long File, long Shared) Resident(int pid)
    {
        long anonymous = 0, file = 0, shared = 0;
        foreach (var line in (ReadText($"/proc/{pid}/status") ?? "").Split('\n'))
        {
            if (line.StartsWith("RssAnon:", StringComparison.Ordinal)) anonymous = Kilobytes(line);
            else if (line.StartsWith("RssFile:", StringComparison.Ordinal)) file = Kilobytes(line);
            else if (line.StartsWith("RssShmem:", StringComparison.Ordinal)) shared = Kilobytes(line);
        }
        return (anonymous, file, shared);
    }

    private static long Kilobytes(string line) => 1024 * long.Parse(line.AsSpan(line.IndexOf(':', StringComparison.Ordinal) + 1).TrimEnd("kB").Trim(), NumberStyles.None, CultureInfo.InvariantCulture);

    private static int Number(string text) => int.Parse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);

    // A process may end between being listed and being read.
    private static string? ReadText(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (IOException)
        {
            return null;
        }
        catch (UnauthorizedAccessException)
        {
            return null;
        }
    }

    private sealed record Entry(int Pid, char State, int Parent, long Ticks);
}
