using System.Text.RegularExpressions;

namespace ChatOps.Platforms.Docker;

/// <summary>What <c>name</c> of a service means on this platform: a container's name, or <c>project/service</c> of Compose.</summary>
/// <param name="Project">Null: a container by itself.</param>
public sealed partial record DockerName(string? Project, string Name)
{
    public const string Rule = "the name of a container, or project/service of Compose: letters, digits, '_', '.' and '-'";

    private const string Ours = ".chatops-";

    /// <summary>Null: it is no such name.</summary>
    public static DockerName? Parse(string text)
    {
        var parts = text.Split('/');
        if (parts.Length > 2 || !parts.All(p => p.Length <= 128 && Valid().IsMatch(p)) || text.Contains(Ours, StringComparison.Ordinal)) return null;
        return parts is [var project, var service] ? new(project, service) : new(null, text);
    }

    /// <summary>A container that is made to take the place of this one, until it does.</summary>
    public static string Beside(string container, string mark) => $"{container}{Ours}new-{mark}";

    /// <summary>A container that was replaced and is kept to go back to.</summary>
    public static string Kept(string container, string mark) => $"{container}{Ours}kept-{mark}";

    public static bool IsBeside(string container) => container.Contains($"{Ours}new-", StringComparison.Ordinal);

    public static bool IsKept(string container) => container.Contains($"{Ours}kept-", StringComparison.Ordinal);

    /// <summary>The name of the container whose place it has, had or will have.</summary>
    public static string PlaceOf(string container) => container.IndexOf(Ours, StringComparison.Ordinal) is >= 0 and var at ? container[..at] : container;

    /// <summary>Of a container that is beside: which operation brought it there.</summary>
    public static string MarkOf(string container) => container[(container.LastIndexOf('-') + 1)..];

    public override string ToString() => Project is null ? Name : $"{Project}/{Name}";

    [GeneratedRegex(@"\A[A-Za-z0-9][A-Za-z0-9_.-]*\z", RegexOptions.NonBacktracking)]
    private static partial Regex Valid();
}
