using System.Collections.Concurrent;
using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;
using ChatOps.Catalog;
using ChatOps.Configuration;
using ChatOps.Diagnosis;

namespace ChatOps.Runbooks;

/// <summary>Reads runbooks. Every mistake of every file is one line: file, line, what is wrong, what would be right.</summary>
public static partial class RunbookReader
{
    private static readonly string[] KnownSigns =
        [.. typeof(Signs).GetFields(BindingFlags.Public | BindingFlags.Static).Select(f => (string)f.GetRawConstantValue()!).Order(StringComparer.Ordinal)];

    private static readonly string[] Places = [.. Enum.GetNames<SignPlace>().Select(Lower)];
    private static readonly string[] KindNames = [.. Enum.GetNames<ServiceKind>().Select(Lower)];

    /// <summary>The same words stand in several places of a runbook, and an expression that runs in linear time holds a megabyte.</summary>
    private static readonly ConcurrentDictionary<string, Regex> Patterns = new(StringComparer.Ordinal);

    /// <summary>All <c>*.yaml</c> files of the folder in the order of their names.</summary>
    public static (IReadOnlyList<Runbook> Runbooks, IReadOnlyList<ConfigMistake> Mistakes) ReadFolder(string folder)
    {
        if (!Directory.Exists(folder)) return ([], [new(folder, 1, "the folder of runbooks does not exist", "create it, or correct 'runbooks' in chatops.yaml")]);
        var runbooks = new List<Runbook>();
        var mistakes = new List<ConfigMistake>();
        foreach (var file in Directory.GetFiles(folder, "*.yaml").Concat(Directory.GetFiles(folder, "*.yml")).Order(StringComparer.Ordinal))
        {
            string text;
            try
            {
                text = File.ReadAllText(file);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                mistakes.Add(new(file, 1, "cannot be read", "let the bot's user read it"));
                continue;
            }
            if (Read(file, text, mistakes) is not { } runbook) continue;
            if (runbooks.Exists(r => r.Name == runbook.Name))
                mistakes.Add(new(file, 1, $"a second runbook is named '{runbook.Name}'", "names are unique; rename one of the two"));
            else
                runbooks.Add(runbook);
        }
        return (runbooks, mistakes);
    }

    /// <summary>One file; null when it has mistakes, which are added to the list.</summary>
    public static Runbook? Read(string file, string text, ICollection<ConfigMistake> mistakes)
    {
        var reading = new Reading(file, Path.GetDirectoryName(Path.GetFullPath(file)) ?? ".", _ => null);
        var runbook = YamlTree.Read(text, reading.Mistake) is { } root && Section.From(reading, "", root) is { } section ? Read(section, file) : null;
        foreach (var mistake in reading.Mistakes) mistakes.Add(mistake);
        return reading.Mistakes.Count == 0 ? runbook : null;
    }

    private static Runbook Read(Section s, string file)
    {
        var expected = Path.GetFileNameWithoutExtension(file);
        var name = s.Required("name", expected) ?? "";
        if (name.Length > 0 && (!Name().IsMatch(name) || name != expected))
            s.Reading.Mistake(s.LineOf("name"), $"the name is '{name}' and the file is '{Path.GetFileName(file)}'", $"name: {expected} (small letters, digits and hyphens, as the file)");
        s.Require("matches", "");
        s.Require("direct", "");
        s.Require("fix", "");
        var runbook = new Runbook
        {
            Name = name,
            Title = s.Required("title", "\"{service} does not answer\"") ?? "",
            Kinds = [.. s.Words("kinds").Select(w => Kind(s, w)).OfType<ServiceKind>()],
            OnlyDependencies = s.Flag("only_dependencies", otherwise: false),
            Matches = Rule(s.Below("matches", "'matches'")),
            Against = [.. s.Sections("against", "sign").Select(Condition)],
            Direct = Rule(s.Below("direct", "'direct'")),
            Checks = Lines(s, "checks"),
            Fix = Fix(s.Below("fix", "'fix'")),
            Risk = s.Required("risk", "what may go wrong") ?? "",
            WayBack = s.Required("way_back", "how to undo it") ?? "",
            Verify = Lines(s, "verify"),
            Prevent = Lines(s, "prevent"),
        };
        s.Done();
        return runbook;
    }

