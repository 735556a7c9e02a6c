using ChatOps.Catalog;

namespace ChatOps.Configuration;

/// <summary>How a source of figures or lines is reached: the same words for every kind.</summary>
internal static class HttpSourceReader
{
    public static readonly Uri Unknown = new("http://unknown.invalid");

    /// <param name="definition">What is known so far; the rest is filled in.</param>
    public static T Read<T>(Section section, T definition) where T : HttpSourceDefinition
    {
        section.Require("url", "https://…");
        var read = definition with
        {
            Url = section.Url("url") ?? Unknown,
            Token = section.Secret("token") ?? definition.Token,
            Username = section.Text("username"),
            Password = section.Secret("password"),
            Authorities = AuthorityReader.Read(section, "ca"),
            Timeout = section.Duration("timeout", TimeSpan.FromSeconds(5), TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(60)),
        };
        if (read.Token?.Any(c => char.IsControl(c) || c > '~') == true)
            section.Reading.Mistake(section.LineOf("token"), $"'token' holds characters that no token has{section.In}", "one line of plain letters, digits and signs");
        if (read.Token is not null && (section.Has("username") || section.Has("password")))
            section.Reading.Mistake(section.LineOf("username"), $"a token and a password are given{section.In}", "keep one of the two");
        if (section.Has("username") != section.Has("password"))
            section.Reading.Mistake(section.Line, $"one of 'username' and 'password' is missing{section.In}", "give both");
        if (read.Username?.Contains(':', StringComparison.Ordinal) == true)
            section.Reading.Mistake(section.LineOf("username"), $"'username' holds a colon{section.In}", "basic authentication cannot carry one: choose another name");
        return (T)read;
    }
}
