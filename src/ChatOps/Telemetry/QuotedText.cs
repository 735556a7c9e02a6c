using System.Globalization;
using System.Text;

namespace ChatOps.Telemetry;

/// <summary>Text within the quotes of PromQL and LogQL, whose strings follow Go's rules (https://go.dev/ref/spec#String_literals): it cannot leave them.</summary>
internal static class QuotedText
{
    public static string Escape(string value, char quote)
    {
        var text = new StringBuilder(value.Length);
        foreach (var c in value)
        {
            if (c == '\\' || c == quote) text.Append('\\').Append(c);
            else if (char.IsControl(c)) text.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}");
            else text.Append(c);
        }
        return text.ToString();
    }
}
