using System.Text.RegularExpressions;
using ChatOps.Platforms.Pipelines;

namespace ChatOps.Configuration;

/// <summary>Platforms that deploy by pipeline, and which pipeline is a service's.</summary>
internal sealed partial class PipelineReader(string type, Section section)
{
    public static readonly string[] Types = ["github", "gitlab", "jenkins"];

    /// <summary>GitHub takes no more: https://docs.github.com/rest/actions/workflows.</summary>
    private const int MostInputs = 25;

    /// <summary>Where most people's is; null: everybody has their own.</summary>
    public static Uri? Address(string type) => type switch
    {
        "github" => new("https://api.github.com"),
        "gitlab" => new("https://gitlab.com"),
        _ => null,
    };

    public PipelinePlatformSettings Platform()
    {
        section.Require("token", $"${{{type.ToUpperInvariant()}_TOKEN}}");
        return new(type, type == "jenkins" ? section.Required("user", "chatops") : null, AuthorityReader.Read(section, "ca"));
    }

    public PipelineSettings Target()
    {
        // Whether it answers is what a pipeline cannot tell, and what a deploy is judged by.
        if (!section.Has("health")) section.Reading.Mistake(section.Line, $"'health' is missing{section.In}", $"add a probe: {type} cannot tell whether the service answers");
        var settings = new PipelineSettings
        {
            Deploy = section.Below("deploy", $"deploy{section.In}") is { } deploy ? Start(deploy, restart: false) : null,
            Restart = section.Below("restart", $"restart{section.In}") is { } restart ? Start(restart, restart: true) : null,
            Tag = (type == "jenkins" ? null : section.Text("tag")) ?? $"{{{Placeholders.Version}}}",
            Builds = type == "jenkins" && section.Has("builds") ? Job(section, "builds") : null,
        };
        if (type != "jenkins" && !Placeholders.Holds(settings.Tag, Placeholders.Version)) Mistake("tag", $"'tag' does not hold {{version}}{section.In}", "v{version}, or leave it out");
        if (settings.Deploy is null && settings.Restart is null) section.Reading.Mistake(section.Line, $"neither 'deploy' nor 'restart' says what to start{section.In}", $"see docs/pipelines.md for {type}");
        if (type == "jenkins" && settings.Deploy?.Job is { } job && settings.Restart?.Job == job)
            Mistake("restart", $"'deploy' and 'restart' name the same job{section.In}", "a job of its own for the restart: their builds could not be told apart");
        return settings;
    }

    private PipelineStart Start(Section start, bool restart)
    {
        var inputs = Inputs(start, restart);
        var name = type != "github" ? null
            : start.Text("run_name") ?? (restart ? "Restart {environment} ({operation_id})" : "Deploy {version} to {environment} ({operation_id})");
        var job = type switch
        {
            "github" => start.Parsed("workflow", Required(start, "workflow", "deploy.yml"), w => Workflow().IsMatch(w) ? w : null, $"'workflow' is no file of a workflow{start.In}", "its name below .github/workflows, such as deploy.yml"),
            "jenkins" => Job(start, "job"),
            _ => "",
        };
        var read = new PipelineStart(job, type == "jenkins" ? "" : start.Text("ref") ?? "main", inputs, name);
        foreach (var (key, text) in inputs.Select(i => ("inputs", i.Value)).Append(("ref", read.Ref)).Append(("run_name", name ?? "")))
        {
            foreach (var unknown in Placeholders.In(text).Except(Placeholders.All, StringComparer.Ordinal))
                start.Reading.Mistake(start.LineOf(key), $"unknown placeholder '{{{unknown}}}'{start.In}", Nearest.Hint(unknown, Placeholders.All));
            if (restart && Placeholders.Holds(text, Placeholders.Version)) start.Reading.Mistake(start.LineOf(key), $"'{key}' holds {{version}}{start.In}", "leave it out: a restart has no version");
        }
        Needs(start, "inputs", Placeholders.OperationId, inputs.Values);
        if (name is not null) Needs(start, "run_name", Placeholders.OperationId, [name]);
        if (!restart) Needs(start, "inputs", Placeholders.Version, type == "github" ? [.. inputs.Values, read.Ref] : inputs.Values);
        if (!restart && name is not null) Needs(start, "run_name", Placeholders.Version, [name]);
        start.Done();
        return read;
    }

    private Dictionary<string, string> Inputs(Section start, bool restart)
    {
        var names = restart ? new[] { "environment", Placeholders.OperationId } : [Placeholders.Version, "environment", Placeholders.OperationId];
        if (start.Below("inputs", $"inputs of {start.In.TrimStart().Replace("in ", "", StringComparison.Ordinal)}") is not { } below)
        {
            var inputs = names.ToDictionary(n => type == "gitlab" ? n.ToUpperInvariant() : n, n => $"{{{n}}}", StringComparer.Ordinal);
            if (type == "gitlab" && restart) inputs["ACTION"] = "restart";
            return inputs;
        }
        var read = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var entry in below.Entries)
        {
            if (!Input().IsMatch(entry.Key)) below.Reading.Mistake(entry.Line, $"'{entry.Key}' is no name of an input{below.In}", "letters, digits, '_' and '-'");
            else if (below.Text(entry.Key) is { } text) read[entry.Key] = text;
        }
        if (read.Count > MostInputs) below.Reading.Mistake(below.Line, $"there are {read.Count} inputs{below.In}", $"at most {MostInputs}");
        return read;
    }

    private static void Needs(Section start, string key, string placeholder, IEnumerable<string> texts)
    {
        if (!texts.Any(t => Placeholders.Holds(t, placeholder)))
            start.Reading.Mistake(start.LineOf(key), $"'{key}' does not hold {{{placeholder}}}{start.In}", placeholder == Placeholders.Version ? "say where the version goes" : "its run is found again by it");
    }

    private static string Job(Section section, string key) =>
        section.Parsed(key, Required(section, key, "team/shop-deploy"), j => JobPath().IsMatch(j) ? j : null, $"'{key}' is no path of a job{section.In}", "folders and job with '/' between them, such as team/shop-deploy");

    private static string Required(Section section, string key, string example)
    {
        section.Require(key, example);
        return "";
    }

    private void Mistake(string key, string what, string wouldBeRight) => section.Reading.Mistake(section.LineOf(key), what, wouldBeRight);

    [GeneratedRegex(@"\A[A-Za-z0-9][A-Za-z0-9._-]{0,99}\z")]
    private static partial Regex Workflow();

    [GeneratedRegex(@"\A[^/\p{Cc}]+(/[^/\p{Cc}]+)*\z")]
    private static partial Regex JobPath();

    [GeneratedRegex(@"\A[A-Za-z_][A-Za-z0-9_-]{0,99}\z")]
    private static partial Regex Input();
}