    private static string[] Lines(Section s, string key) => [.. s.Words(key).Select(w => w.Text)];

    private static ServiceKind? Kind(Section s, Word word)
    {
        if (KindNames.Contains(word.Text, StringComparer.Ordinal)) return Enum.Parse<ServiceKind>(word.Text, ignoreCase: true);
        s.Reading.Mistake(word.Line, $"unknown kind '{word.Text}'", Nearest.Hint(word.Text, KindNames));
        return null;
    }

    private static RunbookFix Fix(Section? s)
    {
        if (s is null) return new(null, "", "");
        s.Require("action", "restart");
        var action = s.OneOf("action", ["restart", "rollback", "none"], null);
        var fix = new RunbookFix(action == "none" ? null : action, s.Text("by") ?? "lead", s.Required("text", "what to do, in one sentence") ?? "");
        s.Done();
        return fix;
    }

    private static SignRule Rule(Section? s)
    {
        if (s is null) return new();
        var rule = new SignRule
        {
            All = [.. s.Sections("all", "sign").Select(Condition)],
            Any = [.. s.Sections("any", "sign").Select(Condition)],
            None = [.. s.Sections("none", "sign").Select(Condition)],
        };
        if (rule.All.Count + rule.Any.Count == 0)
            s.Reading.Mistake(s.Line, $"no sign{s.In}", "name at least one under 'all' or 'any'");
        s.Done();
        return rule;
    }

    private static SignCondition Condition(Section s)
    {
        s.Require("sign", KnownSigns[0]);
        var condition = new SignCondition
        {
            Sign = s.OneOf("sign", KnownSigns, null) ?? "",
            On = Enum.Parse<SignPlace>(s.OneOf("on", Places, "service")!, ignoreCase: true),
            Text = s.Text("text"),
            Pattern = Pattern(s),
            Data = Thresholds(s.Below("data", "'data'")),
        };
        s.Done();
        return condition;
    }

    private static Regex? Pattern(Section s)
    {
        if (s.Text("regex") is not { } text) return null;
        try
        {
            return Patterns.GetOrAdd(text, t => new Regex(t, RegexOptions.NonBacktracking | RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, SignCondition.RegexLimit));
        }
        catch (ArgumentException e)
        {
            s.Reading.Mistake(s.LineOf("regex"), $"the regular expression does not compile: {e.Message.TrimEnd('.')}", "correct it, or use 'text' for a plain text");
        }
        catch (NotSupportedException)
        {
            s.Reading.Mistake(s.LineOf("regex"), "the regular expression looks around or back", "use one without (?=, (?! and \\1: it must run in linear time");
        }
        return null;
    }

    private static List<Threshold> Thresholds(Section? s)
    {
        var thresholds = new List<Threshold>();
        if (s is null) return thresholds;
        foreach (var entry in s.Entries)
        {
            var text = s.Text(entry.Key) ?? "";
            var comparison = Threshold.Comparisons.FirstOrDefault(c => text.StartsWith(c, StringComparison.Ordinal));
            if (comparison is not null && double.TryParse(text[comparison.Length..].Trim(), NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && double.IsFinite(value))
                thresholds.Add(new(entry.Key, comparison, value));
            else
                s.Reading.Mistake(entry.Line, $"'{entry.Key}' is '{text}'{s.In}", "a comparison with a number, such as \">= 90\"");
        }
        return thresholds;
    }

#pragma warning disable CA1308 // The words of the files are written in small letters.
    private static string Lower(string text) => text.ToLowerInvariant();
#pragma warning restore CA1308

    [GeneratedRegex("^[a-z0-9]+(-[a-z0-9]+)*$")]
    private static partial Regex Name();
}
