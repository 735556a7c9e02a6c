using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace ChatOps.Telemetry.Prometheus;

/// <summary>What the places of a template are filled with.</summary>
/// <param name="Labels">Label and value; the value may hold <c>{service}</c> and <c>{environment}</c>.</param>
/// <param name="VersionLabel">Where what is measured must carry a version: the label that holds it.</param>
/// <param name="Version">Null: any.</param>
public sealed record PromValues(string Service, string Environment, IReadOnlyDictionary<string, string> Labels, string? VersionLabel, string? Version, TimeSpan Window);

/// <summary>
/// PromQL with places for names: <c>{service}</c>, <c>{environment}</c> and <c>{version}</c> inside of quoted label values, <c>{labels}</c> and <c>{window}</c> outside.
/// What is filled in cannot leave its quotes (https://prometheus.io/docs/prometheus/latest/querying/basics/#string-literals: Go's rules) and matches nothing but itself where the matcher is a pattern.
/// </summary>
public sealed partial class PromTemplate
{
    private static readonly string[] Names = ["service", "environment", "version"];
    private static readonly string[] Outside = ["labels", "window"];

    private readonly List<Part> parts;

    private PromTemplate(List<Part> parts) => this.parts = parts;

    /// <summary>It can be asked for one version.</summary>
    public bool TellsVersions => parts.Exists(p => p.Place is "labels" or "version");

    /// <summary>The template, or null and what is wrong with it.</summary>
    public static PromTemplate? TryParse(string text, out string mistake)
    {
        var found = new List<Part>();
        var plain = new StringBuilder();
        var quote = '\0';
        var pattern = false;
        mistake = "";
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (c == '{' && Place().Match(text, i) is { Success: true } match)
            {
                var name = match.Groups[1].Value;
                mistake = Misplaced(name, quote, pattern);
                if (mistake.Length > 0) return null;
                // A route such as "/users/{id}" is a label's value like any other.
                if (quote == '\0' || Names.Contains(name, StringComparer.Ordinal))
                {
                    found.Add(new(plain.ToString(), name, quote, pattern));
                    plain.Clear();
                    i += match.Length - 1;
                    continue;
                }
            }
            else if (quote == '\0' && c is '"' or '\'' or '`')
            {
                (quote, pattern) = (c, Pattern().IsMatch(text.AsSpan(0, i)));
            }
            else if (quote == '\0' && c == '#')
            {
                // A comment may hold anything, quotes too; nobody needs it there.
                while (i + 1 < text.Length && text[i + 1] != '\n') i++;
                continue;
            }
            else if (c == quote)
            {
                quote = '\0';
            }
            else if (c == '\\' && quote is '"' or '\'' && i + 1 < text.Length)
            {
                plain.Append(c);
                c = text[++i];
            }
            plain.Append(c);
        }
        if (quote != '\0') mistake = $"a quoted value is not closed with {quote}";
        else if (found.Count == 0 && string.IsNullOrWhiteSpace(plain.ToString())) mistake = "it is empty";
        if (mistake.Length > 0) return null;
        found.Add(new(plain.ToString(), null, '\0', false));
        return new(found);
    }

    public string Render(PromValues values)
    {
        var text = new StringBuilder();
        foreach (var part in parts)
        {
            text.Append(part.Text).Append(part.Place switch
            {
                null => "",
                "labels" => Matchers(values),
                "window" => Window(values.Window),
                "version" => values.Version is { } version ? QuotedText.Escape(RegexEscape(version), part.Quote) : values.VersionLabel is null ? ".*" : ".+",
                "service" => Value(values.Service, part),
                _ => Value(values.Environment, part),
            });
        }
        return text.ToString();
    }

    private static string Misplaced(string name, char quote, bool pattern)
    {
        if (quote == '\0')
        {
            return Outside.Contains(name, StringComparer.Ordinal) ? ""
                : Names.Contains(name, StringComparer.Ordinal) ? $"{{{name}}} stands outside of quotes"
                : $"there is no {{{name}}}";
        }
        if (Outside.Contains(name, StringComparer.Ordinal)) return $"{{{name}}} stands within quotes";
        if (!Names.Contains(name, StringComparer.Ordinal)) return "";
        return quote == '`' ? $"{{{name}}} stands within backticks, which know no escapes"
            : name == "version" && !pattern ? "{version} needs a matcher of patterns (=~), so that it can mean any version" : "";
    }

    private static string Matchers(PromValues values)
    {
        var matchers = values.Labels.Select(l => $"{l.Key}=\"{QuotedText.Escape(SourcePlaces.Fill(l.Value, values.Service, values.Environment), '"')}\"");
        if (values.VersionLabel is { } label) matchers = matchers.Append(values.Version is { } version ? $"{label}=\"{QuotedText.Escape(version, '"')}\"" : $"{label}=~\".+\"");
        return string.Join(',', matchers);
    }

    /// <summary>Prometheus knows no window of nothing.</summary>
    private static string Window(TimeSpan window) => $"{Math.Max(1, (long)Math.Round(window.TotalSeconds)).ToString(CultureInfo.InvariantCulture)}s";

    private static string Value(string value, Part part) => QuotedText.Escape(part.Pattern ? RegexEscape(value) : value, part.Quote);

    /// <summary>RE2's signs; <see cref="Regex.Escape"/> escapes spaces and '#' too, which RE2 refuses.</summary>
    private static string RegexEscape(string value) => Signs().Replace(value, @"\$0");

    [GeneratedRegex(@"\G\{([a-z_]+)\}")]
    private static partial Regex Place();

    [GeneratedRegex(@"[=!]~\s*\z")]
    private static partial Regex Pattern();

    [GeneratedRegex(@"[\\.+*?()|\[\]{}^$]")]
    private static partial Regex Signs();

    private sealed record Part(string Text, string? Place, char Quote, bool Pattern);
}
