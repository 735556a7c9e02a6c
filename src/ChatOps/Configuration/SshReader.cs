using ChatOps.Platforms.Ssh;

namespace ChatOps.Configuration;

/// <summary>A platform of type <c>ssh</c>: whose machine, which key, what runs its services and where releases stand (docs/ssh.md).</summary>
internal sealed class SshReader(Section section)
{
    private static readonly string[] Managers = ["pm2", "systemd"];
    private static readonly string[] OfPm2 = ["pm2_home"];
    private static readonly string[] OfSystemd = ["sudo"];

    public SshSettings Read()
    {
        section.Require("host", "vps.example.com");
        section.Require("user", "deploy");
        section.Require("key", "file:/run/secrets/deploy-key");
        section.Require("known_hosts", "/etc/chatops/known_hosts");
        section.Require("manager", "pm2");
        var manager = section.OneOf("manager", Managers, "pm2") == "systemd" ? SshManager.Systemd : SshManager.Pm2;
        foreach (var key in (manager == SshManager.Pm2 ? OfSystemd : OfPm2).Where(section.Has))
            section.Reading.Mistake(section.LineOf(key), $"'{key}' stands beside 'manager: {(manager == SshManager.Pm2 ? "pm2" : "systemd")}'{section.In}", "take it out, or name the other manager");
        return new(
            section.Parsed("host", "unknown.invalid", h => IsHost(h) ? h : null, $"'host' is no name of a machine{section.In}", "a name or an address, such as vps.example.com; the port has its own key"),
            section.Integer("port", 22, 1, 65535),
            section.Parsed("user", "nobody", u => SshSettings.IsName(u) ? u : null, $"'user' is no name of a user{section.In}", "letters, digits, '_', '.' and '-', such as deploy"),
            Key(),
            section.Text("known_hosts") is { } file ? section.Reading.Path(file) : "",
            manager,
            Folder(section, "folder"),
            section.Parsed("state", ".chatops", s => s.Length > 0 && s[0] is not ('-' or '~') && !s.Any(char.IsControl) ? s : null, $"'state' is no folder{section.In}", "a path, seen from the user's home, such as .chatops"))
        {
            Pm2Home = Folder(section, "pm2_home"),
            Path = Folder(section, "path"),
            Sudo = section.Flag("sudo", otherwise: false),
            Keep = section.Integer("keep", 0, 0, 1000),
            Settle = section.Duration("settle", TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(5)),
        };
    }

    /// <summary>What a service says of itself.</summary>
    public static SshTarget Target(Section section) => new(Folder(section, "folder"));

    private static string? Folder(Section section, string key) => section.Has(key)
        ? section.Parsed(key, "", f => f.StartsWith('/') && !f.Any(char.IsControl) ? f.TrimEnd('/') : null, $"'{key}' is no whole path{section.In}", "from the root of that machine, such as /srv/shop") is { Length: > 0 } folder ? folder : null
        : null;

    private string Key()
    {
        if (section.Secret("key") is not { } key) return "";
        if (!key.Contains("PRIVATE KEY-----", StringComparison.Ordinal))
            section.Reading.Mistake(section.LineOf("key"), $"'key' holds no private key{section.In}", "file:/path to it, or ${NAME} with its whole text; the public half (.pub) is for the machine");
        return key;
    }

    private static bool IsHost(string host) => host.Length is > 0 and <= 253 && (char.IsAsciiLetterOrDigit(host[0]) || host[0] == ':') && host.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or ':' or '_');
}
