using System.Text;
using System.Text.RegularExpressions;

namespace ChatOps.Configuration;

/// <summary>One reading of one file: its mistakes so far, and how values are completed from the environment and from files.</summary>
internal sealed partial class Reading(string file, string folder, Func<string, string?> env)
{
    private const int LargestSecret = 64 * 1024;

    public List<ConfigMistake> Mistakes { get; } = [];

    public void Mistake(int line, string what, string wouldBeRight) => Mistakes.Add(new(file, line, what, wouldBeRight));

    /// <summary>A path as seen from the configuration file.</summary>
    public string Path(string path) => System.IO.Path.GetFullPath(path, folder);

    /// <summary>The text with every <c>${NAME}</c> replaced (<c>${NAME:-other}</c>: other where it is not set; <c>$${</c>: as it stands). Null after a mistake.</summary>
    public string? Complete(YamlScalar scalar)
    {
        if (!scalar.Text.Contains("${", StringComparison.Ordinal)) return scalar.Text;
        var result = new StringBuilder();
        var at = 0;
        var complete = true;
        foreach (Match match in Variable().Matches(scalar.Text))
        {
            result.Append(scalar.Text, at, match.Index - at);
            at = match.Index + match.Length;
            if (match.Value.StartsWith("$$", StringComparison.Ordinal))
            {
                result.Append(match.ValueSpan[1..]);
                continue;
            }
            var name = match.Groups["name"].Value;
            if (!Name().IsMatch(name))
            {
                Mistake(scalar.Line, $"'${{{name}}}' names no environment variable", "write ${NAME} with letters, digits and underscores, or $${ for a plain '${'");
                complete = false;
            }
            else if (env(name) is { Length: > 0 } value)
            {
                result.Append(value);
            }
            else if (match.Groups["other"].Success)
            {
                result.Append(match.Groups["other"].ValueSpan);
            }
            else
            {
                Mistake(scalar.Line, $"the environment variable {name} is not set", $"set it before starting, or write ${{{name}:-value}} to give a value for when it is not");
                complete = false;
            }
        }
        return complete ? result.Append(scalar.Text, at, scalar.Text.Length - at).ToString() : null;
    }

    /// <summary>As <see cref="Complete"/>; <c>file:/path</c> stands for what that file holds.</summary>
    public string? CompleteSecret(YamlScalar scalar)
    {
        var text = Complete(scalar);
        if (text?.StartsWith("file:", StringComparison.Ordinal) != true) return text;
        var path = Path(text["file:".Length..]);
        try
        {
            if (new FileInfo(path).Length > LargestSecret)
            {
                Mistake(scalar.Line, $"the file {path} is larger than 64 KB", "name a file that holds the secret and nothing else");
                return null;
            }
            var secret = File.ReadAllText(path).Trim();
            if (secret.Length > 0) return secret;
            Mistake(scalar.Line, $"the file {path} is empty", "put the secret into it");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException)
        {
            Mistake(scalar.Line, $"the file {path} cannot be read", e is FileNotFoundException or DirectoryNotFoundException
                ? "create it, or correct the path" : "let the bot's user read it");
        }
        return null;
    }

    [GeneratedRegex(@"\$?\$\{(?<name>[^}:]*)(?::-(?<other>[^}]*))?[^}]*\}", RegexOptions.ExplicitCapture)]
    private static partial Regex Variable();

    [GeneratedRegex("^[A-Za-z_][A-Za-z0-9_]*$")]
    private static partial Regex Name();
}
