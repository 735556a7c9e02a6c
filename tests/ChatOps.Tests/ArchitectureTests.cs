using System.Text.RegularExpressions;

namespace ChatOps.Tests;

/// <summary>Who may refer to whom: downwards only. A folder that is not listed here fails the test, so that its place is decided.</summary>
public sealed partial class ArchitectureTests
{
    private static readonly string[][] Layers =
    [
        ["Database", "Scheduling", "Observability", "Configuration", "Timeline", "Platforms", "Telemetry", "Permissions", "Catalog"],
        ["Inbox", "Outbox"],
        ["Operations"],
        ["Confirmations"],
        ["Incidents"],
        ["Deployments"],
        ["Runbooks", "Diagnosis"],
        ["PostMortems"],
        ["Capture", "OnCall"],
        ["Alerts", "Reminders"],
        ["Home", "Reports"],
        ["Cli"],
    ];

    [Fact]
    public void Folders_refer_downwards_only()
    {
        var wrong = new List<string>();
        foreach (var (folder, file, text) in BotFiles())
        {
            foreach (var used in Usings().Matches(text).Select(m => m.Groups["folder"].Value).Where(u => u != "Slack").Distinct())
            {
                if (Layer(used) > Layer(folder)) wrong.Add($"{file} uses {used}, which stands above {folder}");
            }
        }
        wrong.ShouldBeEmpty();
    }

    [Fact]
    public void Only_the_outbox_and_those_who_read_or_open_forms_call_the_web_api()
    {
        BotFiles()
            .Where(f => f.Text.Contains("using ChatOps.Slack.WebApi;", StringComparison.Ordinal))
            .Where(f => f.Folder is not ("Outbox" or "Timeline" or "Cli") && !Path.GetFileNameWithoutExtension(f.File).EndsWith("Command", StringComparison.Ordinal)
                && !Path.GetFileNameWithoutExtension(f.File).EndsWith("Handler", StringComparison.Ordinal))
            // RunVerb opens the forms of all verbs; LookWithoutStorage and its import speak to Slack while there is no outbox to speak through.
            .Where(f => Path.GetFileNameWithoutExtension(f.File) is not ("RunVerb" or "LookWithoutStorage" or "ImportUnrecorded" or "UnrecordedMessages"))
            .Select(f => f.File).ShouldBeEmpty();
    }

    [Fact]
    public void Every_form_is_opened_in_the_one_way_that_offers_a_button_when_it_does_not_open() =>
        BotFiles().Where(f => f.Text.Contains("iews.Open(", StringComparison.Ordinal) && f.File != "Outbox/FormOpening.cs").Select(f => f.File).ShouldBeEmpty();

    [Fact]
    public void The_slack_layer_knows_nothing_of_incidents() =>
        Directory.EnumerateFiles(Path.Combine(Repository.Root, "src", "ChatOps.Slack"), "*.cs", SearchOption.AllDirectories)
            .Where(f => !f.Contains("/obj/", StringComparison.Ordinal))
            .Where(f => File.ReadAllText(f).Contains("using ChatOps.", StringComparison.Ordinal) && !File.ReadLines(f).Where(l => l.StartsWith("using ChatOps.", StringComparison.Ordinal)).All(l => l.StartsWith("using ChatOps.Slack", StringComparison.Ordinal)))
            .ShouldBeEmpty();

    [Fact]
    public void No_file_is_longer_than_300_lines() =>
        Directory.EnumerateFiles(Path.Combine(Repository.Root, "src"), "*.cs", SearchOption.AllDirectories)
            .Where(f => !f.Contains("/obj/", StringComparison.Ordinal) && File.ReadLines(f).Count() > 300)
            .ShouldBeEmpty();

    private static IEnumerable<(string Folder, string File, string Text)> BotFiles()
    {
        var bot = Path.Combine(Repository.Root, "src", "ChatOps");
        foreach (var file in Directory.EnumerateFiles(bot, "*.cs", SearchOption.AllDirectories))
        {
            var parts = Path.GetRelativePath(bot, file).Split('/');
            if (parts.Length > 1 && parts[0] is not ("obj" or "bin")) yield return (parts[0], string.Join('/', parts), File.ReadAllText(file));
        }
    }

    private static int Layer(string folder) => Array.FindIndex(Layers, l => l.Contains(folder)) is var layer and >= 0
        ? layer
        : throw new InvalidOperationException($"The folder {folder} has no place in the layers yet.");

    [GeneratedRegex(@"^using ChatOps\.(?<folder>\w+)", RegexOptions.Multiline)]
    private static partial Regex Usings();
}
