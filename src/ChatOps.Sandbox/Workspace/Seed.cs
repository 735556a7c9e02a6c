namespace ChatOps.Sandbox.Workspace;

/// <summary>The people, groups and channels a fresh sandbox starts with.</summary>
internal static class Seed
{
    public static void Fill(SlackWorkspace workspace)
    {
        workspace.People.AddRange([
            Human("U0ANA00001", "ana", "Ana Pereira", "On-call lead", "Europe/Lisbon"),
            Human("U0BEN00001", "ben", "Ben Okafor", "Backend engineer", "Europe/London"),
            Human("U0CARLA001", "carla", "Carla Jensen", "Platform engineer", "America/New_York"),
            Human("U0DMITRI01", "dmitri", "Dmitri Volkov", "New colleague, no rights", "Asia/Tbilisi"),
            Human("U0EVE00001", "eve", "Eve Tanaka", "Engineering lead", "Asia/Tokyo"),
            new Person(SlackWorkspace.BotUserId, workspace.Manifest.BotName, "ChatOps", "", "", "UTC", IsBot: true),
            new Person(SlackWorkspace.SlackbotId, "slackbot", "Slackbot", "", "", "UTC", IsBot: true),
        ]);
        workspace.Groups.AddRange([
            new UserGroup("S0ONCALL01", "oncall", "On call", "Whoever answers the pager", ["U0ANA00001", "U0BEN00001"]),
            new UserGroup("S0LEADS001", "leads", "Leads", "Engineering leads", ["U0ANA00001", "U0EVE00001"]),
        ]);
        var everyone = workspace.People.Where(p => !p.IsBot).Select(p => p.Id).ToList();
        Open(workspace, "general", isPrivate: false, everyone, isGeneral: true);
        Open(workspace, "incidents", isPrivate: false, everyone);
        Open(workspace, "deploys", isPrivate: false, everyone);
        Open(workspace, "leads", isPrivate: true, ["U0ANA00001", "U0EVE00001"]);
    }

    private static void Open(SlackWorkspace workspace, string name, bool isPrivate, List<string> members, bool isGeneral = false)
    {
        var channel = workspace.AddChannel(name, isPrivate, members[0], isGeneral);
        channel.Members.AddRange(members.Skip(1));
    }

    private static Person Human(string id, string name, string realName, string title, string timeZone) =>
        new(id, name, realName, title, $"{name}@shop.example", timeZone, IsBot: false);
}
