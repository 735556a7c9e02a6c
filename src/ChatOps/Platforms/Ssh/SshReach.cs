namespace ChatOps.Platforms.Ssh;

/// <summary>What doctor tells of a machine.</summary>
internal static class SshReach
{
    public static PlatformReach Read(RemoteAnswer answer, SshSettings settings, string manager, SshFailures failures)
    {
        var missing = new List<MissingRight>();
        missing.AddRange(answer.All("missing").Select(m => m.Rest is "node" or "pm2"
            ? new MissingRight($"does not find {m.Rest}", "Name the folder where it is as 'path' of this platform in chatops.yaml.")
            : new MissingRight($"has no {failures.Clean(m.Rest)}", "Install it there.")));
        if (answer.First("down") is not null) missing.Add(new($"has no {manager} that runs as {settings.User}", "Start it there (pm2 resurrect), or set 'pm2_home' of this platform in chatops.yaml."));
        missing.AddRange(answer.All("absent").Select(a => new MissingRight($"has no folder {failures.Clean(a.Rest)}/releases", "The pipeline puts releases there; without them its service can be restarted alone.")));
        missing.AddRange(answer.All("closed").Select(c => c.Rest switch
        {
            "state" => new MissingRight($"may not write {settings.State}", $"Let {settings.User} write there: without a record nothing is done."),
            "journal" => new MissingRight("may not read the journal", $"Add {settings.User} to the group systemd-journal there."),
            // Rules of sudo are compared word for word: this is what is called.
            ['s', 'u', 'd', 'o', ' ', .. var unit] => new MissingRight($"may not restart {failures.Clean(unit)} through sudo", $"Allow {settings.User} in sudoers: NOPASSWD: /usr/bin/systemctl restart {failures.Clean(unit)}."),
            var folder => new MissingRight($"may not write {failures.Clean(folder)}", $"Let {settings.User} write there: the link 'current' is set in it."),
        }));
        return new(answer.First("version") is { } version ? failures.Clean($"{manager} {version.Rest}") : $"{settings.Host} over SSH", missing);
    }
}
