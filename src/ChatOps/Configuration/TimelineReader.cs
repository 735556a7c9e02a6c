namespace ChatOps.Configuration;

/// <summary>What goes into the timeline from an incident's channel.</summary>
public sealed record TimelineConfig
{
    /// <summary>Emoji names without colons: a message that somebody marks with one of them is put into the timeline. Empty: none does.</summary>
    public IReadOnlyList<string> Reactions { get; init; } = ["memo"];
}

/// <summary>Reads <c>timeline</c>.</summary>
internal static class TimelineReader
{
    public static TimelineConfig Read(Section? section)
    {
        var config = new TimelineConfig();
        if (section is null) return config;
        if (section.Has("reaction"))
        {
            var names = new List<string>();
            foreach (var word in section.Words("reaction"))
            {
                var name = word.Text.Trim(':');
                if (name.Length is > 0 and <= 100 && name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '_' or '-' or '+' or '\'')) names.Add(name);
                else section.Reading.Mistake(word.Line, $"'{word.Text}' is no name of an emoji{section.In}", "its name as Slack shows it, such as memo; [] for none");
            }
            config = config with { Reactions = names };
        }
        section.Done();
        return config;
    }
}
