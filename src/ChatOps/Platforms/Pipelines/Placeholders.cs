using System.Text.RegularExpressions;
using ChatOps.Catalog;

namespace ChatOps.Platforms.Pipelines;

/// <summary>What a run was asked with, as far as it is known.</summary>
internal sealed record PipelineWords
{
    public string? Version { get; init; }
    public string? OperationId { get; init; }

    /// <summary>deploy, rollback or restart.</summary>
    public string? Action { get; init; }

    /// <summary>The person who pressed.</summary>
    public string? Actor { get; init; }

    public PipelineWords With(PipelineWords other) =>
        new() { Version = Version ?? other.Version, OperationId = OperationId ?? other.OperationId, Action = Action ?? other.Action, Actor = Actor ?? other.Actor };
}

/// <summary>Words in braces that stand in <c>chatops.yaml</c> for what is known only when somebody presses, filled in for a run and read back from it. Pure.</summary>
internal static partial class Placeholders
{
    public const string Version = "version";
    public const string OperationId = "operation_id";

    public static readonly IReadOnlyList<string> All = [Version, "environment", "service", OperationId, "action", "actor"];

    /// <summary>Those of the template, each as often as it stands there.</summary>
    public static IEnumerable<string> In(string template) => Braces().Matches(template).Select(m => m.Groups[1].Value);

    public static bool Holds(string template, string placeholder) => In(template).Contains(placeholder, StringComparer.Ordinal);

    public static string Fill(string template, Target target, PipelineWords words) => Braces().Replace(template, m => m.Groups[1].Value switch
    {
        Version => words.Version ?? "",
        "environment" => target.Environment,
        "service" => target.Service,
        OperationId => words.OperationId ?? "",
        "action" => words.Action ?? "",
        "actor" => words.Actor ?? "",
        _ => m.Value,
    });

    /// <summary>Reads the template's words back from a text; null: the text was not made of it for this target.</summary>
    public static Func<string, PipelineWords?> Reader(string template, Target target)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var pattern = string.Concat(Braces().Split(template).Select((part, i) => i % 2 == 0 ? Regex.Escape(part) : Group(part, seen.Add(part))));
        Regex form = new($"\\A{pattern}\\z", RegexOptions.CultureInvariant, TimeSpan.FromMilliseconds(200));
        return text =>
        {
            // A title of somebody else may be long; ours are not.
            if (text.Length > 1000 || form.Match(text) is not { Success: true } match) return null;
            return new() { Version = Of(Version), OperationId = Of(OperationId), Action = Of("action"), Actor = Of("actor") };

            string? Of(string name) => match.Groups[name] is { Success: true, Length: > 0 } group ? group.Value : null;
        };

        string Group(string name, bool first) => name switch
        {
            "environment" => Regex.Escape(target.Environment),
            "service" => Regex.Escape(target.Service),
            _ when !first => $"\\k<{name}>",
            Version => @"(?<version>[A-Za-z0-9._+/-]*?)",
            OperationId => @"(?<operation_id>[A-Za-z0-9:_-]*?)",
            "action" => @"(?<action>[a-z]*?)",
            _ => @"(?<actor>[A-Za-z0-9._-]*?)",
        };
    }

    /// <summary>A version ends in somebody's script: nothing that a shell would read as more than a word.</summary>
    public static bool IsVersion(string text) => VersionForm().IsMatch(text);

    /// <summary>A person's name as a script may be given it: their id in Slack or their handle.</summary>
    public static string Plain(string actor) => NotPlain().Replace(actor, "");

    [GeneratedRegex(@"\{([a-z_]+)\}")]
    private static partial Regex Braces();

    [GeneratedRegex(@"\A[A-Za-z0-9][A-Za-z0-9._+/-]{0,199}\z")]
    private static partial Regex VersionForm();

    [GeneratedRegex("[^A-Za-z0-9._-]")]
    private static partial Regex NotPlain();
}
