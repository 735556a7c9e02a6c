using System.Globalization;

namespace ChatOps.Platforms.Ssh;

/// <summary>What a script answered: facts of one line each, some with lines of somebody else's below them.</summary>
internal sealed class RemoteAnswer
{
    private readonly List<RemoteFact> facts = [];

    public RemoteAnswer(string text)
    {
        foreach (var line in text.Split('\n'))
        {
            if (line.StartsWith("  ", StringComparison.Ordinal)) facts.LastOrDefault()?.Lines.Add(line[2..]);
            else if (line.Length > 0) facts.Add(new(line.IndexOf(' ', StringComparison.Ordinal) is > 0 and var at ? (line[..at], line[(at + 1)..]) : (line, "")));
        }
    }

    public RemoteFact? First(string key) => facts.Find(f => f.Key == key);

    public IEnumerable<RemoteFact> All(string key) => facts.Where(f => f.Key == key);

    /// <summary>The machine's clock.</summary>
    public DateTimeOffset Now => Part("now", 0) is { } ms ? Time(ms) ?? default : default;

    /// <summary>The machine's offset from UTC, for what writes local times.</summary>
    public TimeSpan Zone => Offset(Part("now", 1) ?? "") ?? TimeSpan.Zero;

    public long? Generation => long.TryParse(First("generation")?.Rest, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    public string? Current => Part("current", 1) is { Length: > 0 } version ? version : null;

    public DateTimeOffset? LinkedAt => Current is null ? null : Time(Part("current", 0)!);

    public IReadOnlyList<OperationFile> Operations => [.. All("operation").Select(f => OperationFile.Read(f.Lines)).OfType<OperationFile>().OrderBy(o => o.At)];

    public static DateTimeOffset? Time(string milliseconds) =>
        long.TryParse(milliseconds, NumberStyles.None, CultureInfo.InvariantCulture, out var ms) && ms < 253_402_300_800_000 ? DateTimeOffset.FromUnixTimeMilliseconds(ms) : null;

    /// <summary><c>+0200</c>.</summary>
    private static TimeSpan? Offset(string text) =>
        text.Length == 5 && int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? new TimeSpan(number / 100, number % 100, 0) : null;

    private string? Part(string key, int index) => First(key)?.Rest.Split(' ', 2) is { } parts && index < parts.Length ? parts[index] : null;
}

internal sealed class RemoteFact((string Key, string Text) line)
{
    public string Key => line.Key;

    public string Rest => line.Text;

    public List<string> Lines { get; } = [];
}
