using System.Globalization;
using System.Text;

namespace ChatOps.Tests.Telemetry.Loki;

/// <summary>Reads <c>{a="b",…} pipeline</c> by the rules of Go's interpreted strings, as a Loki does; throws for what it would refuse.</summary>
internal static class LogQlSelector
{
    public static (IReadOnlyList<(string Label, string Value)> Matchers, string Pipeline) Parse(string query)
    {
        var at = 0;
        Expect('{');
        var matchers = new List<(string, string)>();
        while (true)
        {
            var begin = at;
            while (char.IsAsciiLetterOrDigit(query[at]) || query[at] == '_') at++;
            var label = query[begin..at];
            Expect('=');
            matchers.Add((label, Quoted()));
            if (query[at] == '}') break;
            Expect(',');
        }
        return (matchers, query[(at + 1)..].Trim());

        void Expect(char c)
        {
            if (query[at++] != c) throw new FormatException($"parse error at {at} in {query}");
        }

        string Quoted()
        {
            Expect('"');
            var text = new StringBuilder();
            while (query[at] != '"')
            {
                var c = query[at++];
                if (c == '\n') throw new FormatException("literal not terminated");
                if (c != '\\')
                {
                    text.Append(c);
                    continue;
                }
                var escape = query[at++];
                switch (escape)
                {
                    case '\\' or '"': text.Append(escape); break;
                    case 'u':
                        text.Append((char)ushort.Parse(query.AsSpan(at, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture));
                        at += 4;
                        break;
                    default: throw new FormatException($"invalid escape \\{escape}");
                }
            }
            at++;
            return text.ToString();
        }
    }
}
