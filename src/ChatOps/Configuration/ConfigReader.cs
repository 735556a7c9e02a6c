using System.Diagnostics.CodeAnalysis;
using ChatOps.Catalog;

namespace ChatOps.Configuration;

/// <summary>Either a whole configuration or all of its mistakes, never half of one.</summary>
public sealed record ConfigResult(ChatOpsConfig? Config, IReadOnlyList<ConfigMistake> Mistakes)
{
    [MemberNotNullWhen(true, nameof(Config))]
    public bool IsValid => Config is not null;
}

/// <summary>Reads <c>chatops.yaml</c>.</summary>
public static class ConfigReader
{
    private const int LargestFile = 1024 * 1024;

    /// <summary>Reads the file and checks everything that can be known without the network.</summary>
    /// <param name="path">Paths in the file are seen from its folder.</param>
    /// <param name="env">An environment variable's value, or null: <see cref="Environment.GetEnvironmentVariable(string)"/>.</param>
    public static ConfigResult Read(string path, Func<string, string?> env)
    {
        var reading = new Reading(path, Path.GetDirectoryName(Path.GetFullPath(path))!, env);
        var config = Text(path, reading) is { } text
            && YamlTree.Read(text, reading.Mistake) is { } root
            && Section.From(reading, "", root) is { } file
                ? File(path, file, env)
                : null;
        return reading.Mistakes.Count == 0
            ? new(config, [])
            : new(null, [.. reading.Mistakes.Distinct().OrderBy(m => m.Line)]);
    }

    /// <summary>The Slack part alone: for what needs neither the rest of the file nor its secrets.</summary>
    /// <param name="path">The file.</param>
    /// <param name="env">An environment variable's value, or null.</param>
    public static (SlackConfig? Slack, IReadOnlyList<ConfigMistake> Mistakes) ReadSlack(string path, Func<string, string?> env)
    {
        var reading = new Reading(path, Path.GetDirectoryName(Path.GetFullPath(path))!, env);
        var slack = Text(path, reading) is { } text
            && YamlTree.Read(text, reading.Mistake) is { } root
            && Section.From(reading, "", root) is { } file
                ? Slack(file.Below("slack", "slack"), env, reading)
                : null;
        return reading.Mistakes.Count == 0 ? (slack, []) : (null, reading.Mistakes);
    }

    private static string? Text(string path, Reading reading)
    {
        try
        {
            using var stream = System.IO.File.OpenRead(path);
            // Read at most one byte more than allowed: a device or a pipe has no length to ask for.
            var bytes = new byte[LargestFile + 1];
            var length = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            if (length > LargestFile)
            {
                reading.Mistake(1, "the file is larger than 1 MB", "a configuration is a few hundred lines; is this the right file?");
                return null;
            }
            return new StreamReader(new MemoryStream(bytes, 0, length)).ReadToEnd();
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            reading.Mistake(1, "there is no such file", "copy chatops.example.yaml and name it with --config");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            reading.Mistake(1, "the file cannot be read", "it must be a file that the bot's user may read");
        }
        return null;
    }

    private static ChatOpsConfig File(string path, Section file, Func<string, string?> env)
    {
        var reading = file.Reading;
        var catalog = new CatalogReader(reading).Read(file);
        var config = new ChatOpsConfig
        {
            File = path,
            Catalog = catalog,
            Slack = Slack(file.Below("slack", "slack"), env, reading),
            Permissions = new PermissionReader(reading, catalog).Read(file),
            Incident = Incident(file.Below("incident", "incident"), catalog),
            Timeline = TimelineReader.Read(file.Below("timeline", "timeline")),
            Alerts = new AlertReader(reading, catalog).Read(file.Below("alerts", "alerts")),
            Reminders = RemindersReader.Read(file.Below("reminders", "reminders")),
            Reports = ReportsReader.Read(file.Below("reports", "reports")),
            Deploy = new DeployReader(reading, catalog).Read(file),
            OnCall = new OnCallReader(reading, catalog).Read(file),
            RunbooksFolder = reading.Path(file.Text("runbooks") ?? "runbooks"),
            StateFolder = reading.Path(file.Text("state") ?? "state"),
            DatabaseUrl = Database(env, "DATABASE_URL", reading),
            DatabaseOwnerUrl = DatabaseOwner(env, reading),
            ListenUrl = file.Url("listen") ?? new Uri("http://127.0.0.1:8080"),
        };
        file.Done();
        return config;
    }

