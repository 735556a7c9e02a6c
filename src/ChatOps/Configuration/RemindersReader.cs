namespace ChatOps.Configuration;

/// <summary>The section <c>reminders</c>.</summary>
internal static class RemindersReader
{
    private static readonly TimeSpan Shortest = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Longest = TimeSpan.FromDays(365);

    public static RemindersConfig Read(Section? section)
    {
        var config = new RemindersConfig();
        if (section is null) return config;
        config = config with
        {
            UpdateEvery = UpdateEvery(section.Below("update_every", "update_every"), config.UpdateEvery),
            NoLeadAfter = section.Duration("no_lead_after", config.NoLeadAfter, Shortest, Longest),
            NoStepAfter = section.Duration("no_step_after", config.NoStepAfter, Shortest, Longest),
            PostMortemAfter = section.Duration("postmortem_after", config.PostMortemAfter, Shortest, Longest),
            ArchiveAfter = OrOff(section, "archive_after", config.ArchiveAfter),
        };
        section.Done();
        return config;
    }

    private static IReadOnlyList<TimeSpan?> UpdateEvery(Section? section, IReadOnlyList<TimeSpan?> otherwise)
    {
        if (section is null) return otherwise;
        TimeSpan?[] every = [.. otherwise.Select((usual, i) => OrOff(section, $"sev{i + 1}", usual))];
        section.Done();
        return every;
    }

    private static TimeSpan? OrOff(Section section, string key, TimeSpan? otherwise) => section.Parsed(
        key, new Interval(otherwise), text => text == "off" ? new Interval(null) : Durations.TryParse(text, out var every) && every >= Shortest ? new Interval(every) : null,
        $"'{key}' is neither a duration nor 'off'{section.In}", "a duration from 1 min on, such as 30m, or off").Length;

    private sealed record Interval(TimeSpan? Length);
}
