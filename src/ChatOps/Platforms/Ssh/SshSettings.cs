using ChatOps.Catalog;

namespace ChatOps.Platforms.Ssh;

/// <summary>What keeps the services of the machine running.</summary>
public enum SshManager
{
    Pm2,
    Systemd,
}

/// <summary>Whose machine, which key, and what stands where on it.</summary>
/// <param name="Key">The private key itself; a secret.</param>
/// <param name="KnownHosts">The file that says which host key the machine has.</param>
/// <param name="Folder">Where releases stand, with <c>{name}</c> for the service's name there; null: services say it themselves, or are restarted alone.</param>
/// <param name="State">Where the bot keeps its operations, seen from the user's home.</param>
public sealed record SshSettings(string Host, int Port, string User, string Key, string KnownHosts, SshManager Manager, string? Folder, string State) : PlatformSettings
{
    public const string NameRule = "letters, digits and '_' first, then '.', ':', '@', '-' too; not 'all' and not a number alone, which PM2 takes for something else";

    /// <summary>Null: PM2's own, <c>~/.pm2</c>.</summary>
    public string? Pm2Home { get; init; }

    /// <summary>A folder before the others in PATH: where node and pm2 are when a shell that nobody sits at does not find them.</summary>
    public string? Path { get; init; }

    /// <summary>systemctl is called through <c>sudo -n</c>.</summary>
    public bool Sudo { get; init; }

    /// <summary>After a deploy so many releases stay, the running one and the one before it always; 0: all.</summary>
    public int Keep { get; init; }

    /// <summary>So long the same processes must run until an action has succeeded.</summary>
    public TimeSpan Settle { get; init; } = TimeSpan.FromSeconds(3);

    public override string? RuleBrokenBy(string platformName) => IsName(platformName) ? null : NameRule;

    // A record would print the key.
    public override string ToString() => $"{User}@{Host}:{Port}";

    internal static bool IsName(string name) =>
        name.Length is > 0 and <= 128 && (char.IsAsciiLetterOrDigit(name[0]) || name[0] == '_') && name.All(c => char.IsAsciiLetterOrDigit(c) || "_.:@-".Contains(c, StringComparison.Ordinal))
        && name != "all" && !name.All(char.IsAsciiDigit);

    /// <summary>A folder of releases has a plain name; what else lies there is none.</summary>
    internal static bool IsVersion(string version) =>
        version.Length is > 0 and <= 128 && char.IsAsciiLetterOrDigit(version[0]) && version.All(c => char.IsAsciiLetterOrDigit(c) || "._+-".Contains(c, StringComparison.Ordinal));
}

/// <param name="Folder">Where this service's releases stand; null: by the platform's <see cref="SshSettings.Folder"/>.</param>
public sealed record SshTarget(string? Folder) : TargetSettings;