    private static SlackConfig Slack(Section? section, Func<string, string?> env, Reading reading)
    {
        var slack = new SlackConfig
        {
            BotToken = Variable(env, SlackConfig.BotTokenVariable),
            AppToken = Variable(env, SlackConfig.AppTokenVariable),
            SigningSecret = Variable(env, SlackConfig.SigningSecretVariable),
        };
        if (Variable(env, SlackConfig.ApiUrlVariable) is { } api)
        {
            if (Uri.TryCreate(api.TrimEnd('/') + '/', UriKind.Absolute, out var url) && url.Scheme is "http" or "https") slack = slack with { ApiUrl = url };
            else reading.Mistake(1, $"the environment variable {SlackConfig.ApiUrlVariable} holds no http address", "unset it to use Slack, or give https://host/api/");
        }
        if (section is null) return slack;
        slack = slack with
        {
            Transport = section.OneOf("transport", ["socket", "http"], "socket") == "http" ? SlackTransport.Http : SlackTransport.Socket,
            IncidentsChannel = section.Parsed("incidents_channel", slack.IncidentsChannel, Names.Channel,
                $"'incidents_channel' is no channel name{section.In}", "lower-case letters, digits, '-' and '_', up to 80, such as incidents"),
            IncidentCommand = section.Parsed("incident_command", slack.IncidentCommand, Names.Command,
                $"'incident_command' is no slash command{section.In}", "a slash and up to 31 lower-case letters, digits, '-' and '_', such as /incident"),
            DeployCommand = section.Parsed("deploy_command", slack.DeployCommand, Names.Command,
                $"'deploy_command' is no slash command{section.In}", "a slash and up to 31 lower-case letters, digits, '-' and '_', such as /deploy"),
            RollbackCommand = section.Parsed("rollback_command", slack.RollbackCommand, Names.Command,
                $"'rollback_command' is no slash command{section.In}", "a slash and up to 31 lower-case letters, digits, '-' and '_', such as /rollback"),
        };
        if (slack.DeployCommand == slack.IncidentCommand)
            reading.Mistake(section.LineOf("deploy_command"), $"two commands have the name {slack.DeployCommand}{section.In}", "give one of them another name");
        if (slack.RollbackCommand == slack.IncidentCommand || slack.RollbackCommand == slack.DeployCommand)
            reading.Mistake(section.LineOf("rollback_command"), $"two commands have the name {slack.RollbackCommand}{section.In}", "give one of them another name");
        section.Done();
        return slack;
    }

    private static IncidentConfig Incident(Section? section, ServiceCatalog catalog)
    {
        if (section is null) return new();
        var rules = new List<SeverityRule>();
        foreach (var rule in section.Sections("severity", "severity rule"))
        {
            rule.Require("severity", "2");
            rule.Require("when", "down");
            var tier = rule.Has("tier") ? rule.Integer("tier", 1, 1, 4) : (int?)null;
            var service = rule.OneOf("service", [.. catalog.Services.Keys], null);
            var when = rule.OneOf("when", ["down", "failing", "degraded"], "down") switch
            {
                "down" => Breakage.Down,
                "failing" => Breakage.Failing,
                _ => Breakage.Degraded,
            };
            rules.Add(new(tier, service, when, rule.Integer("severity", 3, 1, 4)));
            rule.Done();
        }
        var incident = new IncidentConfig
        {
            OncallGroup = section.Text("oncall")?.TrimStart('@'),
            PrivateByDefault = section.Flag("private", otherwise: false),
            StakeholdersChannel = section.Has("stakeholders_channel")
                ? section.Parsed("stakeholders_channel", "", Names.Channel, $"'stakeholders_channel' is no channel name{section.In}", "lower-case letters, digits, '-' and '_', up to 80, such as company-status") : null,
            SeverityRules = rules,
        };
        section.Done();
        return incident;
    }

    private static string? Database(Func<string, string?> env, string name, Reading reading)
    {
        if (Variable(env, name) is not { } text) return null;
        if (PostgresAddress.TryParse(text, out _)) return text;
        reading.Mistake(1, $"the environment variable {name} holds no PostgreSQL address", "postgres://user:password@host:5432/name");
        return null;
    }

    private static string? DatabaseOwner(Func<string, string?> env, Reading reading)
    {
        const string name = "DATABASE_OWNER_URL";
        if (Variable(env, name) is not null && Variable(env, "DATABASE_URL") is null)
            reading.Mistake(1, $"the environment variable {name} is set and DATABASE_URL is not", "set DATABASE_URL too: what the bot works as, in the same database");
        return Database(env, name, reading);
    }

    private static string? Variable(Func<string, string?> env, string name) => env(name) is { Length: > 0 } value ? value.Trim() : null;
}
